"""A link to a manager interface that misbehaves, and everything it said."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from gateway.telephony.ami_codec import AmiMessage
from gateway.telephony.ami_limits import LinkLimits
from gateway.telephony.ami_link import AmiLink, LinkDown, LinkUp
from tests.eventually import eventually
from tests.peers.ami_peer import AmiPeer

FAST = LinkLimits(
    connect_seconds=1,
    boot_seconds=1,
    action_seconds=0.5,
    ping_every_seconds=0.1,
    pong_seconds=0.3,
    retry_first_seconds=0.01,
    retry_last_seconds=0.05,
    refused_retry_seconds=0.05,
    heard_messages=100,
)
Heard = list[AmiMessage | LinkUp | LinkDown]


class Listening:
    """A link and everything it said."""

    def __init__(self, link: AmiLink) -> None:
        self.link, self.heard = link, Heard()
        self.reading = asyncio.Event()
        self.reading.set()

    async def read(self) -> None:
        """Read until the link is closed; ``reading`` holds the reader up."""
        async for each in self.link.messages():
            self.heard.append(each)
            await self.reading.wait()

    def events(self) -> list[str]:
        """The names of the events so far."""
        return [each.event for each in self.heard if isinstance(each, AmiMessage)]

    def changes(self) -> list[LinkUp | LinkDown]:
        """Up and down so far."""
        return [each for each in self.heard if not isinstance(each, AmiMessage)]

    async def up(self, times: int = 1) -> None:
        """Wait until the link came up so many times."""
        await eventually(lambda: self.changes().count(LinkUp()) >= times)


@asynccontextmanager
async def listening(
    peer: AmiPeer, limits: LinkLimits = FAST, secret: str = ""
) -> AsyncIterator[Listening]:
    """A link to the peer and a reader."""
    link = AmiLink(
        host="127.0.0.1", port=peer.port, user="u", secret=secret or peer.secret, limits=limits
    )
    async with asyncio.TaskGroup() as tasks:
        async with link:
            both = Listening(link)
            tasks.create_task(both.read())
            yield both
        both.reading.set()
