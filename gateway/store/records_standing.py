"""Rows as core records: misconduct and procedures. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.core.misconduct import Misconduct, MisconductKind, MisconductState
from gateway.core.standing import (
    Proposal,
    Standing,
    StandingAppeal,
    StandingAppealState,
    StandingState,
)
from gateway.store import tables_standing as its

if TYPE_CHECKING:
    import sqlalchemy as sa
    from sqlalchemy import RowMapping

    from gateway.store.vault import Vault


def misconduct(row: RowMapping, vault: Vault) -> Misconduct:
    """One record."""
    own = its.misconduct.c
    return Misconduct(
        id=row[own.id],
        contact_id=row[own.contact_id],
        identity_id=row[own.identity_id],
        kind=MisconductKind(row[own.kind]),
        at=row[own.at],
        by=row[own.by],
        source=row[own.source],
        source_id=row[own.source_id],
        evidence=_opened(row, own.evidence_cipher, row[own.id], vault),
        state=MisconductState(row[own.state]),
        looked_by=row[own.looked_by],
        looked_at=row[own.looked_at],
    )


def standing(row: RowMapping, vault: Vault) -> Standing:
    """One procedure."""
    own = its.standing.c
    key = row[own.id]
    wanted_at = row[own.wanted_at]
    return Standing(
        id=key,
        identity_id=row[own.identity_id],
        kind=MisconductKind(row[own.kind]),
        state=StandingState(row[own.state]),
        opened_at=row[own.opened_at],
        told=_opened(row, own.told_cipher, key, vault),
        reminded_at=row[own.reminded_at],
        reminded_by=row[own.reminded_by],
        grace_until=row[own.grace_until],
        again_at=row[own.again_at],
        proposal=Proposal(
            by=row[own.wanted_by],
            at=wanted_at,
            days=row[own.wanted_days],
            reason=_opened(row, own.wanted_reason_cipher, key, vault),
        )
        if wanted_at
        else None,
        reason=_opened(row, own.reason_cipher, key, vault),
        proposed_by=row[own.proposed_by],
        approved_by=row[own.approved_by],
        measured_at=row[own.measured_at],
        until=row[own.until],
        appeal=StandingAppeal(
            state=StandingAppealState(row[own.appeal_state]),
            at=row[own.appeal_at],
            contact_id=row[own.appeal_contact_id],
            decided_by=row[own.appeal_decided_by],
            decided_at=row[own.appeal_decided_at],
            answer=_opened(row, own.appeal_answer_cipher, key, vault),
        ),
        deciders=tuple(row[own.deciders]),
        closed_at=row[own.closed_at],
        closed_by=row[own.closed_by],
    )


def _opened(row: RowMapping, column: sa.Column[bytes], key: str, vault: Vault) -> str:
    cipher = row[column]
    return vault.open(column.table.name, column.name, key, cipher) if cipher else ""
