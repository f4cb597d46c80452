"""Rows as core records: hand-overs to emergency lines. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.core.handover import Handover, OrderState
from gateway.store.tables_emergency import handover as its

if TYPE_CHECKING:
    from sqlalchemy import RowMapping

    from gateway.store.vault import Vault


def handover(row: RowMapping, vault: Vault) -> Handover:
    """One call put through to an emergency line."""
    own = its.c
    id_, cipher = row[own.id], row[own.body_cipher]
    return Handover(
        id=id_,
        contact_id=row[own.contact_id],
        line=row[own.line],
        region=row[own.region],
        day=row[own.day],
        at=row[own.at],
        body=vault.open("handover", "body_cipher", id_, cipher) if cipher else "",
        version=row[own.version],
        taken=row[own.taken],
        tries=row[own.tries],
        next_at=row[own.next_at],
        fault=row[own.fault],
        their_id=row[own.their_id],
        taken_at=row[own.taken_at],
        order=OrderState(row[own.order_state]),
        order_at=row[own.order_at],
    )
