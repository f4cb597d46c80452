"""Departments, experts and promises as rows: see ``rows``."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from gateway.core.expert import Department, Duty, Expert
from gateway.core.promise import Promise
from gateway.store import tables_experts as own
from gateway.store.change import Change
from gateway.store.rows_heard import changes
from gateway.store.rows_messages import sealed

if TYPE_CHECKING:
    from gateway.store.vault import Vault

__all__ = ["changes", "duty_json"]


@changes.register(Department)
def _(row: Department, _vault: Vault) -> tuple[Change, ...]:
    return (Change(own.department, asdict(row)),)


@changes.register(Expert)
def _(row: Expert, vault: Vault) -> tuple[Change, ...]:
    values = {
        "id": row.id,
        "department_id": row.department_id,
        "name_cipher": sealed(vault, "expert", "name_cipher", row.id, row.name),
        "number_cipher": sealed(vault, "expert", "number_cipher", row.id, row.number),
        "trunk": row.trunk,
        "seat": row.seat,
        "skills": list(row.skills),
        "duties": [duty_json(one) for one in row.duties],
        "active": row.active,
        "removed": row.removed,
    }
    return (Change(own.expert, values, name=row.id),)


def duty_json(duty: Duty) -> dict[str, Any]:
    """One line of the rota, with days and dates as JSON has them."""
    return {
        "days": list(duty.days),
        "opens": duty.opens,
        "closes": duty.closes,
        "first": duty.first.isoformat() if duty.first else None,
        "last": duty.last.isoformat() if duty.last else None,
        "order": duty.order,
    }


@changes.register(Promise)
def _(row: Promise, vault: Vault) -> tuple[Change, ...]:
    values = asdict(row) | {"kind": row.kind.value, "state": row.state.value}
    note = values.pop("note")
    values["note_cipher"] = sealed(vault, "promise", "note_cipher", row.id, note)
    return (Change(own.promise, values),)
