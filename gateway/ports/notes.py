"""What channel accounts' notes ask of the store."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from gateway.core.channel_note import ChannelNote


class NoteStore(Protocol):
    """Notes of channel accounts. Raises StoreUnavailable when it cannot answer."""

    async def channel_note(self, account: str, key: str) -> ChannelNote | None:
        """What this account keeps there, expired or not."""
        ...

    async def channel_note_keys(self, account: str, prefix: str, now: datetime) -> tuple[str, ...]:
        """The keys of what has not expired that begin so, in their order; at most 10,000."""
        ...

    async def channel_notes_expired(self, now: datetime) -> tuple[tuple[str, str], ...]:
        """Account and key of what is worth nothing any more; at most 10,000."""
        ...
