"""S2 article 11, S4 articles 13 and 16: specialists answer transferred calls promptly."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from gateway.app.experts import ExpertDesk
from gateway.core.facts import Fact, FactKind
from gateway.core.guest import GuestState
from gateway.core.guest_kind import GuestEnd
from gateway.core.reach import ReachState
from gateway.intake.expert_figures import counted
from tests.expert_rows import a_department, an_expert
from tests.gateway.intake.floor_world import floor_world
from tests.gateway.intake.test_promises import SETTINGS
from tests.guest_rows import a_guest, a_reach


async def test_who_does_not_answer_is_followed_by_the_next_and_then_by_a_promise(
    tmp_path: Path,
) -> None:
    """S4§13, §16; S2§11: each rings for a limited time, then the next; nobody: a promise.

    And the answered rates tell the department how its people did.
    """
    async with floor_world(tmp_path) as world:
        people = [an_expert(f"e{n}", number=f"1370000000{n}") for n in (1, 2, 3)]
        await world.store.record(a_department(ring_seconds=15), *people)
        desk, call = ExpertDesk(SETTINGS, world.floor), await world.arrives()
        await desk.open()
        began = world.clock.now()
        tries = desk.experts.tries("shebao", "", began)
        assert [one.target_id for one in tries] == ["e1", "e2", "e3"]
        assert {one.ring_seconds for one in tries} == {15}

        reach = a_reach("r1", call.id, target="shebao", tries=tries, by="id-li", asked_at=began)
        for n, one in enumerate(tries):
            now = world.clock.now()
            guest = a_guest(f"g{n}", call.id, target_id=one.target_id, asked_at=now)
            await world.floor.commit(guest, replace(reach, at=n + 1), must=True)
            world.clock.turn(one.ring_seconds)
            end = GuestEnd.NO_ANSWER
            missed = replace(guest, state=GuestState.FAILED, end=end, ended_at=world.clock.now())
            data = {"guest": guest.id, "end": end.value}
            kind = FactKind.GUEST_FAILED
            fact = Fact(kind=kind, at=world.clock.now(), contact_id=call.id, data=data)
            await world.floor.commit(missed, fact, must=True)
        failed = replace(reach, state=ReachState.FAILED, ended_at=world.clock.now(), at=3)
        await world.floor.commit(failed, must=True)

        await desk.promises.owe()
        (made,) = desk.promises.concerning(world.operators["li"])
        assert made.reach_id == "r1"
        assert made.callback_id in world.floor.callbacks
        until = world.clock.now() + timedelta(seconds=1)
        found = await counted(world.store, began, until, desk.experts.experts)
        assert (found.departments["shebao"].asked, found.departments["shebao"].rate) == (3, 0.0)
        assert {id_: one.no_answer for id_, one in found.experts.items()} == {
            "e1": 1,
            "e2": 1,
            "e3": 1,
        }
