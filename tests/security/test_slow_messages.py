"""Bodies that dribble, at every route that takes one; made from the route table."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path

from channels.registry import open_account
from gateway.web.limits import Limits
from gateway.web.operation import Operation
from tests.gateway.web.test_hooks import Ledger
from tests.gateway.web.web_world import APP_KEY, Browser, WebWorld, web_world
from tests.peers.channel_peer import PASSWORD, ChannelPeer
from tests.security.test_every_route import path_of

ANNOUNCED = 4000
FIRST = b"--b\r\nContent-Disposition: form-data; name=a\r\n\r\n"
IMPATIENT = Limits(
    body_seconds=1,
    form_seconds=2,
    upload_seconds=2,
    answer_seconds=3,
    transfer_seconds=20,
    stall_seconds=3,
)
CUT_SECONDS = 60.0
"""Far more than the longest limit above, on a busy machine."""


@dataclass(frozen=True)
class Cut:
    """How it ended: the status that was answered, and how much had been taken by then."""

    status: int
    sent: int


def takes_a_body(operation: Operation) -> bool:
    """Whether something is read at this route."""
    hook = operation.from_servers and operation.method == "POST"
    return bool(operation.body is not None or operation.raw or hook)


async def dribbles(world: WebWorld, path: str, operation: Operation, cookies: str) -> Cut:
    """Announce a body and send a byte now and then, until we are cut off."""
    media = operation.raw or "application/json"
    head = {
        "Host": world.url.partition("//")[2],
        "Sec-Fetch-Site": "same-origin",
        "Content-Type": f"{media}; boundary=b" if "multipart" in media else media,
        "Content-Length": str(ANNOUNCED),
        "Cookie": cookies,
        "Tus-Resumable": "1.0.0",
        "Upload-Offset": "0",
        "Idempotency-Key": "slow-0001",
        "X-Password": PASSWORD,
        **({"Authorization": f"Bearer {APP_KEY}"} if "/app/" in path else {}),
    }
    lines = "".join(f"{name}: {value}\r\n" for name, value in head.items())
    reader, writer = await asyncio.open_connection("127.0.0.1", world.server.port)
    writer.write(f"{operation.method} {path} HTTP/1.1\r\n{lines}\r\n".encode() + FIRST)
    sent = len(FIRST)
    try:
        async with asyncio.timeout(CUT_SECONDS), asyncio.TaskGroup() as tasks:
            answered = tasks.create_task(reader.readline())
            while not answered.done():
                await asyncio.wait([answered], timeout=0.25)
                writer.write(b"a")
                sent += 1
        line = answered.result()
    finally:
        writer.transport.abort()
    return Cut(int(line.split()[1]) if line else 0, sent)


async def visiting(browser: Browser) -> str:
    """A visit of the chat's page in this browser, and a place for a file there; gives its id."""
    begun = await browser.ask("POST", "/api/v1/chat/session", {})
    assert begun.status == 200
    headers = {"Tus-Resumable": "1.0.0", "Upload-Length": str(ANNOUNCED)}
    made = await browser.ask("POST", "/api/v1/chat/files", raw=b"", headers=headers)
    assert made.status == 201
    return made.headers["Location"].rpartition("/")[2]


async def test_a_body_that_dribbles_is_cut_at_every_route(tmp_path: Path) -> None:
    """All at once, each by who may send it: refused in its time, and nothing of it is kept."""
    peer, ledger = ChannelPeer(), Ledger()
    accounts = {"peer:main": peer, "web:main": open_account("web", "main", {})}
    async with (
        web_world(tmp_path, limits=IMPATIENT, channels=accounts, inbox=ledger) as world,
        world.browser("chen") as browser,
    ):
        upload = await visiting(browser)
        cookies = "; ".join(f"{one.key}={one.value}" for one in browser.http.cookie_jar)
        asked = [one for one in world.server.operations if takes_a_body(one)]
        async with asyncio.TaskGroup() as tasks:
            ends = {}
            for one in asked:
                path = path_of(one, upload if "/chat/files/" in one.path else "x")
                path = "/hooks/peer/main" if path.startswith("/hooks/") else path
                slow = dribbles(world, path, one, cookies)
                ends[f"{one.method} {one.path}"] = tasks.create_task(slow)
        for name, end in ends.items():
            cut = end.result()
            assert 400 <= cut.status < 500 or cut.status == 503, (name, cut)
            assert cut.sent < ANNOUNCED, name
        assert len(ends) > 40
        late = {name for name, end in ends.items() if end.result().status == 408}
        assert {"POST /form", "POST /api/v1/chat/messages", "POST /api/v1/app/messages"} <= late
        assert any(name.startswith("POST /hooks/") for name in late)
        assert not world.citizens.talks
        assert not ledger.raw
