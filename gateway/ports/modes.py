"""What announced incidents ask of the store, and of who speaks them."""

from __future__ import annotations

from typing import Protocol

from gateway.core.incident import Incident


class ModeStore(Protocol):
    """Incidents. Raises StoreUnavailable when it cannot answer."""

    async def incidents_open(self) -> tuple[Incident, ...]:
        """Those that nobody and nothing has ended, who ends first."""
        ...

    async def incidents(self, limit: int) -> tuple[Incident, ...]:
        """The newest, open or not; ``limit`` is 1..200."""
        ...


class Announcements(Protocol):
    """Sounds that callers hear before they wait, by the id of what they are for."""

    async def spoken(self, name: str, text: str) -> None:
        """Let a voice read this Chinese text. Raises Invalid: it cannot, and why."""
        ...

    async def recorded(self, name: str, wav: bytes) -> None:
        """Take this recording: WAV, 16-bit PCM, 8 kHz, mono. Raises Invalid: it is none."""
        ...

    async def drop(self, name: str) -> None:
        """Nobody hears it any more."""
        ...
