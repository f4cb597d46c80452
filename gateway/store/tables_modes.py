"""The tables of announced incidents and of leaders' days. Pure: no engine, no I/O."""

from __future__ import annotations

import sqlalchemy as sa

from gateway.store.columns import (
    flag_column,
    metadata,
    number_column,
    text_column,
    time_column,
)

incident = sa.Table(
    "incident",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    *(text_column(name) for name in ("text_zh", "text_en")),
    sa.Column("dids", sa.JSON, nullable=False),
    *(text_column(name) for name in ("queue", "key")),
    number_column("rank"),
    time_column("begun_at"),
    time_column("until"),
    text_column("begun_by"),
    flag_column("recorded"),
    time_column("ended_at", nullable=True),
    text_column("ended_by"),
    sa.Index(None, "begun_at", "id"),
)

INCIDENT_IS_OPEN = incident.c.ended_at.is_(None)
sa.Index(
    "ix_incident_open",
    *(incident.c.until, incident.c.id),
    sqlite_where=INCIDENT_IS_OPEN,
    postgresql_where=INCIDENT_IS_OPEN,
)

leader_day = sa.Table(
    "leader_day",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    time_column("begins_at"),
    time_column("ends_at"),
    *(text_column(name) for name in ("name", "title", "department", "seat", "assistant")),
    *(text_column(name) for name in ("queue", "key")),
    sa.Column("dids", sa.JSON, nullable=False),
    text_column("booked_by"),
    time_column("booked_at"),
    text_column("changed_by"),
    time_column("changed_at", nullable=True),
    text_column("cancelled_by"),
    time_column("cancelled_at", nullable=True),
    sa.Index(None, "begins_at", "id"),
    sa.Index(None, "ends_at", "id"),
)
