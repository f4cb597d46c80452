"""Departments, experts and promises to put into a store."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from gateway.core.expert import Department, Duty, Expert
from gateway.core.promise import Promise, PromiseKind
from tests.store_world import NOON


def a_department(id: str = "shebao", **more: Any) -> Department:
    """人社局, unless another is said."""
    return Department(id=id, **{"title_zh": "人社局", "title_en": "Social security"} | more)


def an_expert(id: str = "e1", **more: Any) -> Expert:
    """Somebody of 人社局 with a number of their own, on duty on every working day."""
    defaults: dict[str, Any] = {
        "department_id": "shebao",
        "name": "赵专家",
        "number": "13700000001",
        "trunk": "local",
        "skills": ("养老", "医保"),
        "duties": (
            Duty(),
            Duty(
                days=(6, 7),
                opens="22:00",
                closes="06:00",
                first=date(2026, 3, 1),
                last=date(2026, 12, 31),
                order=2,
            ),
        ),
    }
    return Expert(id=id, **defaults | more)


def a_promise(id: str, contact_id: str, **more: Any) -> Promise:
    """Owed since noon, due in a day."""
    defaults: dict[str, Any] = {
        "kind": PromiseKind.EXPERT_CALLBACK,
        "department_id": "shebao",
        "owner_id": "op-1",
        "made_at": NOON,
        "warn_at": NOON + timedelta(hours=12),
        "due_at": NOON + timedelta(hours=24),
    }
    return Promise(id=id, contact_id=contact_id, **defaults | more)
