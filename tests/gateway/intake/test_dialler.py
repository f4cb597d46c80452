"""Whose turn it is is offered to a free seat, and called once."""

from dataclasses import dataclass, replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from gateway.core import line, line_guests
from gateway.core.callback import Callback, CallbackReason, CallbackState
from gateway.core.citizen import CallerFlag, FlagKind
from gateway.core.dialling import First, TryState
from gateway.core.errors import AlreadyTaken, IllegalMove, Invalid, PhonesUnavailable, Unknown
from gateway.core.facts import FactKind
from gateway.core.guest_kind import GuestEnd, GuestMode, GuestRole
from gateway.core.number import Number
from gateway.core.reach import Reach, ReachState
from gateway.core.seat import SeatState
from gateway.core.targets import Targets
from gateway.intake.dialler import Dialler, DialSettings
from gateway.intake.floor import Floor
from gateway.intake.place_offers import PlaceOffers
from gateway.intake.places import Places
from gateway.intake.seating import Seating
from tests.gateway.intake.floor_world import FloorWorld
from tests.gateway.intake.test_owing import NUMBER, keeps_place

OTHER = "13900005678"


@dataclass
class Calling:
    """A floor with somebody who calls back."""

    world: FloorWorld
    dialler: Dialler

    @property
    def floor(self) -> Floor:
        """Everything live."""
        return self.world.floor

    def offered(self, login: str) -> str:
        """The callback that this person's screen asks about; empty for none."""
        offer = self.floor.picture(self.world.operators[login])["callback_offer"]
        return offer["id"] if offer else ""

    async def call(self, login: str, callback: Callback, first: First = First.SEAT) -> str:
        """This person calls; the telephone system's name of the call."""
        tried = await self.dialler.call(self.world.operators[login], callback.id, first)
        return tried.hotline_id

    async def waits(self, seconds: float) -> None:
        """Time passes, and what is due is done."""
        self.world.clock.turn(seconds)
        await self.dialler.tick()


def calling_on(world: FloorWorld, floor: Floor, *, trunk: str = "out") -> Dialler:
    """As the gateway is put together."""
    seating = Seating(floor, world.phones)
    places = Places(floor, seating, Targets(queues=floor.queues), ZoneInfo("Asia/Shanghai"))
    offers = PlaceOffers(floor, world.phones, seating, places, 20)
    return Dialler(floor, world.phones, offers, DialSettings(trunk=trunk))


@pytest.fixture
async def calling(world: FloorWorld) -> Calling:
    """It is 9:00 in the city, and 12345 is ours."""
    await world.store.record(Number(did="12345", queue="civil"))
    await world.floor.reload_people()
    world.floor.link = "up"
    return Calling(world, calling_on(world, world.floor))


async def test_a_ready_seat_is_asked_and_calls(calling: Calling) -> None:
    """Paused before it is asked; the order says whom, as whom, and whose phone rings first."""
    world = calling.world
    kept = await keeps_place(world)
    await world.seated("li", "8001")
    assert world.phones.paused("8001") is True, "the seat became ready while a place claims it"
    await calling.dialler.tick()
    assert calling.offered("li") == kept.id
    await calling.call("li", kept)
    (order,) = world.phones.called_out
    assert (order.to.number, order.to.trunk, order.shown) == (NUMBER, "out", "12345")
    assert order.seat_first
    assert (order.seat_first.seat, order.queue) == ("8001", "civil")
    assert calling.offered("li") == ""
    await calling.waits(1)
    assert world.phones.paused("8001") is True
    assert len(world.phones.called_out) == 1
    facts = await world.store.facts(contact_id=kept.contact_id)
    assert [fact.kind for fact in facts][-2:] == [
        FactKind.CALLBACK_OFFERED,
        FactKind.CALLBACK_DIALLED,
    ]
    assert NUMBER not in str(facts)


async def test_callers_who_came_before_are_served_before(calling: Calling) -> None:
    """The seat rings for them; the next one is the kept place's, though others call."""
    world = calling.world
    before = await world.arrives(OTHER)
    world.clock.turn(5)
    kept = await keeps_place(world)
    await world.arrives("13700000009")
    await world.seated("li", "8001")
    await calling.dialler.tick()
    assert world.phones.paused("8001") is False
    assert (calling.offered("li"), calling.dialler.places.position_of(kept)) == ("", 2)
    await world.rings(before, "8001")
    await world.seated("wang", "8002")
    await calling.dialler.tick()
    assert world.phones.paused("8002") is True
    assert calling.offered("wang") == kept.id


async def test_a_caller_over_a_limit_is_before_no_kept_place(calling: Calling) -> None:
    """They came first, and are not counted; the free seat is the place's."""
    world = calling.world
    await world.arrives(OTHER, slow=True)
    world.clock.turn(5)
    kept = await keeps_place(world)
    assert calling.dialler.places.position_of(kept) == 1
    await world.seated("li", "8001")
    await calling.dialler.tick()
    assert calling.offered("li") == kept.id


async def test_an_offer_that_nobody_takes_goes_to_the_next_seat(calling: Calling) -> None:
    """The silent seat is out, as after a ring; the place is where it was."""
    world = calling.world
    kept = await keeps_place(world)
    await world.seated("li", "8001")
    await calling.dialler.tick()
    await calling.waits(20)
    assert world.state("8001") is SeatState.NOT_READY
    assert calling.floor.seats["8001"].reason == "no_answer"
    await world.seated("wang", "8002")
    await calling.dialler.tick()
    assert (calling.offered("li"), calling.offered("wang")) == ("", kept.id)
    assert calling.floor.callbacks[kept.id] == kept
    with pytest.raises(AlreadyTaken):
        await calling.call("li", kept)


async def test_a_seat_is_free_again_when_nothing_is_to_be_called(calling: Calling) -> None:
    """The citizen calls again and is answered elsewhere, or the operator takes a break."""
    world = calling.world
    await keeps_place(world)
    await world.seated("li", "8001")
    await calling.dialler.tick()
    await world.seated("wang", "8002")
    again = await world.arrives()
    await world.rings(again, "8002")
    await world.answers(again, "8002")
    await calling.dialler.tick()
    assert calling.offered("li") == ""
    assert world.phones.paused("8001") is False


async def test_who_still_stands_in_the_queue_is_not_called(calling: Calling) -> None:
    """They pressed the key and stayed on the line: they are a caller as before."""
    world = calling.world
    call = await world.arrives()
    wanted = line_guests.CallbackWanted(hotline_id=call.hotline_id, at=world.clock.now())
    await world.hear(wanted)
    await world.seated("li", "8001")
    await calling.dialler.tick()
    assert calling.offered("li") == ""
    assert world.phones.paused("8001") is False


async def test_a_place_is_not_called_out_of_turn(calling: Calling) -> None:
    """Not by hand either; the refusal says which place it is."""
    world = calling.world
    await world.arrives(OTHER)
    world.clock.turn(5)
    kept = await keeps_place(world)
    await world.seated("li", "8001")
    with pytest.raises(Invalid) as refused:
        await calling.call("li", kept)
    assert refused.value.problems[0].code == "not-their-turn"
    assert "2" in refused.value.problems[0].en
    assert not world.phones.called_out


async def abandoned(world: FloorWorld) -> Callback:
    """Somebody waited in vain."""
    call = await world.arrives()
    world.clock.turn(60)
    await world.hangs_up(call)
    (one,) = world.floor.callbacks.values()
    return one


async def test_the_others_are_called_by_hand(calling: Calling) -> None:
    """From a break, too; the citizen first where one wants it; nobody is asked by itself."""
    world = calling.world
    one = await abandoned(world)
    await world.seated("li", "8001")
    await calling.dialler.tick()
    assert calling.offered("li") == ""
    await world.desk.take_break("id-li", "rest")
    await calling.call("li", one, First.CITIZEN)
    (order,) = world.phones.called_out
    assert (order.seat_first, order.queue) == (None, "civil")
    with pytest.raises(AlreadyTaken):
        await calling.call("li", one)


async def test_at_night_and_against_their_wish_nobody_is_called(calling: Calling) -> None:
    """The refusal says when it will be allowed, or what else to do."""
    world = calling.world
    one = await abandoned(world)
    await world.seated("li", "8001")
    world.clock.turn(13 * 3600)
    with pytest.raises(Invalid) as refused:
        await calling.call("li", one)
    assert "03-03 08:00" in refused.value.problems[0].zh
    world.clock.turn(11 * 3600)
    await world.store.record(CallerFlag(number=NUMBER, kind=FlagKind.NO_CALLS))
    with pytest.raises(Invalid) as refused:
        await calling.call("li", one)
    assert refused.value.problems[0].code == "no-calls"
    assert not world.phones.called_out


async def test_nobody_is_called_without_a_seat_a_trunk_or_a_number(calling: Calling) -> None:
    """Each says what is missing; nothing is on record as called."""
    world = calling.world
    one = await abandoned(world)
    with pytest.raises(IllegalMove):
        await calling.call("li", one)
    await world.seated("li", "8001")
    with pytest.raises(Unknown):
        await calling.call("li", replace(one, id="nobody"))
    world.floor.numbers.clear()
    with pytest.raises(Invalid) as refused:
        await calling.call("li", one)
    assert refused.value.problems[0].code == "no-way-out"
    assert await world.store.tries_of(one.id) == ()


async def test_an_order_that_cannot_be_given_is_on_record(calling: Calling) -> None:
    """The telephone system is away: the try failed, the citizen was not called for nothing."""
    world = calling.world
    one = await abandoned(world)
    await world.seated("li", "8001")
    await world.desk.take_break("id-li", "rest")
    world.phones.away = True
    with pytest.raises(PhonesUnavailable):
        await calling.call("li", one)
    world.phones.away = False
    (tried,) = await world.store.tries_of(one.id)
    assert (tried.state, tried.end) == (TryState.FAILED, GuestEnd.UNREACHABLE)
    assert calling.floor.callbacks[one.id].tries == 0


async def test_a_restart_calls_nobody_twice(calling: Calling) -> None:
    """A try under way is found again; only when nothing is heard of it has it failed."""
    world = calling.world
    kept = await keeps_place(world)
    await world.seated("li", "8001")
    await calling.dialler.tick()
    await calling.call("li", kept)
    world.clock.turn(1)
    world.phones.legs_out = {world.phones.called_out[0].id}
    floor = Floor(world.store, world.clock)
    await floor.open()
    floor.link = "up"
    after = calling_on(world, floor)
    for _ in range(3):
        world.clock.turn(30)
        await after.tick()
    assert floor.tries
    assert len(world.phones.called_out) == 1
    world.clock.turn(30)
    await after.tick()
    (tried,) = await world.store.tries_of(kept.id)
    assert (tried.state, floor.callbacks[kept.id].tries) == (TryState.FAILED, 1)
    assert len(world.phones.called_out) == 1
    assert world.phones.taken_over == world.phones.called_out


async def test_a_try_that_died_with_its_gateway_is_over_soon(calling: Calling) -> None:
    """No leg of it is there, and the telephone system's own record says nothing for seconds."""
    world = calling.world
    kept = await keeps_place(world)
    await world.seated("li", "8001")
    await calling.dialler.tick()
    await calling.call("li", kept)
    world.clock.turn(1)
    floor = Floor(world.store, world.clock)
    await floor.open()
    after = calling_on(world, floor)
    await after.tick()
    assert not world.phones.taken_over, "asked while the link is down"
    floor.link = "up"
    await after.tick()
    assert floor.tries, "given up before the gap was read"
    world.clock.turn(10)
    await after.tick()
    (tried,) = await world.store.tries_of(kept.id)
    assert (tried.state, floor.callbacks[kept.id].tries) == (TryState.FAILED, 1)
    assert len(world.phones.called_out) == 1


async def test_a_seat_that_does_not_pick_up_its_own_call_is_out(calling: Calling) -> None:
    """As after any ring; the place is offered to the next."""
    world = calling.world
    kept = await keeps_place(world)
    await world.seated("li", "8001")
    await calling.dialler.tick()
    hotline_id = await calling.call("li", kept)
    failed = line_guests.CallOutFailed(
        hotline_id=hotline_id, at=world.clock.now(), end=GuestEnd.NO_ANSWER, cause=19, seat="8001"
    )
    await world.hear(failed)
    await calling.dialler.tick()
    assert world.state("8001") is SeatState.NOT_READY
    await world.seated("wang", "8002")
    await calling.dialler.tick()
    assert calling.offered("wang") == kept.id


async def test_whoever_does_not_answer_is_tried_and_then_given_up(calling: Calling) -> None:
    """Three times, further and further apart; listed still, and called by hand if one wants."""
    world = calling.world
    kept = await keeps_place(world)
    await world.seated("li", "8001")
    for pause in (600, 1200, 0):
        await calling.dialler.tick()
        assert calling.offered("li") == kept.id
        hotline_id = await calling.call("li", kept)
        busy = line_guests.CallOutFailed(
            hotline_id=hotline_id, at=world.clock.now(), end=GuestEnd.BUSY, cause=17
        )
        await world.hear(busy)
        await calling.dialler.tick()
        assert calling.offered("li") == ""
        assert world.phones.paused("8001") is False
        world.clock.turn(pause)
    lost = calling.floor.callbacks[kept.id]
    assert (lost.state, lost.tries) == (CallbackState.FAILED, 3)
    kinds = [fact.kind for fact in await world.store.facts(contact_id=kept.contact_id)]
    assert kinds.count(FactKind.CALLBACK_GIVEN_UP) == 1
    await calling.call("li", lost)
    assert len(world.phones.called_out) == 4


async def test_who_was_cut_off_is_offered_at_once(calling: Calling) -> None:
    """Asterisk died under the call: the next free seat is asked to call, at night as well."""
    world = calling.world
    world.clock.turn(14 * 3600)
    call = await world.arrives()
    gone = line.CallGone(
        hotline_id=call.hotline_id, at=world.clock.now(), cause=0, by_citizen=False, cut=True
    )
    await world.hear(gone)
    await world.seated("li", "8001")
    await calling.dialler.tick()
    (cut,) = calling.floor.callbacks.values()
    assert (cut.reason, calling.offered("li")) == (CallbackReason.CUT, cut.id)


async def test_without_a_trunk_no_seat_is_kept_for_anybody(world: FloorWorld) -> None:
    """We could not call: whoever keeps a place is listed, and callers are served."""
    dialler = calling_on(world, world.floor, trunk="")
    await keeps_place(world)
    await world.seated("li", "8001")
    await dialler.tick()
    assert world.phones.paused("8001") is False


async def test_messages_do_not_take_the_last_room_from_a_place(calling: Calling) -> None:
    """The referee counts kept places among the callers, at their rank."""
    world = calling.world
    kept = await keeps_place(world)
    (item,) = calling.floor.places()
    assert (item.id, item.queue) == (kept.id, "civil")
    assert item.due_at == kept.since + timedelta(seconds=15)


async def test_an_emergency_that_was_cut_off_goes_before_everybody(calling: Calling) -> None:
    """An emergency line was being called in: first in the list, at once, also hours later."""
    world = calling.world
    await keeps_place(world, OTHER)
    call = await world.arrives()
    reach = Reach(
        id="r1",
        contact_id=call.id,
        role=GuestRole.DISPATCHER,
        target="110",
        title="110",
        tries=(),
        mode=GuestMode.JOIN,
        by="id-li",
        asked_at=world.clock.now(),
        state=ReachState.TRYING,
    )
    calling.floor.reaches[reach.id] = reach
    gone = line.CallGone(
        hotline_id=call.hotline_id, at=world.clock.now(), cause=0, by_citizen=False, cut=True
    )
    await world.hear(gone)
    calling.floor.reaches.clear()
    world.clock.turn(15 * 3600)
    await world.seated("li", "8001")
    await calling.dialler.tick()
    offered = calling.floor.callbacks[calling.offered("li")]
    assert (offered.number, offered.emergency) == (NUMBER, True)
    assert calling.dialler.listed(calling.world.operators["li"])[0]["id"] == offered.id
