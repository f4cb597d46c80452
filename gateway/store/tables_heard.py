"""The tables of what was heard, and of what is still to be heard. Pure: no engine, no I/O.

What people said stands in ``_cipher`` columns only; what was said by whom and when is nobody's
secret.
"""

from __future__ import annotations

import sqlalchemy as sa

from gateway.store.columns import (
    bytes_column,
    double_column,
    flag_column,
    metadata,
    number_column,
    text_column,
    time_column,
)

segment = sa.Table(
    "segment",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    text_column("contact_id", sa.ForeignKey("contact.id")),
    number_column("seq"),
    text_column("party"),
    text_column("source"),
    double_column("begin_seconds"),
    double_column("end_seconds"),
    time_column("at"),
    *(bytes_column(f"{name}_cipher") for name in ("text", "words", "original", "raw")),
    text_column("operator_id"),
    text_column("message_id"),
    text_column("model"),
    bytes_column("corrected_cipher"),
    text_column("corrected_by"),
    time_column("corrected_at", nullable=True),
    sa.UniqueConstraint("contact_id", "seq"),
)
"""``words_cipher`` is JSON: a list of [text, begin_seconds, end_seconds]."""

hearing_job = sa.Table(
    "hearing_job",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    text_column("contact_id", sa.ForeignKey("contact.id")),
    text_column("party"),
    text_column("source"),
    text_column("file"),
    time_column("since"),
    double_column("begin_seconds"),
    double_column("end_seconds"),
    double_column("offset_seconds"),
    text_column("operator_id"),
    text_column("message_id"),
    text_column("state"),
    number_column("tries"),
    text_column("reason"),
    sa.Index(None, "contact_id"),
)

JOB_WAITS = hearing_job.c.state == sa.literal_column("'waiting'")
sa.Index(
    "ix_hearing_job_waiting",
    *(hearing_job.c.since, hearing_job.c.id),
    sqlite_where=JOB_WAITS,
    postgresql_where=JOB_WAITS,
)

alarm = sa.Table(
    "alarm",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    text_column("contact_id", sa.ForeignKey("contact.id")),
    text_column("word"),
    text_column("party"),
    time_column("at"),
    text_column("operator_id"),
    text_column("seat"),
    text_column("state"),
    text_column("seen_by"),
    time_column("seen_at", nullable=True),
)

ALARM_IS_OPEN = alarm.c.state == sa.literal_column("'open'")
sa.Index(
    "ix_alarm_open",
    *(alarm.c.at, alarm.c.id),
    sqlite_where=ALARM_IS_OPEN,
    postgresql_where=ALARM_IS_OPEN,
)

privacy = sa.Table(
    "privacy",
    metadata,
    sa.Column("contact_id", sa.Text, sa.ForeignKey("contact.id"), primary_key=True),
    flag_column("confidential"),
    text_column("by"),
    time_column("at"),
)
