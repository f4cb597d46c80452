"""A simulated operator: a console and a desk phone, and the patience to do this all day."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import re
from collections import deque
from dataclasses import dataclass
from typing import Any

import aiohttp

from gateway.core.citizen import mask_number
from gateway.simulate.call import Call
from gateway.simulate.citizens import WHO_DIGITS, WHO_SECONDS, WHO_TRIES, Citizens, number_of
from gateway.simulate.console import Console, ConsoleRefused
from gateway.simulate.errors import PhoneError
from gateway.simulate.mix import After, Mix
from gateway.simulate.phone import SipPhone
from gateway.simulate.policy import Answer, Policy
from gateway.simulate.tally import Tally

RING_SECONDS = 0.5
REST_SECONDS = 1.5
MOST_POPS = 16
POP_SECONDS = 5.0
"""A pop that is not there so long after the ring never came; nor does an older one belong to it."""
POPPED = frozenset({"offered", "talking"})
IDLE = frozenset({"signed_out", "not_ready", "ready"})
GO_AHEAD = "1"
"""The key a seat presses when it has answered; the citizen then presses who they are."""
SEAT_HZ = 700
WHO = re.compile(rf"\*(\d{{{WHO_DIGITS}}})#")


@dataclass(frozen=True, slots=True)
class _Pop:
    at: float
    number_masked: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """How one seat behaves: the ``index``-th of the ``mix``, at the seat ``number``."""

    mix: Mix
    index: int
    number: str
    disposition: str
    break_reason: str


class SimulatedSeat:
    """One seat; ``run`` it until it is cancelled. What it sees goes into the tally."""

    def __init__(
        self,
        console: Console,
        phone: SipPhone,
        citizens: Citizens,
        tally: Tally,
        *,
        habits: Habits,
    ) -> None:
        self._console, self._phone = console, phone
        self._citizens, self._tally = citizens, tally
        self._habits = habits
        self._rings, self._talks = itertools.count(), itertools.count()
        self._closings = itertools.count()
        self._seen: set[tuple[str, str]] = set()
        self._pops: deque[_Pop] = deque(maxlen=MOST_POPS)
        self._popped = asyncio.Event()
        self._idle = asyncio.Event()
        self._now: dict[str, Any] = {}
        self._changed = asyncio.Event()
        self._closed = ""

    async def run(self) -> None:
        """Take calls; ends only when it is cancelled."""
        self._phone.on_invite = self._how
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._watch())
            tasks.create_task(self._work())
            while True:
                await self._take(await self._phone.incoming.get())

    def _how(self, call: Call) -> Policy:
        """What to do with this ring; a seat that talks is not to be rung at all."""
        self._tally.doubled += any(one.is_answered for one in self._phone.calls if one is not call)
        policy = self._habits.mix.ring(self._habits.index, next(self._rings), RING_SECONDS)
        self._tally.declined += not isinstance(policy, Answer)
        return policy

    async def idle(self, within_seconds: float) -> bool:
        """Wait until the last call is closed; False when it is not in time."""
        try:
            async with asyncio.timeout(within_seconds):
                await self._idle.wait()
        except TimeoutError:
            return False
        return True

    async def _watch(self) -> None:
        async for message in self._console.events():
            kind = message["type"]
            data: Any = message.get("data")
            self._tally.reconnects += kind == "resumed"
            if kind == "snapshot":
                await self._screen(data["call"])
                self._sits(data["seat"])
            elif kind == "call":
                await self._screen(data)
            elif kind == "seat":
                self._sits(data)

    async def _screen(self, call: dict[str, Any] | None) -> None:
        """A pop, once for each ring; painted at once.

        Of a ring that was answered before its news was told, the first that is seen is the talk.
        """
        if call is None or call["state"] not in POPPED:
            return
        ring = str(call["contact_id"]), str(call["offered_at"])
        if ring not in self._seen:
            self._seen = {ring}
            now = asyncio.get_running_loop().time()
            self._pops.append(_Pop(now, str(call["number_masked"])))
            self._popped.set()
        if not call["pop_shown"]:
            await self._console.pop_shown(ring[0])

    def _sits(self, seat: dict[str, Any] | None) -> None:
        """How the seat stands now; what is to be done about it, ``_work`` does.

        A screen goes on showing pops while its operator rests or waits for an answer.
        """
        if seat is None:
            return
        if seat["state"] in IDLE:
            self._idle.set()
        else:
            self._idle.clear()
        self._now = seat
        self._changed.set()

    async def _work(self) -> None:
        while True:
            await self._changed.wait()
            self._changed.clear()
            await self._act(self._now)

    async def _act(self, seat: dict[str, Any]) -> None:
        """Close what is to be closed, and be ready again."""
        with contextlib.suppress(ConsoleRefused, aiohttp.ClientError, TimeoutError):
            if seat["state"] == "wrapping_up":
                await self._close(str(seat["contact_id"]))
                await self._go_on()
            elif seat["state"] == "not_ready":
                await self._console.ask("POST", "/api/v1/seat/ready", {})

    async def _go_on(self) -> None:
        """The next call, or a break, or home for a moment."""
        match self._habits.mix.after(self._habits.index, next(self._closings)):
            case After.READY:
                await self._console.ask("POST", "/api/v1/seat/finish-wrap-up", {})
                return
            case After.BREAK:
                reason = {"reason": self._habits.break_reason}
                await self._console.ask("POST", "/api/v1/seat/break", reason)
                await asyncio.sleep(REST_SECONDS)
            case After.SIGN_OUT:
                await self._console.ask("POST", "/api/v1/seat/sign-out", {})
                await asyncio.sleep(REST_SECONDS)
                seat = {"seat": self._habits.number, "phone": "desk"}
                await self._console.ask("POST", "/api/v1/seat/sign-in", seat)
        await self._console.ask("POST", "/api/v1/seat/ready", {})

    async def _close(self, contact: str) -> None:
        if contact and contact != self._closed:
            self._closed = contact
            await self._console.ask(
                "PUT", f"/api/v1/contacts/{contact}/disposition", {"code": self._habits.disposition}
            )

    async def _take(self, call: Call) -> None:
        try:
            await call.answered(POP_SECONDS)
        except (PhoneError, TimeoutError):
            return  # taken back; whoever takes it counts it
        call.play_tone(SEAT_HZ)
        citizen = await self._who(call)
        if citizen is None:
            if not call.has_ended:
                self._tally.why["a seat heard nobody"] += 1
            await call.hang_up()
            return
        self._citizens.joined(citizen)
        try:
            if self._citizens.met(citizen, call.answered_at):
                self._judge(await self._pop_of(call, citizen), citizen, call)
            if self._habits.mix.dies(self._habits.index, next(self._talks)):
                call.vanish()
                self._tally.why["a seat's phone lost power"] += 1
            await call.ended(None)
        finally:
            self._citizens.left(citizen)

    async def _who(self, call: Call) -> int | None:
        """The citizen on the other side, by the keys they press; None when there are none."""
        for _ in range(WHO_TRIES):
            call.press(GO_AHEAD)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(WHO_SECONDS):
                    for count in range(WHO_DIGITS, 10 * WHO_DIGITS):
                        found = WHO.search(await call.heard.digits_heard(count, WHO_SECONDS))
                        if found:
                            return int(found[1])
        return None

    def _judge(self, pop: _Pop | None, citizen: int, call: Call) -> None:
        if pop is None:
            self._tally.missing_pops += 1
            return
        self._tally.pop_seconds.append(pop.at - call.started_at)
        if pop.number_masked != mask_number(number_of(citizen)):
            self._tally.wrong_pops += 1

    async def _pop_of(self, call: Call, citizen: int) -> _Pop | None:
        """The pop of this ring, which may have come before it; else what stood there instead.

        One of an earlier ring, that was not taken, gives way to the right one.
        """
        right, lately = mask_number(number_of(citizen)), list[_Pop]()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(POP_SECONDS):
                while True:
                    self._popped.clear()
                    lately = [p for p in self._pops if call.started_at - p.at < POP_SECONDS]
                    for pop in lately:
                        if pop.number_masked == right:
                            return pop
                    await self._popped.wait()
        return lately[-1] if lately else None
