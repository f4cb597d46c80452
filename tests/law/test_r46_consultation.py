"""Row 46 (S2 article 18, S4 article 15 (7)): unusual or doubtful matters are talked over first.

The operator asks the unit that is likely to deal with it while the citizen waits; who asked whom,
when, why, for how long and what came of it is kept with the contact, and shown with its history.
"""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from gateway.core import line_guests
from gateway.core.guest_kind import GuestEnd, GuestMode, GuestRole
from tests.gateway.intake.company import Company
from tests.gateway.web.web_world import WebWorld, web_world

WHY = "是否属于人社局职责，市民说法与文件不一致"


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[WebWorld]:
    """A floor, and the web over it."""
    async with web_world(tmp_path) as world:
        yield world


async def test_r46_a_consultation_is_linked_to_the_matter_and_stands_in_its_history(
    world: WebWorld,
) -> None:
    """The first expert does not answer, the second is asked privately for ninety seconds."""
    floor = world.floor
    await floor.seated("li", "8001")
    call = await floor.arrives()
    await floor.rings(call, "8001")
    await floor.answers(call, "8001")
    company = Company(floor, call)
    await company.ask(GuestRole.EXPERT, "shebao", mode=GuestMode.CONSULT, reason=WHY)
    await company.reaches.tick()
    floor.clock.turn(20)
    await company.fails(floor.phones.called_in[0].guest, GuestEnd.NO_ANSWER)
    await company.reaches.tick()
    came = floor.phones.called_in[1].guest
    began = floor.clock.now()
    await company.joins(came, GuestMode.CONSULT)
    floor.clock.turn(90)
    await floor.hear(line_guests.GuestLeft(**company.id_(), guest=came, by_guest=True, cause=16))
    await floor.hangs_up(company.now())

    (reach,) = await floor.store.reaches_of(call.id)
    assert (reach.contact_id, reach.reason, reach.by) == (call.id, WHY, "id-li")
    async with world.browser("li") as li, world.browser("wang") as wang:
        found = await li.ask("GET", f"/api/v1/contacts/{call.id}")
        (one,) = found.json["consultations"]
        assert (one["role"], one["title"], one["reason"]) == ("expert", "shebao", WHY)
        assert (one["operator_name"], one["consent"]) == ("李明", True)
        assert one["seconds"] == 90
        missed, talked = one["guests"]
        assert (missed["end"], missed["answered_at"], missed["seconds"]) == ("no_answer", None, 0)
        assert (talked["mode"], talked["end"], talked["seconds"]) == ("consult", "left", 90)
        assert talked["answered_at"].startswith(f"{began:%Y-%m-%dT%H:%M:%S}")
        other = await wang.ask("GET", f"/api/v1/contacts/{call.id}")
        assert (other.status, WHY in str(other.raw)) == (404, False)
    facts = await floor.store.facts(contact_id=call.id)
    assert {"reach_asked", "guest_called", "guest_joined"} <= {one.kind.value for one in facts}
    assert WHY not in str(facts)


async def test_r46_who_only_listens_was_not_consulted(world: WebWorld) -> None:
    """A supervisor who hears the talk is no part of the matter."""
    floor = world.floor
    await floor.seated("li", "8001")
    await floor.seated("chen", "8003")
    call = await floor.arrives()
    await floor.rings(call, "8001")
    await floor.answers(call, "8001")
    company = Company(floor, call)
    await company.supervision.hear(floor.operators["chen"], call.id, GuestMode.LISTEN)
    async with world.browser("li") as li:
        found = await li.ask("GET", f"/api/v1/contacts/{call.id}")
        assert found.json["consultations"] == []
