"""Durable POSTs per CPU second of the server, ours against bare aiohttp.

``vs_bare`` is what every accepted message will pass: the connection's limits, origin, policy,
declared body, and one row on the disk (SQLite, WAL, synchronous=FULL, group commit) before the
answer. ``vs_bare_reveal`` is the one POST of today that writes a row each time and needs no call,
asked of the whole gateway: session, operator and contact are read (and decrypted) first.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import aiohttp

from gateway.app import opened_store
from gateway.bench.child import Child, serving
from gateway.bench.ratios import PAIRS, Ratio
from gateway.bench.report import Figures, Told
from gateway.bench.served import PATH, settings_in
from gateway.clock import SystemClock
from gateway.core.call import Call, CallState, Outcome
from gateway.core.line import Origin
from gateway.core.operator import Role
from gateway.intake.accounts import Accounts

LOGIN, PASSWORD = "bench", "a bench is no person 1"
CONTACT = "benchcontact0001"
BODY = b'{"reason": "durable accept"}'
AT_ONCE = 64
POSTS, WARM_UP = 2_000, 200
NOTE = (
    "vs_bare: our server around one operation of the bench's own that writes one row (a "
    "whole message is `intake`); vs_bare_reveal: POST /api/v1/contacts/.../reveal of the whole "
    "gateway, which reads session, operator and contact first; rates per CPU second of the server: "
    "bare {bare:.0f}, door {door:.0f}, reveal {gateway:.0f}; {at_once} connections"
)


@dataclass(frozen=True, slots=True)
class Target:
    """Where to POST, and the process that answers."""

    url: str
    http: aiohttp.ClientSession
    child: Child

    async def rate(self, posts: int) -> float:
        """POSTs per CPU second of the server; raises ClientError when one is not answered 200."""
        await self._post(max(1, posts * WARM_UP // POSTS))
        before = self.child.cpu_seconds()
        await self._post(posts)
        return posts / max(0.01, self.child.cpu_seconds() - before)

    async def _post(self, posts: int) -> None:
        async def some(count: int) -> None:
            for _ in range(count):
                async with self.http.post(self.url, data=BODY) as answer:
                    answer.raise_for_status()
                    await answer.read()

        share = -(-posts // AT_ONCE)
        async with asyncio.TaskGroup() as tasks:
            for _ in range(AT_ONCE):
                tasks.create_task(some(share))


TINY = {"pairs": 1, "posts": 64}


async def measure(told: Told, *, pairs: int = PAIRS, posts: int = POSTS) -> Figures:
    """Both servers stand all the time; they are asked in turn."""
    with tempfile.TemporaryDirectory(prefix="hotline-bench-") as name:
        folder = Path(name)
        await asyncio.to_thread((folder / "gateway").mkdir)
        await _people(folder / "gateway")
        rates: dict[str, list[float]] = {"bare": [], "door": [], "gateway": []}
        async with AsyncExitStack() as stack:
            targets = {who: await stack.enter_async_context(_target(who, folder)) for who in rates}
            for pair in range(pairs):
                for who, target in targets.items():
                    rates[who].append(await target.rate(posts))
                told(f"durable_accept {pair + 1}/{pairs}")
    best = {who: max(found) for who, found in rates.items()}
    return Figures(
        {
            **Ratio.of(rates["door"], rates["bare"]).named("vs_bare"),
            **Ratio.of(rates["gateway"], rates["bare"]).named("vs_bare_reveal"),
            "posts": posts,
            "pairs": pairs,
        },
        NOTE.format(at_once=AT_ONCE, **best),
    )


async def _people(folder: Path) -> None:
    """Somebody who may look, and a contact to look at."""
    async with opened_store(settings_in(folder)) as store:
        clock = SystemClock()
        await Accounts(store, clock).add(LOGIN, LOGIN, Role.SUPERVISOR, {}, PASSWORD)
        now = clock.now()
        call = Call(
            id=CONTACT,
            hotline_id="Hbench-1.1",
            channel="PJSIP/trunk-local-00000001",
            number="13800001111",
            did="12345",
            origin=Origin.TRUNK,
            state=CallState.ENDED,
            arrived_at=now - timedelta(minutes=1),
            ended_at=now,
            outcome=Outcome.ABANDONED,
        )
        await store.record(call)


@asynccontextmanager
async def _target(who: str, folder: Path) -> AsyncIterator[Target]:
    jar = aiohttp.CookieJar(unsafe=True)
    connector = aiohttp.TCPConnector(limit=AT_ONCE)
    headers = {"Content-Type": "application/json", "Sec-Fetch-Site": "same-origin"}
    async with (
        serving("gateway.bench.served", who, str(folder / who)) as child,
        aiohttp.ClientSession(cookie_jar=jar, connector=connector, headers=headers) as http,
    ):
        url = str((await child.said())["url"])
        if who != "gateway":
            yield Target(f"{url}{PATH}", http, child)
            return
        login = {"login": LOGIN, "password": PASSWORD}
        async with http.post(f"{url}/api/v1/session", json=login) as answer:
            answer.raise_for_status()
        yield Target(f"{url}/api/v1/contacts/{CONTACT}/reveal", http, child)
