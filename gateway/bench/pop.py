"""From the event that a seat rings to the screen pop that is painted and acknowledged.

Calls come at an even rate to seats with desk phones that answer, speak for a moment and hang up.
Each seat has a real console in one Chromium. The time begins with the telephone system's own stamp
on AgentCalled and ends when the gateway has noted the acknowledgement, which the page sends after
the frame that shows the pop.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import Collection
from contextlib import AsyncExitStack
from dataclasses import dataclass, field

from gateway.app import opened_store
from gateway.bench.child import ChildFailed
from gateway.bench.ratios import percentile
from gateway.bench.report import Figures, Told
from gateway.bench.screens import Screen, screens
from gateway.bench.world import World, hotline
from gateway.clock import SystemClock
from gateway.core.citizen import mask_number
from gateway.core.facts import FactKind
from gateway.core.line import PhoneKind
from gateway.core.operator import Role
from gateway.intake.accounts import Accounts
from gateway.simulate.errors import PhoneError
from gateway.simulate.phone import SipPhone
from gateway.simulate.policy import Answer
from gateway.store.store import SqlStore
from gateway.telephony.ami_codec import AmiMessage
from gateway.telephony.ami_link import AmiLink
from gateway.telephony.ami_names import seat_of
from gateway.telephony.ami_users import AmiUser

CONSOLES, RATE, CALLS = 20, 5.0, 300
PAGES_PER_CORE = 3
"""An operator's computer paints one console; here all of them are painted by this machine."""
FIRST_SEAT, FIRST_NUMBER, DID = 8001, 13_900_000_000, "12345"
RING_SECONDS, TALK_SECONDS = 0.4, 0.6
PATIENCE_SECONDS, SETTLE_SECONDS = 30.0, 4.0
FACTS = 500
NOTE = (
    "{pops} pops on {pages} real consoles in one Chromium, at {rate:g} calls a second on "
    "{consoles} consoles (the others speak the same protocol and paint nothing), from Asterisk's "
    "stamp on AgentCalled to the acknowledgement noted by the gateway; wrong counts pops on a "
    "screen that was not rung and rings ({missing}) that showed no pop; callers, phones and "
    "Chromium run on the same machine"
)


@dataclass(slots=True)
class Rings:
    """What the telephone system says: who called, and which seat it rang when."""

    numbers: dict[str, str] = field(default_factory=dict)
    rung: dict[tuple[str, str], float] = field(default_factory=dict)
    """(hotline id, seat): Asterisk's clock."""

    def hear(self, message: AmiMessage) -> None:
        """One event."""
        if message.event == "UserEvent" and message.get("UserEvent") == "HotlineArrived":
            self.numbers[message.get("HotlineId")] = message.get("Number")
        elif message.event == "AgentCalled":
            known = seat_of(message.get("Interface"))
            id_ = message.variables().get("HOTLINE_ID", "")
            if known and id_:
                self.rung.setdefault((id_, known[0]), float(message.get("Timestamp") or 0))

    def expected(self, seat: str) -> list[str]:
        """The masked numbers that this seat's screen has to show, in order."""
        mine = sorted((at, id_) for (id_, at_seat), at in self.rung.items() if at_seat == seat)
        return [mask_number(self.numbers.get(id_, "")) for _, id_ in mine]


TINY = {"consoles": 2, "calls": 2, "pages": 1}


async def measure(
    told: Told, *, consoles: int = CONSOLES, calls: int = CALLS, pages: int | None = None
) -> Figures:
    """One run; the first call of each seat warms it up and does not count.

    ``pages`` None: as many real pages as two cores can paint beside everything else, times cores.
    """
    pages = min(consoles, pages or PAGES_PER_CORE * (os.cpu_count() or 1))
    rings = Rings()
    async with AsyncExitStack() as stack:
        world = await stack.enter_async_context(hotline())
        store = await stack.enter_async_context(opened_store(world.settings))
        logins = await operators(store, consoles)
        tasks = await stack.enter_async_context(asyncio.TaskGroup())
        working = [tasks.create_task(_listen(world, rings))]
        for seat, _, _ in logins:
            password = store.passwords.password(seat, PhoneKind.DESK)
            phone = SipPhone(f"desk-{seat}", world.sip, password, on_invite=Answer(RING_SECONDS))
            await stack.enter_async_context(phone)
            await phone.register()
            working.append(tasks.create_task(_work(phone)))
        shown = await stack.enter_async_context(screens(world.url, logins, pages=pages))
        told(f"pop: {len(shown)} consoles are open, {pages} of them real pages")
        await _callers(world, consoles + calls, told)
        await asyncio.sleep(SETTLE_SECONDS)
        wrong, missing = await _wrong(shown, rings)
        seats = {screen.seat for screen in shown if screen.real}
        seconds = await _seconds(store, rings, seats, skip=consoles)
        for task in working:
            task.cancel()
    if not seconds:
        raise ChildFailed("pop: no call was acknowledged on a real page; is the machine busy?")
    note = NOTE.format(
        pops=len(seconds), pages=pages, rate=RATE, consoles=consoles, missing=missing
    )
    return Figures(
        {
            "p50_ms": round(1000 * percentile(seconds, 0.50), 1),
            "p99_ms": round(1000 * percentile(seconds, 0.99), 1),
            "wrong": wrong + missing,
            "pops": len(seconds),
            "pages": pages,
            "rings": len(rings.rung),
            "calls": len(rings.numbers),
        },
        note,
    )


async def operators(store: SqlStore, count: int) -> list[tuple[str, str, str]]:
    """(seat, login, password) of each."""
    accounts, logins = Accounts(store, SystemClock()), list[tuple[str, str, str]]()
    for index in range(count):
        login, password = f"bench-{index:02d}", f"a bench is no person {index}"
        await accounts.add(login, login, Role.OPERATOR, {"civil": 0}, password)
        logins.append((str(FIRST_SEAT + index), login, password))
    return logins


async def _listen(world: World, rings: Rings) -> None:
    reach, user = world.reach, AmiUser.EVENTS
    async with AmiLink(
        host=reach.ami_host, port=reach.ami_port, user=user, secret=reach.ami_secrets[user]
    ) as link:
        async for heard in link.messages():
            if isinstance(heard, AmiMessage):
                rings.hear(heard)


async def _work(phone: SipPhone) -> None:
    """A desk phone that answers, speaks for a moment, and hangs up."""
    while True:
        call = await phone.incoming.get()
        with contextlib.suppress(PhoneError, TimeoutError):
            await call.answered(RING_SECONDS + PATIENCE_SECONDS)
            await asyncio.sleep(TALK_SECONDS)
            await call.hang_up()


async def _callers(world: World, calls: int, told: Told) -> None:
    loop = asyncio.get_running_loop()
    async with SipPhone("citizens", world.sip) as phone, asyncio.TaskGroup() as tasks:
        begun = loop.time()
        for index in range(calls):
            await asyncio.sleep(max(0.0, begun + index / RATE - loop.time()))
            tasks.create_task(_citizen(phone, str(FIRST_NUMBER + index)))
            if index and index % 50 == 0:
                told(f"pop: {index} of {calls} calls")


async def _citizen(phone: SipPhone, number: str) -> None:
    call = await phone.call(DID, from_number=number)
    try:
        await call.answered(PATIENCE_SECONDS)
        await call.ended(PATIENCE_SECONDS)
    except (PhoneError, TimeoutError):
        await call.hang_up()


async def _wrong(shown: tuple[Screen, ...], rings: Rings) -> tuple[int, int]:
    """Pops on a screen that was not rung for them, and rings without a pop."""
    wrong = missing = 0
    for screen in shown:
        painted = await screen.pops()
        expected = rings.expected(screen.seat)
        wrong += sum(number not in expected for number in painted)
        missing += sum(number not in painted for number in expected)
    return wrong, missing


async def _seconds(
    store: SqlStore, rings: Rings, seats: Collection[str], *, skip: int
) -> list[float]:
    """From the ring to the acknowledgement, at ``seats``; the first ``skip`` rings left out."""
    acknowledged: dict[tuple[str, str], float] = {}
    names: dict[str, str] = {}
    after = 0
    while found := await store.facts(after_seq=after, limit=FACTS):
        after = found[-1].seq
        for fact in found:
            if fact.kind is not FactKind.POP_SHOWN:
                continue
            if fact.contact_id not in names:
                call = await store.call(fact.contact_id)
                names[fact.contact_id] = call.hotline_id if call else ""
            acknowledged[names[fact.contact_id], fact.seat] = fact.at.timestamp()
    ordered = sorted(rings.rung.items(), key=lambda item: item[1])[skip:]
    return [
        acknowledged[key] - at for key, at in ordered if key in acknowledged and key[1] in seats
    ]
