"""Every question about what was heard, as SQL. Each is one statement, so it sees one moment."""

from __future__ import annotations

import sqlalchemy as sa

from gateway.store.tables_heard import (
    ALARM_IS_OPEN,
    JOB_WAITS,
    alarm,
    hearing_job,
    privacy,
    segment,
)

Question = sa.Select[tuple[object, ...]]

MAX_SEGMENTS = 2000
"""Segments in one answer."""
MAX_JOBS = 1000
"""Waiting jobs in one answer."""
MAX_ALARMS = 1000
"""Open alarms in one answer."""


def segments(contact_id: str, after_seq: int, limit: int) -> Question:
    """A contact's segments in the order of storing."""
    own = segment.c
    wanted = sa.select(segment).where(own.contact_id == contact_id, own.seq > after_seq)
    return wanted.order_by(own.seq).limit(max(1, min(limit, MAX_SEGMENTS)))


def segment_of(segment_id: str) -> Question:
    """One segment by id."""
    return sa.select(segment).where(segment.c.id == segment_id)


def jobs_waiting(limit: int) -> Question:
    """What is to be transcribed, the oldest first."""
    own = hearing_job.c
    wanted = sa.select(hearing_job).where(JOB_WAITS).order_by(own.since, own.id)
    return wanted.limit(max(1, min(limit, MAX_JOBS)))


def jobs_waiting_of(contact_id: str) -> Question:
    """What is to be transcribed of one contact, the oldest first."""
    own = hearing_job.c
    wanted = sa.select(hearing_job).where(own.contact_id == contact_id, JOB_WAITS)
    return wanted.order_by(own.since, own.id).limit(MAX_JOBS)


ALARMS_OPEN = (
    sa.select(alarm).where(ALARM_IS_OPEN).order_by(alarm.c.at, alarm.c.id).limit(MAX_ALARMS)
)


def alarm_of(alarm_id: str) -> Question:
    """One alarm by id."""
    return sa.select(alarm).where(alarm.c.id == alarm_id)


def privacy_of(contact_id: str) -> Question:
    """What was asked for one contact."""
    return sa.select(privacy).where(privacy.c.contact_id == contact_id)
