"""What is done to the rows of a class that is shredded: see ``rows``. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.core.retention import DataClass, Shredded, SummariesShredded
from gateway.store import (
    tables,
    tables_emergency,
    tables_heard,
    tables_messages,
    tables_standing,
)
from gateway.store.change import Change, How
from gateway.store.rows_standing import changes
from gateway.store.tables_centres import centre_contact
from gateway.store.tables_retention import shredded
from gateway.store.tables_search import word_place

if TYPE_CHECKING:
    from gateway.store.vault import Vault

__all__ = ["changes"]

SHREDS = {
    DataClass.RECORDINGS: (
        (tables.recording, How.SHRED),
        (tables.call, How.SHRED),
        (tables_heard.hearing_job, How.SHRED),
    ),
    DataClass.TRANSCRIPTS: (
        (tables_heard.segment, How.SHRED),
        (tables_emergency.handover, How.SHRED),
        (tables_standing.misconduct, How.SHRED),
        (tables_heard.hearing_job, How.SHRED),
        (word_place, How.REMOVE_HEARD),
    ),
    DataClass.MESSAGES: (
        (tables_messages.message, How.SHRED),
        (tables_messages.attachment, How.SHRED),
        (tables_messages.inbound_event, How.SHRED),
        (tables_standing.misconduct, How.SHRED),
        (word_place, How.REMOVE_SAID),
    ),
}


@changes.register(Shredded)
def _(row: Shredded, _vault: Vault) -> tuple[Change, ...]:
    mark = {"contact_id": row.contact_id, "what": row.what.value, "at": row.at}
    of = {"of_contact": row.contact_id}
    return (
        Change(shredded, mark),
        *(Change(table, of, how) for table, how in SHREDS[row.what]),
    )


@changes.register(SummariesShredded)
def _(row: SummariesShredded, _vault: Vault) -> tuple[Change, ...]:
    return (Change(centre_contact, {"ended_before": row.before, "most": row.most}, How.SHRED),)
