"""A network between a client and a server that breaks once, in the middle."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

PIECE_BYTES = 64 * 1024


@dataclass
class CuttingProxy:
    """Both sides' connection is torn after ``after_bytes`` of the client's; then never again."""

    target: int
    after_bytes: int
    port: int = 0
    carried: int = 0
    cuts: int = 0
    asked: list[bytes] = field(default_factory=list)
    """The first bytes of each connection."""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection."""
        there, to = await asyncio.open_connection("127.0.0.1", self.target)
        try:
            async with asyncio.TaskGroup() as group:
                up = group.create_task(self._up(reader, to))
                down = group.create_task(self._down(there, writer))
                up.add_done_callback(lambda _: down.cancel())
        finally:
            writer.transport.abort()
            to.transport.abort()

    async def _up(self, reader: asyncio.StreamReader, to: asyncio.StreamWriter) -> None:
        first = True
        while piece := await reader.read(PIECE_BYTES):
            if first:
                self.asked.append(piece[:2048])
                first = False
            to.write(piece)
            await to.drain()
            self.carried += len(piece)
            if self.carried >= self.after_bytes and not self.cuts:
                self.cuts += 1
                return

    async def _down(self, there: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while piece := await there.read(PIECE_BYTES):
            writer.write(piece)
            await writer.drain()


@asynccontextmanager
async def cutting_proxy(target: int, after_bytes: int) -> AsyncIterator[CuttingProxy]:
    """In front of a port of this machine."""
    proxy = CuttingProxy(target, after_bytes)
    server = await asyncio.start_server(proxy.serve, "127.0.0.1", 0)
    proxy.port = server.sockets[0].getsockname()[1]
    try:
        yield proxy
    finally:
        server.close()
