"""What operators and supervisors do with a talk of more than two."""

import asyncio

import pytest

from gateway.core import line_guests
from gateway.core.call import CallState
from gateway.core.errors import IllegalMove, Invalid, Unknown
from gateway.core.facts import FactKind
from gateway.core.guest_kind import GuestEnd, GuestMode, GuestRole
from gateway.core.line import PhoneKind
from gateway.core.seat import SeatState
from gateway.intake.guests_desk import NotVerified
from gateway.intake.parking import Parking
from tests.eventually import eventually
from tests.gateway.intake.company import Company


async def test_who_rings_for_a_wish_that_is_taken_back_rings_no_more(company: Company) -> None:
    """Nobody else is tried, and the operator may ask again."""
    await company.ask(GuestRole.EXPERT)
    await company.reaches.tick()
    await company.desk.withdraw("id-li", company.call.id)
    (order,) = company.world.phones.called_in
    assert company.world.phones.dropped == [order.guest]
    await company.fails(order.guest, GuestEnd.WITHDRAWN)
    await company.reaches.tick()
    assert len(company.world.phones.called_in) == 1
    await company.ask(GuestRole.EXPERT)


async def test_an_operator_mutes_pauses_the_recording_and_transfers(company: Company) -> None:
    """Each at the telephone, of the own call only."""
    phones, id_ = company.world.phones, company.call.id
    await company.desk.mute("id-li", id_, "citizen", muted=True)
    assert phones.muted == {company.call.channel: True}
    await company.desk.record("id-li", id_, paused=True)
    assert phones.recordings_paused == {company.call.channel: True}
    with pytest.raises(Unknown):
        await company.desk.transfer("id-li", id_, "none")
    await company.desk.transfer("id-li", id_, "civil")
    rank = company.world.floor.queues["civil"].rank
    assert phones.sent == [(company.call.channel, "civil", rank)]


async def test_a_supervisor_hears_a_talk_and_each_hearing_is_a_fact(company: Company) -> None:
    """Their own seat is not ready meanwhile; the talk does not change for it."""
    world = company.world
    chen = world.operators["chen"]
    await company.supervision.hear(chen, company.call.id, GuestMode.LISTEN)
    (order,) = world.phones.called_in
    assert (order.role, order.mode) == (GuestRole.SUPERVISOR, GuestMode.LISTEN)
    assert world.floor.seats["8003"].reason == "supervising"
    await company.joins(order.guest, GuestMode.LISTEN)
    assert company.now().state is CallState.TALKING
    with pytest.raises(Unknown):  # the operator does not drop a supervisor
        await company.desk.drop("id-li", company.call.id, order.guest)
    await company.supervision.leave(chen, company.call.id)
    assert world.phones.dropped == [order.guest]
    facts = await world.store.facts(contact_id=company.call.id)
    heard = [fact for fact in facts if fact.kind is FactKind.CALL_LISTENED]
    assert [(fact.operator_id, fact.data["mode"]) for fact in heard] == [("id-chen", "listen")]


async def test_whoever_has_listened_is_again_what_they_were_before(company: Company) -> None:
    """Ready, or away for the same reason; also when their phone did not answer or the call ends."""
    world, chen = company.world, company.world.operators["chen"]
    hear = company.supervision.hear
    await hear(chen, company.call.id, GuestMode.LISTEN)
    await company.fails(world.phones.called_in[-1].guest)
    assert (world.state("8003"), world.phones.paused("8003")) == (SeatState.READY, False)

    await world.desk.take_break("id-chen", "meal")
    await hear(chen, company.call.id, GuestMode.LISTEN)
    await company.joins(world.phones.called_in[-1].guest, GuestMode.LISTEN)
    assert world.floor.seats["8003"].reason == "supervising"
    assert world.phones.paused("8003")
    await world.hangs_up(company.now())
    seat = world.floor.seats["8003"]
    assert (seat.state, seat.reason, seat.next_break) == (SeatState.NOT_READY, "meal", "")


async def test_a_supervisor_whose_phone_says_nothing_is_free_again(company: Company) -> None:
    """Nothing is heard of the order: after its ring it has failed."""
    world, chen = company.world, company.world.operators["chen"]
    await company.supervision.hear(chen, company.call.id, GuestMode.LISTEN)
    world.clock.turn(60)
    await company.reaches.tick()
    assert (world.state("8003"), world.phones.paused("8003")) == (SeatState.READY, False)


async def test_a_guest_who_is_in_may_whisper_and_nobody_only_listens(company: Company) -> None:
    """An expert speaks to the operator alone, the citizen talks on; others only listen."""
    await company.ask(GuestRole.EXPERT)
    await company.reaches.tick()
    guest = company.world.phones.called_in[0].guest
    with pytest.raises(IllegalMove):
        await company.desk.let("id-li", company.call.id, guest, GuestMode.WHISPER)
    await company.joins(guest)
    await company.desk.let("id-li", company.call.id, guest, GuestMode.WHISPER)
    assert company.world.phones.moved == [(company.call.channel, guest, GuestMode.WHISPER)]
    with pytest.raises(IllegalMove):
        await company.desk.let("id-li", company.call.id, guest, GuestMode.LISTEN)


async def test_a_line_has_understood_also_while_an_expert_is_being_called(
    company: Company,
) -> None:
    """The operator says so of the emergency line, whatever else was asked for since."""
    await company.ask(GuestRole.DISPATCHER)
    company.world.clock.turn(2)
    await company.reaches.tick()
    await company.joins(company.world.phones.called_in[0].guest)
    await company.ask(GuestRole.EXPERT)
    await company.reaches.tick()
    await company.desk.verified("id-li", company.call.id)
    known = [r for r in company.world.floor.reaches.values() if r.role is GuestRole.DISPATCHER]
    assert [one.verified_at is not None for one in known] == [True]


async def test_each_of_two_emergency_lines_has_understood_for_itself(company: Company) -> None:
    """What one has understood the other has not; the screen shows both wishes, the oldest first."""
    for number in (1, 2):
        await company.ask(GuestRole.DISPATCHER)
        company.world.clock.turn(2)
        await company.reaches.tick()
        await company.joins(company.world.phones.called_in[number - 1].guest)
    view = company.world.floor.call_view(company.call.id, "")
    assert view
    first, second = view["reaches"]
    assert first["id"] != second["id"]
    await company.desk.verified("id-li", company.call.id, first["id"])
    await company.desk.verified("id-li", company.call.id, first["id"])
    with pytest.raises(NotVerified):
        await company.desk.leave("id-li", company.call.id)
    await company.desk.verified("id-li", company.call.id, second["id"])
    known = [one.verified_at is not None for one in company.world.floor.reaches.values()]
    assert known == [True, True]


async def test_nobody_listens_with_a_phone_that_is_not_registered(company: Company) -> None:
    """It would be said that they hear, and they hear nothing; nothing has changed then."""
    world, chen = company.world, company.world.operators["chen"]
    world.phones.registered.discard(("8003", PhoneKind.BROWSER))
    hearing = asyncio.create_task(company.supervision.hear(chen, company.call.id, GuestMode.LISTEN))
    await eventually(lambda: world.clock.sleepers)
    await world.clock.elapse(5)
    with pytest.raises(Invalid) as refused:
        await hearing
    assert refused.value.problems[0].code == "phone-not-registered"
    assert world.phones.called_in == []
    assert world.state("8003") is SeatState.READY


async def test_a_supervisor_takes_over_once_they_are_in(company: Company) -> None:
    """Before that the seat stays; then it goes, and nobody is alone."""
    world, chen = company.world, company.world.operators["chen"]
    with pytest.raises(IllegalMove):
        await company.supervision.take_over(chen, company.call.id)
    await company.supervision.hear(chen, company.call.id, GuestMode.JOIN)
    guest = world.phones.called_in[0].guest
    await company.joins(guest)
    await company.supervision.take_over(chen, company.call.id)
    assert world.phones.left == [company.now().leg]
    await world.hear(
        line_guests.SeatTook(**company.id_(), seat="8003", leg="PJSIP/x-1", guest=guest)
    )
    assert (company.now().state, company.now().seat) == (CallState.TALKING, "8003")
    assert world.state("8003") is SeatState.TALKING
    assert world.floor.seats["8003"].contact_id == company.call.id
    assert world.state("8001") is SeatState.WRAPPING_UP


async def test_a_seat_is_set_by_a_supervisor_with_a_reason(company: Company) -> None:
    """It is a fact, with who did it and why."""
    world, chen = company.world, company.world.operators["chen"]
    await company.supervision.force(chen, "8002", SeatState.NOT_READY, "培训")
    assert (world.state("8002"), world.phones.paused("8002")) == (SeatState.NOT_READY, True)
    facts = [f for f in await world.store.facts() if f.kind is FactKind.SEAT_FORCED]
    assert [(f.operator_id, f.data["reason"]) for f in facts] == [("id-chen", "培训")]


async def test_whose_seat_is_set_reads_it(company: Company) -> None:
    """Who did it, what, and why; also on a console that was away for a moment."""
    world, chen = company.world, company.world.operators["chen"]
    wang = world.operators["wang"]
    hub = world.floor.hub
    async with hub.attach(wang) as console:
        first = await anext(console)
    await company.supervision.force(chen, "8002", SeatState.NOT_READY, "培训")
    async with hub.attach(wang, hub.epoch, first["seq"]) as console:
        while (told := await anext(console))["type"] != "notice":
            pass
    notice = told["data"]
    assert (notice["level"], notice["code"]) == ("warning", "seat-forced")
    assert notice["zh"] == "班长陈班长已将您的坐席改为示忙：培训"
    assert "陈班长" in notice["en"]


async def test_a_parked_call_is_picked_up_by_any_free_seat(company: Company) -> None:
    """Whoever parked it has a wrap-up; whoever picks it up is its seat."""
    world = company.world
    await company.desk.park("id-li", company.call.id)
    assert world.phones.parked == [(company.call.channel, company.now().leg)]
    await world.hear(line_guests.CallParked(**company.id_()))
    assert world.state("8001") is SeatState.WRAPPING_UP
    parking = Parking(world.floor, company.reaches)
    assert [one["contact_id"] for one in parking.parked("")] == [company.call.id]
    await parking.pick_up("id-wang", company.call.id)
    guest = world.phones.called_in[0].guest
    await company.joins(guest)
    await world.hear(
        line_guests.SeatTook(**company.id_(), seat="8002", leg="PJSIP/x-1", guest=guest)
    )
    assert (company.now().state, company.now().seat) == (CallState.TALKING, "8002")
    assert world.state("8002") is SeatState.TALKING
    assert parking.parked("") == []
