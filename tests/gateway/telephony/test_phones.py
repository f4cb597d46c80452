"""What a call does on a real Asterisk comes out as exactly these news."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.core import line
from gateway.core.queue import Queue
from gateway.simulate.policy import BUSY, Answer, Policy, Reject, Ring, Silent
from tests.eventually import eventually
from tests.gateway.telephony.phones_world import PhonesWorld, phones_world, story

pytestmark = pytest.mark.asterisk

ARRIVED = ["CallArrived", "RecordingStarted", "queued civil"]
SHORT = Queue(name="civil", title_zh="综", title_en="G", ring_seconds=2, max_wait_seconds=30)


async def test_an_answered_call(tmp_path: Path) -> None:
    """Either side may hang up; who did is told; the seat leaves before the call is gone."""
    async with phones_world(tmp_path) as world:
        seat, citizen = await world.seat("8001"), await world.citizen()
        for by_citizen in (True, False):
            world.news.clear()
            call = await citizen.call("12345")
            answered = await world.said(line.SeatAnswered)
            other = await seat.next_call()
            await (call if by_citizen else other).hang_up()
            gone = await world.said(line.CallGone)
            assert gone.by_citizen is by_citizen
            ending = ["seat left 8001", "gone by citizen" if by_citizen else "gone"]
            assert story(world.news) == [*ARRIVED, "rang 8001", "answered 8001", *ending]
            arrived = world.of(line.CallArrived)[0]
            assert (arrived.number, arrived.did) == ("13800001111", "12345")
            assert arrived.origin is line.Origin.TRUNK
            assert {each.hotline_id for each in world.of(line.LineEvent)} == {gone.hotline_id}
            assert answered.leg == world.of(line.SeatRang)[0].leg
        await world.nothing_left()


async def test_a_caller_who_gives_up(tmp_path: Path) -> None:
    """Abandoned, with and without a seat ringing: the ring was withdrawn, nobody's fault."""
    async with phones_world(tmp_path) as world:
        citizen = await world.citizen()
        call = await citizen.call("12345")
        await world.said(line.CallerQueued)
        await call.hang_up()
        await world.said(line.CallGone)
        left = ["left civil abandoned", "gone by citizen"]
        assert story(world.news[1:]) == [*ARRIVED, *left]
        await world.seat("8001", Ring())
        world.news.clear()
        call = await citizen.call("12345")
        await world.said(line.SeatRang)
        await call.hang_up()
        await world.said(line.CallGone)
        assert story(world.news) == [*ARRIVED, "rang 8001", "declined 8001 withdrawn", *left]
        await world.nothing_left()


@pytest.mark.parametrize(
    ("policy", "cause"),
    [
        (Ring(), "no_answer"),
        (BUSY, "busy"),
        (Reject(603, "Decline"), "rejected"),
        (Reject(480, "Temporarily Unavailable"), "rejected"),
        (Reject(503, "Service Unavailable"), "unreachable"),
        (Silent(), "unreachable"),
    ],
)
async def test_a_seat_that_does_not_answer(tmp_path: Path, policy: Policy, cause: str) -> None:
    """app_queue calls all of these NOANSWER; the true cause is told, once for each ring."""
    async with phones_world(tmp_path, queues=(SHORT,)) as world:
        await world.seat("8001", policy)
        citizen = await world.citizen()
        call = await citizen.call("12345")
        declined = await world.said(line.SeatDeclined)
        assert declined.cause == cause
        assert declined.leg == world.of(line.SeatRang)[0].leg
        if cause == "no_answer":
            assert 1.5 <= declined.ring_seconds <= 3
        await call.hang_up()
        await world.said(line.CallGone)
        assert len(world.of(line.SeatDeclined)) == len(world.of(line.SeatRang))
        await world.nothing_left()


async def test_a_wait_that_is_too_long(tmp_path: Path) -> None:
    """Timed out, not abandoned; then the fallback queue."""
    queue = Queue(name="civil", title_zh="综", title_en="G", max_wait_seconds=2)
    async with phones_world(tmp_path, queues=(queue,)) as world:
        call = await (await world.citizen()).call("12345")
        left = await world.said(line.CallerLeftQueue)
        assert left.why is line.QueueExit.TIMED_OUT
        queued = await world.said(line.CallerQueued, times=2)
        assert queued.queue == "fallback"
        await call.hang_up()
        await world.said(line.CallGone)
        told = [*ARRIVED, "left civil timed_out", "queued fallback"]
        assert story(world.news[1:])[: len(told)] == told
        assert story(world.news)[-2:] == ["left fallback abandoned", "gone by citizen"]
        await world.nothing_left()


async def test_two_ring_one_answers(tmp_path: Path) -> None:
    """The other's ring is withdrawn, and that is told before the answer."""
    queue = Queue(name="civil", title_zh="综", title_en="G", strategy="ringall")
    async with phones_world(tmp_path, queues=(queue,)) as world:
        await world.seat("8001", Ring())
        await world.seat("8002", Answer(0.5))
        call = await (await world.citizen()).call("12345")
        await world.said(line.SeatAnswered)
        told = story(world.news[1:])[len(ARRIVED) :]
        assert sorted(told[:2]) == ["rang 8001", "rang 8002"]
        assert told[2:] == ["declined 8001 withdrawn", "answered 8002"]
        await call.hang_up()
        await world.said(line.CallGone)
        await world.nothing_left()


async def test_hold_and_retrieve(tmp_path: Path) -> None:
    """Held and retrieved are told once each; a leg's end in the room ends the call."""
    async with phones_world(tmp_path) as world:
        seat, citizen = await world.seat("8001"), await world.citizen()
        call = await citizen.call("12345")
        answered = await world.said(line.SeatAnswered)
        channel = world.of(line.CallArrived)[0].channel
        await world.phones.hold(channel, answered.leg)
        await world.said(line.CallHeld)
        (live,) = (await world.phones.snapshot()).calls
        assert (live.held, live.seat, live.leg, live.ringing) == (True, "8001", answered.leg, False)
        await world.phones.retrieve(channel)
        await world.said(line.CallRetrieved)
        (live,) = (await world.phones.snapshot()).calls
        assert (live.held, live.leg) == (False, answered.leg)
        await (await seat.next_call()).hang_up()
        await call.ended()
        await world.said(line.CallGone)
        assert story(world.news)[-4:] == ["CallHeld", "CallRetrieved", "seat left 8001", "gone"]
        await world.nothing_left()


async def test_hanging_up_for_the_citizen(tmp_path: Path) -> None:
    """Our hang-up is not the citizen's; doing it again is no error."""
    async with phones_world(tmp_path) as world:
        await world.seat("8001")
        call = await (await world.citizen()).call("12345")
        await world.said(line.SeatAnswered)
        channel = world.of(line.CallArrived)[0].channel
        await world.phones.hang_up(channel)
        await call.ended()
        gone = await world.said(line.CallGone)
        assert gone.by_citizen is False
        await world.phones.hang_up(channel)
        await world.nothing_left()


async def test_a_withdrawn_ring_goes_to_the_next_seat(tmp_path: Path) -> None:
    """The caller keeps the place; the next seat rings at once, not after the ring time."""
    async with phones_world(tmp_path) as world:
        await world.seat("8001", Ring())
        call = await (await world.citizen()).call("12345")
        first = await world.said(line.SeatRang)
        await world.seat("8002", Ring())
        await world.phones.pause("8001", line.PhoneKind.DESK, "unreachable")
        await world.phones.withdraw(first.leg)
        declined = await world.said(line.SeatDeclined)
        second = await world.said(line.SeatRang, times=2)
        assert (declined.cause, second.seat) == (line.DeclineCause.WITHDRAWN, "8002")
        assert (second.at - declined.at).total_seconds() < 2
        await world.phones.withdraw(first.leg)
        await call.hang_up()
        await world.said(line.CallGone)
        await world.nothing_left()


async def test_an_answered_leg_is_not_withdrawn(tmp_path: Path) -> None:
    """Too late is nothing: a talking operator is never cut."""
    async with phones_world(tmp_path) as world:
        await world.seat("8001")
        call = await (await world.citizen()).call("12345")
        answered = await world.said(line.SeatAnswered)
        await world.phones.withdraw(answered.leg)
        await world.phones.hold(world.of(line.CallArrived)[0].channel, answered.leg)
        await world.said(line.CallHeld)
        assert world.of(line.SeatLeft) == []
        assert not call.has_ended


async def test_a_phone_that_comes_and_goes(tmp_path: Path) -> None:
    """Its registration is told and can be asked."""
    async with phones_world(tmp_path) as world:
        desk = line.PhoneKind.DESK
        assert not await world.phones.reachable("8001", desk)
        phone = await world.seat("8001")
        await eventually(lambda: _reachable(world) == [True])
        assert await world.phones.reachable("8001", desk)
        assert not await world.phones.reachable("8002", desk)
        assert not await world.phones.reachable("9999", desk)
        await phone._registration.register(0, 2)
        await eventually(lambda: _reachable(world) == [True, False])
        assert not await world.phones.reachable("8001", desk)


def _reachable(world: PhonesWorld) -> list[bool]:
    changes = world.of(line.SeatPhoneChanged)
    return [each.reachable for each in changes if each.seat == "8001"]
