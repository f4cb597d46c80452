"""What the telephone says becomes so: calls move, seats follow, facts are kept."""

from typing import Any

from gateway.core import line
from gateway.core.call import Call, CallState, Outcome
from gateway.core.facts import FactKind
from gateway.core.seat import SeatState
from tests.gateway.intake.floor_world import FloorWorld
from tests.store_world import call_of


async def kinds(world: FloorWorld, contact_id: str) -> list[FactKind]:
    """The story of a contact, as kept by the store."""
    return [fact.kind for fact in await world.store.facts(contact_id=contact_id)]


async def test_a_call_from_ring_to_wrap_up_is_recorded_as_it_happens(world: FloorWorld) -> None:
    """Arrived, queued, offered, answered, ended: each is in the store, in order."""
    await world.seated("li", "8001")
    call = await world.arrives()
    await world.rings(call, "8001")
    assert world.state("8001") is SeatState.OFFERED
    await world.answers(call, "8001")
    assert world.state("8001") is SeatState.TALKING
    assert world.phones.paused("8001") is True
    world.clock.turn(60)
    await world.hangs_up(call)
    seat = world.floor.seats["8001"]
    assert seat.state is SeatState.WRAPPING_UP
    assert seat.wrap_up_until
    assert (seat.wrap_up_until - world.clock.now()).total_seconds() == 30
    stored = call_of(await world.store.contact(call.id))
    assert (stored.outcome, stored.operator_id) == (Outcome.ANSWERED, "id-li")
    assert await kinds(world, call.id) == [
        FactKind.CALL_ARRIVED,
        FactKind.CALL_QUEUED,
        FactKind.CALL_OFFERED,
        FactKind.CALL_ANSWERED,
        FactKind.CALL_ENDED,
        FactKind.WRAP_UP_STARTED,
    ]
    assert world.ended.get_nowait().id == call.id


async def test_a_seat_that_does_not_answer_is_taken_out(world: FloorWorld) -> None:
    """No answer: not ready and paused, so the next caller does not ring into nothing."""
    await world.seated("li", "8001")
    call = await world.arrives()
    await world.rings(call, "8001")
    await world.declines(call, "8001", line.DeclineCause.NO_ANSWER)
    seat = world.floor.seats["8001"]
    assert (seat.state, seat.reason, seat.contact_id) == (SeatState.NOT_READY, "no_answer", "")
    assert world.phones.paused("8001") is True


async def test_a_caller_who_gives_up_costs_the_seat_nothing(world: FloorWorld) -> None:
    """Abandoned while ringing: the seat is ready again at once."""
    await world.seated("li", "8001")
    call = await world.arrives()
    await world.rings(call, "8001")
    await world.hangs_up(call)
    await world.declines(call, "8001", line.DeclineCause.WITHDRAWN)
    assert world.floor.seats["8001"].state is SeatState.READY
    assert world.phones.paused("8001") is False
    stored = await world.store.call(call.id)
    assert stored
    assert (stored.outcome, stored.operator_id) == (Outcome.ABANDONED, "")


async def test_a_break_asked_for_while_the_ring_was_on_its_way_is_taken_after_it(
    world: FloorWorld,
) -> None:
    """The operator pressed 小休, the ring came all the same, the citizen left: 小休 it is."""
    await world.seated("li", "8001")
    call = await world.arrives()
    await world.desk.take_break("id-li", "rest")
    await world.rings(call, "8001")
    await world.declines(call, "8001", line.DeclineCause.WITHDRAWN)
    seat = world.floor.seats["8001"]
    assert (seat.state, seat.reason) == (SeatState.NOT_READY, "rest")


async def test_a_seat_nobody_sits_at_is_thrown_out_of_the_queues(world: FloorWorld) -> None:
    """A ghost member rings once and never again."""
    await world.phones.enlist("8003", line.PhoneKind.BROWSER, "8003", {"civil": 0}, paused=False)
    call = await world.arrives()
    await world.rings(call, "8003")
    assert world.phones.paused("8003") is None


async def test_the_phone_nobody_sits_at_is_not_left_ringing(world: FloorWorld) -> None:
    """An operator with the browser's softphone: their desk phone's ring is taken back.

    Neither the ring nor its end touches what they are doing.
    """
    await world.seated("li", "8001")
    talk = await world.arrives()
    await world.rings(talk, "8001")
    await world.answers(talk, "8001")
    other = await world.arrives("13800000002")
    leg = "PJSIP/desk-8001-00000009"
    ring = line.SeatRang(
        hotline_id=other.hotline_id,
        at=world.clock.now(),
        queue="fallback",
        seat="8001",
        phone=line.PhoneKind.DESK,
        leg=leg,
    )
    await world.hear(ring)
    assert world.phones.withdrawn == [leg]
    await world.hear(
        line.SeatDeclined(
            hotline_id=other.hotline_id,
            at=world.clock.now(),
            seat="8001",
            leg=leg,
            cause=line.DeclineCause.WITHDRAWN,
            ring_seconds=0.1,
        )
    )
    seat = world.floor.seats["8001"]
    assert (seat.state, seat.contact_id) == (SeatState.TALKING, talk.id)
    assert world.reception.illegal_moves == 0
    assert world.floor.calls[other.id].state is CallState.WAITING


async def test_after_a_restart_the_floor_is_as_the_telephone_says(world: FloorWorld) -> None:
    """Calls that went on go on, calls that ended meanwhile end, new ones are taken in."""
    await world.seated("li", "8001")
    await world.seated("wang", "8002")
    goes_on, is_gone = await world.arrives("13800000001"), await world.arrives("13800000002")
    for call, seat in ((goes_on, "8001"), (is_gone, "8002")):
        await world.rings(call, seat)
        await world.answers(call, seat)
    world.phones.members.clear()
    live = line.LiveCall(
        hotline_id=goes_on.hotline_id,
        channel=goes_on.channel,
        number=goes_on.number,
        did="12345",
        origin=line.Origin.TRUNK,
        queue="civil",
        position=0,
        seat="8001",
        leg=world.leg(goes_on, "8001"),
        ringing=False,
        held=True,
    )
    new = line.LiveCall(
        hotline_id="Hnew-1",
        channel="PJSIP/trunk-local-9",
        number="13800000009",
        did="12345",
        origin=line.Origin.TRUNK,
        queue="civil",
        position=1,
        seat="",
        leg="",
        ringing=False,
        held=False,
    )
    snapshot = line.LineSnapshot(at=world.clock.now(), calls=(live, new), members=())
    await world.hear(line.LinkRestored(at=world.clock.now(), snapshot=snapshot))
    states = {call.hotline_id: call.state for call in world.floor.calls.values()}
    assert states[goes_on.hotline_id] is CallState.HELD
    assert states["Hnew-1"] is CallState.WAITING
    assert world.floor.seats["8001"].state is SeatState.TALKING
    assert world.floor.seats["8002"].state is SeatState.WRAPPING_UP
    assert world.phones.paused("8001") is True
    ended = await world.store.call(is_gone.id)
    assert ended
    assert ended.state is CallState.ENDED


async def test_the_pop_carries_what_is_known_of_the_caller(world: FloorWorld) -> None:
    """The second call of one number shows the first, on the first paint."""
    await world.seated("li", "8001")
    first = await world.arrives("13812345678")
    await world.hangs_up(first)
    second = await world.arrives("13812345678")
    await world.rings(second, "8001")
    picture = world.floor.picture(world.operators["li"])
    assert [one["id"] for one in picture["call"]["earlier"]] == [first.id]
    assert picture["call"]["number_masked"] == "138****5678"
    assert "13812345678" not in str(picture)


async def test_an_impossible_event_is_counted_and_loses_nothing(world: FloorWorld) -> None:
    """What the table refuses changes no state; the batch's other news still counts."""
    call = await world.arrives()
    other = await world.arrives("13800000003")
    before = world.floor.calls[call.id]
    await world.hear(
        line.CallHeld(hotline_id=call.hotline_id, at=world.clock.now()),
        line.CallGone(hotline_id=other.hotline_id, at=world.clock.now(), cause=16, by_citizen=True),
    )
    assert world.reception.illegal_moves == 1
    stored = await world.store.call(other.id)
    assert stored
    assert stored.state is CallState.ENDED
    assert before.state is CallState.WAITING


async def lost(world: FloorWorld) -> tuple[Call, dict[str, Any]]:
    """A talk at 8001 whose seat's side was torn away."""
    await world.seated("li", "8001")
    call = await world.arrives()
    await world.rings(call, "8001")
    await world.answers(call, "8001")
    id_: dict[str, Any] = {"hotline_id": call.hotline_id, "seat": "8001"}
    leg = world.leg(call, "8001")
    world.clock.turn(30)
    await world.hear(line.SeatLost(**id_, at=world.clock.now(), leg=leg))
    return call, id_


async def test_a_lost_seat_is_kept_for_its_citizen_and_answers_once(world: FloorWorld) -> None:
    """正在重新接通: paused, the pop stays; back, they talk on as one call, answered once."""
    call, id_ = await lost(world)
    view = world.floor.call_view(call.id, "")
    assert view
    assert (view["state"], view["line_id"]) == ("reconnecting", call.hotline_id)
    assert view["held_at"]
    seat = world.floor.seats["8001"]
    assert (seat.state, seat.contact_id) == (SeatState.TALKING, call.id)
    assert world.phones.paused("8001") is True
    world.clock.turn(4)
    await world.hear(line.SeatReturned(**id_, at=world.clock.now(), leg="PJSIP/seat-8001-0000beef"))
    now = world.floor.calls[call.id]
    assert (now.state, now.leg) == (CallState.TALKING, "PJSIP/seat-8001-0000beef")
    world.clock.turn(60)
    await world.hangs_up(call)
    stored = await world.store.call(call.id)
    assert stored
    assert (stored.outcome, stored.talk_seconds) == (Outcome.ANSWERED, 94.0)
    told = await kinds(world, call.id)
    assert told.count(FactKind.CALL_ANSWERED) == 1
    assert [k for k in told if "operator" in k] == [FactKind.OPERATOR_LOST, FactKind.OPERATOR_BACK]
    assert world.state("8001") is SeatState.WRAPPING_UP


async def test_a_citizen_kept_in_vain_goes_on_and_the_seat_wraps_up(world: FloorWorld) -> None:
    """The telephone system gives the citizen to the next; no illegal move, nobody is forgotten."""
    call, id_ = await lost(world)
    world.clock.turn(20)
    at = world.clock.now()
    await world.hear(
        line.SeatLeft(**id_, at=at, leg=world.leg(call, "8001")),
        line.CallerQueued(hotline_id=call.hotline_id, at=at, queue="fallback", position=1),
    )
    assert world.floor.calls[call.id].state is CallState.WAITING
    assert world.state("8001") is SeatState.WRAPPING_UP
    await world.seated("wang", "8002")
    await world.rings(call, "8002")
    await world.answers(call, "8002")
    assert world.state("8002") is SeatState.TALKING
    assert world.reception.illegal_moves == 0


async def test_a_restart_finds_a_lost_seat_kept_for_its_citizen(world: FloorWorld) -> None:
    """The snapshot names no seat; ours is known, stays kept, and a wrap-up begun too early ends."""
    call, id_ = await lost(world)
    live = line.LiveCall(
        hotline_id=call.hotline_id,
        channel=call.channel,
        number=call.number,
        did="12345",
        origin=line.Origin.TRUNK,
        queue="",
        position=0,
        seat="",
        leg="",
        ringing=False,
        held=False,
        reconnecting=True,
    )
    at = world.clock.now()
    snapshot = line.LineSnapshot(at=at, calls=(live,), members=())
    await world.hear(line.LinkRestored(at=at, snapshot=snapshot))
    assert world.floor.calls[call.id].state is CallState.RECONNECTING
    assert world.state("8001") is SeatState.TALKING
    await world.hear(line.SeatLeft(**id_, at=at, leg=""))
    assert world.state("8001") is SeatState.WRAPPING_UP
    await world.hear(line.LinkRestored(at=at, snapshot=snapshot))
    seat = world.floor.seats["8001"]
    assert (seat.state, seat.wrap_up_until) == (SeatState.TALKING, None)
    assert world.floor.calls[call.id].state is CallState.RECONNECTING
    assert world.reception.illegal_moves == 0
