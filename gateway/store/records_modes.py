"""Rows as core records: announced incidents. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.core.incident import Incident
from gateway.store.tables_modes import incident as its

if TYPE_CHECKING:
    from sqlalchemy import RowMapping


def incident(row: RowMapping) -> Incident:
    """One announcement."""
    values = {column.name: row[column] for column in its.c}
    return Incident(**values | {"dids": tuple(values["dids"])})
