"""Something between us and a server that hands on bytes late."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.eventually import takes


class SlowProxy:
    """Listens at ``socket`` and hands on to ``target``; each piece ``delay`` seconds late."""

    def __init__(self, socket: Path, target: Path) -> None:
        self.socket, self.target = socket, target
        self.delay = 0.0
        self.tasks: set[asyncio.Task[None]] = set()

    def accept(self, client: asyncio.StreamReader, answers: asyncio.StreamWriter) -> None:
        """One connection, until either side ends it."""
        self.tasks.add(asyncio.create_task(self._hand_on(client, answers)))

    async def _hand_on(self, client: asyncio.StreamReader, answers: asyncio.StreamWriter) -> None:
        try:
            server, orders = await asyncio.open_unix_connection(self.target)
        except OSError:
            answers.close()
            return
        try:
            await asyncio.gather(self._pipe(client, orders), self._pipe(server, answers))
        except OSError:
            pass
        finally:
            orders.close()
            answers.close()

    async def _pipe(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        while piece := await source.read(65_536):
            await takes(self.delay)
            sink.write(piece)
            await sink.drain()
        sink.close()


@asynccontextmanager
async def slow_proxy(socket: Path, target: Path) -> AsyncIterator[SlowProxy]:
    """One that runs."""
    proxy = SlowProxy(socket, target)
    server = await asyncio.start_unix_server(proxy.accept, socket)
    try:
        async with server:
            yield proxy
    finally:
        for task in proxy.tasks:
            task.cancel()
        await asyncio.gather(*proxy.tasks, return_exceptions=True)
