"""A web server in a process of its own, for a bench to ask.

``python -m gateway.bench.served WHO FOLDER`` says one JSON object with its ``url`` and runs until
its standard input is closed.

``bare``     aiohttp as its front page shows it
``door``     our server and store around one operation that writes one row
``gateway``  all of it (store, floor, flow, web), with a telephone system that is not there
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from aiohttp import web

from config.settings import AsteriskSettings, Settings, Web
from gateway.app import open_gateway, opened_store
from gateway.app.invitation import Invitation, Reach
from gateway.app.long_lived import long_lived
from gateway.clock import SystemClock
from gateway.core.facts import Fact, FactKind
from gateway.intake.accounts import Accounts
from gateway.telephony.ami_users import secrets_of
from gateway.telephony.free_port import free_port
from gateway.web.connections import Door
from gateway.web.limits import Limits
from gateway.web.operation import PUBLIC, Ask, Operation
from gateway.web.origins import Origins
from gateway.web.policy import Gate
from gateway.web.server import listening, make_app, url_of
from gateway.web.sessions import Cookie
from gateway.web.shape import Text
from gateway.web.sockets import Sockets
from ivr.flow import prompts
from ivr.loader import MAIN, parse

PATH = "/api/v1/accept"
ANSWER = b'{"number": "13800001111"}'


def settings_in(folder: Path) -> Settings:
    """Everything as shipped, on a free port of this machine."""
    return Settings(
        data_dir=folder / "data",
        web=Web(port=free_port(), web_calls=False),
        asterisk=AsteriskSettings(managed=True),
    )


@asynccontextmanager
async def gateway(folder: Path) -> AsyncIterator[str]:
    """Our own, whole."""
    nowhere = Reach(
        ami_host="127.0.0.1",
        ami_port=free_port(),
        ami_secrets=secrets_of("bench"),
        ws_url="ws://127.0.0.1:9/ws",
        web_secret="",
        agi_port=free_port(),
    )
    nodes = parse(MAIN.read_bytes()).nodes.values()
    spoken = tuple({name for node in nodes for name in prompts(node)})
    async with open_gateway(settings_in(folder), Invitation(reach=nowhere, prompts=spoken)) as one:
        yield one.url


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What is accepted."""

    reason: Annotated[str, Text(1, 200)]


@asynccontextmanager
async def door(folder: Path) -> AsyncIterator[str]:
    """Everything a request passes in the gateway, then one fact on disk, then the answer."""
    settings, clock, limits = settings_in(folder), SystemClock(), Limits()
    async with opened_store(settings) as store:

        async def accept(ask: Ask) -> web.StreamResponse:
            data = {"reason": ask.sent(Sent).reason}
            await store.record(Fact(kind=FactKind.NUMBER_REVEALED, at=clock.now(), data=data))
            return web.Response(body=ANSWER, content_type="application/json")

        operation = Operation(
            method="POST",
            path=PATH,
            policy=PUBLIC,
            handler=accept,
            summary="Accept",
            summary_zh="受理",
            tag="bench",
            body=Sent,
        )
        async with ours(settings, Accounts(store, clock), [operation], limits) as url:
            yield url


@asynccontextmanager
async def ours(
    settings: Settings, accounts: Accounts, operations: Sequence[Operation], limits: Limits
) -> AsyncIterator[str]:
    """Our server around these operations and nothing else."""
    origins = Origins.of(settings.web)
    cookie = Cookie(secure=origins.secure, seconds=3600)
    gate = Gate(accounts, cookie, origins, (), limits, lambda _who, _what: False)
    app = make_app(gate, operations, Sockets(limits.sockets), limits)
    async with listening(app, settings.web, Door(limits, ()), limits) as port:
        with long_lived():
            yield url_of(settings.web, port)


@asynccontextmanager
async def theirs(path: str, said: bytes, media: str) -> AsyncIterator[str]:
    """What aiohttp shows on its front page: read the body, answer 200."""

    async def accept(request: web.Request) -> web.Response:
        await request.read()
        return web.Response(body=said, content_type=media)

    app = web.Application()
    app.router.add_post(path, accept)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    port = free_port()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        await runner.cleanup()


def bare(_folder: Path) -> AbstractAsyncContextManager[str]:
    """Without anything of ours."""
    return theirs(PATH, ANSWER, "application/json")


async def serve(address: AbstractAsyncContextManager[str]) -> None:
    """Say where it is, and serve until told to stop."""
    async with address as url:
        print(json.dumps({"url": url}), flush=True)  # noqa: T201 - what the bench waits for
        await asyncio.to_thread(sys.stdin.buffer.read)


WHO = {"bare": bare, "door": door, "gateway": gateway}

if __name__ == "__main__":
    asyncio.run(serve(WHO[sys.argv[1]](Path(sys.argv[2]))))
