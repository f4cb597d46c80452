"""What was heard, and what is still to be heard, as rows: see ``rows``."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

from gateway.core.transcript import Alarm, HearingJob, Privacy, Segment
from gateway.store import tables_heard as own
from gateway.store.change import Change
from gateway.store.rows_callbacks import changes
from gateway.store.rows_messages import sealed
from gateway.store.rows_search import owed, placed, removed

if TYPE_CHECKING:
    from gateway.store.vault import Vault

__all__ = ["changes"]


@changes.register(Segment)
def _(row: Segment, vault: Vault) -> tuple[Change, ...]:
    words = [[word.text, word.begin_seconds, word.end_seconds] for word in row.words]
    said = {
        "text": row.text,
        "words": json.dumps(words, ensure_ascii=False, allow_nan=False) if words else "",
        "original": row.original,
        "raw": row.raw,
        "corrected": row.corrected,
    }
    values = {
        "id": row.id,
        "contact_id": row.contact_id,
        "seq": row.seq,
        "party": row.party.value,
        "source": row.source.value,
        "begin_seconds": row.begin_seconds,
        "end_seconds": row.end_seconds,
        "at": row.at,
        "operator_id": row.operator_id,
        "message_id": row.message_id,
        "model": row.model,
        "corrected_by": row.corrected_by,
        "corrected_at": row.corrected_at,
    }
    for name, text in said.items():
        column = f"{name}_cipher"
        values[column] = sealed(vault, "segment", column, row.id, text)
    return (
        Change(own.segment, values, name=row.id),
        placed(vault, row.shown, contact_id=row.contact_id, at=row.at, segment_id=row.id),
    )


@changes.register(HearingJob)
def _(row: HearingJob, _vault: Vault) -> tuple[Change, ...]:
    plain = {"party": row.party.value, "source": row.source.value, "state": row.state.value}
    return (Change(own.hearing_job, asdict(row) | plain),)


@changes.register(Alarm)
def _(row: Alarm, _vault: Vault) -> tuple[Change, ...]:
    plain = {"party": row.party.value, "state": row.state.value}
    return (Change(own.alarm, asdict(row) | plain),)


@changes.register(Privacy)
def _(row: Privacy, _vault: Vault) -> tuple[Change, ...]:
    """The contact's texts leave the search with this, or come back to it (``word_debts``)."""
    asked = Change(own.privacy, asdict(row))
    if row.confidential:
        return (asked, removed(row.contact_id))
    return (asked, owed(row.contact_id))
