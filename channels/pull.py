"""Channels whose citizens read on our own pages: nobody calls us, there is nobody to send to."""

from __future__ import annotations

from collections.abc import AsyncIterator

from channels.channel import Caps
from channels.errors import FetchFailed
from channels.message import (
    Finding,
    Kind,
    MediaRef,
    Outbound,
    Route,
    Sent,
)
from channels.unhooked import Unhooked

MOST_CHARACTERS = 4000
CAPS = Caps(
    text_most=MOST_CHARACTERS,
    sends=frozenset({Kind.TEXT, Kind.IMAGE, Kind.VOICE, Kind.VIDEO, Kind.FILE}),
    routes=frozenset({Route.REPLY}),
    pull=True,
    hooked=False,
)
"""What is said is read from the store, and the page acknowledges what it has shown."""


class PullAccount(Unhooked):
    """One account of such a channel; nothing is opened, so nothing is closed."""

    caps = CAPS

    def __init__(self, kind: str) -> None:
        self.kind = kind

    async def send(self, outbound: Outbound) -> Sent:
        """Nothing leaves; the page takes it."""
        del outbound
        return Sent()

    async def fetch(self, media: MediaRef, most_bytes: int) -> AsyncIterator[bytes]:
        """There is nowhere to fetch from: files come with the pages' own uploads."""
        del media, most_bytes
        raise FetchFailed("no-platform", again=False)
        yield b""

    async def check(self) -> tuple[Finding, ...]:
        """It needs nothing from outside."""
        return (
            Finding(
                name="pages",
                good=True,
                zh="由本网关的页面收发，不依赖外部平台",
                en="by this gateway's own pages; needs no platform",
            ),
        )
