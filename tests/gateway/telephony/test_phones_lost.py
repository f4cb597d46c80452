"""A seat's leg is torn away on a real Asterisk: what is told, before, during and after."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.core import line
from gateway.simulate.policy import AT_ONCE, Silent
from tests.eventually import eventually
from tests.gateway.telephony.phones_world import phones_world, story

pytestmark = pytest.mark.asterisk


async def test_a_lost_seat_is_told_found_in_a_snapshot_and_back(tmp_path: Path) -> None:
    """Lost, kept, back, the end; the seat's sound is counted as long as it comes."""
    async with phones_world(tmp_path) as world:
        desk, citizen = await world.seat("8001"), await world.citizen()
        call = await citizen.call("12345")
        answered = await world.said(line.SeatAnswered)
        seat = await desk.next_call()
        seat.play_tone(700)

        async def sends() -> bool:
            return await world.phones.packets_from(answered.leg) > 50

        await eventually(sends, 15)
        desk.on_invite = Silent()
        await world.phones.lose(answered.leg)
        lost = await world.said(line.SeatLost)
        assert (lost.seat, lost.leg) == ("8001", answered.leg)
        assert await world.phones.packets_from(answered.leg) == 0
        (live,) = (await world.phones.snapshot()).calls
        assert live.reconnecting
        desk.on_invite = AT_ONCE
        back = await world.said(line.SeatReturned, within=30)
        assert back.seat == "8001"
        (live,) = (await world.phones.snapshot()).calls
        assert (live.reconnecting, live.leg, live.seat) == (False, back.leg, "8001")
        await call.hang_up()
        await world.said(line.CallGone)
        assert story(world.news)[3:] == [
            "queued civil",
            "rang 8001",
            "answered 8001",
            "SeatLost",
            "SeatReturned",
            "seat left 8001",
            "gone by citizen",
        ]
        await world.nothing_left()


async def test_a_lost_seat_that_stays_away_has_left(tmp_path: Path) -> None:
    """The citizen stands in the last queue; then it is an ordinary wait."""
    async with phones_world(tmp_path, reconnect_seconds=1) as world:
        desk, citizen = await world.seat("8001"), await world.citizen()
        call = await citizen.call("12345")
        answered = await world.said(line.SeatAnswered)
        desk.on_invite = Silent()
        await world.phones.lose(answered.leg)
        await world.said(line.CallerQueued, times=2, within=20)
        assert story(world.news)[6:9] == ["SeatLost", "seat left 8001", "queued fallback"]
        await call.hang_up()
        await world.said(line.CallGone)
