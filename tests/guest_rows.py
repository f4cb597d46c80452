"""Guests and reaches for tests of the store."""

from typing import Any

from gateway.core.guest import Guest
from gateway.core.guest_kind import GuestMode, GuestRole
from gateway.core.reach import Reach, ReachState, Try
from tests.store_world import NOON


def a_guest(id: str, contact_id: str, **more: Any) -> Guest:
    """An expert who is being dialled to be consulted."""
    values: dict[str, Any] = {
        "reach_id": "w1",
        "role": GuestRole.EXPERT,
        "target_id": "e1",
        "title": "社保局 王老师",
        "mode": GuestMode.CONSULT,
        "by": "op-1",
        "asked_at": NOON,
    }
    return Guest(id=id, contact_id=contact_id, **(values | more))


def a_reach(id: str, contact_id: str, **more: Any) -> Reach:
    """A wish for an expert, with two who may be tried."""
    values: dict[str, Any] = {
        "role": GuestRole.EXPERT,
        "target": "social",
        "title": "社保局",
        "tries": (
            Try(target_id="e1", title="王老师", number="13900001234", trunk="city"),
            Try(target_id="e2", title="李老师", seat="8003", ring_seconds=15),
        ),
        "mode": GuestMode.CONSULT,
        "by": "op-1",
        "asked_at": NOON,
        "state": ReachState.TRYING,
    }
    return Reach(id=id, contact_id=contact_id, **(values | more))
