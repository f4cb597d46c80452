"""WeChat messages per CPU second of the server, accepted as promised, against bare aiohttp POSTs.

``vs_bare``: each message is verified, decrypted, known by its key, and recorded with its event,
sender, conversation, right to reply and facts in one transaction on the disk (SQLite, WAL,
synchronous=FULL, group commit) before it is acknowledged. Every citizen is new and writes
``EACH`` messages; the first opens a conversation and gets its receipt written.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter

import aiohttp
from yarl import URL

from gateway.bench.child import Child, serving
from gateway.bench.ratios import PAIRS, Ratio, percentile
from gateway.bench.report import Figures, Told
from gateway.bench.wechat_push import pushes
from gateway.clock import SystemClock

AT_ONCE = 64
MESSAGES, WARM_UP = 2_000, 200
EACH = 5
STEADY, STEADY_SECONDS = 100, 5.0
"""Messages a second at which the time to the acknowledgement is taken: far more than a city has."""
TINY = {"pairs": 1, "messages": 64, "steady_seconds": 0.3}
NOTE = (
    "messages per CPU second of the server: bare {bare:.0f}, ours {hook:.0f}; {at_once} at once; "
    "p99_ack_ms at {steady} messages/s, p99_ack_full_ms with {at_once} always on their way; both "
    "as the platform sees it, with the platform itself on the same machine"
)


@dataclass(slots=True)
class Target:
    """A hook, the process that answers, and how long each answer took, in seconds."""

    url: str
    http: aiohttp.ClientSession
    child: Child
    sent: int = 0
    took: list[float] = field(default_factory=list)

    def made(self, count: int) -> list[tuple[URL, bytes]]:
        """Messages that nobody has sent yet."""
        found = list(pushes(self.url, count, EACH, SystemClock().now(), 10**15 + self.sent))
        self.sent += count
        return found

    async def rate(self, messages: int) -> float:
        """Messages per CPU second of the server."""
        await self._all(self.made(max(AT_ONCE, messages * WARM_UP // MESSAGES)))
        wanted = self.made(messages)
        before = self.child.cpu_seconds()
        self.took.clear()
        await self._all(wanted)
        return messages / max(0.01, self.child.cpu_seconds() - before)

    async def steady(self, seconds: float) -> None:
        """Send one after the other at its time, whether or not the one before is answered."""
        self.took.clear()
        loop = asyncio.get_running_loop()
        begun = loop.time()
        async with asyncio.TaskGroup() as tasks:
            for number, push in enumerate(self.made(int(STEADY * seconds))):
                await asyncio.sleep(max(0.0, begun + number / STEADY - loop.time()))
                tasks.create_task(self._one(push))

    async def _all(self, wanted: Sequence[tuple[URL, bytes]]) -> None:
        left = iter(wanted)

        async def some() -> None:
            for push in left:
                await self._one(push)

        async with asyncio.TaskGroup() as tasks:
            for _ in range(AT_ONCE):
                tasks.create_task(some())

    async def _one(self, push: tuple[URL, bytes]) -> None:
        url, body = push
        begun = perf_counter()
        async with self.http.post(url, data=body) as answer:
            answer.raise_for_status()
            await answer.read()
        self.took.append(perf_counter() - begun)


async def measure(
    told: Told,
    *,
    pairs: int = PAIRS,
    messages: int = MESSAGES,
    steady_seconds: float = STEADY_SECONDS,
) -> Figures:
    """Both servers stand all the time; they are asked in turn."""
    rates: dict[str, list[float]] = {"bare": [], "hook": []}
    full: list[float] = []
    with tempfile.TemporaryDirectory(prefix="hotline-bench-") as name:
        async with AsyncExitStack() as stack:
            targets = {who: await _target(stack, who, Path(name) / who) for who in rates}
            for pair in range(pairs):
                for who, target in targets.items():
                    rates[who].append(await target.rate(messages))
                full.append(percentile(targets["hook"].took, 0.99))
                told(f"intake {pair + 1}/{pairs}")
            await targets["hook"].steady(steady_seconds)
            steady = percentile(targets["hook"].took, 0.99)
    best = {who: max(found) for who, found in rates.items()}
    return Figures(
        {
            **Ratio.of(rates["hook"], rates["bare"]).named("vs_bare"),
            "p99_ack_ms": round(steady * 1000, 1),
            "p99_ack_full_ms": round(sorted(full)[len(full) // 2] * 1000, 1),
            "messages": messages,
            "pairs": pairs,
        },
        NOTE.format(at_once=AT_ONCE, steady=STEADY, **best),
    )


async def _target(stack: AsyncExitStack, who: str, folder: Path) -> Target:
    await asyncio.to_thread(folder.mkdir)
    child = await stack.enter_async_context(
        serving("gateway.bench.intake_served", who, str(folder))
    )
    connector = aiohttp.TCPConnector(limit=2 * AT_ONCE)
    headers = {"Content-Type": "text/xml"}
    session = aiohttp.ClientSession(connector=connector, headers=headers)
    http = await stack.enter_async_context(session)
    return Target(str((await child.said())["url"]), http, child)
