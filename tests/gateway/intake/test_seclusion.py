"""Laws of calls that complain about staff: who is rung for them, who is not, and nobody is lost."""

import pytest

from gateway.core.queue import FALLBACK
from gateway.core.seat import SeatState
from gateway.core.staff_complaint import ComplaintSource
from gateway.intake.seclusion import Seclusion
from tests.gateway.intake.floor_world import FloorWorld

NUMBER = "13800001234"


@pytest.fixture
def apart(world: FloorWorld) -> Seclusion:
    """Over the floor's own seats and phones."""
    return Seclusion(world.floor, world.phones, world.desk.seating, voicemail=True)


def rung(world: FloorWorld, seat: str) -> set[str]:
    """The queues that this seat's phone is a member of."""
    return {queue for number, queue in world.phones.members if number == seat}


async def served(world: FloorWorld, login: str, seat: str) -> None:
    """This operator, at this seat, talked with NUMBER and is done."""
    await world.seated(login, seat)
    call = await world.arrives(NUMBER)
    await world.rings(call, seat)
    await world.answers(call, seat)
    await world.hangs_up(call)
    await world.desk.finish_wrap_up(world.operators[login].id)


async def test_whoever_served_the_caller_is_out_before_they_wait_and_back_after(
    world: FloorWorld, apart: Seclusion
) -> None:
    """Out of their queue and of the last one; the other seat is rung as before."""
    await served(world, "li", "8001")
    await world.seated("wang", "8002")
    call = await world.arrives(NUMBER)
    await apart.complains(call.hotline_id, NUMBER, "civil")
    made = await world.store.staff_complaint_of(call.id)
    assert made
    assert (made.concerned, made.source) == (("id-li",), ComplaintSource.LATELY)
    assert rung(world, "8001") == set()
    assert rung(world, "8002") == {"civil", FALLBACK}
    await apart.look()
    assert world.phones.messages == []
    await world.rings(call, "8002")
    await world.answers(call, "8002")
    await apart.look()
    assert rung(world, "8001") == {"civil", FALLBACK}


async def test_where_nobody_else_could_answer_they_leave_a_message(
    world: FloorWorld, apart: Seclusion
) -> None:
    """Nobody waits for nobody; the seat serves all others again as soon as they have left."""
    await served(world, "li", "8001")
    call = await world.arrives(NUMBER)
    await apart.complains(call.hotline_id, NUMBER, "civil")
    await apart.look()
    assert world.phones.messages == [(call.channel, True)]
    await world.hangs_up(call)
    await apart.look()
    assert rung(world, "8001") == {"civil", FALLBACK}


async def test_a_transfer_goes_past_whoever_is_concerned(
    world: FloorWorld, apart: Seclusion
) -> None:
    """They are out of the new queue before the call is sent there, and come in with no rest."""
    await served(world, "li", "8001")
    await world.seated("wang", "8002")
    call = await world.arrives(NUMBER)
    await apart.complains(call.hotline_id, NUMBER, "civil")
    await world.rings(call, "8002")
    await world.answers(call, "8002")
    await apart.look()
    assert rung(world, "8001") == {"civil", FALLBACK}
    await world.floor.send_apart(call.id, "civil")
    assert rung(world, "8001") == set()


async def test_whoever_is_rung_for_it_all_the_same_is_taken_out_at_once(
    world: FloorWorld, apart: Seclusion
) -> None:
    """The second lock: nothing is on their screen, the ring ends, the seat is out."""
    await served(world, "li", "8001")
    world.floor.hub.attach(world.operators["li"])
    await world.seated("wang", "8002")
    call = await world.arrives(NUMBER)
    await apart.complains(call.hotline_id, NUMBER, "civil")
    await world.rings(call, "8001")
    assert world.floor.pop_of(world.floor.seats["8001"]) is None
    await world.dispatch.tick()
    assert world.state("8001") is SeatState.NOT_READY
    assert world.phones.withdrawn == [world.leg(call, "8001")]


async def test_who_signs_in_meanwhile_stays_out(world: FloorWorld, apart: Seclusion) -> None:
    """Signing out and in is no way round."""
    await served(world, "li", "8001")
    await world.seated("wang", "8002")
    call = await world.arrives(NUMBER)
    await apart.complains(call.hotline_id, NUMBER, "civil")
    await world.desk.sign_out("id-li")
    await apart.look()
    await world.seated("li", "8003")
    await apart.look()
    assert rung(world, "8003") == set()
