"""Ten times more calls than the hotline holds: polite to each, and nobody inside notices."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

from gateway.app import opened_store
from gateway.core.call import Outcome
from gateway.core.callback import CallbackReason, CallbackState
from gateway.core.contact import ContactQuery
from gateway.core.facts import FactKind
from gateway.simulate.call import Call
from gateway.simulate.errors import Refused
from gateway.simulate.phone import SipPhone
from gateway.store.store import SqlStore
from tests.eventually import eventually, takes
from tests.gateway_world import GatewayWorld, gateway_world
from tests.store_world import call_of
from tests.walks.people import (
    CITIZEN_HZ,
    OPERATOR_HZ,
    Seated,
    citizen,
    connected,
    operator,
    they_hear_each_other,
)
from tests.worlds.truth import asterisk_of

pytestmark = [pytest.mark.asterisk, pytest.mark.alone, pytest.mark.timeout(240)]

HOLDS, SEATS = 8, 2
FLOOD, A_SECOND = 90, 15
"""Eight lines and calls of some six seconds: one or two calls a second would be usual."""
TOLD, BUSY = 200, 486
NORMAL_SECONDS = 30.0
SILENCE_SECONDS, ALIVE_SECONDS = 4.0, 4.0
"""What a listener may miss, and an answer may take, on a machine that does ten other things; a talk
that was touched is silent for good, a loop that hangs is ended by its watchdog after 3 s."""


async def flooded(phone: SipPhone) -> list[int]:
    """Everybody calls; what each got."""

    async def one(number: int) -> int:
        call = await phone.call("12345", from_number=f"1390000{number:04}")
        try:
            await call.answered(40)
        except Refused as refused:
            return refused.code
        await call.ended(30)
        return TOLD

    loop = asyncio.get_running_loop()
    begun = loop.time()
    async with asyncio.TaskGroup() as tasks:
        calls = []
        for number in range(FLOOD):
            await takes(max(0.0, begun + number / A_SECOND - loop.time()))
            calls.append(tasks.create_task(one(number)))
    return [call.result() for call in calls]


@asynccontextmanager
async def listening(talks: Sequence[tuple[Call, Call]]) -> AsyncIterator[list[float]]:
    """The longest silence in any ear so far: both sides of every talk, all the time."""
    longest = [0.0]

    async def listen(call: Call, hertz: int) -> None:
        loop = asyncio.get_running_loop()
        heard = loop.time()
        while True:
            await takes(0.2)
            if call.heard.hears(hertz, 0.3):
                heard = loop.time()
            longest[0] = max(longest[0], loop.time() - heard)

    async with asyncio.TaskGroup() as tasks:
        ears = [tasks.create_task(listen(one, OPERATOR_HZ)) for one, _ in talks]
        ears += [tasks.create_task(listen(seat, CITIZEN_HZ)) for _, seat in talks]
        yield longest
        for ear in ears:
            ear.cancel()


@asynccontextmanager
async def alive(world: GatewayWorld) -> AsyncIterator[list[float]]:
    """How long the gateway took to say that it lives, asked all the time."""
    took: list[float] = []

    async def ask() -> None:
        loop = asyncio.get_running_loop()
        async with aiohttp.ClientSession() as http:
            while True:
                asked = loop.time()
                async with http.get(f"{world.url}/health/live") as answer:
                    assert answer.status == 200
                took.append(loop.time() - asked)
                await takes(0.1)

    async with asyncio.TaskGroup() as tasks:
        asking = tasks.create_task(ask())
        yield took
        asking.cancel()


async def test_a_flood_is_met_politely_and_nobody_inside_notices(tmp_path: Path) -> None:
    """Ten times the rate: talks keep their sound, each caller is answered or busy, counted once.

    Within 30 s of its end a new caller reaches a person, and nothing is left in Asterisk.
    """
    async with (
        gateway_world(tmp_path, asterisk={"max_calls": HOLDS}) as world,
        AsyncExitStack() as stack,
    ):
        seats: list[Seated] = []
        talks: list[tuple[Call, Call]] = []
        for n in range(SEATS):  # one after the other, so that it is known who talks with whom
            opened = operator(world, f"seat{n}", f"80{11 + n}")
            seats.append(await stack.enter_async_context(opened))
            talks.append(await _talk(world, stack, n, seats[n]))
        phone = await stack.enter_async_context(SipPhone("citizen", world.sip))
        waiting = [
            await phone.call("12345", from_number=f"1370000{n:04}") for n in range(HOLDS - SEATS)
        ]
        for call in waiting:
            await call.answered()

        async with listening(talks) as silence, alive(world) as took:
            codes = await flooded(phone)
        assert set(codes) == {TOLD, BUSY}
        assert silence[0] < SILENCE_SECONDS
        assert max(took) < ALIVE_SECONDS
        assert not any(call.has_ended for call in (*waiting, *sum(talks, ())))

        over = asyncio.get_running_loop().time()
        for call in waiting:
            await call.hang_up()
        await talks[0][0].hang_up()
        await seats[0].console.seat_becomes("wrapping_up")
        await seats[0].console.post("/api/v1/seat/finish-wrap-up")
        async with citizen(world, "13600000001") as call:
            seat_call = await connected(call, seats[0])
            await they_hear_each_other(call, seat_call)
            assert asyncio.get_running_loop().time() - over < NORMAL_SECONDS
            await call.hang_up()
        await talks[1][0].hang_up()

        async with opened_store(world.settings()) as store:

            async def all_ended() -> bool:
                return not await store.open_calls()

            await eventually(all_ended, 20)
            await _counted_once(store, codes)
        console = asterisk_of(world)

        async def nothing_left() -> bool:
            said = await console.command("core show channels concise")
            return not [line for line in said.splitlines() if "!" in line]

        await eventually(nothing_left, 20)


async def _talk(
    world: GatewayWorld, stack: AsyncExitStack, number: int, seat: Seated
) -> tuple[Call, Call]:
    call = await stack.enter_async_context(citizen(world, f"1380000000{number}"))
    seat_call = await connected(call, seat)
    await they_hear_each_other(call, seat_call)
    return call, seat_call


async def _counted_once(store: SqlStore, codes: list[int]) -> None:
    """Every caller of the flood has one contact with one end and one fact of each kind."""
    found = await store.contacts(ContactQuery(limit=200))
    calls = [call_of(one) for one in found if one.number.startswith("1390000")]
    assert sorted(call.number for call in calls) == [f"1390000{n:04}" for n in range(FLOOD)]
    assert {call.outcome for call in calls} == {Outcome.OVERFLOWED}
    facts = await store.facts(limit=5000)
    ids = {call.id for call in calls}
    kinds = Counter(fact.kind for fact in facts if fact.contact_id in ids)
    for kind in (FactKind.CALL_ARRIVED, FactKind.CALL_OVERFLOWED, FactKind.CALL_ENDED):
        assert kinds[kind] == FLOOD, kind
    assert FactKind.CALL_QUEUED not in kinds
    told = Counter(fact.data["told"] for fact in facts if fact.kind is FactKind.CALL_OVERFLOWED)
    assert told == {"callback": codes.count(TOLD), "busy": codes.count(BUSY)}
    owed = await store.callbacks(state=CallbackState.OPEN)
    assert {one.reason for one in owed} == {CallbackReason.OVERFLOW}
    assert len({one.number for one in owed}) == len(owed) == codes.count(TOLD)
