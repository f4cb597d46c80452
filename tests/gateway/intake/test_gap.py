"""What nobody heard is completed from the record, each thing once."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from gateway.core import line
from gateway.core.call import Call, CallState, Outcome
from gateway.core.callback import CallbackReason
from gateway.core.contact import ContactQuery
from gateway.core.facts import FactKind
from gateway.core.seat import SeatState
from gateway.intake.gap import Gap
from gateway.intake.homecoming import Homecoming
from gateway.intake.reception import Reception
from gateway.intake.turn import PATIENCE_SECONDS
from gateway.telephony.queue_log_file import QueueLogFile
from tests.gateway.intake.floor_world import FloorWorld
from tests.gateway.intake.test_floor import StoreBehindASwitch
from tests.store_world import call_of

RUN = "2026-11-21 11:48:01"
CITIZEN = "PJSIP/trunk-local-00000001"


class Record:
    """A queue_log that the test writes, and a reception that reads it."""

    def __init__(self, world: FloorWorld, folder: Path) -> None:
        self.world = world
        self.path = folder / "queue_log"
        self.path.touch()
        self.gap = Gap(world.floor, QueueLogFile(self.path), world.ended)
        world.reception = Reception(
            world.floor, world.phones, world.reception.seating, world.ended, self.gap
        )

    def write(
        self, call: str, seconds: float, event: str, *data: object, queue: str = "civil"
    ) -> None:
        """A line, so many seconds after now; ``call`` is the hotline id."""
        at = int((self.world.clock.now() + timedelta(seconds=seconds)).timestamp())
        member = "8001" if event in ("CONNECT", "COMPLETECALLER") else "NONE"
        words = [str(at), call.removeprefix("H"), queue, member, event, *map(str, data)]
        with self.path.open("a", encoding="utf-8") as file:
            file.write("|".join(words) + "\n")

    async def restored(self, *live: line.LiveCall, run: str = RUN) -> None:
        """The link is back after a minute; these calls are there."""
        self.world.clock.turn(60)
        now = self.world.clock.now()
        snapshot = line.LineSnapshot(at=now, calls=live, members=(), run=run)
        await self.world.hear(line.LinkRestored(at=now, snapshot=snapshot))

    async def lost(self) -> None:
        """The link is gone."""
        await self.world.hear(line.LinkLost(at=self.world.clock.now(), reason="too slow"))


@pytest.fixture
async def record(world: FloorWorld, tmp_path: Path) -> Record:
    """Heard of once, so that the run is known."""
    one = Record(world, tmp_path)
    await one.restored()
    return one


async def stored(world: FloorWorld, call: Call) -> Call:
    """The call as the store has it."""
    found = await world.store.call(call.id)
    assert found
    return found


async def test_what_was_dropped_in_a_rush_is_told_all_the_same(
    world: FloorWorld, record: Record
) -> None:
    """The link was too slow and dropped events: the talk's length is the record's, not ours."""
    await world.seated("li", "8001")
    call = await world.arrives()
    await record.lost()
    record.write(call.hotline_id, 4, "CONNECT", 4, "x", 2)
    record.write(call.hotline_id, 34, "COMPLETECALLER", 4, 30, 1)
    record.write(call.hotline_id, 34, "HOTLINEOUT", CITIZEN, 16, queue="NONE")
    await record.restored()
    ended = await stored(world, call)
    assert (ended.outcome, ended.seat, ended.operator_id) == (Outcome.ANSWERED, "8001", "id-li")
    assert ended.talk_seconds == 30.0
    assert world.state("8001") is SeatState.READY
    assert world.ended.qsize() == 1


async def test_who_came_and_went_unheard_is_a_contact(world: FloorWorld, record: Record) -> None:
    """Once, however often the record is read; with no number, and what came later is old."""
    await record.lost()
    record.write("Ht-77", 1, "HOTLINEIN", "12345", "trunk", "Ht-77.wav", queue="NONE")
    record.write("Ht-77", 2, "ENTERQUEUE", "", "12345", 1)
    record.write("Ht-77", 22, "ABANDON", 1, 1, 20)
    record.write("Ht-77", 22, "HOTLINEOUT", CITIZEN, 0, queue="NONE")
    await record.restored()
    world.floor.bookmark = replace(world.floor.bookmark, offset=0)
    await record.restored()
    late = line.CallArrived(
        hotline_id="Ht-77",
        at=world.clock.now(),
        channel=CITIZEN,
        number="13800001234",
        did="12345",
        origin=line.Origin.TRUNK,
    )
    await world.hear(late)
    only = call_of(*await world.store.contacts(ContactQuery()))
    assert (only.outcome, only.number) == (Outcome.ABANDONED, "")
    assert only.wait_seconds == 21.0
    kinds = [fact.kind for fact in await world.store.facts(contact_id=only.id)]
    assert kinds == [
        FactKind.CALL_ARRIVED,
        FactKind.RECORDING_STARTED,
        FactKind.CALL_QUEUED,
        FactKind.CALL_ABANDONED,
        FactKind.CALL_ENDED,
    ]


async def test_who_still_talks_talks_since_they_were_answered(
    world: FloorWorld, record: Record
) -> None:
    """The seat of a call that was answered unheard is in that talk; the wait is the true one."""
    await world.seated("li", "8001")
    await record.lost()
    record.write("Ht-78", 1, "HOTLINEIN", "12345", "trunk", "Ht-78.wav", queue="NONE")
    record.write("Ht-78", 2, "ENTERQUEUE", "", "12345", 1)
    record.write("Ht-78", 5, "CONNECT", 3, "x", 2)
    live = line.LiveCall(
        hotline_id="Ht-78",
        channel=CITIZEN,
        number="13800001234",
        did="12345",
        origin=line.Origin.TRUNK,
        queue="civil",
        position=0,
        seat="8001",
        leg="PJSIP/seat-8001-00000002",
        ringing=False,
        held=False,
    )
    await record.restored(live)
    call = world.floor.call_by_hotline_id("Ht-78")
    assert call
    assert (call.state, call.leg, call.number) == (CallState.TALKING, live.leg, live.number)
    assert call.wait_seconds == 4.0
    assert world.state("8001") is SeatState.TALKING
    assert world.floor.seats["8001"].contact_id == call.id


async def test_a_normal_end_before_the_death_is_no_cut(world: FloorWorld, record: Record) -> None:
    """Two talked; one hung up while we were away, then the telephone system died."""
    gone, cut = await world.arrives("13800000001"), await world.arrives("13800000002")
    await record.lost()
    record.write(gone.hotline_id, 5, "ABANDON", 1, 1, 5)
    record.write(gone.hotline_id, 5, "HOTLINEOUT", CITIZEN, 0, queue="NONE")
    record.write("NONE", 9, "QUEUESTART", queue="NONE")
    died_about = world.clock.now() + timedelta(seconds=9)
    await record.restored(run="2026-11-21 11:59:59")
    assert (await stored(world, gone)).outcome is Outcome.ABANDONED
    lost = await stored(world, cut)
    assert lost.outcome is Outcome.LOST
    assert lost.ended_at
    assert lost.ended_at <= died_about
    assert [one.number for one in world.floor.callbacks.values()] == ["13800000002"]


async def test_the_same_run_cuts_nobody_off(world: FloorWorld, record: Record) -> None:
    """A call that is gone in the same run ended as calls do, though nobody knows how.

    They were not cut off; as far as we know nobody took them, so they are listed as missed.
    """
    call = await world.arrives()
    await record.lost()
    record.path.unlink()
    await record.restored()
    assert (await stored(world, call)).outcome is Outcome.ABANDONED
    reasons = [one.reason for one in world.floor.callbacks.values()]
    assert reasons == [CallbackReason.MISSED]


async def test_another_run_cuts_off_also_without_a_record(
    world: FloorWorld, record: Record
) -> None:
    """No call outlives its run."""
    call = await world.arrives()
    await record.lost()
    record.path.unlink()
    await record.restored(run="2026-11-21 12:00:00")
    assert (await stored(world, call)).outcome is Outcome.LOST
    assert len(world.floor.callbacks) == 1


async def test_what_the_store_could_not_be_asked_is_told_when_it_is_back(
    world: FloorWorld, record: Record
) -> None:
    """Nothing is forgotten because gateway and store were away together; nothing is told twice."""
    there = world.floor.store
    switch = StoreBehindASwitch(there)
    await record.lost()
    record.write("Ht-80", 1, "HOTLINEIN", "12345", "trunk", "", queue="NONE")
    record.write("Ht-80", 9, "HOTLINEOUT", CITIZEN, 0, queue="NONE")
    world.floor.store = switch
    switch.away = True
    await record.restored()
    switch.away = False
    await world.floor.write_owed()
    assert await record.gap.follow(None) is None
    assert await record.gap.follow(None) is not None
    only = call_of(*await there.contacts(ContactQuery()))
    assert (only.hotline_id, only.outcome) == ("Ht-80", Outcome.ABANDONED)


async def test_the_bookmark_follows_at_a_distance(world: FloorWorld, record: Record) -> None:
    """Only where the record ended a while ago, only while we hear; kept in the store."""
    record.write("Ht-79", 1, "HOTLINEIN", "12345", "trunk", "", queue="NONE")
    behind = await record.gap.follow(None)
    assert world.floor.bookmark.offset == 0
    record.write("Ht-79", 2, "ENTERQUEUE", "", "12345", 1)
    assert await record.gap.follow(behind) != behind
    assert behind
    assert world.floor.bookmark.offset == behind.offset > 0
    assert await world.store.bookmark("telephone") == world.floor.bookmark
    await record.lost()
    assert await record.gap.follow(behind) is None


async def test_phones_have_time_to_come_home(world: FloorWorld, record: Record) -> None:
    """After a restart no seat is taken out for a phone that is away for a moment; all are asked."""
    await world.seated("li", "8001")
    await record.lost()
    await record.restored(run="2026-11-21 12:00:00")
    assert world.phones.roused == [("8001", line.PhoneKind.BROWSER)]
    away = line.SeatPhoneChanged(
        seat="8001", phone=line.PhoneKind.BROWSER, reachable=False, at=world.clock.now()
    )
    await world.hear(away)
    assert world.state("8001") is SeatState.READY
    world.clock.turn(50)
    await world.hear(replace(away, at=world.clock.now()))
    assert world.state("8001") is SeatState.NOT_READY


async def test_whose_phone_does_not_come_home_is_taken_out(
    world: FloorWorld, record: Record
) -> None:
    """When the patience is over each phone is asked once; who is there stays ready."""
    home = Homecoming(world.floor, world.phones, world.reception)
    await world.seated("li", "8001")
    await world.seated("wang", "8002")
    await record.lost()
    await record.restored(run="2026-11-21 12:00:00")
    world.phones.registered.discard(("8001", line.PhoneKind.BROWSER))
    world.clock.turn(PATIENCE_SECONDS - 1)
    await home.tick()
    assert world.state("8001") is SeatState.READY
    world.clock.turn(2)
    await home.tick()
    assert world.state("8001") is SeatState.NOT_READY
    assert world.state("8002") is SeatState.READY
    assert world.floor.restarted_at is None
