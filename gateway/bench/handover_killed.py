"""Callers who are put through to an emergency line while the gateway is killed again and again.

``dropped``            callers who were not with somebody at the end, of all transfers; must be 0
``not_ended``          legs that were still there a minute after the caller had hung up; must be 0
``click_to_ring_p99_ms``  from the first order to the INVITE, of first trunks that live; missing
                       when none of them was tried; a gateway that is killed in between counts
``silent_gap_p99_ms``  the longest silence in the caller's ear during each transfer
``reached``            the share that a dispatcher took; the others went on with their seat
``kills``              how often the gateway was killed (SIGKILL)

A whole hotline: operators order on their consoles, over HTTP, say so again when nobody answers, and
leave when the dispatcher has understood. Each transfer has two trunks in a random order, as in
``handover``. Another gateway follows within seconds, and is killed at a moment of chance, too.
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
from collections.abc import Callable, Iterator, Mapping
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp

from gateway.app import opened_store
from gateway.bench.alone import CITIZEN_HZ, SEAT_HZ, TALK_SECONDS
from gateway.bench.handover import DISPATCHER_HZ, OUTCOMES, SEED, hears
from gateway.bench.handover_trunks import PAIRS, emergency_settings, pairs
from gateway.bench.pop import DID, FIRST_NUMBER, operators
from gateway.bench.ratios import percentile
from gateway.bench.report import Figures, Told
from gateway.bench.world import World, hotline, ready
from gateway.core.citizen import mask_number
from gateway.core.line import PhoneKind
from gateway.simulate.call import Call
from gateway.simulate.console import Console, ConsoleRefused, open_console
from gateway.simulate.errors import Refused
from gateway.simulate.phone import SipPhone
from gateway.simulate.policy import Answer
from gateway.telephony.free_port import free_port

TRANSFERS, LANES = 1_000, 8
TINY: dict[str, Any] = {"transfers": 1, "lanes": 1, "calm_seconds": (1.0, 3.0)}
CALM_SECONDS = 2.0, 12.0
"""From a gateway that is ready to its end."""
AGAIN_SECONDS, PATIENCE_SECONDS = 0.3, 90.0
ENDED = frozenset({"in", "failed"})
NOTE = (
    "{transfers} transfers ordered on {lanes} consoles, {reached:.0%} of them reached a "
    "dispatcher; the gateway was killed {kills} times meanwhile; longest silence {longest:.0f} ms"
)


@dataclass(slots=True)
class _Found:
    dropped: int = 0
    not_ended: int = 0
    reached: int = 0
    kills: int = 0
    gaps: list[float] = field(default_factory=list)
    rings: list[float] = field(default_factory=list)


class _Screen:
    """An operator's console as far as it is needed: the call at the seat, and orders that go on."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self.call: dict[str, Any] = {}
        self._changed = asyncio.Event()

    async def watch(self) -> None:
        """For ever; the seat is ready again whenever it is not."""
        async for message in self._console.events():
            data: Any = message.get("data")
            if message["type"] in ("snapshot", "call"):
                self.call = (data["call"] if message["type"] == "snapshot" else data) or {}
                if self.call.get("state") == "offered":
                    await self._console.pop_shown(str(self.call["contact_id"]))
                self._changed.set()
            if message["type"] in ("snapshot", "seat"):
                seat = (data["seat"] if message["type"] == "snapshot" else data) or {}
                if seat.get("state") == "not_ready":
                    with suppress(ConsoleRefused, aiohttp.ClientError, TimeoutError):
                        await self._console.ask("POST", "/api/v1/seat/ready", {})

    async def until(self, there: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """Until the call of this screen is so; raises TimeoutError."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not there(self.call):
                self._changed.clear()
                with suppress(TimeoutError):
                    async with asyncio.timeout(AGAIN_SECONDS):
                        await self._changed.wait()
        return self.call

    async def order(self, path: str, body: Mapping[str, Any]) -> bool:
        """Again until somebody answers; False when it was refused."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                try:
                    await self._console.ask("POST", path, body)
                except ConsoleRefused as refused:
                    if refused.status < 500:
                        return False
                except (aiohttp.ClientError, TimeoutError):
                    pass
                else:
                    return True
                await asyncio.sleep(AGAIN_SECONDS)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Lane:
    """One operator, and the dispatchers whom only they call, by what their trunk does.

    ``calls`` are by masked number, ``rung`` is when each dispatcher was last rung.
    """

    at: int
    screen: _Screen
    desk: SipPhone
    citizens: SipPhone
    calls: dict[str, tuple[Call, asyncio.Event]]
    dispatchers: Mapping[str, SipPhone]
    rung: Mapping[str, float]

    async def citizen(self, number: str) -> None:
        """One more calls, until whichever seat they reached has put them through."""
        over = asyncio.Event()
        call = await self.citizens.call(DID, from_number=number)
        self.calls[mask_number(number)] = call, over
        async with asyncio.timeout(4 * PATIENCE_SECONDS):
            await over.wait()

    async def serve(self, chance: random.Random, found: _Found) -> None:
        """Whoever reaches this seat, for ever."""
        while True:
            await self._transfer(await self.desk.incoming.get(), chance, found)

    async def _transfer(self, seat: Call, chance: random.Random, found: _Found) -> None:
        try:
            await seat.answered(PATIENCE_SECONDS)
        except Refused:
            return  # the ring was taken back: another seat has them
        seat.play_tone(SEAT_HZ)
        shown = await self.screen.until(
            lambda call: call.get("state") == "talking" and call["number_masked"] in self.calls
        )
        citizen, over = self.calls.pop(str(shown["number_masked"]))
        citizen.play_tone(CITIZEN_HZ)
        since = asyncio.get_running_loop().time()
        path = f"/api/v1/calls/{shown['contact_id']}"
        pair = chance.randrange(PAIRS)
        wish = {"role": "dispatcher", "target": f"{self.at}{pair:02}", "mode": "join"}
        await self.screen.order(f"{path}/reach", wish)
        shown = await self.screen.until(
            lambda call: not call or (call.get("reach") or {}).get("state") in ENDED
        )
        if (rung := self.rung.get(pairs()[pair][0], since)) > since:
            found.rings.append(rung - since)
        if (shown.get("reach") or {}).get("state") == "in":
            found.reached += 1
            await self.screen.order(f"{path}/reach/verified", {})
            if await hears(citizen, DISPATCHER_HZ):
                await self.screen.order(f"{path}/leave", {})
                await seat.ended(PATIENCE_SECONDS)
        well = await hears(citizen, DISPATCHER_HZ) or await hears(citizen, SEAT_HZ)
        found.dropped += citizen.has_ended or not well
        found.gaps.append(citizen.heard.longest_silence(since))
        await citizen.hang_up()
        for leg in (seat, *(leg for one in self.dispatchers.values() for leg in one.calls)):
            try:
                await leg.ended(TALK_SECONDS)
            except TimeoutError:
                found.not_ended += 1
                await leg.hang_up()
        over.set()


async def measure(
    told: Told,
    *,
    transfers: int = TRANSFERS,
    lanes: int = LANES,
    calm_seconds: tuple[float, float] = CALM_SECONDS,
) -> Figures:
    """So many transfers, in so many lanes at the same time."""
    chance, found = random.Random(SEED), _Found()  # noqa: S311 - the same order each time
    ports = {(lane, name): free_port() for lane in range(1, lanes + 1) for name in OUTCOMES}
    async with AsyncExitStack() as stack:
        world = await stack.enter_async_context(hotline(emergency_settings(ports, lanes)))
        tasks = await stack.enter_async_context(asyncio.TaskGroup())
        made, beside = await _lanes(world, stack, tasks, ports)
        beside.append(tasks.create_task(_kill(world, chance, calm_seconds, found)))
        beside += [tasks.create_task(lane.serve(chance, found)) for lane in made]
        left = iter(range(transfers))

        async def work(lane: _Lane) -> None:
            for at in left:
                await lane.citizen(str(FIRST_NUMBER + at))
                if (at + 1) % max(1, transfers // 20) == 0:
                    so_far = f"{found.kills} kills, {found.dropped} dropped"
                    told(f"handover_killed {at + 1}/{transfers}: {so_far}")

        async with asyncio.TaskGroup() as working:
            for lane in made:
                working.create_task(work(lane))
        for task in beside:
            task.cancel()
    share = found.reached / transfers
    note = NOTE.format(
        transfers=transfers,
        lanes=lanes,
        reached=share,
        kills=found.kills,
        longest=1000 * max(found.gaps),
    )
    values: dict[str, float | int | str] = {
        "dropped": found.dropped,
        "not_ended": found.not_ended,
        "silent_gap_p99_ms": round(1000 * percentile(found.gaps, 0.99), 1),
        "reached": round(share, 3),
        "kills": found.kills,
    }
    if found.rings:
        values["click_to_ring_p99_ms"] = round(1000 * percentile(found.rings, 0.99), 1)
    return Figures({**values, "transfers": transfers, "lanes": lanes}, note)


async def _lanes(
    world: World,
    stack: AsyncExitStack,
    tasks: asyncio.TaskGroup,
    ports: Mapping[tuple[int, str], int],
) -> tuple[list[_Lane], list[asyncio.Task[None]]]:
    store = await stack.enter_async_context(opened_store(world.settings))
    logins = await operators(store, max(lane for lane, _ in ports))
    made, beside = list[_Lane](), list[asyncio.Task[None]]()
    calls = dict[str, tuple[Call, asyncio.Event]]()
    for at, (seat, login, password) in enumerate(logins, 1):
        phone = store.passwords.password(seat, PhoneKind.DESK)
        desk = await stack.enter_async_context(
            SipPhone(f"desk-{seat}", world.sip, phone, on_invite=Answer(0.1))
        )
        await desk.register()
        outside, rung = dict[str, SipPhone](), dict[str, float]()
        for name, policy in OUTCOMES.items():
            if policy is not None:
                port = ports[at, name]
                one = SipPhone("110", world.sip, port=port, on_invite=policy)
                outside[name] = await stack.enter_async_context(one)
                beside.append(tasks.create_task(_speak(one, name, rung)))
        console = await stack.enter_async_context(open_console(world.url, login, password))
        await console.ask("POST", "/api/v1/seat/sign-in", {"seat": seat, "phone": "desk"})
        screen = _Screen(console)
        beside.append(tasks.create_task(screen.watch()))
        citizens = await stack.enter_async_context(SipPhone(f"citizen-{at}", world.sip))
        own: dict[str, Any] = {"screen": screen, "desk": desk, "citizens": citizens, "calls": calls}
        made.append(_Lane(at=at, dispatchers=outside, rung=rung, **own))
    return made, beside


async def _speak(dispatcher: SipPhone, name: str, rung: dict[str, float]) -> None:
    """Whoever answers says something."""
    while True:
        call = await dispatcher.incoming.get()
        rung[name] = call.started_at
        call.play_tone(DISPATCHER_HZ)


async def _kill(
    world: World, chance: random.Random, calm: tuple[float, float], found: _Found
) -> None:
    while True:
        await asyncio.sleep(chance.uniform(*calm))
        for pid in _gateways():
            os.kill(pid, signal.SIGKILL)
            found.kills += 1
        await asyncio.sleep(AGAIN_SECONDS)
        await ready(world.url)


def _gateways() -> Iterator[int]:
    """Children of this process that are gateways."""
    for children in Path("/proc/self/task").glob("*/children"):
        for pid in map(int, children.read_text("ascii").split()):
            with suppress(OSError):  # it ended while we looked
                words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
                if b"--invited" in words:
                    yield pid
