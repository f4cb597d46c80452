"""S4 article 19: special seats for key fields answer at once, or within two hours."""

from datetime import timedelta
from pathlib import Path

import pytest

from gateway.app.experts import ExpertDesk
from gateway.core.facts import FactKind
from tests.expert_rows import a_department
from tests.gateway.intake.floor_world import floor_world
from tests.gateway.intake.test_promises import SETTINGS


@pytest.mark.parametrize("hours_later", [0, 15, 6 * 24], ids=["by day", "at night", "on a Sunday"])
async def test_a_special_seat_owes_its_answer_in_two_hours(
    tmp_path: Path, hours_later: int
) -> None:
    """S4§19: two hours on the wall, day or night; an alarm at ninety minutes, another when late."""
    async with floor_world(tmp_path) as world:
        world.clock.turn(hours_later * 3600)
        await world.store.record(a_department("yingshang", title_zh="营商专席", focus=True))
        desk, call = ExpertDesk(SETTINGS, world.floor), await world.arrives()
        await desk.open()
        made = await desk.promises.make(call, "yingshang", "id-li")
        assert made.due_at == world.clock.now() + timedelta(hours=2)
        world.clock.turn(90 * 60)
        await desk.promises.look()
        assert desk.promises.picture(world.operators["chen"])["promises"]["soon"] == 1
        world.clock.turn(30 * 60)
        await desk.promises.look()
        assert desk.promises.overdue() == 1
        told = [fact.kind for fact in await world.store.facts(contact_id=call.id)][-2:]
        assert told == [FactKind.PROMISE_DUE_SOON, FactKind.PROMISE_OVERDUE]
