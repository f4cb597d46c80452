"""An account for short messages that sends by its own connection: held for one command."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import datetime

from channels.channel import Channel
from channels.errors import NotConnected, NotRecorded
from channels.feed import Fed
from channels.message import Outbound, Received, Sent
from gateway.intake.channel_account import SMS

PAUSE_SECONDS = 0.2
TRIES = 100
"""Until the connection is there: twenty seconds."""


class Nothing:
    """Records nothing: whatever comes meanwhile stays with its platform and comes again."""

    async def __call__(self, received: Received, raw: bytes = b"") -> None:
        """See ``channels.feed.Deliver``."""
        del received, raw
        raise NotRecorded("command")

    async def get(self, key: str) -> bytes | None:
        """See ``channels.feed.Notes``."""
        del key
        raise NotRecorded("command")

    async def put(self, key: str, value: bytes, until: datetime | None = None) -> None:
        """See ``channels.feed.Notes``."""
        del key, value, until
        raise NotRecorded("command")

    async def drop(self, key: str) -> None:
        """See ``channels.feed.Notes``."""
        del key
        raise NotRecorded("command")

    async def keys(self, prefix: str) -> tuple[str, ...]:
        """See ``channels.feed.Notes``."""
        del prefix
        raise NotRecorded("command")


@asynccontextmanager
async def fed(channel: Channel) -> AsyncIterator[None]:
    """With its connection, when it sends by one; what it is brought is not acknowledged."""
    if channel.kind != SMS or not isinstance(channel, Fed):
        yield
        return
    feeding = asyncio.create_task(channel.feed(Nothing(), Nothing()))
    try:
        yield
    finally:
        feeding.cancel()
        with suppress(asyncio.CancelledError, NotRecorded):
            await feeding


async def sent_soon(channel: Channel, outbound: Outbound) -> Sent:
    """Send as soon as the connection is there. Raises SendFailed and those below it."""
    for _ in range(TRIES if isinstance(channel, Fed) else 1):
        try:
            return await channel.send(outbound)
        except NotConnected:
            await asyncio.sleep(PAUSE_SECONDS)
    return await channel.send(outbound)
