"""Operators sign in, citizens call, everything is counted, everyone goes home."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any, Protocol

import aiohttp

from gateway.simulate.citizens import Citizens
from gateway.simulate.console import Console, ConsoleRefused, open_console
from gateway.simulate.errors import PhoneError
from gateway.simulate.left_over import Lobby, sent_home
from gateway.simulate.mix import STEADY, Mix
from gateway.simulate.phone import SipPhone
from gateway.simulate.seats import Habits, SimulatedSeat
from gateway.simulate.tally import Tally

CITIZENS_LINE = "citizens"
LOGINS = "sim-"
REGISTERED_SECONDS = 300
GOING_HOME_SECONDS = 5.0


class Backstage(Lobby, Protocol):
    """What the simulation needs that no operator may do."""

    async def add_operator(self, login: str) -> str:
        """A login that takes calls of every queue, marked as simulated; its password."""
        ...

    async def remove_operator(self, login: str) -> None:
        """It may no longer come in."""
        ...

    def seat_password(self, seat: str) -> str:
        """The SIP password of the seat's desk phone."""
        ...


class NotEnoughSeats(PhoneError):
    """Other people sit there."""

    def __init__(self, wanted: int, free: int) -> None:
        super().__init__(wanted, free)
        self.wanted, self.free = wanted, free


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """``url`` is the gateway's, ``sip`` its telephone system's; ``rate`` is calls a second."""

    url: str
    sip: tuple[str, int]
    did: str
    calls: int
    rate: float
    seats: int
    talk_seconds: float
    patience_seconds: float
    mix: Mix = STEADY


async def simulate(plan: Plan, backstage: Backstage, tally: Tally) -> None:
    """Run the whole plan; ``tally`` can be read all the time.

    Raises NotEnoughSeats, console.ConsoleRefused, errors.Refused and aiohttp.ClientError when the
    operators cannot begin. Every login it made is taken back, whatever happens.
    """
    await sent_home(plan.url, backstage, LOGINS)
    async with AsyncExitStack() as stack:
        citizens_phone = await stack.enter_async_context(SipPhone(CITIZENS_LINE, plan.sip))
        citizens = Citizens(citizens_phone, plan.did, tally)
        seats: list[SimulatedSeat] = []
        for number in range(1, plan.seats + 1):
            opened = _seat(plan, backstage, number, citizens, tally)
            seats.append(await stack.enter_async_context(opened))
        async with asyncio.TaskGroup() as tasks:
            working = [tasks.create_task(seat.run()) for seat in seats]
            await citizens.run(
                plan.calls,
                plan.rate,
                talk_seconds=plan.talk_seconds,
                patience_seconds=plan.patience_seconds,
                mix=plan.mix,
            )
            for seat in seats:
                await seat.idle(GOING_HOME_SECONDS)
            for task in working:
                task.cancel()


@asynccontextmanager
async def _seat(
    plan: Plan, backstage: Backstage, index: int, citizens: Citizens, tally: Tally
) -> AsyncIterator[SimulatedSeat]:
    login = f"{LOGINS}{index:02d}"
    password = await backstage.add_operator(login)
    try:
        async with open_console(plan.url, login, password) as console:
            options = await console.ask("GET", "/api/v1/options")
            number = free_seat(options, plan.seats)
            phone = SipPhone(f"desk-{number}", plan.sip, backstage.seat_password(number))
            async with phone, signed_in(console, phone, number):
                yield SimulatedSeat(
                    console,
                    phone,
                    citizens,
                    tally,
                    habits=Habits(
                        mix=plan.mix,
                        index=index,
                        number=number,
                        disposition=options["dispositions"][0]["code"],
                        break_reason=options["break_reasons"][0]["code"],
                    ),
                )
    finally:
        await backstage.remove_operator(login)


@asynccontextmanager
async def signed_in(console: Console, phone: SipPhone, seat: str) -> AsyncIterator[None]:
    """Registered, at the seat and ready; signed out at the end."""
    await phone.register(REGISTERED_SECONDS)
    await console.ask("POST", "/api/v1/seat/sign-in", {"seat": seat, "phone": "desk"})
    await console.ask("POST", "/api/v1/seat/ready", {})
    try:
        yield
    finally:
        with contextlib.suppress(ConsoleRefused, aiohttp.ClientError, TimeoutError):
            await console.ask("POST", "/api/v1/seat/sign-out", {})


def free_seat(options: dict[str, Any], wanted: int) -> str:
    """The last free one: people begin at the other end."""
    free = [seat["number"] for seat in options["seats"] if seat["taken_by"] is None]
    if not free:
        raise NotEnoughSeats(wanted, 0)
    return str(free[-1])
