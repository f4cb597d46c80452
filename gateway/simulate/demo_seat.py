"""A simulated operator on an ordinary day: takes calls, answers conversations, writes them up."""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from typing import Any

from gateway.simulate.call import Call
from gateway.simulate.console import Console, open_console
from gateway.simulate.day import Day, Seen
from gateway.simulate.errors import PhoneError
from gateway.simulate.phone import SipPhone
from gateway.simulate.policy import Answer, Policy, Ring
from gateway.simulate.replies import AWAY, Replies
from gateway.simulate.saying import talk
from gateway.simulate.scenario import Backstage, free_seat, signed_in

BUSY = frozenset({"offered", "talking"})
NO_ANSWER_SHARE, BREAK_SHARE = 0.03, 0.04
NOTES = (
    "路灯不亮，已转市政",
    "咨询办事材料，已答复",
    "噪声扰民，已转城管",
    "反映漏水，催办",
    "表扬社区工作人员",
)


@asynccontextmanager
async def demo_seat(
    day: Day, backstage: Backstage, login: str, seen: Seen, dice: random.Random
) -> AsyncIterator[DemoSeat]:
    """At work for the time of the context; their login is taken back.

    Raises as ``scenario.simulate``.
    """
    password = await backstage.add_operator(login)
    try:
        async with open_console(day.url, login, password) as console:
            number = free_seat(await console.ask("GET", "/api/v1/options"), day.seats)
            phone = SipPhone(f"desk-{number}", day.sip, backstage.seat_password(number))
            async with phone, signed_in(console, phone, number):
                yield DemoSeat(day, console, phone, seen=seen, dice=dice)
    finally:
        await backstage.remove_operator(login)


class DemoSeat:
    """A simulated operator on an ordinary day."""

    def __init__(
        self, day: Day, console: Console, phone: SipPhone, *, seen: Seen, dice: random.Random
    ) -> None:
        self._day, self._console, self._phone = day, console, phone
        self._seen, self._dice = seen, dice
        self._closed = ""
        self._dispositions: list[str] = []
        self._breaks: list[str] = []
        self._replies = Replies(day, console, seen=seen, dice=dice)
        self._idle = asyncio.Event()
        phone.on_invite = self._how

    async def idle(self, within_seconds: float) -> None:
        """Wait for the end of the present call, for so long."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(within_seconds):
                await self._idle.wait()

    async def clear_up(self, forms: Collection[str]) -> None:
        """Close what is left of the conversations, and these forms."""
        with contextlib.suppress(*AWAY):
            await self._replies.clear_up(forms)

    async def work(self) -> None:
        """Take calls and answer conversations until cancelled."""
        options = await self._console.ask("GET", "/api/v1/options")
        self._dispositions = [one["code"] for one in options["dispositions"]]
        self._breaks = [one["code"] for one in options["break_reasons"]]
        self._replies.dispositions = self._dispositions
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._watch())
            tasks.create_task(self._replies.work())
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
            seconds = max(4.0, self._dice.expovariate(1 / self._day.talk_seconds))
            await talk(call, self._day.operator_voices, self._dice, seconds)
        except TimeoutError:
            await call.hang_up()
        except PhoneError:
            pass  # taken back before it was answered

    async def _watch(self) -> None:
        async for message in self._console.events():
            data: Any = message.get("data")
            kind = message["type"]
            if kind == "snapshot":
                self._replies.see(data["chats"])
                await self._act(data["seat"], data["call"])
            elif kind == "chats":
                self._replies.see(data)
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
