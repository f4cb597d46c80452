"""Citizens are called back: they first or the seat first, heard at every ear; failures say why."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from gateway.core import line
from gateway.core.guest import CallOut, OutsideNumber, SeatPhone
from gateway.core.guest_kind import GuestEnd
from gateway.core.line_guests import CallOutFailed
from gateway.simulate.call import Call
from gateway.simulate.policy import AT_ONCE, BUSY, Policy, Ring
from tests.asterisk_world import MUSIC_HZ, PROMPT_HZ
from tests.eventually import eventually
from tests.gateway.telephony.phones_world import PhonesWorld, phones_world, story
from tests.worlds.dispatchers import FarEnds, far_ends
from tests.worlds.talk import talk, told_in_no_log

pytestmark = pytest.mark.asterisk
NUMBER = "13900007777"
SEAT_FIRST = SeatPhone(seat="8001", phone=line.PhoneKind.DESK)


def order(trunk: str, *, first: SeatPhone | None = None, ring_seconds: int = 20) -> CallOut:
    """A new order."""
    return CallOut(
        id=secrets.token_hex(16),
        to=OutsideNumber(number=NUMBER, trunk=trunk),
        shown="12345",
        queue="civil",
        rank=30,
        ring_seconds=ring_seconds,
        seat_first=first,
    )


@asynccontextmanager
async def outside(tmp_path: Path) -> AsyncIterator[tuple[PhonesWorld, FarEnds]]:
    """Somebody who answers, one who is busy, one who sleeps, and a dead trunk."""
    people: dict[str, Policy | None] = {
        "home": AT_ONCE,
        "busy": BUSY,
        "asleep": Ring(),
        "dead": None,
    }
    async with far_ends(people) as ends, phones_world(tmp_path, **ends.asterisk) as world:
        yield world, ends


async def answered(ends: FarEnds) -> Call:
    """The citizen's side."""
    call = await ends["home"].phone.next_call(10)
    await call.answered()
    return call


async def test_the_citizen_first_and_then_as_every_call(tmp_path: Path) -> None:
    """Our own number rings, a word, the queue, a seat; recorded; each failure says why."""
    async with outside(tmp_path) as (world, ends):
        wanted = order("home")
        await world.phones.call_out(wanted)
        citizen = await answered(ends)
        assert citizen.far_user == "12345"
        await eventually(lambda: citizen.heard.hears(PROMPT_HZ, 0.3))
        await eventually(lambda: citizen.heard.hears(MUSIC_HZ, 0.3), 8)
        desk = await world.seat("8001")
        await talk(citizen, await desk.next_call(8))
        arrived = await world.said(line.CallArrived)
        assert (arrived.hotline_id, arrived.origin) == (f"Hout-{wanted.id}", line.Origin.OUT)
        assert (arrived.number, arrived.did) == (NUMBER, "12345")
        (call,) = (await world.phones.snapshot()).calls
        assert (call.origin, call.seat, call.number) == (line.Origin.OUT, "8001", NUMBER)
        await citizen.hang_up()
        await world.said(line.CallGone)
        file = world.asterisk.dirs.recordings / f"Hout-{wanted.id}.wav"
        assert file.stat().st_size > 44

        for count, (trunk, end) in enumerate(
            {
                "busy": GuestEnd.BUSY,
                "asleep": GuestEnd.NO_ANSWER,
                "dead": GuestEnd.UNREACHABLE,
                "missing": GuestEnd.UNREACHABLE,
            }.items(),
            1,
        ):
            lost = order(trunk, ring_seconds=1)
            await world.phones.call_out(lost)
            failed = await world.said(CallOutFailed, times=count, within=12)
            assert (failed.hotline_id, failed.end, failed.seat) == (f"Hout-{lost.id}", end, "")
        await world.nothing_left()
        assert told_in_no_log(world.asterisk, NUMBER)


async def test_the_seat_first_and_the_citizen_meets_them(tmp_path: Path) -> None:
    """Ringing for the seat, then the talk with hold and all; a citizen's hang-up ends it."""
    async with outside(tmp_path) as (world, ends):
        desk = await world.seat("8001")
        wanted = order("home", first=SEAT_FIRST)
        await world.phones.call_out(wanted)
        seat = await desk.next_call(8)
        citizen = await answered(ends)
        await talk(citizen, seat)
        told = await world.said(line.SeatAnswered)
        assert (told.seat, told.queue) == ("8001", "civil")
        said = story(world.news)
        assert said[said.index("CallArrived") :] == [
            "CallArrived",
            "RecordingStarted",
            "queued civil",
            "rang 8001",
            "answered 8001",
        ]
        (call,) = (await world.phones.snapshot()).calls
        assert (call.seat, call.leg, call.held) == ("8001", told.leg, False)
        await world.phones.hold(call.channel, call.leg)
        await eventually(lambda: citizen.heard.hears(MUSIC_HZ))
        await world.phones.retrieve(call.channel)
        await talk(citizen, seat)
        await citizen.hang_up()
        await seat.ended(5)
        await world.said(line.CallGone)
        assert story(world.news)[-2:] == ["seat left 8001", "gone by citizen"]
        await world.nothing_left()


async def test_the_seat_hears_that_nobody_answered(tmp_path: Path) -> None:
    """Said to the seat and to us, by the telephone system itself."""
    async with outside(tmp_path) as (world, _):
        desk = await world.seat("8001")
        await world.phones.call_out(order("busy", first=SEAT_FIRST))
        seat = await desk.next_call(8)
        await eventually(lambda: seat.heard.hears(PROMPT_HZ, 0.3), 8)
        failed = await world.said(CallOutFailed)
        assert (failed.end, failed.cause, failed.seat) == (GuestEnd.BUSY, 17, "")
        await seat.ended(10)

        await world.phones.call_out(order("asleep", first=SEAT_FIRST))
        seat = await desk.next_call(8)
        await seat.answered()
        await ends_ringing(world, "asleep")
        await seat.hang_up()
        failed = await world.said(CallOutFailed, times=2)
        assert (failed.end, failed.seat) == (GuestEnd.WITHDRAWN, "8001")

        desk.on_invite = BUSY
        await world.phones.call_out(order("home", first=SEAT_FIRST))
        failed = await world.said(CallOutFailed, times=3)
        assert (failed.end, failed.seat) == (GuestEnd.BUSY, "8001")
        await world.nothing_left()
        assert not world.of(line.CallArrived)


async def ends_ringing(world: PhonesWorld, trunk: str) -> None:
    """The citizen's phone rings."""

    async def ringing() -> bool:
        channels = await world.asterisk.ami.listing("CoreShowChannels")
        mine = [one for one in channels if one["Channel"].startswith(f"PJSIP/trunk-{trunk}-")]
        return [one["ChannelStateDesc"] for one in mine] == ["Ringing"]

    await eventually(ringing, 8)
