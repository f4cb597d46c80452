"""The statements that shred: ciphers become empty, files are named no more. For every database."""

from __future__ import annotations

import sqlalchemy as sa

from gateway.core.message import FileState
from gateway.core.retention import SHREDDED
from gateway.core.transcript import JobState
from gateway.store import (
    tables,
    tables_emergency,
    tables_heard,
    tables_messages,
    tables_standing,
)
from gateway.store.change import How
from gateway.store.tables_centres import centre_contact as theirs
from gateway.store.tables_centres import ended_at

_CONTACT = sa.bindparam("of_contact", type_=sa.Text)
_NAMES_NOTHING: dict[sa.Table, dict[str, str]] = {
    tables.recording: {"file": ""},
    tables.call: {"recording_file": ""},
    tables_heard.segment: {},
    tables_emergency.handover: {},
    tables_standing.misconduct: {},
    tables_messages.message: {},
    tables_messages.attachment: {
        "file": "",
        "view_file": "",
        "state": FileState.REFUSED.value,
        "reason": SHREDDED,
    },
    tables_messages.inbound_event: {},
}
"""What else changes, beside every cipher of a text. A number's cipher is of no class."""
_KEPT = tables.call.c.number_cipher


def statements() -> dict[tuple[sa.Table, How], sa.Executable]:
    """How a contact's rows are shredded."""
    found: dict[tuple[sa.Table, How], sa.Executable] = {}
    for table, other in _NAMES_NOTHING.items():
        ciphers = [
            column.name
            for column in table.columns
            if column.name.endswith("_cipher") and column is not _KEPT
        ]
        values = {name: sa.literal(b"", sa.LargeBinary) for name in ciphers}
        words = {name: sa.literal(text, sa.Text) for name, text in other.items()}
        of_contact = table.c.contact_id == _CONTACT
        if table is tables_messages.inbound_event:
            of_contact &= tables_messages.HAS_CONTACT  # so that its index is used
        found[table, How.SHRED] = sa.update(table).where(of_contact).values(values | words)
    found[theirs, How.SHRED] = _summaries()
    own = tables_heard.hearing_job
    found[own, How.SHRED] = (
        sa.update(own)
        .where(own.c.contact_id == _CONTACT, tables_heard.JOB_WAITS)
        .values(state=sa.literal(JobState.FAILED.value), reason=sa.literal(SHREDDED))
    )
    return found


def _summaries() -> sa.Executable:
    """Some of those that are too old; an empty one is done."""
    key = sa.tuple_(theirs.c.centre, theirs.c.id)
    before = sa.bindparam("ended_before", type_=theirs.c.opened_at.type)
    some = (
        sa.select(theirs.c.centre, theirs.c.id)
        .where(theirs.c.summary_cipher != b"", ended_at < before)
        .limit(sa.bindparam("most", type_=sa.Integer))
    )
    empty = sa.literal(b"", sa.LargeBinary)
    return sa.update(theirs).where(key.in_(some)).values(summary_cipher=empty)
