"""The floor: recorded before told; and when the store is away the telephone still pops."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

import pytest

from gateway.core import line
from gateway.core.call import CallState
from gateway.core.citizen import CallerFlag
from gateway.core.errors import StoreUnavailable
from gateway.core.facts import FactKind
from gateway.core.seat import SeatState
from gateway.ports import Row, Store
from tests.gateway.intake.floor_world import BROWSER, FloorWorld


class StoreBehindASwitch:
    """The real store, which the test can take away."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.away = False

    async def record(self, *rows: Row) -> None:
        """Write, unless away."""
        if self.away:
            raise StoreUnavailable("away")
        await self._store.record(*rows)

    async def flags(self, number: str, now: datetime) -> tuple[CallerFlag, ...]:
        """Read, unless away."""
        if self.away:
            raise StoreUnavailable("away")
        return await self._store.flags(number, now)

    async def hotline_ids(self, wanted: Collection[str]) -> frozenset[str]:
        """Read, unless away."""
        if self.away:
            raise StoreUnavailable("away")
        return await self._store.hotline_ids(wanted)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)


async def test_a_call_announced_twice_is_one_call(world: FloorWorld) -> None:
    """A link that comes back may repeat what it said before."""
    call = await world.arrives()
    await world.hear(
        line.CallArrived(
            hotline_id=call.hotline_id,
            at=world.clock.now(),
            channel=call.channel,
            number=call.number,
            did=call.did,
            origin=call.origin,
        )
    )
    assert [one.id for one in world.floor.calls.values()] == [call.id]


async def test_a_store_that_is_away_keeps_no_citizen_waiting_and_loses_nothing(
    world: FloorWorld,
) -> None:
    """Calls ring and pop; what happened meanwhile is recorded, in order, when it is back."""
    await world.seated("li", "8001")
    switch = StoreBehindASwitch(world.store)
    world.floor.store = switch
    switch.away = True
    call = await world.arrives()
    await world.rings(call, "8001")
    await world.answers(call, "8001")
    assert world.floor.picture(world.operators["li"])["call"]["state"] == "talking"
    assert await world.store.call(call.id) is None
    switch.away = False
    await world.hangs_up(call)
    kept = [fact.kind for fact in await world.store.facts(contact_id=call.id)]
    assert kept == [
        FactKind.CALL_ARRIVED,
        FactKind.CALL_QUEUED,
        FactKind.CALL_OFFERED,
        FactKind.CALL_ANSWERED,
        FactKind.CALL_ENDED,
        FactKind.WRAP_UP_STARTED,
    ]
    stored = await world.store.call(call.id)
    assert stored
    assert stored.state is CallState.ENDED


async def test_a_command_that_cannot_be_recorded_does_not_happen(world: FloorWorld) -> None:
    """The operator is told, and the seat is as it was."""
    await world.desk.sign_in(world.operators["li"], "8001", BROWSER)
    world.phones.registered.add(("8001", BROWSER))
    switch = StoreBehindASwitch(world.store)
    world.floor.store = switch
    switch.away = True
    with pytest.raises(StoreUnavailable):
        await world.desk.make_ready("id-li")
    assert world.floor.seats["8001"].state is SeatState.NOT_READY
    assert world.phones.paused("8001") is True
