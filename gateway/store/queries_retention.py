"""Which contacts have something that is older than it may be, as SQL."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from gateway.core.facts import FactKind
from gateway.core.retention import DataClass
from gateway.store.tables import call, callback, contact, fact, recording
from gateway.store.tables_centres import centre_contact, ended_at
from gateway.store.tables_complaints import COMPLAINT_IS_OPEN, staff_bar, staff_complaint
from gateway.store.tables_emergency import handover
from gateway.store.tables_heard import hearing_job, segment
from gateway.store.tables_messages import attachment, message
from gateway.store.tables_retention import shredded
from gateway.store.tables_standing import STANDING_IS_OPEN, misconduct, standing

if TYPE_CHECKING:
    from datetime import datetime

MAX_EXPIRED = 1000
"""Contacts in one answer."""


def _has(table: sa.Table, *conditions: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    return sa.exists().where(table.c.contact_id == contact.c.id, *conditions)


_THERE = {
    DataClass.RECORDINGS: _has(call, call.c.recording_file != "")
    | _has(recording)
    | _has(fact, fact.c.kind == FactKind.VOICEMAIL_LEFT.value),
    DataClass.TRANSCRIPTS: _has(segment) | _has(hearing_job) | _has(handover) | _has(misconduct),
    DataClass.MESSAGES: _has(message),
}


def _expired(what: DataClass, before: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    """Ended before then, nothing of it still open, and not shredded yet.

    Evidence is kept as long as a procedure that rests on it goes on, what a complaint about staff
    is said in until that is closed.
    """
    owed = sa.select(callback.c.contact_id).where(callback.c.state == "open")
    judged = sa.select(standing.c.identity_id).where(STANDING_IS_OPEN)
    complained = sa.select(staff_bar.c.contact_id).where(
        staff_bar.c.complaint_id.in_(sa.select(staff_complaint.c.id).where(COMPLAINT_IS_OPEN))
    )
    needed = sa.select(misconduct.c.contact_id).where(misconduct.c.identity_id.in_(judged))
    return (
        contact.c.closed_at < before,
        contact.c.id.not_in(owed),
        contact.c.id.not_in(needed),
        contact.c.id.not_in(complained),
        ~_has(shredded, shredded.c.what == what.value),
        _THERE[what],
    )


def expired(what: DataClass, before: datetime, after: str, limit: int) -> sa.Select[Any]:
    """Their ids in order, those after ``after``."""
    wanted = sa.select(contact.c.id).where(contact.c.id > after, *_expired(what, before))
    return wanted.order_by(contact.c.id).limit(max(1, min(limit, MAX_EXPIRED)))


def expiring(what: DataClass, before: datetime) -> sa.Select[Any, Any, Any]:
    """How many, and when the first and the last of them ended."""
    at = contact.c.closed_at
    return sa.select(
        sa.func.count().label("contacts"),
        sa.func.min(at).label("oldest"),
        sa.func.max(at).label("newest"),
    ).where(*_expired(what, before))


def summaries_expiring(before: datetime) -> sa.Select[Any, Any, Any]:
    """The same of what sub-centres wrote."""
    return sa.select(
        sa.func.count().label("contacts"),
        sa.func.min(ended_at).label("oldest"),
        sa.func.max(ended_at).label("newest"),
    ).where(centre_contact.c.summary_cipher != b"", ended_at < before)


def recording_names(contact_id: str) -> sa.Select[Any]:
    """What the names of a call's files are made of."""
    return (
        sa.select(call.c.hotline_id, call.c.recording_file, recording.c.file)
        .outerjoin(recording, recording.c.contact_id == call.c.contact_id)
        .where(call.c.contact_id == contact_id)
    )


def media_names(contact_id: str) -> sa.Select[Any]:
    """The files of a conversation and what is shown of them."""
    own = attachment.c
    return sa.select(own.file, own.view_file).where(own.contact_id == contact_id)
