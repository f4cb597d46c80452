"""Callers who are put through to an emergency line, whatever its trunks do.

``dropped``               callers who were not with somebody at the end, of all transfers; must be 0
``click_to_ring_p99_ms``  from the order to the INVITE at the dispatcher, of first trunks that live
``silent_gap_p99_ms``     the longest silence in the caller's ear during each transfer
``reached``               the share that a dispatcher took; the others went on with their seat

Some talks at the same time, real SIP phones with a tone each. Each transfer has two trunks in a
random order: one whose dispatcher answers, is busy, refuses (503), never answers, or that is dead.
After a dispatcher has come the seat leaves; the caller must still hear them.
"""

from __future__ import annotations

import asyncio
import random
import secrets
from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any

from config.settings import Trunk
from gateway.bench.alone import (
    CITIZEN_HZ,
    SEAT_HZ,
    TALK_SECONDS,
    Alone,
    Talk,
    asterisk_alone,
    desk_phone,
)
from gateway.bench.child import ChildFailed
from gateway.bench.ratios import percentile
from gateway.bench.report import Figures, Told
from gateway.core.guest import CallIn, OutsideNumber
from gateway.core.guest_kind import GuestMode, GuestRole
from gateway.core.line import CallArrived, News, SeatAnswered
from gateway.core.line_guests import GuestFailed, GuestJoined
from gateway.simulate.call import Call
from gateway.simulate.phone import SipPhone
from gateway.simulate.policy import BUSY, Answer, Policy, Reject, Ring
from gateway.telephony.free_port import free_port

TRANSFERS, LANES = 1_000, 8
TINY: dict[str, Any] = {"transfers": 4, "lanes": 2}
SEED = 12345
RING_SECONDS = 2
DISPATCHER_HZ = 950
LISTEN_SECONDS, HEAR_SECONDS = 0.4, 5.0
OUTCOMES: dict[str, Policy | None] = {
    "answers": Answer(),
    "answers_late": Answer(0.4),
    "busy": BUSY,
    "refuses": Reject(503, "Service Unavailable"),
    "rings": Ring(),
    "dead": None,
}
"""What a trunk leads to; None: to nobody."""
NOTE = (
    "{transfers} transfers, {lanes} at a time, {reached:.0%} of them reached a dispatcher, the "
    "others stayed with their seat; longest silence {longest:.0f} ms"
)


@dataclass(slots=True)
class _Found:
    """What was measured, in seconds."""

    dropped: int = 0
    reached: int = 0
    rings: list[float] = field(default_factory=list)
    gaps: list[float] = field(default_factory=list)


class _Ear:
    """Waits for what is told of one call or one guest."""

    def __init__(self) -> None:
        self._waiting: dict[tuple[type, str], asyncio.Future[Any]] = {}

    def hear(self, news: News) -> None:
        """Everything that is told."""
        match news:
            case GuestJoined() | GuestFailed():
                self._done(type(news), news.guest, news)
            case CallArrived():
                self._done(CallArrived, news.number, news)
            case SeatAnswered():
                self._done(SeatAnswered, news.hotline_id, news)
            case _:
                pass

    def expect(self, kind: type, name: str) -> asyncio.Future[Any]:
        """The next of this kind by this name."""
        future = asyncio.get_running_loop().create_future()
        self._waiting[kind, name] = future
        return future

    def _done(self, kind: type, name: str, news: News) -> None:
        future = self._waiting.pop((kind, name), None)
        if future is not None and not future.done():
            future.set_result(news)


@dataclass(frozen=True, slots=True)
class _Lane:
    """One citizen, one seat, and a telephone behind each of their trunks."""

    alone: Alone
    ear: _Ear
    number: str
    citizen: SipPhone
    desks: Mapping[str, SipPhone]
    outside: Mapping[str, SipPhone]

    async def transfer(self, chance: random.Random, found: _Found) -> None:
        """Talk, try one or two trunks, and see who hears whom at the end."""
        now, who, leg = await self._talks()
        order = chance.sample(list(OUTCOMES), 2)
        since = asyncio.get_running_loop().time()
        dispatcher = None
        for at, name in enumerate(order):
            dispatcher = await self._tried(name, who, found if at == 0 else None, now)
            if dispatcher is not None:
                break
        if dispatcher is not None:
            found.reached += 1
            if await hears(now.citizen, DISPATCHER_HZ):  # as the operator: not before
                await self.alone.phones.leave(leg.leg)
                await now.seat.ended(TALK_SECONDS)
        heard = DISPATCHER_HZ if dispatcher is not None else SEAT_HZ
        well = await hears(now.citizen, heard)
        found.dropped += now.citizen.has_ended or not well
        found.gaps.append(now.citizen.heard.longest_silence(since))
        await now.citizen.hang_up()
        for other in (now.seat, dispatcher):
            if other is not None:
                await other.ended(TALK_SECONDS)

    async def _talks(self) -> tuple[Talk, CallArrived, SeatAnswered]:
        """The citizen calls, and whichever seat is free answers."""
        arrived = self.ear.expect(CallArrived, self.number)
        call = await self.citizen.call("12345")
        async with asyncio.timeout(TALK_SECONDS):
            who = await arrived
            leg = await self.ear.expect(SeatAnswered, who.hotline_id)
            seat = await self.desks[leg.seat].next_call()
            await seat.answered()
        call.play_tone(CITIZEN_HZ)
        seat.play_tone(SEAT_HZ)
        return Talk(call, seat), who, leg

    async def _tried(
        self, name: str, who: CallArrived, found: _Found | None, now: Talk
    ) -> Call | None:
        guest = secrets.token_hex(16)
        joined = self.ear.expect(GuestJoined, guest)
        failed = self.ear.expect(GuestFailed, guest)
        began = asyncio.get_running_loop().time()
        await self.alone.phones.call_in(
            CallIn(
                guest=guest,
                hotline_id=who.hotline_id,
                channel=who.channel,
                role=GuestRole.DISPATCHER,
                mode=GuestMode.JOIN,
                to=OutsideNumber(number="110", trunk=_trunk(name, self.number)),
                ring_seconds=RING_SECONDS,
                shown="12345",
            )
        )
        phone = self.outside.get(name)
        async with asyncio.timeout(TALK_SECONDS):
            there = await phone.next_call() if phone else None
            if found is not None and there is not None:
                found.rings.append(there.started_at - began)
            if not name.startswith("answers"):
                await failed
                return None
            if there is not None:
                there.play_tone(DISPATCHER_HZ)
            await joined
        if now.citizen.has_ended:
            return None
        return there


async def measure(told: Told, *, transfers: int = TRANSFERS, lanes: int = LANES) -> Figures:
    """So many transfers, in so many lanes at the same time."""
    numbers = [f"1390000{number:04}" for number in range(lanes)]
    ports = {(number, name): free_port() for number in numbers for name in OUTCOMES}
    trunks = [
        Trunk(
            name=_trunk(name, number),
            match=("127.0.0.9/32",),
            host=f"127.0.0.1:{port}",
            qualify_seconds=1 if OUTCOMES[name] is None else 30,
        )
        for (number, name), port in ports.items()
    ]
    seats = [str(8001 + number) for number in range(lanes)]
    found, ear = _Found(), _Ear()
    async with asterisk_alone(seats, trunks) as alone, AsyncExitStack() as stack:
        alone.listeners.append(ear.hear)
        desks = {seat: await desk_phone(alone, stack, seat) for seat in seats}
        made = []
        for number in numbers:
            citizen = await stack.enter_async_context(SipPhone(number, alone.sip))
            outside = {
                name: await stack.enter_async_context(
                    SipPhone("110", alone.sip, port=ports[number, name], on_invite=policy)
                )
                for name, policy in OUTCOMES.items()
                if policy is not None
            }
            made.append(_Lane(alone, ear, number, citizen, desks, outside))
        left = iter(range(transfers))

        async def work(lane: _Lane, chance: random.Random) -> None:
            for at in left:
                await lane.transfer(chance, found)
                if (at + 1) % max(1, transfers // 20) == 0:
                    told(f"handover {at + 1}/{transfers}: {found.dropped} dropped")

        async with asyncio.TaskGroup() as tasks:
            for at, lane in enumerate(made):
                chance = random.Random(SEED + at)  # noqa: S311 - the same order each time
                tasks.create_task(work(lane, chance))
    return _figures(found, transfers, lanes)


def _figures(found: _Found, transfers: int, lanes: int) -> Figures:
    if not found.rings:
        raise ChildFailed("handover: nobody was ever rung")
    share = found.reached / transfers
    note = NOTE.format(
        transfers=transfers, lanes=lanes, reached=share, longest=1000 * max(found.gaps)
    )
    values: dict[str, float | int | str] = {
        "dropped": found.dropped,
        "click_to_ring_p99_ms": round(1000 * percentile(found.rings, 0.99), 1),
        "silent_gap_p99_ms": round(1000 * percentile(found.gaps, 0.99), 1),
        "reached": round(share, 3),
        "transfers": transfers,
        "lanes": lanes,
    }
    return Figures(values, note)


def _trunk(outcome: str, number: str) -> str:
    return f"{outcome.replace('_', '-')}-{number}"


async def hears(call: Call, hertz: int) -> bool:
    """Whether this tone is in the caller's ear within some seconds."""
    until = asyncio.get_running_loop().time() + HEAR_SECONDS
    while not call.heard.hears(hertz, LISTEN_SECONDS):
        if call.has_ended or asyncio.get_running_loop().time() > until:
            return False
        await asyncio.sleep(0.05)
    return True
