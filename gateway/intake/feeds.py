"""Channels that feed themselves: each runs beside the others, and what it brings goes to the inbox.

An account of which nothing can be recorded is told so and acknowledges nothing; its platform keeps
what it has until the store is back.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from channels.channel import Channel
from channels.errors import NotRecorded
from channels.feed import KEY_CHARACTERS, NOTE_BYTES, Fed
from channels.message import Received
from gateway.core.channel_note import ChannelNote
from gateway.core.errors import StoreUnavailable
from gateway.intake.inbox import Inbox
from gateway.ports import Clock, Store

SWEEP_SECONDS = 600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountNotes:
    """``channels.feed.Notes`` of one account, in the store."""

    store: Store
    clock: Clock
    account: str

    async def get(self, key: str) -> bytes | None:
        """See ``channels.feed.Notes``."""
        try:
            note = await self.store.channel_note(self.account, key)
        except StoreUnavailable as away:
            raise NotRecorded("note") from away
        over = note is None or (note.until is not None and note.until <= self.clock.now())
        return None if note is None or over else note.value

    async def put(self, key: str, value: bytes, until: datetime | None = None) -> None:
        """See ``channels.feed.Notes``."""
        if not 0 < len(key) <= KEY_CHARACTERS or not 0 < len(value) <= NOTE_BYTES:
            raise ValueError("note")
        await self._record(ChannelNote(account=self.account, key=key, value=value, until=until))

    async def drop(self, key: str) -> None:
        """See ``channels.feed.Notes``."""
        await self._record(ChannelNote(account=self.account, key=key, value=b""))

    async def keys(self, prefix: str) -> tuple[str, ...]:
        """See ``channels.feed.Notes``."""
        try:
            return await self.store.channel_note_keys(self.account, prefix, self.clock.now())
        except StoreUnavailable as away:
            raise NotRecorded("note") from away

    async def _record(self, note: ChannelNote) -> None:
        try:
            await self.store.record(note)
        except StoreUnavailable as away:
            raise NotRecorded("note") from away


class Feeds:
    """``use_cases`` run for ever, one for each account that feeds itself."""

    def __init__(
        self, store: Store, clock: Clock, inbox: Inbox, channels: Mapping[str, Channel]
    ) -> None:
        self._store = store
        self._clock = clock
        self._inbox = inbox
        self._fed = {id_: one for id_, one in channels.items() if isinstance(one, Fed)}

    def use_cases(self) -> Mapping[str, Callable[[], Awaitable[None]]]:
        """What runs for ever, by name."""
        if not self._fed:
            return {}
        feeds = {f"feed {id_}": partial(self._feed, id_, one) for id_, one in self._fed.items()}
        return {**feeds, "feed notes": self._sweep}

    async def _feed(self, account: str, channel: Fed) -> None:
        notes = AccountNotes(store=self._store, clock=self._clock, account=account)
        await channel.feed(partial(self._deliver, account), notes)

    async def _deliver(self, account: str, received: Received, raw: bytes = b"") -> None:
        try:
            await self._inbox.accept(account, received, raw)
        except StoreUnavailable as away:
            raise NotRecorded("message") from away

    async def _sweep(self) -> None:
        """Notes that are worth nothing any more are removed."""
        while True:
            for account, key in await self._store.channel_notes_expired(self._clock.now()):
                await self._store.record(ChannelNote(account=account, key=key, value=b""))
            await self._clock.sleep(SWEEP_SECONDS)
