"""A talk with people called into it, on a real Asterisk: the orders, and who takes part.

async with rooms(tmp_path) as (world, outside):
    desk = await world.seat("8001")
    async with room(world, outside, desk) as talk:
        guest = await talk.expert(GuestMode.JOIN)
        await talk.ears.hear(citizen="seat expert", ...)
"""

from __future__ import annotations

import secrets
import wave
from array import array
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from config.settings import Trunk
from gateway.core import line, line_guests
from gateway.core.guest import CallIn, Device, OutsideNumber, SeatPhone
from gateway.core.guest_kind import GuestMode, GuestRole
from gateway.simulate.call import Call
from gateway.simulate.hearing import tone_level
from gateway.simulate.phone import SipPhone
from gateway.simulate.policy import AT_ONCE
from gateway.telephony.free_port import free_port
from tests.ears import TONES, Ears
from tests.eventually import eventually
from tests.gateway.telephony.phones_world import PhonesWorld, phones_world

NUMBER, SHOWN = "01088886666", "12345"
CITIZEN = "13800001111"
MUTE_TENTHS = 3
MOST_SILENCE_SECONDS = 1.5
"""Measured: 0.08 s at most in 51 joins; a crowded machine may hold up the one who listens."""


@dataclass(slots=True)
class Room:
    """A talk of a citizen with the seat of 8001, and whoever is called into it."""

    world: PhonesWorld
    outside: SipPhone
    call: Call
    seat: Call
    id: str
    channel: str
    leg: str
    ears: Ears = field(default_factory=Ears)

    async def order(
        self,
        mode: GuestMode,
        to: Device | None = None,
        role: GuestRole = GuestRole.EXPERT,
        *,
        ring_seconds: int = 15,
        leaves: bool = False,
    ) -> str:
        """Call somebody in; the guest's id."""
        guest = secrets.token_hex(16)
        await self.world.phones.call_in(
            CallIn(
                guest=guest,
                hotline_id=self.id,
                channel=self.channel,
                role=role,
                mode=mode,
                to=to or OutsideNumber(number=NUMBER, trunk="out"),
                ring_seconds=ring_seconds,
                shown=SHOWN,
                leaves=leaves,
            )
        )
        return guest

    async def expert(self, mode: GuestMode, *, leaves: bool = False) -> str:
        """Call the expert in and wait until they are."""
        guest = await self.order(mode, leaves=leaves)
        self.ears.add("expert", await self.outside.next_call())
        await self.joined(guest)
        return guest

    async def other_seat(self, mode: GuestMode, desk: SipPhone, *, leaves: bool = False) -> str:
        """Call 8002 in and wait until it is."""
        to = SeatPhone(seat="8002", phone=line.PhoneKind.DESK)
        guest = await self.order(mode, to, GuestRole.SEAT, leaves=leaves)
        leg = await desk.next_call()
        assert leg.invite
        assert leg.invite.get("X-Hotline-Guest") == guest
        assert not leg.invite.get("Call-Info")
        self.ears.add("second", leg)
        await self.joined(guest)
        return guest

    async def joined(self, guest: str) -> None:
        """Until this guest takes part."""
        await self.told(line_guests.GuestJoined, guest=guest)

    async def told(self, kind: type[line.LineEvent], **fields: Any) -> Any:
        """Until this was told of this call."""

        def found() -> Any:
            return next(
                (
                    one
                    for one in self.world.of(kind)
                    if one.hotline_id == self.id
                    and all(getattr(one, key) == value for key, value in fields.items())
                ),
                None,
            )

        return await eventually(found, 12)

    async def live(self) -> line.LiveCall:
        """This call in a snapshot."""
        calls = (await self.world.phones.snapshot()).calls
        return next(one for one in calls if one.hotline_id == self.id)


@asynccontextmanager
async def rooms(tmp_path: Path, **asterisk: Any) -> AsyncIterator[tuple[PhonesWorld, SipPhone]]:
    """An Asterisk with a trunk that leads to a telephone outside, and with a dead one."""
    port, dead = free_port(), free_port()
    trunks = (
        Trunk(name="local"),
        Trunk(name="out", match=("127.0.0.9/32",), host=f"127.0.0.1:{port}"),
        Trunk(name="dead", match=("127.0.0.8/32",), host=f"127.0.0.1:{dead}", qualify_seconds=1),
    )
    async with (
        phones_world(tmp_path, trunks=trunks, **asterisk) as world,
        SipPhone(NUMBER, world.asterisk.sip, port=port) as outside,
    ):
        yield world, outside


@asynccontextmanager
async def room(world: PhonesWorld, outside: SipPhone, desk: SipPhone) -> AsyncIterator[Room]:
    """Citizen and seat talk; at the end nothing is left in Asterisk or remembered."""
    world.news.clear()
    outside.on_invite = AT_ONCE
    async with SipPhone(CITIZEN, world.asterisk.sip) as phone:
        call = await phone.call("12345")
        seat = await desk.next_call()
        answered = await world.said(line.SeatAnswered)
        arrived = world.of(line.CallArrived)[0]
        talk = Room(world, outside, call, seat, arrived.hotline_id, arrived.channel, answered.leg)
        talk.ears.add("citizen", call)
        talk.ears.add("seat", seat)
        await talk.ears.hear(citizen="seat", seat="citizen")
        yield talk
        await call.hang_up()
    await world.nothing_left()


def recorded_with_a_pause(world: PhonesWorld, hotline_id: str) -> None:
    """Every voice is in the talk's recording, each side in its own, and the pause in all."""
    for side, who in (("", "citizen seat expert"), ("-citizen", "citizen"), ("-seat", "seat")):
        heard, silences = recorded(world, f"{hotline_id}{side}.wav")
        assert heard >= set(who.split()), (side, heard)
        assert silences >= MUTE_TENTHS, f"what was said during the pause is in {side}"


def recorded(world: PhonesWorld, name: str) -> tuple[set[str], int]:
    """Whose tones are in a recording, and in how many tenths of a second nothing at all is."""
    return heard_in(world.asterisk.dirs.recordings / name)


def heard_in(path: Path) -> tuple[set[str], int]:
    """As ``recorded``, of any file."""
    with wave.open(str(path)) as file:
        samples = array("h", file.readframes(file.getnframes()))
    pieces = [samples[at : at + 2400] for at in range(0, len(samples) - 2400, 2400)]
    heard = {who for one in pieces for who, hertz in TONES.items() if tone_level(one, hertz) > 700}
    tenths = [samples[at : at + 800] for at in range(0, len(samples) - 800, 800)]
    return heard, sum(1 for one in tenths if not any(one))
