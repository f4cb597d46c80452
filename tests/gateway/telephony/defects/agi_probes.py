"""As probes.py, for its FastAGI."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

from panoramisk import fast_agi

from tests.eventually import never, takes

Found = dict[str, Any]


def say(**words: Any) -> None:
    """One line to who watches."""
    print(json.dumps(words), flush=True)  # noqa: T201 - its standard output is its voice


async def agi_server(route: Callable[[Any], Awaitable[Any]]) -> None:
    """The library's FastAGI server on a free port, and a pulse while the loop lives."""
    application = fast_agi.Application(loop=asyncio.get_running_loop())
    application.add_route("intake", route)
    server = await asyncio.start_server(application.handler, "127.0.0.1", 0)
    say(port=server.sockets[0].getsockname()[1])
    while True:
        await takes(0.1)
        say(pulse=True)


async def agi_knock(_port: int) -> None:
    """Whoever connects and closes."""

    async def route(_request: Any) -> None:
        say(served=True)

    await agi_server(route)


async def agi_commands(_port: int) -> None:
    """Two commands, and what the library makes of each reply."""

    async def route(request: Any) -> None:
        for command in ("GET DATA hotline/greeting", "GET VARIABLE TEXT", "NOOP"):
            try:
                async with asyncio.timeout(3):
                    say(reply={"to": command, **await request.send_command(command)})
            except (ValueError, TimeoutError) as error:
                say(reply={"to": command, "raised": type(error).__name__})

    await agi_server(route)


async def agi_injection(_port: int) -> None:
    """A value with a line break in it."""

    async def route(request: Any) -> None:
        await request.send_command('SET VARIABLE NAME "x"\nEXEC System pwned')

    await agi_server(route)


async def agi_cancel(_port: int) -> Found:
    """A session that is cancelled, as a closing server does."""
    application = fast_agi.Application(loop=asyncio.get_running_loop())
    began = asyncio.Event()

    async def route(_request: Any) -> None:
        began.set()
        await never()

    application.add_route("intake", route)
    tasks: list[asyncio.Task[Any]] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        tasks.append(asyncio.create_task(application.handler(reader, writer)))

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    say(port=server.sockets[0].getsockname()[1])
    await began.wait()
    tasks[0].cancel()
    await asyncio.wait(tasks)
    return {"cancelled": tasks[0].cancelled()}


async def agi_plain_function(_port: int) -> Found:
    """A route that is a plain function."""
    application = fast_agi.Application(loop=asyncio.get_running_loop())
    try:
        application.add_route("intake", lambda _: None)
    except AttributeError as error:
        return {"raised": type(error).__name__}
    return {"raised": ""}
