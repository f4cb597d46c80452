"""Due process as rows: see ``rows``."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from gateway.core.misconduct import Misconduct
from gateway.core.standing import Standing
from gateway.store import tables_standing as own
from gateway.store.change import Change
from gateway.store.rows_messages import sealed
from gateway.store.rows_notes import changes

if TYPE_CHECKING:
    from gateway.store.vault import Vault

__all__ = ["changes"]


@changes.register(Misconduct)
def _(row: Misconduct, vault: Vault) -> tuple[Change, ...]:
    values = asdict(row)
    values |= {"kind": row.kind.value, "state": row.state.value}
    text = values.pop("evidence")
    values["evidence_cipher"] = sealed(vault, "misconduct", "evidence_cipher", row.id, text)
    return (Change(own.misconduct, values, name=row.id),)


@changes.register(Standing)
def _(row: Standing, vault: Vault) -> tuple[Change, ...]:
    values = asdict(row)
    del values["appeal"], values["proposal"]
    values |= {"kind": row.kind.value, "state": row.state.value, "deciders": list(row.deciders)}
    wanted, appeal = row.proposal, row.appeal
    values |= {
        "wanted_by": wanted.by if wanted else "",
        "wanted_at": wanted.at if wanted else None,
        "wanted_days": wanted.days if wanted else 0,
        "appeal_state": appeal.state.value,
        "appeal_at": appeal.at,
        "appeal_contact_id": appeal.contact_id,
        "appeal_decided_by": appeal.decided_by,
        "appeal_decided_at": appeal.decided_at,
    }
    said = {
        "told": values.pop("told"),
        "reason": values.pop("reason"),
        "wanted_reason": wanted.reason if wanted else "",
        "appeal_answer": appeal.answer,
    }
    for name, text in said.items():
        column = f"{name}_cipher"
        values[column] = sealed(vault, "standing", column, row.id, text)
    return (Change(own.standing, values, name=row.id),)
