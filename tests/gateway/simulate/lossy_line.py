"""Two phones with a line between them that loses what a test wants lost."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

from gateway.simulate.phone import SipPhone
from gateway.simulate.sip_message import Request, Response, parse
from gateway.telephony.free_port import free_port

Loses = Callable[[Request | Response, int], bool]
"""Whether this message, seen for the nth time (from 1), gets lost."""


class _End(asyncio.DatagramProtocol):
    def __init__(self, line: LossyLine, side: int) -> None:
        self._line, self._side = line, side

    def datagram_received(self, data: bytes, addr: tuple[str | Any, int]) -> None:  # noqa: ARG002 - asyncio's
        self._line.carry(data, self._side)


class LossyLine:
    """``seen`` counts every message by what it is: ``INVITE``, ``200 INVITE``..."""

    def __init__(self, loses: Loses) -> None:
        self._loses = loses
        self._ends: list[asyncio.DatagramTransport] = []
        self.phones: list[tuple[str, int]] = []
        self.seen: dict[str, int] = {}
        self.twice = False
        """Whether every message comes twice, at once."""

    async def open(self) -> list[tuple[str, int]]:
        """The servers of both phones."""
        loop = asyncio.get_running_loop()
        for side in (0, 1):
            end, _ = await loop.create_datagram_endpoint(
                partial(_End, self, side), local_addr=("127.0.0.1", 0)
            )
            self._ends.append(end)
        return [end.get_extra_info("sockname") for end in self._ends]

    def carry(self, data: bytes, side: int) -> None:
        """From one phone to the other, or nowhere."""
        message = parse(data)
        if isinstance(message, Request):
            name = message.method
        else:
            name = f"{message.code} {message.cseq[1]}"
        self.seen[name] = self.seen.get(name, 0) + 1
        if not self._loses(message, self.seen[name]):
            for _ in range(1 + self.twice):
                self._ends[1 - side].sendto(data, self.phones[1 - side])

    def close(self) -> None:
        """Cut."""
        for end in self._ends:
            end.close()


@asynccontextmanager
async def two_phones(
    loses: Loses = lambda _message, _count: False,
) -> AsyncIterator[tuple[SipPhone, SipPhone, LossyLine]]:
    """``a`` and ``b``; what one calls, the other gets."""
    line = LossyLine(loses)
    ours = [free_port(), free_port()]
    line.phones = [("127.0.0.1", port) for port in ours]
    servers = await line.open()
    try:
        async with (
            SipPhone("a", servers[0], port=ours[0]) as a,
            SipPhone("b", servers[1], port=ours[1]) as b,
        ):
            yield a, b, line
    finally:
        line.close()
