"""Procedures and records of misconduct, as tests need them."""

from datetime import UTC, datetime
from typing import Any

from gateway.core.misconduct import Misconduct, MisconductKind
from gateway.core.standing import Standing

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)


def a_standing(id: str = "5" * 32, **more: Any) -> Standing:
    """Nothing has happened in it yet."""
    usual: dict[str, Any] = {
        "id": id,
        "identity_id": "i-1",
        "kind": MisconductKind.OCCUPYING,
        "opened_at": NOON,
    }
    return Standing(**usual | more)


def a_misconduct(id: str = "m-1", **more: Any) -> Misconduct:
    """An operator noted it."""
    usual: dict[str, Any] = {
        "id": id,
        "contact_id": "c-1",
        "identity_id": "i-1",
        "kind": MisconductKind.OCCUPYING,
        "at": NOON,
        "by": "op-1",
        "source": "note",
        "evidence": "半小时没有说出诉求",
    }
    return Misconduct(**usual | more)
