"""Who may read the audit, what of it, and that reading it is noted."""

from datetime import timedelta
from pathlib import Path

import pytest

from gateway.core.errors import Invalid, NotAllowed
from gateway.core.facts import Fact, FactKind
from gateway.core.operator import Operator, Role
from gateway.intake.audit import AUDIT, Audit, AuditQuery
from gateway.intake.records import Records
from tests.gateway.intake.floor_world import FloorWorld

SHEN = Operator(id="id-shen", login="shen", name="沈", role=Role.AUDITOR)
EVERYTHING = AuditQuery(limit=200)


@pytest.fixture
def audit(world: FloorWorld) -> Audit:
    """The audit of this floor."""
    return Audit(world.store, world.clock)


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.SUPERVISOR, Role.ADMIN])
async def test_only_an_auditor_reads_it(world: FloorWorld, audit: Audit, role: Role) -> None:
    """Three duties apart (GB/T 22239 8.1.5): neither who acts nor who configures."""
    before = await world.store.facts()
    with pytest.raises(NotAllowed):
        await audit.read(Operator(id="x", login="x", name="x", role=role), EVERYTHING)
    assert await world.store.facts() == before


async def test_what_people_did_is_there_and_what_calls_did_is_not(
    world: FloorWorld, audit: Audit, tmp_path: Path
) -> None:
    """Signing in, revealing with its reason and in which contact; not that a telephone rang."""
    await world.seated("li", "8001")
    call = await world.arrives()
    await world.rings(call, "8001")
    await world.answers(call, "8001")
    records = Records(world.store, world.clock, tmp_path, world.floor.barred)
    await records.reveal(world.operators["li"], call.id, "断线回拨")
    found = await audit.read(SHEN, EVERYTHING)
    kinds = [fact.kind for fact in found]
    done = {FactKind.AUDIT_READ, FactKind.NUMBER_REVEALED, FactKind.SEAT_SIGNED_IN}
    assert done <= set(kinds) <= set(AUDIT)
    revealed = found[kinds.index(FactKind.NUMBER_REVEALED)]
    assert (revealed.operator_id, revealed.contact_id) == ("id-li", call.id)
    assert revealed.data == {"reason": "断线回拨"}


async def test_every_reading_is_noted_before_it_is_shown_with_what_was_asked(
    world: FloorWorld, audit: Audit
) -> None:
    """Who watches the watchers: each page asked for stands in the audit itself, and first."""
    now = world.clock.now()
    (first,) = [f for f in await audit.read(SHEN, EVERYTHING) if f.kind is FactKind.AUDIT_READ]
    assert (first.operator_id, first.data) == ("id-shen", {})
    world.clock.turn(1)
    query = AuditQuery(
        kind=FactKind.AUDIT_READ, operator_id="id-shen", since=now - timedelta(days=1), before=5
    )
    await audit.read(SHEN, query)
    world.clock.turn(1)
    newest = (await audit.read(SHEN, EVERYTHING))[1]
    assert newest.data == {
        "kind": "audit_read",
        "whose": "id-shen",
        "since": (now - timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        "before": 5,
    }


async def test_a_kind_that_is_not_audit_cannot_be_asked_for(
    world: FloorWorld, audit: Audit
) -> None:
    """Where a call came from is no auditor's business; a refused question reads nothing."""
    for kind in set(FactKind) - set(AUDIT):
        with pytest.raises(Invalid):
            await audit.read(SHEN, AuditQuery(kind=kind))
    assert FactKind.AUDIT_READ not in {fact.kind for fact in await world.store.facts()}


@pytest.mark.parametrize("kind", AUDIT)
async def test_only_data_that_is_named_is_told_and_never_a_number(
    world: FloorWorld, audit: Audit, kind: FactKind
) -> None:
    """Whatever a fact came to hold: only what is named is told, typed numbers are hidden."""
    data = {"number": "13800001234", "note": "张三", "reason": "回拨 138 0000 1234"}
    await world.store.record(Fact(kind=kind, at=world.clock.now(), data=data))
    found = await audit.read(SHEN, AuditQuery(kind=kind))
    told = next(fact.data for fact in found if fact.operator_id != "id-shen")
    assert told == ({"reason": "回拨 *"} if "reason" in AUDIT[kind] else {})
