"""Push: snapshot and events together always give the fresh state."""

from typing import Any

import pytest

from gateway.intake.hub import BUFFER_MESSAGES, RING_CHARACTERS, RING_EVENTS, TooSlow
from tests.gateway.intake.floor_world import BROWSER, FloorWorld


def apply(state: dict[str, Any], event: dict[str, Any]) -> None:
    """What a client does with an event."""
    state[event["type"]] = event["data"]


async def test_snapshot_and_events_are_the_fresh_snapshot(world: FloorWorld) -> None:
    """After every step of a call: the client's state equals what a new client would get."""
    li = world.operators["li"]
    await world.desk.sign_in(li, "8001", BROWSER)
    async with world.floor.hub.attach(li) as console:
        first = await anext(console)
        state, last = first["data"], first["seq"]
        call = await world.arrives()
        await world.rings(call, "8001")
        await world.answers(call, "8001")
        await world.desk.close(li, call.id, "consult", "说明", "")
        await world.hangs_up(call)
        await world.desk.finish_wrap_up("id-li")
        await world.dispatch.tick()
        async with world.floor.hub.attach(li) as fresh_console:
            fresh = await anext(fresh_console)
        while last < fresh["seq"]:
            event = await anext(console)
            assert event["seq"] == last + 1
            last = event["seq"]
            apply(state, event)
    assert state == fresh["data"]


async def test_a_client_that_was_away_gets_what_it_missed_and_no_more(world: FloorWorld) -> None:
    """Same epoch and a number still in the ring: the missed events; otherwise a snapshot."""
    li, hub = world.operators["li"], world.floor.hub
    async with hub.attach(li) as console:
        seq = (await anext(console))["seq"]
    for number in range(3):
        hub.tell(li.id, "notice", number)
    async with hub.attach(li, hub.epoch, seq + 1) as console:
        assert (await anext(console))["type"] == "resumed"
        assert [(await anext(console))["data"] for _ in range(2)] == [1, 2]
    for epoch, last in (("other", seq), (hub.epoch, seq + 99), (hub.epoch, -1)):
        async with hub.attach(li, epoch, last) as console:
            assert (await anext(console))["type"] == "snapshot"


async def test_a_client_too_long_away_takes_a_snapshot(world: FloorWorld) -> None:
    """The ring is bounded; what fell out of it is not guessed."""
    li, hub = world.operators["li"], world.floor.hub
    async with hub.attach(li) as console:
        seq = (await anext(console))["seq"]
    for number in range(RING_EVENTS + 1):
        hub.tell(li.id, "notice", number)
    async with hub.attach(li, hub.epoch, seq) as console:
        assert (await anext(console))["type"] == "snapshot"


async def test_a_console_that_does_not_read_is_cut_and_others_are_not(world: FloorWorld) -> None:
    """A full buffer ends that console only; it comes again and takes a snapshot."""
    li, hub = world.operators["li"], world.floor.hub
    async with hub.attach(li) as slow, hub.attach(li) as quick:
        await anext(quick)
        for number in range(BUFFER_MESSAGES + 2):
            hub.tell(li.id, "notice", number)
            await anext(quick)
        for _ in range(BUFFER_MESSAGES + 1):
            await anext(slow)
        with pytest.raises(TooSlow):
            await anext(slow)


async def test_nobody_hears_what_is_said_to_another(world: FloorWorld) -> None:
    """A pop goes to one screen."""
    li, wang, hub = world.operators["li"], world.operators["wang"], world.floor.hub
    async with hub.attach(li), hub.attach(wang) as other:
        await anext(other)
        hub.tell(li.id, "call", {"contact_id": "secret"})
        hub.tell(wang.id, "notice", "mine")
        assert (await anext(other))["data"] == "mine"


async def test_what_is_kept_for_a_console_has_a_size(world: FloorWorld) -> None:
    """A shift of long pops: the oldest make room, and whoever missed them takes a snapshot."""
    hub, li = world.floor.hub, world.operators["li"]
    async with hub.attach(li) as console:
        first = await anext(console)
        for number in range(200):
            hub.tell(li.id, "call", {"number": number, "words": "长" * 4_000})
            await anext(console)
    journal = hub._journals[li.id]
    assert journal.characters == sum(len(told.text) for told in journal.ring) <= RING_CHARACTERS
    last = journal.seq - 10
    async with hub.attach(li, first["epoch"], last) as console:
        assert (await anext(console))["type"] == "resumed"
        told = [(await anext(console))["data"]["number"] for _ in range(10)]
        assert told == list(range(190, 200))
    async with hub.attach(li, first["epoch"], first["seq"]) as console:
        assert (await anext(console))["type"] == "snapshot"
