"""Laws of due process at work: every step on record, told to whoever it is about, over restarts."""

from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from gateway.core.call import Call
from gateway.core.errors import IllegalMove, Invalid, NotAllowed, Unknown
from gateway.core.facts import Fact, FactKind
from gateway.core.misconduct import MisconductKind, MisconductState
from gateway.core.operator import Operator, Role
from gateway.core.standing import ConductRules, Most, Standing, StandingAppealState, StandingState
from gateway.core.transcript import Party, Segment, Source
from gateway.intake.conduct import Conduct
from gateway.intake.records import Records
from gateway.intake.standings import Standings
from tests.gateway.intake.floor_world import FloorWorld
from tests.gateway.intake.test_incidents import SoundsPeer
from tests.standing_rows import a_misconduct

RULES = ConductRules(most=Most.SUSPEND, law=("管理办法第二十九条", "article 29"))
SHANGHAI = ZoneInfo("Asia/Shanghai")
OCCUPYING = MisconductKind.OCCUPYING
DAY = timedelta(days=1)


@dataclass
class Office:
    """Everybody who takes part."""

    world: FloorWorld
    standings: Standings
    conduct: Conduct
    sounds: SoundsPeer
    call: Call
    sups: list[Operator] = field(default_factory=list)

    @property
    def li(self) -> Operator:
        """Who has the call."""
        return self.world.operators["li"]

    async def noted(self) -> None:
        """Li notes that the line was occupied."""
        await self.conduct.mark(
            self.li, self.call.id, OCCUPYING, source="note", note="无诉求半小时"
        )

    async def later(self, by: timedelta) -> None:
        """Time goes by."""
        self.world.clock.turn(by.total_seconds())

    async def again(self) -> Standing:
        """Reminded, gone on, and gone on after the grace."""
        await self.noted()
        one = await self.conduct.remind(self.li, self.call.id, "请说明您的诉求")
        await self.noted()
        await self.later(DAY)
        await self.noted()
        return self.standings.one(one.id)

    async def restricted(self) -> Standing:
        """By two supervisors, for three days."""
        one = await self.again()
        await self.standings.propose(self.sups[0], one.id, 3, "多次占用")
        return await self.standings.approve(self.sups[1], one.id)

    async def suspended(self) -> Standing:
        """They went on under the restriction."""
        one = await self.restricted()
        await self.later(timedelta(hours=1))
        await self.noted()
        await self.standings.propose(self.sups[0], one.id, 2, "限制后继续")
        return await self.standings.approve(self.sups[1], one.id)


async def an_office(world: FloorWorld, rules: ConductRules = RULES) -> Office:
    """Li talks with a citizen; three supervisors are there."""
    sounds = SoundsPeer()
    standings = Standings(world.floor, sounds, rules, SHANGHAI)
    await standings.open()
    conduct = Conduct(
        standings, Records(world.store, world.clock, Path("recordings"), world.floor.barred)
    )
    await world.seated("li", "8001")
    call = await world.arrives()
    await world.rings(call, "8001")
    await world.answers(call, "8001")
    sups = [
        Operator(id=f"sup-{n}", login=f"sup{n}", name=f"班长{n}", role=Role.SUPERVISOR)
        for n in range(3)
    ]
    return Office(world, standings, conduct, sounds, call, sups)


async def moves(world: FloorWorld) -> list[str]:
    """Every step on record."""
    facts = await world.store.facts()
    return [str(one.data["move"]) for one in facts if one.kind is FactKind.STANDING_MOVED]


async def test_every_step_is_on_record_and_the_caller_is_met_by_it(world: FloorWorld) -> None:
    """Reminded, gone on, proposed, approved; heard in words; over on its day by itself."""
    office = await an_office(world)
    number = office.call.number
    assert await office.standings.met_at(number) is None
    one = await office.suspended()
    assert await moves(world) == [
        *("remind", "persist", "persist", "propose", "approve"),
        *("persist", "propose", "approve"),
    ]
    how = await office.standings.met_at(number)
    assert how
    assert not how.person
    await office.standings.look()
    said = office.sounds.heard[one.id]
    assert isinstance(said, str)
    assert "暂停" in said
    assert "申诉" in said
    assert "3月5日10点自动" in said
    assert await office.standings.met_at("13900009999") is None
    assert await office.standings.met_at("") is None
    await office.later(2 * DAY)
    assert await office.standings.met_at(number) is None
    await office.standings.look()
    assert office.sounds.heard == {}
    (over,) = await world.store.standings_over(10)
    assert (over.state, over.closed_by) == (StandingState.LIFTED, "")


async def test_a_restricted_caller_still_waits_for_a_person(world: FloorWorld) -> None:
    """Told first, then led on."""
    office = await an_office(world)
    await office.restricted()
    how = await office.standings.met_at(office.call.number)
    assert how
    assert how.person


async def test_a_restart_forgets_nothing_and_hears_an_appeal_that_was_only_noted(
    world: FloorWorld,
) -> None:
    """The next gateway has the measure, its sound, and the appeal of the moment before."""
    office = await an_office(world)
    one = await office.restricted()
    await office.later(timedelta(minutes=1))
    said = Fact(kind=FactKind.APPEAL_SAID, at=world.clock.now(), contact_id=office.call.id)
    await world.store.record(said)
    sounds = SoundsPeer()
    after = Standings(world.floor, sounds, RULES, SHANGHAI)
    await after.open()
    await after.look()
    assert after.one(one.id).appeal.state is StandingAppealState.OPEN
    assert after.one(one.id).appeal.contact_id == office.call.id
    assert list(sounds.heard) == [one.id]


async def test_the_appeal_is_heard_by_somebody_who_did_not_decide(world: FloorWorld) -> None:
    """Granted, they are met as everybody at once."""
    office = await an_office(world)
    one = await office.restricted()
    appeal = Fact(kind=FactKind.APPEAL_SAID, at=world.clock.now(), contact_id=office.call.id)
    await world.floor.commit(appeal, must=True)
    await office.standings.look()
    with pytest.raises(Invalid):
        await office.standings.hear(office.sups[1], one.id, grant=True, answer="解除")
    done = await office.standings.hear(office.sups[2], one.id, grant=True, answer="解除")
    assert done.state is StandingState.LIFTED
    assert await office.standings.met_at(office.call.number) is None
    with pytest.raises(Unknown):
        await office.standings.lift(office.sups[2], one.id)


async def test_no_reminder_without_evidence_and_no_measure_by_an_operator(
    world: FloorWorld,
) -> None:
    """Whose call it is not cannot note anything; a city that only dissuades does no more."""
    office = await an_office(world, ConductRules())
    with pytest.raises(Invalid):
        await office.conduct.remind(office.li, office.call.id, "请说明诉求")
    with pytest.raises(Invalid):
        await office.conduct.mark(office.li, office.call.id, OCCUPYING, source="note", note=" ")
    with pytest.raises(Unknown):
        await office.conduct.mark(
            world.operators["wang"], office.call.id, OCCUPYING, source="note", note="x"
        )
    one = await office.again()
    with pytest.raises(NotAllowed):
        await office.standings.propose(office.li, one.id, 1, "r")
    with pytest.raises(Invalid):
        await office.standings.propose(office.sups[0], one.id, 1, "r")
    with pytest.raises(IllegalMove):
        await office.conduct.remind(office.li, office.call.id, "再次提醒")


async def test_evidence_is_a_passage_as_it_is_shown(world: FloorWorld) -> None:
    """Taken from the transcript by its id; a passage of another contact is none."""
    office = await an_office(world)
    heard = Segment(
        id="s-1",
        contact_id=office.call.id,
        seq=1,
        party=Party.CITIZEN,
        source=Source.LIVE,
        begin_seconds=1.0,
        end_seconds=2.0,
        at=world.clock.now(),
        text="骂人的话",
    )
    await world.store.record(heard)
    made = await office.conduct.mark(
        office.li, office.call.id, MisconductKind.INSULTING, source="segment", source_id="s-1"
    )
    assert made.evidence == "骂人的话"
    with pytest.raises(Unknown):
        await office.conduct.mark(
            office.li, office.call.id, OCCUPYING, source="segment", source_id="s-2"
        )
    typed = await office.conduct.mark(
        office.li, office.call.id, OCCUPYING, source="note", note="他说13812345678"
    )
    assert "13812345678" not in typed.evidence


async def test_what_a_detector_saw_moves_nothing_until_a_supervisor_looked(
    world: FloorWorld,
) -> None:
    """Dismissed it never counts; confirmed it is evidence like any other."""
    office = await an_office(world)
    who = await world.store.identity("", "phone", office.call.number)
    assert who
    seen = a_misconduct(
        contact_id=office.call.id, identity_id=who.id, by="", state=MisconductState.PROPOSED
    )
    await world.store.record(seen)
    with pytest.raises(Invalid):
        await office.conduct.remind(office.li, office.call.id, "请说明诉求")
    with pytest.raises(NotAllowed):
        await office.conduct.look(office.li, seen.id, holds=True)
    await office.conduct.look(office.sups[0], seen.id, holds=True)
    one = await office.conduct.remind(office.li, office.call.id, "请说明诉求")
    assert one.state is StandingState.REMINDED
