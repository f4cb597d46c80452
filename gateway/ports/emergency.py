"""What hand-overs ask of the store, and of the systems of emergency lines."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Protocol

from gateway.core.handover import Handover


class EmergencyStore(Protocol):
    """Hand-overs. Raises StoreUnavailable when it cannot answer."""

    async def handovers_open(self) -> tuple[Handover, ...]:
        """Those that somebody has to look after, the oldest first; at most 5,000."""
        ...

    async def handover(self, handover_id: str) -> Handover | None:
        """One by id."""
        ...

    async def handovers_on(self, line: str, day: str) -> tuple[Handover, ...]:
        """Those of one line on one day of the city, the oldest first; at most 5,000."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What the other system said: its own number, or a fault's code (then it did not take it)."""

    their_id: str = ""
    fault: str = ""


class EmergencySystems(Protocol):
    """The systems of the city's emergency lines. Nothing here raises; each call has its limit."""

    def takes(self, line: str) -> bool:
        """Whether this line has a system that packets are posted to."""
        ...

    async def post(self, line: str, delivery: str, body: bytes) -> Answered:
        """Give it one packet under this id."""
        ...

    async def day(self, line: str, day: str) -> Mapping[str, tuple[str, str]] | None:
        """Its list of that day: our id → (its number, status); None when it did not answer."""
        ...

    def genuine(self, line: str, headers: Mapping[str, str], body: bytes) -> bool:
        """Whether this line's system signed this, lately."""
        ...


class Trunks(Protocol):
    """The trunks that calls go out by."""

    async def answering(self, trunks: Collection[str]) -> Mapping[str, bool]:
        """Whether each answers OPTIONS now. Raises PhonesUnavailable."""
        ...
