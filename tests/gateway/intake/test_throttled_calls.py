"""A number that calls too often is received like any other, behind the others."""

from __future__ import annotations

import asyncio
from zoneinfo import ZoneInfo

from config.throttle_settings import ThrottleSettings
from gateway.app.throttle import counted_here
from gateway.core.call import Call, CallState
from gateway.core.facts import FactKind
from gateway.core.line import LineSnapshot, LinkRestored, LiveCall
from gateway.core.targets import Targets
from gateway.intake.asking import Journeys
from gateway.intake.floor import Floor
from gateway.intake.greeting import Greeting
from gateway.intake.line_list import LineList
from ivr.plan import Arrival
from ivr.session import Journey
from tests.gateway.intake.floor_world import FloorWorld

VICTIM = "13800001234"


def greeting_of(world: FloorWorld) -> Greeting:
    """With the rules as they are shipped."""
    throttling = counted_here(ThrottleSettings(), world.clock)
    zone = ZoneInfo("Asia/Shanghai")
    return Greeting(world.floor, zone, {"9": "110"}, throttling=throttling)


def arrival(number: str = VICTIM, *, asserted: bool = False, trunk: str = "carrier") -> Arrival:
    """Someone at the door, by a trunk."""
    return Arrival(hotline_id="Ht-1", number=number, did="12345", trunk=trunk, asserted=asserted)


async def test_a_thousand_calls_under_a_number_do_not_lock_its_owner_out(
    world: FloorWorld,
) -> None:
    """Within ten minutes. The owner is led to a queue, told of callback and message.

    The emergency keys lead where they led, and everybody else is received as ever.
    """
    greeting = greeting_of(world)
    spoofed = []
    for _ in range(1_000):
        spoofed.append(await greeting.plan(arrival()))
        world.clock.turn(0.6)
    assert {plan.slow for plan in spoofed} == {"", "number"}
    assert sum(not plan.slow for plan in spoofed) == 10 + 4
    assert {plan.default_queue for plan in spoofed} == {"civil"}
    owner = await greeting.plan(arrival())
    assert (owner.slow, owner.default_queue) == ("number", "civil")
    assert dict(owner.emergency_keys) == {"9": "110"}
    assert not (await greeting.plan(arrival(asserted=True))).slow
    assert not (await greeting.plan(arrival(trunk="other"))).slow
    for number in range(100):
        assert not (await greeting.plan(arrival(f"139{number:08}"))).slow
    world.clock.turn(150)
    assert not (await greeting.plan(arrival())).slow


async def test_a_thousand_made_up_numbers_leave_half_to_those_who_never_called(
    world: FloorWorld,
) -> None:
    """Each calls twice: second calls wait behind once half of the trunk's burst is used."""
    greeting, numbers = greeting_of(world), [f"137{n:08}" for n in range(1_000)]
    again = 0
    for number in numbers[:100]:
        await greeting.plan(arrival(number))
        again += not (await greeting.plan(arrival(number))).slow
    assert again == 50
    first = [(await greeting.plan(arrival(number))).slow for number in numbers[100:]]
    assert first.count("") == 200 - 100 - 50
    assert set(first) == {"", "trunk"}


async def test_which_limit_it_was_is_kept_with_the_call_and_seen_by_the_seat(
    world: FloorWorld,
) -> None:
    """A fact, after the verdict; pop and list say it, also those of the next gateway."""
    await world.seated("li", "8001")
    call = await world.arrives()
    await Journeys(world.floor, {}).went(Journey(hotline_id=call.hotline_id, slow="number"))
    facts = await world.store.facts(contact_id=call.id)
    assert [f.data for f in facts if f.kind is FactKind.CALL_THROTTLED] == [{"limit": "number"}]
    other = await world.arrives("13900009999")
    next_one = Floor(world.store, world.clock)
    await next_one.open()
    for floor in (world.floor, next_one):
        lined = LineList(floor, Targets(queues=floor.queues)).view(world.operators["li"])
        marks = {one["id"]: one["throttled"] for one in lined["items"]}
        assert marks == {call.id: "number", other.id: ""}
        pops = {id_: floor.call_view(id_, "") for id_ in (call.id, other.id)}
        assert {id_: pop and pop["throttled"] for id_, pop in pops.items()} == marks


async def test_a_seat_that_rings_already_is_told_of_it(world: FloorWorld) -> None:
    """The flow's word may come after the ring: the pop changes; it is forgotten with the call."""
    await world.seated("li", "8001")
    call = await world.arrives()
    await world.rings(call, "8001")
    heard = world.floor.hub.attach(world.operators["li"])
    await Journeys(world.floor, {}).went(Journey(hotline_id=call.hotline_id, slow="trunk"))
    async with asyncio.timeout(10), heard as said:
        told = [await anext(said), await anext(said), await anext(said)]
    pops = [one["data"]["throttled"] for one in told if one["type"] == "call"]
    assert (told[0]["data"]["call"]["throttled"], pops) == ("", ["trunk"])
    await world.answers(call, "8001")
    await world.hangs_up(call)
    await world.desk.finish_wrap_up("id-li")
    assert world.floor.callers.throttled == {}


async def test_who_is_over_a_limit_is_known_as_waiting_behind_the_others(
    world: FloorWorld,
) -> None:
    """In the one list last; a seat that tears away puts them first, and an end forgets them."""
    slow, calm = await world.arrives("13800000001"), await world.arrives("13800000002")
    world.floor.slow.add("gone")
    waits = [call for call in world.floor.calls.values() if call.state is CallState.WAITING]
    live = tuple(_live(call, slow=call.id == slow.id) for call in waits)
    snapshot = LineSnapshot(at=world.clock.now(), calls=live, members=())
    await world.hear(LinkRestored(at=world.clock.now(), snapshot=snapshot))
    assert world.floor.slow == {slow.hotline_id}
    lined = sorted(LineList(world.floor, Targets()).items(), key=lambda one: one[0].rank)
    assert [of.id for _, of in lined] == [calm.id, slow.id]
    await world.seated("li", "8001")
    await world.rings(slow, "8001")
    await world.answers(slow, "8001")
    assert not world.floor.slow
    other = await world.arrives("13800000003", slow=True)
    assert world.floor.slow == {other.hotline_id}
    await world.hangs_up(other)
    assert not world.floor.slow


def _live(call: Call, *, slow: bool) -> LiveCall:
    return LiveCall(
        hotline_id=call.hotline_id,
        channel=call.channel,
        number=call.number,
        did=call.did,
        origin=call.origin,
        queue=call.queue,
        position=1,
        seat="",
        leg="",
        ringing=False,
        held=False,
        slow=slow,
    )
