"""What an operator may do, and what is refused."""

import asyncio

import pytest

from gateway.core import line
from gateway.core.errors import AlreadyTaken, IllegalMove, Invalid, NotAllowed, Unknown
from gateway.core.facts import FactKind
from gateway.core.seat import SeatState
from tests.eventually import eventually
from tests.gateway.intake.floor_world import BROWSER, FloorWorld


async def test_signing_in_enlists_the_seat_paused_in_its_skills(world: FloorWorld) -> None:
    """In the operator's queues and behind them in the fallback queue, but not ready yet."""
    seat = await world.desk.sign_in(world.operators["li"], "8001", BROWSER)
    assert seat.state is SeatState.NOT_READY
    members = {key[1]: one.penalty for key, one in world.phones.members.items()}
    assert members == {"civil": 0, "fallback": 50}
    assert world.phones.paused("8001") is True


async def test_a_seat_holds_one_person_and_a_person_one_seat(world: FloorWorld) -> None:
    """The second is told who sits there; the same person again is a page reload."""
    li, wang = world.operators["li"], world.operators["wang"]
    await world.desk.sign_in(li, "8001", BROWSER)
    again = await world.desk.sign_in(li, "8001", BROWSER)
    assert again.number == "8001"
    with pytest.raises(AlreadyTaken) as taken:
        await world.desk.sign_in(wang, "8001", BROWSER)
    assert taken.value.by == "李明"
    with pytest.raises(AlreadyTaken):
        await world.desk.sign_in(li, "8002", BROWSER)
    with pytest.raises(Unknown):
        await world.desk.sign_in(wang, "9999", BROWSER)


async def test_nobody_gets_ready_with_a_phone_that_is_not_registered(world: FloorWorld) -> None:
    """Otherwise a citizen would ring into nothing."""
    await world.desk.sign_in(world.operators["li"], "8001", BROWSER)
    async with asyncio.TaskGroup() as tasks:
        asking = tasks.create_task(refusal(world))
        await eventually(lambda: world.clock.sleepers)
        await world.clock.elapse(5)
    assert asking.result() == "phone-not-registered"


async def refusal(world: FloorWorld) -> str:
    """The code with which getting ready is refused."""
    with pytest.raises(Invalid) as refused:
        await world.desk.make_ready("id-li")
    return refused.value.problems[0].code


async def test_a_phone_that_registers_a_moment_later_is_waited_for(world: FloorWorld) -> None:
    """A page that was just opened: 示闲 is pressed before its phone is registered."""
    await world.desk.sign_in(world.operators["li"], "8001", BROWSER)
    async with asyncio.TaskGroup() as tasks:
        getting_ready = tasks.create_task(world.desk.make_ready("id-li"))
        await eventually(lambda: world.clock.sleepers)
        world.phones.registered.add(("8001", BROWSER))
        await world.clock.elapse(1)
    assert getting_ready.result().state is SeatState.READY


async def test_a_break_during_a_call_is_taken_when_the_wrap_up_ends(world: FloorWorld) -> None:
    """The next state is queued, as operators expect it."""
    await world.seated("li", "8001")
    call = await world.arrives()
    await world.rings(call, "8001")
    await world.answers(call, "8001")
    seat = await world.desk.take_break("id-li", "meal")
    assert (seat.state, seat.next_break) == (SeatState.TALKING, "meal")
    await world.hangs_up(call)
    seat = await world.desk.finish_wrap_up("id-li")
    assert (seat.state, seat.reason) == (SeatState.NOT_READY, "meal")
    assert world.phones.paused("8001") is True


async def test_hold_and_hang_up_are_for_the_call_at_my_seat_only(world: FloorWorld) -> None:
    """Another seat's call answers like one that does not exist."""
    await world.seated("li", "8001")
    await world.seated("wang", "8002")
    call = await world.arrives()
    await world.rings(call, "8001")
    await world.answers(call, "8001")
    with pytest.raises(Unknown):
        await world.desk.hang_up("id-wang", call.id)
    with pytest.raises(Unknown):
        await world.desk.hold("id-wang", call.id)
    with pytest.raises(IllegalMove):
        await world.desk.retrieve("id-li", call.id)
    await world.desk.hold("id-li", call.id)
    assert world.phones.held == [(call.channel, world.leg(call, "8001"))]
    await world.hear(line.CallHeld(hotline_id=call.hotline_id, at=world.clock.now()))
    await world.desk.retrieve("id-li", call.id)
    await world.desk.hang_up("id-li", call.id)
    assert world.phones.retrieved == [call.channel]
    assert world.phones.hung_up == [call.channel]


async def test_refusing_a_ringing_call_leaves_the_citizen_in_the_queue(world: FloorWorld) -> None:
    """挂机 while it rings withdraws the ring; the citizen's own leg is not touched."""
    await world.seated("li", "8001")
    call = await world.arrives()
    await world.rings(call, "8001")
    await world.desk.hang_up("id-li", call.id)
    assert world.phones.withdrawn == [world.leg(call, "8001")]
    assert world.phones.hung_up == []


async def test_a_disposition_is_written_by_the_one_who_took_the_call(world: FloorWorld) -> None:
    """Unknown codes and over-long notes are refused together, strangers are refused, then kept."""
    await world.seated("li", "8001")
    call = await world.arrives()
    await world.rings(call, "8001")
    await world.answers(call, "8001")
    li, wang = world.operators["li"], world.operators["wang"]
    with pytest.raises(Invalid) as refused:
        await world.desk.close(li, call.id, "nonsense", "长" * 4001, "名" * 65)
    assert len(refused.value.problems) == 3
    with pytest.raises(NotAllowed):
        await world.desk.close(wang, call.id, "consult", "", "")
    await world.desk.close(li, call.id, "consult", "路灯不亮", "张三")
    kept = await world.store.contact(call.id)
    assert kept
    assert kept.disposition
    assert (kept.disposition.code, kept.disposition.note) == ("consult", "路灯不亮")
    facts = await world.store.facts(contact_id=call.id)
    assert facts[-1].kind is FactKind.DISPOSITION_RECORDED
    assert "路灯" not in str(facts[-1].data)


async def test_nobody_leaves_the_seat_during_a_call(world: FloorWorld) -> None:
    """签出 is refused while talking and works after."""
    await world.seated("li", "8001")
    call = await world.arrives()
    await world.rings(call, "8001")
    await world.answers(call, "8001")
    with pytest.raises(IllegalMove):
        await world.desk.sign_out("id-li")
    await world.hangs_up(call)
    await world.desk.sign_out("id-li")
    assert world.phones.paused("8001") is None
    assert world.floor.seats["8001"].operator_id == ""


async def test_what_a_command_did_survives_a_telephone_system_that_is_away(
    world: FloorWorld,
) -> None:
    """The seat is the truth: when the link comes back the members follow it."""
    await world.seated("li", "8001")
    world.phones.away = True
    with pytest.raises(Exception, match="away"):
        await world.desk.take_break("id-li", "rest")
    assert world.floor.seats["8001"].state is SeatState.NOT_READY
    world.phones.away = False
    snapshot = await world.phones.snapshot()
    await world.hear(line.LinkRestored(at=world.clock.now(), snapshot=snapshot))
    assert world.phones.paused("8001") is True
