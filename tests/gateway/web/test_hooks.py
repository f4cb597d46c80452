"""Where platforms deliver: recorded before it is answered, and nothing else comes in that way."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import aiohttp
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from channels.message import Received
from channels.registry import open_account
from gateway.core.errors import StoreUnavailable
from gateway.intake.throttling import NOWHERE, From, Source
from gateway.web.limits import Limits
from tests.gateway.web.web_world import WebWorld, web_world
from tests.peers.channel_peer import PASSWORD, ChannelPeer

HOOK = "/hooks/peer/main"
KNOWN = {"X-Password": PASSWORD}
LIMITS = Limits(body_seconds=0.5)


@dataclass
class Ledger:
    """An inbox that writes down; ``away``: the store is not there."""

    taken: Counter[str] = field(default_factory=Counter)
    raw: list[bytes] = field(default_factory=list)
    away: bool = False
    gate: asyncio.Event | None = None
    origins: set[From] = field(default_factory=set)

    async def accept(
        self, account: str, received: Received, raw: bytes = b"", origin: From = NOWHERE
    ) -> None:
        """Once recorded, counted."""
        self.origins.add(origin)
        if self.away:
            raise StoreUnavailable("test")
        if self.gate is not None:
            await self.gate.wait()
        self.raw.append(raw)
        self.taken.update(f"{account} {one.key}" for one in received.messages)


@dataclass
class HookWorld:
    """A server with one platform's account, the page's, and whoever delivers."""

    web: WebWorld
    peer: ChannelPeer
    ledger: Ledger
    http: aiohttp.ClientSession

    async def post(
        self, body: bytes, path: str = HOOK, headers: dict[str, str] | None = None
    ) -> tuple[int, bytes, dict[str, str]]:
        """What the platform is told."""
        sent = KNOWN if headers is None else headers
        async with self.http.post(self.web.url + path, data=body, headers=sent) as answer:
            return answer.status, await answer.read(), dict(answer.headers)


def delivery(key: str = "k1", text: str = "你好") -> bytes:
    """A message as this platform writes it."""
    return json.dumps({"key": key, "from": "u1", "text": text}).encode()


@asynccontextmanager
async def hook_world(folder: Path) -> AsyncIterator[HookWorld]:
    """Everything behind the hook but the store."""
    peer, ledger = ChannelPeer(), Ledger()
    accounts = {"peer:main": peer, "web:main": open_account("web", "main", {})}
    async with (
        web_world(folder, limits=LIMITS, channels=accounts, inbox=ledger) as web,
        aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as http,
    ):
        yield HookWorld(web, peer, ledger, http)


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[HookWorld]:
    """One for each test."""
    async with hook_world(tmp_path) as made:
        yield made


async def test_a_delivery_is_recorded_and_then_answered(world: HookWorld) -> None:
    """In the channel's own words, whoever asks from wherever: platforms send no Origin."""
    for headers in ({}, {"Origin": "https://elsewhere.example"}, {"Sec-Fetch-Site": "cross-site"}):
        status, body, _ = await world.post(delivery(), headers=KNOWN | headers)
        assert (status, body) == (200, b"taken")
    assert world.ledger.taken == {"peer:main k1": 3}
    assert world.ledger.raw[0] == delivery()
    assert world.ledger.origins == {From(address="127.0.0.1", source=Source.PLATFORM)}


async def test_no_answer_before_the_commit(world: HookWorld) -> None:
    """The platform waits as long as the record does."""
    world.ledger.gate = asyncio.Event()
    async with asyncio.TaskGroup() as group:
        asked = group.create_task(world.post(delivery()))
        done, _ = await asyncio.wait([asked], timeout=0.2)
        assert not done
        world.ledger.gate.set()
    assert asked.result()[0] == 200


async def test_a_store_that_is_away_makes_the_platform_come_again(world: HookWorld) -> None:
    """503 with Retry-After, and nothing was recorded."""
    world.ledger.away = True
    status, _, headers = await world.post(delivery())
    assert status == 503
    assert int(headers["Retry-After"]) >= 1
    world.ledger.away = False
    assert (await world.post(delivery()))[0] == 200
    assert world.ledger.taken == {"peer:main k1": 1}


async def test_whoever_is_not_believed_hears_the_channels_word(
    world: HookWorld, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is counted, and what they sent is in no log."""
    for _ in range(5):
        status, body, _ = await world.post(delivery(text="canary-7"), headers={})
        assert (status, body) == (403, b"no")
    assert (await world.post(b"canary-7"))[0] == 400
    assert world.ledger.taken == {}
    captured = capsys.readouterr()
    assert "canary-7" not in captured.out + captured.err


async def test_the_platforms_question_is_answered(world: HookWorld) -> None:
    """GET, when it proves itself; nothing is recorded of it."""
    url = world.web.url + HOOK + "?echo=abc"
    async with world.http.get(url, headers=KNOWN) as answer:
        assert await answer.read() == b"abc"
    async with world.http.get(url) as answer:
        assert answer.status == 403
    assert world.ledger.raw == []


@pytest.mark.parametrize(
    "path",
    [
        "/hooks/peer/other",
        "/hooks/other/main",
        "/hooks/web/main",
        "/hooks/app/main",
        "/hooks/Peer/main",
        "/hooks/peer/main/x",
        "/hooks/peer/..%2fmain",
        "/hooks/peer/" + "x" * 500,
        "/hooks/peer",
        "/hooks/",
    ],
)
async def test_an_account_that_there_is_not_is_no_page_like_any_other(
    world: HookWorld, path: str
) -> None:
    """The same 404, whether the kind, the name, or only the hook is unknown."""
    status, body, _ = await world.post(delivery(), path)
    told = json.loads(body)
    assert (status, told["status"]) == (404, 404)
    assert told["code"] in ("unknown", "not-found")


async def test_a_body_that_is_too_large_is_cut(world: HookWorld) -> None:
    """Said beforehand, sent in pieces, or hidden before the first part of a form."""

    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(100):
            yield b"x" * 1000

    url, most = world.web.url + HOOK, world.peer.caps.hook_bytes
    assert (await world.post(b"x" * (most + 1)))[0] == 413
    async with world.http.post(url, data=pieces(), headers=KNOWN) as answer:
        assert answer.status == 413
    preamble = KNOWN | {"Content-Type": "multipart/form-data; boundary=b"}
    async with world.http.post(url, data=pieces(), headers=preamble) as answer:
        assert answer.status == 413
    assert (await world.post(b" " * (most - 60) + delivery("k2", "x")))[0] == 200


async def test_a_slow_body_and_a_packed_one_are_refused(world: HookWorld) -> None:
    """408 when it does not come, 415 when it would have to be unpacked."""

    async def slow() -> AsyncIterator[bytes]:
        yield b"{"
        await asyncio.Event().wait()

    async with world.http.post(world.web.url + HOOK, data=slow(), headers=KNOWN) as answer:
        assert answer.status == 408
    assert (await world.post(delivery(), headers=KNOWN | {"Content-Encoding": "gzip"}))[0] == 415


async def test_a_query_that_says_a_thing_twice_is_refused(world: HookWorld) -> None:
    """Two readers of it might read two things."""
    assert (await world.post(delivery(), HOOK + "?a=1&a=2"))[0] == 400
    assert (await world.post(delivery(), HOOK + "?" + "&".join(f"a{n}=" for n in range(99))))[
        0
    ] == 400


async def test_a_hook_opens_no_other_door(world: HookWorld) -> None:
    """Only hooks and Apps, which have their keys, are asked without an Origin."""
    changing = [one for one in world.web.server.operations if one.method != "OPTIONS"]
    free = [one for one in changing if one.from_servers]
    assert {one.path.split("/")[1] for one in free if one.guard is None} == {"hooks"}
    keyed = {one.path.rsplit("/", 1)[0] for one in free if one.guard is not None}
    assert all(f"{path}/".startswith("/api/v1/app/") for path in keyed)
    async with world.http.post(
        world.web.url + "/api/v1/session", json={}, headers={"Origin": "https://else.example"}
    ) as answer:
        assert answer.status == 403


async def test_a_hundred_replays_at_once_are_a_hundred_answers(world: HookWorld) -> None:
    """The hook passes each on; that they are one message is the inbox's to say."""
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(world.post(delivery())) for _ in range(100)]
    assert {task.result()[0] for task in tasks} == {200}
    assert world.ledger.taken == {"peer:main k1": 100}


async def test_refusals_are_logged_ever_more_rarely(world: HookWorld) -> None:
    """A flood of forgeries is no flood of lines: the first, second, fourth and eighth."""
    with capture_logs() as lines:
        for _ in range(9):
            await world.post(delivery(), headers={})
    told = [line for line in lines if line["event"] == "hook_refused"]
    assert [line["count"] for line in told] == [1, 2, 4, 8]
    assert {line["code"] for line in told} == {"forged"}


def test_no_body_is_a_fault_of_ours(tmp_path: Path) -> None:
    """Whatever comes is taken, forged or malformed; never a 500."""
    with asyncio.Runner() as runner, ExitStack() as closing:
        opening = hook_world(tmp_path)
        world = runner.run(opening.__aenter__())
        closing.callback(lambda: runner.run(opening.__aexit__(None, None, None)))

        @settings(max_examples=150, deadline=None)
        @given(body=st.binary(max_size=300), known=st.booleans(), query=st.text(max_size=20))
        def fuzz(body: bytes, known: bool, query: str) -> None:
            path = f"{HOOK}?{quote(query)}"
            status, _, _ = runner.run(world.post(body, path, KNOWN if known else {}))
            assert status in ((200, 400) if known else (403, 400))

        fuzz()
