"""Rows as core records: guests of calls, and the wishes to bring them in. Pure."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from gateway.core.guest import Guest, GuestState
from gateway.core.guest_kind import GuestEnd, GuestMode, GuestRole
from gateway.core.reach import Reach, ReachState, Try
from gateway.store import tables_guests as its

if TYPE_CHECKING:
    import sqlalchemy as sa
    from sqlalchemy import RowMapping

    from gateway.store.vault import Vault


def guest(row: RowMapping, vault: Vault) -> Guest:
    """Somebody called into a call."""
    own = its.guest.c
    return Guest(
        id=row[own.id],
        contact_id=row[own.contact_id],
        reach_id=row[own.reach_id],
        role=GuestRole(row[own.role]),
        target_id=row[own.target_id],
        title=_opened(row, own.title_cipher, row[own.id], vault),
        mode=GuestMode(row[own.mode]),
        by=row[own.by],
        asked_at=row[own.asked_at],
        state=GuestState(row[own.state]),
        end=GuestEnd(row[own.end]),
        cause=row[own.cause],
        channel=row[own.channel],
        muted=row[own.muted],
        answered_at=row[own.answered_at],
        ended_at=row[own.ended_at],
    )


def reach(row: RowMapping, vault: Vault) -> Reach:
    """One wish to bring somebody into a call."""
    own = its.reach.c
    key = row[own.id]
    return Reach(
        id=key,
        contact_id=row[own.contact_id],
        role=GuestRole(row[own.role]),
        target=row[own.target],
        title=_opened(row, own.title_cipher, key, vault),
        tries=tuple(
            Try(**one) for one in json.loads(_opened(row, own.tries_cipher, key, vault) or "[]")
        ),
        mode=GuestMode(row[own.mode]),
        by=row[own.by],
        asked_at=row[own.asked_at],
        state=ReachState(row[own.state]),
        at=row[own.at],
        leaves=row[own.leaves],
        consent=row[own.consent],
        reason=_opened(row, own.reason_cipher, key, vault),
        undo_until=row[own.undo_until],
        joined_at=row[own.joined_at],
        verified_at=row[own.verified_at],
        ended_at=row[own.ended_at],
    )


def _opened(row: RowMapping, column: sa.Column[bytes], key: str, vault: Vault) -> str:
    cipher = row[column]
    return vault.open(column.table.name, column.name, key, cipher) if cipher else ""
