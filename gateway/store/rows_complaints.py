"""Complaints about staff as rows: see ``rows``."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from gateway.core.staff_complaint import StaffComplaint
from gateway.store import tables_complaints as own
from gateway.store.change import Change
from gateway.store.rows_centres import changes
from gateway.store.rows_messages import sealed

if TYPE_CHECKING:
    from gateway.store.vault import Vault

__all__ = ["changes"]


@changes.register(StaffComplaint)
def _(row: StaffComplaint, vault: Vault) -> tuple[Change, ...]:
    values = asdict(row) | {"source": row.source.value}
    for name in ("contacts", "identities", "concerned"):
        values[name] = list(values[name])
    text = values.pop("result")
    values["result_cipher"] = sealed(vault, "staff_complaint", "result_cipher", row.id, text)
    bars = (
        Change(
            own.staff_bar,
            {"contact_id": contact_id, "operator_id": operator_id, "complaint_id": row.id},
        )
        for contact_id in row.contacts
        for operator_id in ("", *row.concerned)
    )
    return (Change(own.staff_complaint, values, name=row.id), *bars)
