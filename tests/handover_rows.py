"""Hand-overs to emergency lines to put into a store."""

from __future__ import annotations

from typing import Any

from gateway.core.handover import Handover
from tests.store_world import NOON


def a_handover(id: str = "r1", contact_id: str = "c1", **more: Any) -> Handover:
    """To 110, given and not taken yet."""
    defaults: dict[str, Any] = {
        "line": "110",
        "region": "city",
        "day": "2026-03-02",
        "at": NOON,
        "body": '{"number":"13800001234"}',
        "next_at": NOON,
    }
    return Handover(id=id, contact_id=contact_id, **defaults | more)
