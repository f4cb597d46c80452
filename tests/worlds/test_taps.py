"""A leg's sound goes to a listener while it is said, and the call does not notice.

Whatever the listener does, whatever happens to the call.

Both phones measure what they hear, tapped and untapped in the same run.
"""

from __future__ import annotations

import asyncio
import signal
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

import pytest

from gateway.core import line
from gateway.simulate.call import Call
from gateway.simulate.hearing import tone_level
from gateway.simulate.phone import SipPhone
from gateway.simulate.policy import Ring
from gateway.telephony.free_port import free_port
from tests.asterisk_world import MUSIC_HZ
from tests.eventually import eventually, remains
from tests.gateway.telephony.phones_world import PhonesWorld, phones_world
from tests.peers.tap_peer import TapPeer, tap_peer
from tests.stopped_process import stop
from tests.worlds.talk import CITIZEN_HZ, SEAT_HZ, talk
from tests.worlds.unbroken import Unbroken, unbroken

pytestmark = pytest.mark.asterisk

MEASURED_SECONDS = 4
MANY = 20
COUNTED = (("group", "channels"),)
STALLED_SECONDS = 30
"""A listener that does not read is given up by Asterisk within this time."""
BOTH_WAYS = {"citizen": SEAT_HZ, "seat": CITIZEN_HZ}


@dataclass
class Tapped:
    """A citizen and a seat of a PhonesWorld who talk, and the taps on them."""

    world: PhonesWorld
    citizen: Call
    seat: Call
    channel: str
    leg: str
    desk: SipPhone
    streams: dict[str, str] = field(default_factory=dict)

    async def tap(self, address: tuple[str, int], *who: str) -> None:
        """Both sides, or those that are named."""
        for each in who or ("citizen", "seat"):
            self.streams[each] = str(uuid4())
            channel = self.channel if each == "citizen" else self.leg
            await self.world.phones.tap(channel, self.streams[each], address)

    async def heard(self) -> dict[str, Unbroken]:
        """What both phones hear in the next seconds; for both ways of the sound."""
        began = {who: getattr(self, who).heard.packets for who in BOTH_WAYS}
        wanted = MEASURED_SECONDS * 50
        await eventually(
            lambda: all(
                getattr(self, who).heard.packets - before >= wanted for who, before in began.items()
            ),
            3 * MEASURED_SECONDS,
        )
        return {
            who: unbroken(getattr(self, who).heard.samples(MEASURED_SECONDS), hertz)
            for who, hertz in BOTH_WAYS.items()
        }

    async def over(self) -> None:
        """The citizen hangs up: the seat hears so within a second, nothing stays after two."""
        await self.citizen.hang_up()
        await self.seat.ended(1)
        await eventually(self.alone, 2)
        await self.world.nothing_left()

    async def alone(self) -> bool:
        """Whether Asterisk has no channel at all."""
        return not await self.world.link.act_list("CoreShowChannels")

    async def taps(self) -> list[str]:
        """The streams of the taps that Asterisk has."""
        return [one.stream for one in (await self.world.phones.snapshot()).taps]

    def ends(self) -> set[str]:
        """The streams that ended, each as the news said once."""
        news = [one.stream for one in self.world.of(line.TapEnded)]
        assert len(set(news)) == len(news)
        return set(news)


async def talking(world: PhonesWorld) -> Tapped:
    """Connected through the queue and heard at both ears."""
    desk = await world.seat("8001")
    citizen = await (await world.citizen()).call("12345")
    seat = await desk.next_call()
    answered = await world.said(line.SeatAnswered)
    await talk(citizen, seat)
    channel = world.of(line.CallArrived)[-1].channel
    return Tapped(world, citizen, seat, channel, answered.leg, desk)


def tones(peer: TapPeer, stream: str, seconds: float = 1.0) -> set[int]:
    """Which of the voices and the music are in the last sound of a stream."""
    sound = peer.sound(stream)[-int(seconds * 8000) :]
    return {one for one in (CITIZEN_HZ, SEAT_HZ, MUSIC_HZ) if tone_level(sound, one) > 300}


def clean(measured: dict[str, Unbroken]) -> None:
    """Nothing missing, nothing doubled, as clear as G.711 is."""
    for way, one in measured.items():
        assert one.slips == 0, (way, measured)
        assert one.clear_db > 30, (way, measured)
        assert one.seconds > MEASURED_SECONDS / 2, (way, measured)


async def test_each_stream_is_one_voice_whole(tmp_path: Path) -> None:
    """Both legs at once: their own tone without a gap, nothing of the other; both end with it."""
    async with phones_world(tmp_path) as world, tap_peer(tmp_path) as peer:
        both = await talking(world)
        await both.tap(peer.address)
        citizen, seat = both.streams["citizen"], both.streams["seat"]
        await eventually(lambda: min(peer.heard(citizen), peer.heard(seat)) > MEASURED_SECONDS, 15)
        assert tones(peer, citizen) == {CITIZEN_HZ}
        assert tones(peer, seat) == {SEAT_HZ}
        for stream, hertz in ((citizen, CITIZEN_HZ), (seat, SEAT_HZ)):
            got = unbroken(peer.sound(stream)[8000:], hertz)
            assert got.slips == 0, got
            assert got.clear_db > 30, got
        assert sorted(await both.taps()) == sorted(both.streams.values())
        clean(await both.heard())
        await both.over()
        await eventually(lambda: peer.ended(citizen) and peer.ended(seat))
        assert both.ends() == {citizen, seat}


async def test_a_tap_is_no_call_no_leg_and_no_seat(tmp_path: Path) -> None:
    """Nobody counts it: neither the limit of citizens, nor a log, nor we.

    Asterisk's own limit does, and leaves room (``asterisk_config.TAPS``).
    """
    async with phones_world(tmp_path) as world, tap_peer(tmp_path) as peer:
        both = await talking(world)
        command = world.asterisk.process.command
        before = [await command(f"{what} show {of}") for what, of in COUNTED]
        heard = len(world.news)
        await both.tap(peer.address)
        await eventually(lambda: min(map(peer.heard, both.streams.values())) > 0.5, 10)
        assert [await command(f"{what} show {of}") for what, of in COUNTED] == before
        (call,) = (await world.phones.snapshot()).calls
        assert (call.channel, call.leg) == (both.channel, both.leg)
        assert [one for one in world.news[heard:] if isinstance(one, line.LineEvent)] == []
        await both.over()
        assert {type(one) for one in world.news[heard:]} <= {
            line.TapEnded,
            line.SeatLeft,
            line.CallGone,
            line.SeatPhoneChanged,
        }
        log = (world.asterisk.dirs.log / "queue_log").read_text("utf-8")
        assert "AudioSocket" not in log
        assert "tap-" not in log


async def misbehave(peer: TapPeer, how: str) -> None:
    """What may happen to a listener."""
    match how:
        case "hangs":
            await stop(peer.process)
        case "never reads":
            await peer.stop_reading()
        case "dies":
            await peer.kill()


@pytest.mark.parametrize("how", ["listens", "hangs", "never reads", "dies", "is not there"])
async def test_whatever_the_listener_does_the_call_is_as_without(tmp_path: Path, how: str) -> None:
    """The sound at both phones, hanging up, and the manager interface are as they were untapped."""
    async with phones_world(tmp_path) as world, tap_peer(tmp_path) as peer:
        both = await talking(world)
        clean(await both.heard())
        address = ("127.0.0.1", free_port()) if how == "is not there" else peer.address
        await both.tap(address)
        streams = list(both.streams.values())
        if how != "is not there":
            await eventually(lambda: min(map(peer.heard, streams)) > 0.5, 10)
        await misbehave(peer, how)
        clean(await both.heard())
        if how == "listens":
            assert both.ends() == set()
        else:  # its taps are given up
            await eventually(lambda: len(both.ends()) == 2, STALLED_SECONDS)
            assert both.ends() == set(streams)
            clean(await both.heard())
        await both.over()
        if how == "hangs":
            peer.process.send_signal(signal.SIGCONT)


@pytest.mark.parametrize("how", ["hangs", "never reads"])
async def test_a_tap_that_is_stuck_can_be_taken_off_at_once(tmp_path: Path, how: str) -> None:
    """While its listener does not read: we are not kept waiting, and neither is the call's end."""
    async with phones_world(tmp_path) as world, tap_peer(tmp_path) as peer:
        both = await talking(world)
        await both.tap(peer.address)
        streams = list(both.streams.values())
        await eventually(lambda: min(map(peer.heard, streams)) > 0.5, 10)
        await misbehave(peer, how)
        asked = asyncio.get_running_loop().time()
        for stream in streams:
            await world.phones.untap(stream)
        await world.phones.resume("8001", line.PhoneKind.DESK)  # the same link answers
        assert asyncio.get_running_loop().time() - asked < 1
        await eventually(lambda: len(both.ends()) == 2, 3)
        assert await both.taps() == []
        clean(await both.heard())
        await both.over()


async def test_a_call_that_ends_while_its_taps_are_stuck_ends_at_once(tmp_path: Path) -> None:
    """The write that waits for the listener holds up nobody's hang-up."""
    async with phones_world(tmp_path) as world, tap_peer(tmp_path) as peer:
        both = await talking(world)
        await both.tap(peer.address)
        await eventually(lambda: min(map(peer.heard, both.streams.values())) > 0.5, 10)
        await stop(peer.process)
        await remains(lambda: not both.citizen.has_ended, 2)
        await both.over()


async def test_one_tap_from_the_queue_to_the_end(tmp_path: Path) -> None:
    """Waiting, answered, on hold, retrieved: the citizen's own voice all the time, never music."""
    async with phones_world(tmp_path) as world, tap_peer(tmp_path) as peer:
        desk = await world.seat("8001", Ring())
        citizen = await (await world.citizen()).call("12345")
        await world.said(line.SeatRang)
        citizen.play_tone(CITIZEN_HZ)
        await eventually(lambda: citizen.heard.hears(MUSIC_HZ))
        channel = world.of(line.CallArrived)[-1].channel
        stream = str(uuid4())
        await world.phones.tap(channel, stream, peer.address)
        await eventually(lambda: tones(peer, stream) == {CITIZEN_HZ}, 10)
        ring = await desk.next_call()
        assert ring.invite
        await ring.accept(ring.invite)
        leg = (await world.said(line.SeatAnswered)).leg
        both = Tapped(world, citizen, ring, channel, leg, desk)
        await talk(citizen, ring)
        await both.tap(peer.address, "seat")
        seat = both.streams["seat"]
        await eventually(lambda: tones(peer, seat) == {SEAT_HZ}, 10)
        await world.phones.hold(channel, leg)
        await world.said(line.CallHeld)
        await eventually(lambda: citizen.heard.hears(MUSIC_HZ))
        heard = peer.heard(stream)
        await eventually(lambda: peer.heard(stream) > heard + 2)
        assert tones(peer, stream) == {CITIZEN_HZ}
        assert tones(peer, seat) == {SEAT_HZ}
        await world.phones.retrieve(channel)
        await talk(citizen, ring)
        heard = peer.heard(stream)
        await eventually(lambda: peer.heard(stream) > heard + 2)
        assert tones(peer, stream) == {CITIZEN_HZ}
        assert tones(peer, seat) == {SEAT_HZ}
        assert both.ends() == set()
        await both.over()


async def test_the_citizens_tap_begins_anew_when_a_seat_is_lost(tmp_path: Path) -> None:
    """The seat's tap ends with its leg, the citizen's before another phone is heard; both return.

    Asterisk numbers what it hears of a channel once for all listeners: see ``hotline-recorded``.
    """
    async with phones_world(tmp_path) as world, tap_peer(tmp_path) as peer:
        both = await talking(world)
        await both.tap(peer.address)
        citizen, seat = both.streams["citizen"], both.streams["seat"]
        await eventually(lambda: min(peer.heard(citizen), peer.heard(seat)) > 1, 10)
        await world.phones.lose(both.leg)
        await world.said(line.SeatLost)
        await eventually(lambda: both.ends() == {citizen, seat})
        await both.tap(peer.address, "citizen")
        again = both.streams["citizen"]
        both.seat = await both.desk.next_call(20)
        both.leg = (await world.said(line.SeatReturned)).leg
        await talk(both.citizen, both.seat)
        await both.tap(peer.address, "seat")
        await eventually(lambda: tones(peer, both.streams["seat"]) == {SEAT_HZ}, 10)
        await eventually(lambda: tones(peer, again) == {CITIZEN_HZ}, 10)
        assert both.ends() == {citizen, seat}
        await both.over()


@pytest.mark.alone
async def test_twenty_calls_are_tapped_on_both_sides_at_once(tmp_path: Path) -> None:
    """Forty streams, each its own voice; every phone hears what it heard before; none stays."""
    seats = [str(8001 + number) for number in range(MANY)]
    async with phones_world(tmp_path, seats=seats) as world, tap_peer(tmp_path) as peer:
        calls: list[Tapped] = []
        for number in seats:
            desk = await world.seat(number)
            citizen = await (await world.citizen(f"1380000{number}")).call("12345")
            seat = await desk.next_call()
            answered = await world.said(line.SeatAnswered, times=len(calls) + 1)
            citizen.play_tone(CITIZEN_HZ)
            seat.play_tone(SEAT_HZ)
            channel = world.of(line.CallArrived)[-1].channel
            calls.append(Tapped(world, citizen, seat, channel, answered.leg, desk))
        untapped = await asyncio.gather(*(one.heard() for one in calls))
        await asyncio.gather(*(one.tap(peer.address) for one in calls))
        streams = [stream for one in calls for stream in one.streams.values()]
        await eventually(lambda: min(map(peer.heard, streams)) > 2, 20)
        tapped = await asyncio.gather(*(one.heard() for one in calls))
        for measured in (*untapped, *tapped):
            clean(measured)
        for one in calls:
            assert tones(peer, one.streams["citizen"]) == {CITIZEN_HZ}
            assert tones(peer, one.streams["seat"]) == {SEAT_HZ}
        assert sorted(await calls[0].taps()) == sorted(streams)
        await asyncio.gather(*(one.citizen.hang_up() for one in calls))
        await eventually(calls[0].alone, 2)
        await eventually(lambda: calls[0].ends() == set(streams))
        await world.nothing_left()


async def test_while_a_phone_sends_nothing_its_tap_is_silent_and_then_goes_on(
    tmp_path: Path,
) -> None:
    """No packets of the phone, none of its tap: who listens must keep the time by the clock."""
    async with phones_world(tmp_path) as world, tap_peer(tmp_path) as peer:
        both = await talking(world)
        await both.tap(peer.address)
        stream = both.streams["citizen"]
        await eventually(lambda: peer.heard(stream) > 0.5, 10)
        both.citizen.sound.mute(muted=True)
        before = peer.heard(stream)
        await remains(lambda: peer.heard(stream) - before < 0.5, 2)
        both.citizen.sound.mute(muted=False)
        await eventually(lambda: peer.heard(stream) - before > 1)
        assert tones(peer, stream, 0.5) == {CITIZEN_HZ}
        assert both.ends() == set()
        await both.over()
