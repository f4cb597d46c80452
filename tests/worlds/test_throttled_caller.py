"""Who called too often still reaches a person: told so, behind others, and never in silence."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from gateway.core.gap import LoggedCall
from gateway.core.line import CallerLeftQueue, CallerQueued, CallGone, SeatAnswered, SeatLeft
from gateway.core.queue import FALLBACK
from gateway.simulate.call import Call
from gateway.simulate.phone import SipPhone
from gateway.telephony.ami_users import AmiUser
from gateway.telephony.queue_log import QueueLogReader
from gateway.telephony.slow_callers import LOOK_SECONDS
from ivr.flow import Flow
from ivr.loader import MAIN, parse
from ivr.plan import Arrival, Plan
from ivr.server import FlowServer
from ivr.session import SessionLimits
from tests.asterisk_world import MUSIC_HZ, PROMPT_HZ, AsteriskWorld, asterisk_world
from tests.eventually import eventually, takes
from tests.raw_ami import raw_ami
from tests.worlds.talk import citizen_phone, registered, talk

pytestmark = pytest.mark.asterisk
SPOOFED, OTHER = "13800001000", "13800002000"
FLOW: Flow = parse(MAIN.read_bytes())


class House:
    """Says that one number has called too often; keeps what it was asked."""

    def __init__(self) -> None:
        self.arrivals: list[Arrival] = []

    async def decide(self, arrival: Arrival) -> Plan:
        """Straight to the queue: no greeting, so that only the words under test are heard."""
        self.arrivals.append(arrival)
        slow = "number" if arrival.number == SPOOFED else ""
        return Plan(
            default_queue=FALLBACK,
            keys={},
            valid_queues=frozenset({FALLBACK}),
            straight=True,
            slow=slow,
        )


def flow_server(world: AsteriskWorld, house: House) -> FlowServer:
    """Where this Asterisk asks."""
    return FlowServer(
        host="127.0.0.1",
        port=world.agi_port,
        flow=FLOW,
        decide=house.decide,
        limits=SessionLimits(),
    )


async def test_a_throttled_caller_waits_behind_others_and_reaches_a_person(tmp_path: Path) -> None:
    """Told first; who came later is served first; then it is their turn. The trunk is known."""
    house = House()
    async with (
        asterisk_world(tmp_path) as world,
        flow_server(world, house),
        citizen_phone(world) as phone,
    ):
        slow = await phone.call("12345", from_number=SPOOFED)
        await slow.answered()
        await eventually(lambda: slow.heard.hears(PROMPT_HZ, 0.3), 10)
        await eventually(lambda: slow.heard.hears(MUSIC_HZ, 0.3), 15)
        later = await phone.call("12345", from_number=OTHER)
        await eventually(lambda: later.heard.hears(MUSIC_HZ, 0.3), 10)
        assert [(one.trunk, one.asserted) for one in house.arrivals] == [("local", False)] * 2
        async with registered(world, "8001") as desk:
            seat = await desk.next_call()
            await seat.answered()
            await talk(later, seat)
            assert slow.heard.hears(MUSIC_HZ, 0.3)
            await later.hang_up()
            await seat.ended(10)
            seat = await desk.next_call()
            await seat.answered()
            await talk(slow, seat)


async def test_the_last_free_seat_is_kept_for_whoever_comes_in_time(tmp_path: Path) -> None:
    """With no gateway but the flow: a slow caller hears music while one of two seats is free.

    Who comes then is answered at once. When both are free the slow one is, too. The record knows
    them as waiting all the time; one who hangs up beside the queue gave up there.
    """
    house = House()
    async with (
        asterisk_world(tmp_path) as world,
        flow_server(world, house),
        citizen_phone(world) as phone,
        registered(world, "8001") as first,
        registered(world, "8002") as second,
    ):
        talks = await phone.call("12345", from_number=OTHER)
        busy = await one_of(first, second)
        await busy.answered()
        slow = await phone.call("12345", from_number=SPOOFED)
        gives_up = await phone.call("12345", from_number=SPOOFED)
        await eventually(lambda: slow.heard.hears(MUSIC_HZ, 0.3), 15)
        await eventually(lambda: gives_up.heard.hears(MUSIC_HZ, 0.3), 15)
        gives_up.press("7")  # leads nowhere
        await takes(LOOK_SECONDS + 0.5)
        await eventually(lambda: slow.heard.hears(MUSIC_HZ, 0.3))
        await eventually(lambda: gives_up.heard.hears(MUSIC_HZ, 0.3))
        assert not world.ami.seen("QueueCallerJoin", Position="2")
        await gives_up.hang_up()
        later = await phone.call("12345", from_number=f"{OTHER}1")
        seat = await one_of(first, second)
        await seat.answered()
        await talk(later, seat)
        await talks.hang_up()
        await later.hang_up()
        seat = await one_of(first, second)
        await seat.answered()
        await talk(slow, seat)
        joined = world.ami.seen("QueueCallerJoin")
        assert len(joined) == 3
        told = world.ami.seen("UserEvent", UserEvent="HotlineSlow")
        assert [one["Queue"] for one in told] == [FALLBACK] * 2
        await slow.hang_up()
        calls = await recorded(world, 4)
        ends = [[type(event) for event in call.events[-3:]] for call in calls]
        assert ends.count([CallerQueued, CallerLeftQueue, CallGone]) == 1
        assert ends.count([SeatAnswered, SeatLeft, CallGone]) == 3
        waited = [one for call in calls for one in call.events if isinstance(one, CallerQueued)]
        assert sorted(one.slow for one in waited) == [False, False, True, True]


async def one_of(first: SipPhone, second: SipPhone) -> Call:
    """Whichever of the two seats rings."""
    rings = [asyncio.create_task(phone.next_call()) for phone in (first, second)]
    done, other = await asyncio.wait(rings, return_when=asyncio.FIRST_COMPLETED)
    for task in other:
        task.cancel()
    return await done.pop()


async def recorded(world: AsteriskWorld, count: int) -> list[LoggedCall]:
    """So many calls as the telephone system's own record tells them, once they have ended."""
    path = world.dirs.log / "queue_log"

    def read() -> list[LoggedCall] | None:
        reader, calls = QueueLogReader(), []
        for at, one in enumerate(path.read_bytes().splitlines()):
            calls += reader.feed(one, at)
        return calls if len(calls) == count else None

    return await eventually(read, 10)


async def test_a_throttled_caller_may_be_called_back_and_a_crowd_of_them_is(tmp_path: Path) -> None:
    """By key 1; of more than half of the places those with a number are, without a key."""
    house = House()
    async with (
        asterisk_world(tmp_path, max_calls=2) as world,
        flow_server(world, house),
        citizen_phone(world) as phone,
        raw_ami(world.ami_port, AmiUser.EVENTS, world.ami_secrets[AmiUser.EVENTS]),
    ):
        wants = await phone.call("12345", from_number=SPOOFED)
        await eventually(lambda: wants.heard.hears(PROMPT_HZ, 0.3), 10)
        wants.press("1")
        await world.ami.event("UserEvent", UserEvent="HotlineCallbackWanted")
        await wants.ended(10)
        waits = await phone.call("12345", from_number=SPOOFED)
        await eventually(lambda: waits.heard.hears(MUSIC_HZ, 0.3), 15)
        crowd = await phone.call("12345", from_number=SPOOFED)
        await crowd.ended(15)
        wanted = world.ami.seen("UserEvent", UserEvent="HotlineCallbackWanted")
        assert len(wanted) == 2
        assert not waits.has_ended
        waits.press("1")
        await waits.ended(10)
        assert len(world.ami.seen("UserEvent", UserEvent="HotlineCallbackWanted")) == 3
