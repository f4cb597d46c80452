"""Departments, experts, rotas, working days and promises."""

from __future__ import annotations

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Make the tables."""
