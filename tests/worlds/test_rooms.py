"""Calls of more than two on a real Asterisk: who hears whom, and who is dropped: nobody.

An expert is a telephone outside, reached over a trunk that leads out; each party has a tone.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.core import line, line_guests
from gateway.core.guest import OutsideNumber, SeatPhone
from gateway.core.guest_kind import GuestEnd, GuestMode, GuestRole
from gateway.simulate.policy import AT_ONCE, BUSY, Answer, Policy, Reject, Ring
from tests.eventually import eventually
from tests.worlds.room import (
    MOST_SILENCE_SECONDS,
    NUMBER,
    Room,
    recorded_with_a_pause,
    room,
    rooms,
)

pytestmark = pytest.mark.asterisk

PAUSE_PACKETS = 60
"""1.2 s are said while the recording is paused."""


async def test_everybody_hears_who_they_should_and_nobody_else(tmp_path: Path) -> None:
    """Consult, join, listen, whisper, back, mute, drop; the recording holds every voice.

    Then the last of the others leave: the citizen is told so and heads the last queue.
    """
    async with rooms(tmp_path) as (world, outside):
        desk, boss_desk = await world.seat("8001"), await world.seat("8003", AT_ONCE, "enterprise")
        async with room(world, outside, desk) as talk:
            hear = talk.ears.hear
            to = SeatPhone(seat="8003", phone=line.PhoneKind.DESK)
            boss = await talk.order(GuestMode.LISTEN, to, GuestRole.SUPERVISOR)
            leg = talk.ears.add("boss", await boss_desk.next_call())
            assert leg.invite
            assert leg.invite.get("Call-Info") == "<sip:hotline>;answer-after=0"
            await talk.joined(boss)
            await hear(citizen="seat", seat="citizen", boss="citizen seat")
            guest = await talk.expert(GuestMode.CONSULT)
            await talk.told(line.CallHeld)
            await hear(citizen="music", seat="expert", expert="seat", boss="seat expert")
            live = await talk.live()
            assert (live.held, live.seat, live.leg) == (True, "8001", talk.leg)
            assert {(one.guest, one.mode, one.ringing) for one in live.guests} == {
                (guest, GuestMode.CONSULT, False),
                (boss, GuestMode.LISTEN, False),
            }
            await world.phones.move_guest(talk.channel, guest, GuestMode.JOIN)
            await talk.told(line_guests.GuestMoved, guest=guest, mode=GuestMode.JOIN)
            await world.phones.move_guest(talk.channel, boss, GuestMode.WHISPER)
            all_but_boss = {"citizen": "seat expert", "expert": "citizen seat"}
            await hear(seat="citizen expert boss", boss="citizen seat expert", **all_but_boss)
            await world.phones.move_guest(talk.channel, boss, GuestMode.LISTEN)
            await hear(seat="citizen expert", boss="citizen seat expert", **all_but_boss)
            await world.phones.mute(talk.channel, muted=True)
            await hear(citizen="seat expert", seat="expert", expert="seat", boss="seat expert")
            await world.phones.mute(talk.channel, muted=False)
            await world.phones.drop(boss)
            assert not (await talk.told(line_guests.GuestLeft, guest=boss)).by_guest
            await hear(citizen="seat expert", seat="citizen expert", expert="citizen seat")
            await world.phones.pause_recording(talk.channel, paused=True)
            await talk.told(line_guests.RecordingPaused, paused=True)
            await world.phones.leave(talk.leg)
            handed = await talk.told(line_guests.SeatHandedOver)
            assert handed.leg == talk.leg
            await hear(citizen="expert", expert="citizen")
            await talk.ears.hear_more("citizen", PAUSE_PACKETS)
            await world.phones.pause_recording(talk.channel, paused=False)
            await talk.told(line_guests.RecordingPaused, paused=False)
            live = await talk.live()
            assert (live.seat, [one.guest for one in live.guests]) == ("", [guest])
            boss_desk.on_invite = BUSY  # it stands in the last queue, too
            await outside.calls[0].hang_up()
            await hear(citizen="prompt")
            assert (await talk.told(line.CallerQueued, queue="fallback")).hotline_id == talk.id
            talk.ears.add("seat", await desk.next_call())
            await hear(citizen="seat", seat="citizen")
        recorded_with_a_pause(world, talk.id)


async def test_whoever_does_not_come_is_noticed_by_nobody(tmp_path: Path) -> None:
    """Busy, no answer, refused, a dead trunk, taken back: citizen and seat talk all the time."""
    async with rooms(tmp_path) as (world, outside):
        desk = await world.seat("8001")
        async with room(world, outside, desk) as talk:
            talk.ears.listen()
            ends: dict[GuestEnd, Policy] = {
                GuestEnd.BUSY: BUSY,
                GuestEnd.REJECTED: Reject(603, "Decline"),
                GuestEnd.UNREACHABLE: Reject(503, "Service Unavailable"),
                GuestEnd.NO_ANSWER: Ring(),
            }
            for end, policy in ends.items():
                outside.on_invite = policy
                guest = await talk.order(GuestMode.JOIN, ring_seconds=1)
                failed = await talk.told(line_guests.GuestFailed, guest=guest)
                assert failed.end is end
            outside.on_invite = Ring()
            guest = await talk.order(GuestMode.CONSULT, ring_seconds=60)
            await talk.told(line_guests.GuestRang, guest=guest)
            (ringing,) = (await talk.live()).guests
            assert (ringing.guest, ringing.ringing) == (guest, True)
            await world.phones.drop(guest)
            failed = await talk.told(line_guests.GuestFailed, guest=guest)
            assert failed.end is GuestEnd.WITHDRAWN
            dead = OutsideNumber(number=NUMBER, trunk="dead")
            guest = await talk.order(GuestMode.JOIN, dead, ring_seconds=60)
            failed = await talk.told(line_guests.GuestFailed, guest=guest)
            assert failed.end is GuestEnd.UNREACHABLE
            await talk.ears.hear(citizen="seat", seat="citizen")
            assert talk.ears.gap("citizen") < MOST_SILENCE_SECONDS
            assert talk.ears.gap("seat") < MOST_SILENCE_SECONDS
            guest = await talk.order(GuestMode.JOIN, ring_seconds=60)
            await talk.told(line_guests.GuestRang, guest=guest)


async def test_a_seat_called_in_takes_the_call_and_may_be_lost_as_any(tmp_path: Path) -> None:
    """A transfer to a colleague, parking and picking up; who has the call is told and found."""
    async with rooms(tmp_path) as (world, outside):
        desk, second = await world.seat("8001"), await world.seat("8002", AT_ONCE, "enterprise")
        async with room(world, outside, desk) as talk:
            guest = await talk.other_seat(GuestMode.JOIN, second, leaves=True)
            took = await talk.told(line_guests.SeatTook, guest=guest)
            assert took.seat == "8002"
            await talk.ears.hear(citizen="second", second="citizen")
            live = await talk.live()
            assert (live.seat, live.leg, live.ringing, live.guests) == ("8002", took.leg, False, ())
            await world.phones.park(talk.channel, took.leg)
            await talk.told(line_guests.CallParked)
            await talk.told(line.SeatLeft, leg=took.leg)
            await talk.ears.hear(citizen="music")
            live = await talk.live()
            assert (live.parked, live.seat, live.guests) == (True, "", ())
            again = await talk.other_seat(GuestMode.JOIN, second)
            took = await talk.told(line_guests.SeatTook, guest=again)
            await talk.ears.hear(citizen="second", second="citizen")
            await world.phones.lose(took.leg)
            assert (await talk.told(line.SeatLost)).leg == took.leg
            talk.ears.add("second", await second.next_call(20))
            await talk.ears.hear(citizen="second", second="citizen")
            await world.phones.send_to_queue(talk.channel, "civil", 7)
            await talk.told(line.CallerQueued, queue="civil", position=1)
            talk.ears.add("seat", await desk.next_call())
            await talk.ears.hear(citizen="seat", seat="citizen")


async def test_a_supervisor_who_has_joined_has_the_call_once_its_seat_leaves(
    tmp_path: Path,
) -> None:
    """First they only listen; who leaves then leaves the call to them, as to a colleague."""
    async with rooms(tmp_path) as (world, outside):
        desk, second = await world.seat("8001"), await world.seat("8002", AT_ONCE, "enterprise")
        async with room(world, outside, desk) as talk:
            to = SeatPhone(seat="8002", phone=line.PhoneKind.DESK)
            boss = await talk.order(GuestMode.LISTEN, to, GuestRole.SUPERVISOR)
            talk.ears.add("second", await second.next_call())
            await talk.ears.hear(citizen="seat", seat="citizen", second="citizen seat")
            await world.phones.move_guest(talk.channel, boss, GuestMode.JOIN)
            await talk.ears.hear(
                citizen="seat second", seat="citizen second", second="citizen seat"
            )
            await world.phones.leave(talk.leg)
            took = await talk.told(line_guests.SeatTook, guest=boss)
            assert took.seat == "8002"
            await talk.ears.hear(citizen="second", second="citizen")
            live = await talk.live()
            assert (live.seat, live.leg, live.guests) == ("8002", took.leg, ())


async def test_what_was_ordered_happens_without_us(tmp_path: Path) -> None:
    """The links break while the expert rings: they are put in all the same, and found again.

    Blind: the seat goes only when the expert is in, from the queue's bridge and from hold.
    """
    async with rooms(tmp_path) as (world, outside):
        desk = await world.seat("8001")
        for held in (False, True):
            async with room(world, outside, desk) as talk:
                if held:
                    await world.phones.hold(talk.channel, talk.leg)
                    await talk.ears.hear(citizen="music", seat="")
                talk.ears.listen()
                outside.on_invite = Answer(0.5)
                guest = await talk.order(GuestMode.JOIN, leaves=True)
                expert = await outside.next_call()
                world.link.drop("test")
                talk.ears.add("expert", expert)
                await talk.ears.hear(citizen="expert", expert="citizen")
                assert talk.ears.gap("citizen") < MOST_SILENCE_SECONDS
                await world.said(line.LinkRestored, within=15)

                async def found(room: Room = talk, guest: str = guest) -> bool:
                    live = await room.live()
                    return not live.seat and [one.guest for one in live.guests] == [guest]

                await eventually(found)
                await expert.hang_up()
                await talk.ears.hear(citizen="prompt")


async def test_nobody_is_alone_when_somebody_leaves(tmp_path: Path) -> None:
    """Consulting: the guest leaves, then the seat; parked too long; the citizen hangs up."""
    async with rooms(tmp_path, park_seconds=2) as (world, outside):
        desk = await world.seat("8001")
        async with room(world, outside, desk) as talk:
            await talk.expert(GuestMode.CONSULT)
            await talk.ears.hear(citizen="music", seat="expert", expert="seat")
            await outside.calls[0].hang_up()
            await talk.ears.hear(citizen="seat", seat="citizen")
            await talk.expert(GuestMode.CONSULT)
            await talk.ears.hear(citizen="music", seat="expert", expert="seat")
            await talk.seat.hang_up()
            await talk.told(line_guests.SeatHandedOver)
            await talk.ears.hear(citizen="expert", expert="citizen")
        async with room(world, outside, desk) as talk:
            await world.phones.park(talk.channel, talk.leg)
            await talk.told(line_guests.CallParked)
            await talk.told(line.CallerQueued, queue="fallback")
            talk.ears.add("seat", await desk.next_call())
            await talk.ears.hear(citizen="seat", seat="citizen")
