"""An ordinary day, for people who want to see a hotline alive: citizens who speak, wait, give up.

Nothing is judged here (that is ``scenario``); what happens is seen in the console and on the wall.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp

from gateway.simulate.call import Call
from gateway.simulate.console import Console, ConsoleRefused, open_console
from gateway.simulate.errors import PhoneError, Refused
from gateway.simulate.phone import SipPhone
from gateway.simulate.policy import Answer, Policy, Ring
from gateway.simulate.scenario import Backstage, free_seat, signed_in

FIRST_NUMBER, REGULARS = 13_900_010_000, 80
"""Every citizen is one of these, so that many have called before."""
CONNECT_SECONDS = 20.0
GOING_HOME_SECONDS = 8.0
BUSY = frozenset({"offered", "talking"})
SHORTCUT_SHARE, NO_ANSWER_SHARE, BREAK_SHARE = 0.15, 0.03, 0.04
SHORTCUT = "2"
AWAY = (ConsoleRefused, aiohttp.ClientError, TimeoutError)
NOTES = (
    "路灯不亮，已转市政",
    "咨询办事材料，已答复",
    "噪声扰民，已转城管",
    "反映漏水，催办",
    "表扬社区工作人员",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """``load`` is the share of the time that seats would talk if nobody gave up (1.0: all of it).

    ``citizen_voices`` and ``operator_voices`` are WAVs that ``Sound.play_file`` takes.
    """

    url: str
    sip: tuple[str, int]
    dids: Sequence[str]
    seats: int
    load: float = 0.85
    talk_seconds: float = 25.0
    wrap_up_seconds: float = 5.0
    patience_seconds: tuple[float, float] = (15.0, 90.0)
    citizen_voices: Sequence[Path] = ()
    operator_voices: Sequence[Path] = ()

    @property
    def pause_seconds(self) -> float:
        """Mean time from one call to the next."""
        return (self.talk_seconds + self.wrap_up_seconds) / (self.seats * self.load)


@dataclass(slots=True)
class Seen:
    """What the simulated people saw so far."""

    calls: int = 0
    on_the_phone: int = 0
    answered: int = 0
    gave_up: int = 0
    refused: int = 0


async def live(
    day: Day, backstage: Backstage, seen: Seen, dice: random.Random, stop: asyncio.Event
) -> None:
    """Until ``stop``; then everybody hangs up, signs out, and their logins are taken back.

    Raises as ``scenario.simulate`` when the operators cannot begin.
    """
    async with AsyncExitStack() as stack:
        phone = await stack.enter_async_context(SipPhone("citizens", day.sip))
        seats = [
            await stack.enter_async_context(_seat(day, backstage, f"demo-{number:02d}", seen, dice))
            for number in range(1, day.seats + 1)
        ]
        async with asyncio.TaskGroup() as tasks:
            working = [tasks.create_task(seat.work()) for seat in seats]
            while not stop.is_set():
                working.append(tasks.create_task(_citizen(day, phone, seen, dice)))
                working = [task for task in working if not task.done()]
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(dice.expovariate(1 / day.pause_seconds)):
                        await stop.wait()
            for call in phone.calls:
                tasks.create_task(call.hang_up())
            for seat in seats:
                await seat.idle(GOING_HOME_SECONDS)
            for task in working:
                task.cancel()


async def _citizen(day: Day, phone: SipPhone, seen: Seen, dice: random.Random) -> None:
    seen.calls += 1
    number = str(FIRST_NUMBER + dice.randrange(REGULARS))
    call = await phone.call(dice.choice(day.dids), from_number=number)
    seen.on_the_phone += 1
    try:
        await call.answered(CONNECT_SECONDS)
        if dice.random() < SHORTCUT_SHARE:
            await asyncio.sleep(dice.uniform(0.5, 2))
            call.press(SHORTCUT)
        if day.citizen_voices:
            call.sound.play_file(dice.choice(day.citizen_voices))
        await call.ended(dice.uniform(*day.patience_seconds))
    except Refused:
        seen.refused += 1
    except TimeoutError:
        seen.gave_up += 1
        await call.hang_up()
    finally:
        seen.on_the_phone -= 1


@asynccontextmanager
async def _seat(
    day: Day, backstage: Backstage, login: str, seen: Seen, dice: random.Random
) -> AsyncIterator[_Seat]:
    password = await backstage.add_operator(login)
    try:
        async with open_console(day.url, login, password) as console:
            number = free_seat(await console.ask("GET", "/api/v1/options"), day.seats)
            phone = SipPhone(f"desk-{number}", day.sip, backstage.seat_password(number))
            async with phone, signed_in(console, phone, number):
                yield _Seat(day, console, phone, seen=seen, dice=dice)
    finally:
        await backstage.remove_operator(login)


class _Seat:
    """A simulated operator on an ordinary day."""

    def __init__(
        self, day: Day, console: Console, phone: SipPhone, *, seen: Seen, dice: random.Random
    ) -> None:
        self._day, self._console, self._phone = day, console, phone
        self._seen, self._dice = seen, dice
        self._closed = ""
        self._dispositions: list[str] = []
        self._breaks: list[str] = []
        self._idle = asyncio.Event()
        phone.on_invite = self._how

    async def idle(self, within_seconds: float) -> None:
        """Wait for the end of the present call, for so long."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(within_seconds):
                await self._idle.wait()

    async def work(self) -> None:
        """Take calls until cancelled."""
        options = await self._console.ask("GET", "/api/v1/options")
        self._dispositions = [one["code"] for one in options["dispositions"]]
        self._breaks = [one["code"] for one in options["break_reasons"]]
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._watch())
            while True:
                tasks.create_task(self._take(await self._phone.incoming.get()))

    def _how(self, _call: Call) -> Policy:
        if self._dice.random() < NO_ANSWER_SHARE:
            return Ring()
        return Answer(self._dice.uniform(0.8, 5))

    async def _take(self, call: Call) -> None:
        try:
            await call.answered(60)
            self._seen.answered += 1
            if self._day.operator_voices:
                call.sound.play_file(self._dice.choice(self._day.operator_voices))
            await call.ended(max(4.0, self._dice.expovariate(1 / self._day.talk_seconds)))
        except TimeoutError:
            await call.hang_up()
        except PhoneError:
            pass  # taken back before it was answered

    async def _watch(self) -> None:
        async for message in self._console.events():
            data: Any = message.get("data")
            kind = message["type"]
            if kind == "snapshot":
                await self._act(data["seat"], data["call"])
            elif kind == "call":
                await self._act(None, data)
            elif kind == "seat":
                await self._act(data, None)

    async def _act(self, seat: dict[str, Any] | None, call: dict[str, Any] | None) -> None:
        with contextlib.suppress(*AWAY):
            if call and call["state"] == "offered" and not call["pop_shown"]:
                await self._console.pop_shown(str(call["contact_id"]))
            if seat:
                self._note(str(seat["state"]))
            if seat and seat["state"] == "wrapping_up":
                await self._wrap_up(str(seat["contact_id"]))
            elif seat and seat["state"] == "not_ready":
                await asyncio.sleep(self._dice.uniform(3, 12))
                await self._console.ask("POST", "/api/v1/seat/ready", {})

    def _note(self, state: str) -> None:
        if state in BUSY:
            self._idle.clear()
        else:
            self._idle.set()

    async def _wrap_up(self, contact: str) -> None:
        if not contact or contact == self._closed:
            return
        self._closed = contact
        await asyncio.sleep(self._dice.uniform(0.4, 1.6) * self._day.wrap_up_seconds)
        note = {
            "code": self._dice.choice(self._dispositions),
            "note": self._dice.choice(NOTES),
        }
        await self._console.ask("PUT", f"/api/v1/contacts/{contact}/disposition", note)
        if self._breaks and self._dice.random() < BREAK_SHARE:
            reason = {"reason": self._dice.choice(self._breaks)}
            await self._console.ask("POST", "/api/v1/seat/break", reason)
            return
        await self._console.ask("POST", "/api/v1/seat/finish-wrap-up", {})
