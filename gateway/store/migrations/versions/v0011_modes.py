"""Incidents, answering days, tags and sub-centres."""

from __future__ import annotations

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Make the tables."""
