"""Hand-overs to emergency lines as rows: see ``rows``."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from gateway.core.handover import Handover
from gateway.store import tables_emergency as own
from gateway.store.change import Change
from gateway.store.rows_guests import changes
from gateway.store.rows_messages import sealed

if TYPE_CHECKING:
    from gateway.store.vault import Vault

__all__ = ["changes"]


@changes.register(Handover)
def _(row: Handover, vault: Vault) -> tuple[Change, ...]:
    values = asdict(row)
    body = values.pop("body")
    values["order_state"] = values.pop("order").value
    values["body_cipher"] = sealed(vault, "handover", "body_cipher", row.id, body)
    return (Change(own.handover, values, name=row.id),)
