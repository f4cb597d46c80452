"""Whatever happens to the link or to Asterisk, the next LinkRestored is the truth."""

from __future__ import annotations

import os
import signal
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from gateway.core import line
from gateway.core.errors import PhonesUnavailable
from gateway.simulate.policy import Answer, Ring
from gateway.telephony.ami_limits import LinkLimits
from gateway.telephony.ami_links import CANNOT_ACT
from tests.eventually import eventually
from tests.gateway.telephony.phones_world import PhonesWorld, phones_world, story

pytestmark = pytest.mark.asterisk


async def live(world: PhonesWorld) -> line.LiveCall:
    """The only call there is."""
    (call,) = (await world.phones.snapshot()).calls
    return call


async def restored(world: PhonesWorld, times: int) -> line.LineSnapshot:
    """Cut the link; the snapshot that comes with the next one."""
    world.link.drop("test")
    await world.said(line.LinkLost, times=times)
    found = await world.said(line.LinkRestored, times=times + 1)
    assert isinstance(found, line.LinkRestored)
    return found.snapshot


async def test_a_snapshot_in_each_state(tmp_path: Path) -> None:
    """Greeting or waiting, ringing, talking, held: each is seen, also by a link made just then."""
    async with phones_world(tmp_path) as world:
        seat = await world.seat("8001", Answer(3))
        await world.phones.pause("8001", line.PhoneKind.DESK, "rest")
        call = await (await world.citizen()).call("12345")
        await world.said(line.CallerQueued)
        waiting = await live(world)
        assert (waiting.queue, waiting.position, waiting.leg) == ("civil", 1, "")
        assert waiting.number == "13800001111"
        assert (await restored(world, 1)).calls == (waiting,)

        await world.phones.resume("8001", line.PhoneKind.DESK)
        rang = await world.said(line.SeatRang)
        ringing = await live(world)
        assert (ringing.queue, ringing.seat, ringing.leg) == ("civil", "8001", rang.leg)
        assert ringing.ringing
        assert (await restored(world, 2)).calls == (ringing,)

        await (await seat.next_call()).answered(20)
        await world.said(line.SeatAnswered)
        talking = await live(world)
        assert (talking.queue, talking.leg, talking.ringing) == ("civil", rang.leg, False)
        assert (await restored(world, 3)).calls == (talking,)
        assert (await world.phones.snapshot()).members != ()

        await world.phones.hold(talking.channel, talking.leg)
        await world.said(line.CallHeld)
        held = await live(world)
        assert held.held
        assert (await restored(world, 4)).calls == (held,)
        world.news.clear()
        await world.phones.retrieve(held.channel)
        await world.said(line.CallRetrieved)
        await call.hang_up()
        await world.said(line.CallGone)
        assert story(world.news) == ["CallRetrieved", "seat left 8001", "gone by citizen"]
        await world.nothing_left()


def pid_of(world: PhonesWorld) -> int:
    """The process id of the Asterisk that runs."""
    pid = world.asterisk.process.pid
    assert pid is not None
    return pid


def kept_member(folder: Path) -> bool:
    """Whether Asterisk's database holds the seat; what it keeps reaches the disk a second later.

    Asked of the database, not of its files: what stands in them may still be rolled back.
    """
    (file,) = folder.rglob("astdb.sqlite3")
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True, timeout=5)) as database:
        wanted = (
            "SELECT 1 FROM astdb WHERE key LIKE '%PersistentMembers%' AND value LIKE '%desk-8001%'"
        )
        return database.execute(wanted).fetchone() is not None


async def test_asterisk_dies_and_comes_back(tmp_path: Path) -> None:
    """Lost at once, restored with the members it kept and without the calls it lost."""
    async with phones_world(tmp_path) as world:
        await world.seat("8001", Ring())
        call = await (await world.citizen()).call("12345")
        await world.said(line.SeatRang)
        await eventually(lambda: kept_member(tmp_path), 10)
        os.kill(pid_of(world), signal.SIGKILL)
        await world.said(line.LinkLost)
        with pytest.raises(PhonesUnavailable):
            await world.phones.hang_up("PJSIP/trunk-local-00000000")
        again = await world.said(line.LinkRestored, times=2, within=20)
        assert again.snapshot.calls == ()
        kept = [
            (each.seat, each.queue, each.penalty, each.paused) for each in again.snapshot.members
        ]
        assert kept == [("8001", "civil", 0, False)]
        call.vanish()
        await world.nothing_left()


async def test_a_frozen_asterisk_is_lost_in_ten_seconds(tmp_path: Path) -> None:
    """It answers nothing and closes nothing; we notice all the same, and when it thaws, too."""
    limits = LinkLimits(ping_every_seconds=0.3, pong_seconds=0.5)
    async with phones_world(tmp_path, limits) as world:
        pid = pid_of(world)
        os.kill(pid, signal.SIGSTOP)
        try:
            lost = await world.said(line.LinkLost)
        finally:
            os.kill(pid, signal.SIGCONT)
        # each link asks by itself, and any of them may be the first to hear nothing
        assert lost.reason in ("no pong", CANNOT_ACT)
        await world.said(line.LinkRestored, times=2)
