"""A wish walks over who may be tried; nothing moves before somebody is in."""

import asyncio

import pytest

from gateway.core import line_guests
from gateway.core.call import CallState
from gateway.core.errors import AlreadyTaken, IllegalMove, Unknown
from gateway.core.guest import GuestState, OutsideNumber, SeatPhone
from gateway.core.guest_kind import GuestEnd, GuestRole
from gateway.core.reach import ReachState
from gateway.core.seat import SeatState
from gateway.intake.floor import Floor
from gateway.intake.guests_desk import SETTLES_SECONDS, NotVerified
from tests.gateway.intake.company import Company


async def test_an_emergency_line_can_be_undone_and_is_dialled_when_that_time_is_over(
    company: Company,
) -> None:
    """Two seconds in which nothing has been dialled."""
    await company.ask(GuestRole.DISPATCHER)
    await company.reaches.tick()
    assert not company.world.phones.called_in
    await company.desk.undo("id-li", company.call.id)
    company.world.clock.turn(3)
    await company.reaches.tick()
    assert not company.world.phones.called_in
    await company.ask(GuestRole.DISPATCHER)
    company.world.clock.turn(2)
    await company.reaches.tick()
    (order,) = company.world.phones.called_in
    assert order.to == OutsideNumber(number="110", trunk="a")


async def test_whoever_does_not_come_is_followed_by_the_next_and_at_last_told(
    company: Company,
) -> None:
    """The operator talks on with the citizen all the while."""
    reach = await company.ask(GuestRole.EXPERT)
    with pytest.raises(AlreadyTaken):
        await company.ask(GuestRole.EXPERT)
    for trunk in "ab":
        await company.reaches.tick()
        await company.reaches.tick()
        order = company.world.phones.called_in[-1]
        assert isinstance(order.to, OutsideNumber)
        assert order.to.trunk == trunk
        await company.fails(order.guest)
        assert company.now().state is CallState.TALKING
        view = company.world.floor.call_view(company.call.id, "")
        assert view
        assert (view["reach"]["last_end"], view["guests"]) == (GuestEnd.BUSY.value, [])
    await company.reaches.tick()
    assert [(one.id, one.state) for one in company.failed] == [(reach.id, ReachState.FAILED)]
    assert len(company.world.phones.called_in) == 2


async def test_a_gateway_that_died_goes_on_where_the_one_before_stopped(company: Company) -> None:
    """Who was dialled stands in the store before it is dialled; so does who comes next."""
    await company.ask(GuestRole.EXPERT)
    await company.reaches.tick()
    floor = Floor(company.world.store, company.world.clock)
    await floor.open()
    (guest,) = floor.guests.values()
    (reach,) = floor.reaches.values()
    assert guest.id == company.world.phones.called_in[0].guest
    assert (guest.state, reach.at, reach.state) == (GuestState.DIALLING, 1, ReachState.TRYING)


async def test_a_guest_of_whom_nothing_is_heard_is_given_up(company: Company) -> None:
    """Every wait has a limit: after its ring and ten seconds the next is tried."""
    await company.ask(GuestRole.EXPERT)
    await company.reaches.tick()
    company.world.clock.turn(31)
    await company.reaches.tick()
    await company.reaches.tick()
    first, second = company.world.phones.called_in
    assert company.world.phones.dropped == [first.guest]
    assert first.guest != second.guest


async def test_an_operator_leaves_an_emergency_only_when_it_has_been_understood(
    company: Company,
) -> None:
    """The citizen is handed over, not let go; who is left has a wrap-up."""
    await company.ask(GuestRole.DISPATCHER)
    with pytest.raises(IllegalMove):
        await company.desk.leave("id-li", company.call.id)
    company.world.clock.turn(2)
    await company.reaches.tick()
    await company.joins(company.world.phones.called_in[0].guest)
    assert company.now().state is CallState.CONFERENCE
    with pytest.raises(NotVerified):
        await company.desk.leave("id-li", company.call.id)
    with pytest.raises(NotVerified):
        await company.desk.transfer("id-li", company.call.id, "civil")
    with pytest.raises(NotVerified):
        await company.desk.park("id-li", company.call.id)
    assert company.world.phones.sent == []
    assert company.world.phones.parked == []
    await company.desk.verified("id-li", company.call.id)
    leaving = asyncio.create_task(company.desk.leave("id-li", company.call.id))
    await company.world.clock.elapse(SETTLES_SECONDS / 2)
    assert company.world.phones.left == []  # who has just come may not be in the room yet
    await company.world.clock.elapse(SETTLES_SECONDS)
    await leaving
    assert company.world.phones.left == [company.now().leg]
    await company.world.hear(
        line_guests.SeatHandedOver(**company.id_(), seat="8001", leg=company.now().leg)
    )
    assert company.now().state is CallState.HANDED_OVER
    assert company.world.state("8001") is SeatState.WRAPPING_UP


async def test_a_seat_that_is_called_in_is_offered_the_call_and_takes_it(company: Company) -> None:
    """It is paused and its screen pops; then the seat before wraps up and this one talks."""
    await company.ask(GuestRole.SEAT, "8002", leaves=True)
    await company.reaches.tick()
    (order,) = company.world.phones.called_in
    assert isinstance(order.to, SeatPhone)
    assert (order.to.seat, order.leaves) == ("8002", True)
    assert company.world.floor.seats["8002"].contact_id == company.call.id
    assert company.world.phones.paused("8002") is True
    pop = company.world.floor.pop_of(company.world.floor.seats["8002"])
    assert pop
    assert pop["state"] == "offered"
    await company.joins(order.guest)
    assert company.world.state("8002") is SeatState.TALKING
    await company.world.hear(
        line_guests.SeatTook(**company.id_(), seat="8002", leg="PJSIP/x-1", guest=order.guest)
    )
    assert (company.now().seat, company.now().operator_id) == ("8002", "id-wang")
    assert company.now().state is CallState.TALKING
    states = company.world.state("8001"), company.world.state("8002")
    assert states == (SeatState.WRAPPING_UP, SeatState.TALKING)
    assert company.world.reception.illegal_moves == 0


async def test_a_seat_that_does_not_take_a_transfer_leaves_everything_as_it_was(
    company: Company,
) -> None:
    """It is taken out, as for any ring; the operator and the citizen never stopped talking."""
    await company.ask(GuestRole.SEAT, "8002", leaves=True)
    await company.reaches.tick()
    await company.fails(company.world.phones.called_in[0].guest, GuestEnd.NO_ANSWER)
    seat = company.world.floor.seats["8002"]
    assert (seat.state, seat.reason, seat.contact_id) == (SeatState.NOT_READY, "no_answer", "")
    await company.reaches.tick()
    assert [one.state for one in company.failed] == [ReachState.FAILED]
    assert company.now().state is CallState.TALKING


async def test_only_the_seat_that_has_the_call_commands_it(company: Company) -> None:
    """Somebody else's call is not found, and a guest is no way into it."""
    with pytest.raises(Unknown):
        await company.desk.leave("id-wang", company.call.id)
    with pytest.raises(Unknown):
        await company.desk.drop("id-li", company.call.id, "none")


async def test_the_end_of_the_call_ends_everything_in_it(company: Company) -> None:
    """Who rang rings no more, who was offered is free, the wish is over."""
    await company.ask(GuestRole.SEAT, "8002")
    await company.reaches.tick()
    await company.world.hangs_up(company.call)
    assert company.world.state("8002") is SeatState.READY
    assert await company.world.store.guests_open() == ()
    assert await company.world.store.reaches_open() == ()
