"""Flows that go well or wrong, as FastAGI servers: they speak bytes on a real port."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, closing

Flow = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def flow(port: int, serve: Flow) -> AsyncIterator[list[dict[str, str]]]:
    """A server for the time of the test; gives the variables of every call that came."""
    seen: list[dict[str, str]] = []

    async def one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        told: dict[str, str] = {}
        while (line := (await reader.readline()).decode().strip()) != "":
            name, _, value = line.partition(": ")
            told[name] = value
        seen.append(told)
        try:
            await serve(reader, writer)
        finally:
            writer.close()

    server = await asyncio.start_server(one, "127.0.0.1", port)
    async with server:
        yield seen


def deciding(variables: Mapping[str, str]) -> Flow:
    """Sets these variables, in order, and is done."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for name, value in variables.items():
            writer.write(f'SET VARIABLE {name} "{value}"\n'.encode())
            await reader.readline()

    return serve


async def silent(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
    """Accepts and never says a word."""
    while await reader.readline():
        pass


async def killed(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Is shot in the middle: a queue was chosen, the verdict was not given."""
    await deciding({"GW_QUEUE": "civil"})(reader, writer)
    writer.transport.abort()


@asynccontextmanager
async def full_backlog(port: int) -> AsyncIterator[None]:
    """A listener whose queue of connections is full: the next SYN is dropped."""
    with closing(socket.socket()) as listener:
        listener.bind(("127.0.0.1", port))
        listener.listen(0)
        waiting: list[socket.socket] = []
        try:
            for _ in range(8):
                one = socket.socket()
                one.setblocking(False)
                one.connect_ex(("127.0.0.1", port))
                waiting.append(one)
            yield
        finally:
            for one in waiting:
                one.close()
