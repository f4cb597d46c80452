"""Row 51 (S0 article 11; S1 article 27; S2 article 29; S4 articles 14 and 47): what is forbidden.

Every kind that the regulations name can be noted, with evidence; by itself it changes nothing.
"""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from config.settings import Settings
from gateway.app.conduct import detection_of
from gateway.core.detection import Pattern, finding_in
from gateway.core.errors import Invalid
from gateway.core.facts import FactKind
from gateway.core.misconduct import MisconductKind
from gateway.intake.detector import SETTLE, Detector
from tests.gateway.intake.floor_world import FloorWorld, floor_world
from tests.gateway.intake.test_standings import SHANGHAI, an_office


@pytest_asyncio.fixture
async def world(tmp_path: Path) -> AsyncIterator[FloorWorld]:
    """A floor with operators and a supervisor."""
    async with floor_world(tmp_path) as world:
        yield world


@pytest.mark.parametrize("kind", MisconductKind)
async def test_r51_each_kind_is_noted_with_evidence_and_nothing_follows(
    world: FloorWorld, kind: MisconductKind
) -> None:
    """On record with who, when and what; the caller is met as before."""
    office = await an_office(world)
    call = office.call
    with pytest.raises(Invalid):
        await office.conduct.mark(office.li, call.id, kind, source="note", note="")
    await office.conduct.mark(office.li, call.id, kind, source="note", note="连续拨打且无诉求")
    (record,) = (await office.conduct.of(office.li, call.id))[1]
    assert (record.kind, record.by, record.contact_id) == (kind, office.li.id, call.id)
    assert record.evidence == "连续拨打且无诉求"
    facts = await world.store.facts(contact_id=call.id)
    (noted,) = [one for one in facts if one.kind is FactKind.MISCONDUCT_NOTED]
    assert noted.data["kind"] == kind.value
    assert "连续" not in str(noted.data)
    assert await office.standings.met_at(call.number) is None
    assert office.standings.listed() == ()


async def test_r51_repeated_use_is_found_with_its_evidence_and_nothing_follows(
    world: FloorWorld,
) -> None:
    """By the settings as they come: how often, in which calls; a person has to look at it."""
    office = await an_office(world)
    rules = detection_of(Settings())
    detector = Detector(office.standings, rules, SHANGHAI)
    limit = rules.often[Pattern.REDIALLING].count
    calls = []
    for _ in range(limit):
        calls.append(await world.arrives("13900005678"))
        world.clock.turn(30)
        await world.hangs_up(calls[-1])
    world.clock.turn(SETTLE.total_seconds())
    await detector.look()
    (seen,) = await world.store.misconducts_proposed()
    finding = finding_in(seen.evidence)
    assert finding
    assert finding.count == limit
    assert set(finding.contact_ids) <= {one.id for one in calls}
    assert await office.standings.met_at("13900005678") is None
    assert office.standings.listed() == ()
