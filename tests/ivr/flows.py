"""Flows and plans for tests."""

from __future__ import annotations

from typing import Any

from ivr.flow import Flow, Menu, Node, Queue
from ivr.plan import Plan

PROMPTS = {"greeting", "welcome", "bad_key", "bye"}
QUEUES = {"civil", "enterprise", "fallback"}


def flow(start: str = "greeting", /, **nodes: Node) -> Flow:
    """A flow of these nodes, with a person at ``person``."""
    return Flow(
        id="t",
        title_zh="测试",
        title_en="Test",
        start=start,
        nodes={"person": Queue(queue="default"), **nodes},
    )


def menu(prompt: str = "greeting", **changes: Any) -> Menu:
    """A good menu, changed."""
    fields: dict[str, Any] = {"options": {"0": "person"}, "otherwise": "person"}
    return Menu(prompt=prompt, **fields | changes)


def plan(**changes: Any) -> Plan:
    """The queue civil, key 2 for enterprise."""
    fields: dict[str, Any] = {
        "default_queue": "civil",
        "keys": {"2": "enterprise"},
        "valid_queues": frozenset(QUEUES),
    }
    return Plan(**fields | changes)


HUMAN_FIRST = flow(greeting=menu(shortcuts=True))
