"""Callbacks: places kept, tries, and who was missed."""

from __future__ import annotations

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Make the tables."""
