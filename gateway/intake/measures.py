"""Whom a measure of due process holds against, as whoever receives citizens asks it."""

from __future__ import annotations

from typing import Protocol

from gateway.core.standing import Standing
from gateway.core.standing_ends import Met


class Measures(Protocol):
    """``gateway.intake.standings.Standings``."""

    def met_by(self, identity_id: str) -> Met | None:
        """The measure that holds against this identity now."""
        ...

    async def met_at(self, number: str) -> Met | None:
        """The same of a caller; whom nobody can look up in time is met as everybody."""
        ...

    def told(self, standing: Standing, *, chinese: bool) -> str:
        """What they read."""
        ...


class NoMeasures:
    """None holds against anybody."""

    def met_by(self, _identity_id: str) -> Met | None:
        """Nothing."""
        return None

    async def met_at(self, _number: str) -> Met | None:
        """Nothing."""
        return None

    def told(self, _standing: Standing, *, chinese: bool) -> str:
        """Nothing."""
        del chinese
        return ""
