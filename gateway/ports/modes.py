"""What incidents and leaders' days ask of the store, and of who speaks to callers."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from gateway.core.callback import Callback
from gateway.core.contact import ChatRecord, ContactRecord
from gateway.core.incident import Incident
from gateway.core.leader_day import LeaderDay
from gateway.core.promise import Promise


class ModeStore(Protocol):
    """Incidents, leaders' days. Raises StoreUnavailable when it cannot answer."""

    async def incidents_open(self) -> tuple[Incident, ...]:
        """Those that nobody and nothing has ended, who ends first."""
        ...

    async def incidents(self, limit: int) -> tuple[Incident, ...]:
        """The newest, open or not; ``limit`` is 1..200."""
        ...

    async def leader_days_ahead(self, now: datetime) -> tuple[LeaderDay, ...]:
        """Those that are on or to come and not called off, who begins first."""
        ...

    async def leader_days(self, limit: int) -> tuple[LeaderDay, ...]:
        """The latest, also those called off; ``limit`` is 1..1000."""
        ...

    async def leader_day(self, day_id: str) -> LeaderDay | None:
        """One by id."""
        ...

    async def contacts_queued(
        self, queue: str, since: datetime, until: datetime
    ) -> tuple[ContactRecord | ChatRecord, ...]:
        """Who came to a queue in this time, wherever they went afterwards, the newest first.

        ``since`` is in, ``until`` is out; at most 2,000, as of the two that follow.
        """
        ...

    async def promises_queued(
        self, queue: str, since: datetime, until: datetime
    ) -> tuple[Promise, ...]:
        """What was promised to them, the oldest first."""
        ...

    async def callbacks_queued(
        self, queue: str, since: datetime, until: datetime
    ) -> tuple[Callback, ...]:
        """Who of them is or was to be called back, the oldest first."""
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
