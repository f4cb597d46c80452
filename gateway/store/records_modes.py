"""Rows as core records: announced incidents, leaders' days. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.core.incident import Incident
from gateway.core.leader_day import LeaderDay
from gateway.store.tables_modes import incident as its
from gateway.store.tables_modes import leader_day as day

if TYPE_CHECKING:
    from sqlalchemy import RowMapping


def incident(row: RowMapping) -> Incident:
    """One announcement."""
    values = {column.name: row[column] for column in its.c}
    return Incident(**values | {"dids": tuple(values["dids"])})


def leader_day(row: RowMapping) -> LeaderDay:
    """One booking."""
    values = {column.name: row[column] for column in day.c}
    return LeaderDay(**values | {"dids": tuple(values["dids"])})
