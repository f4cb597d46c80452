"""Flows and plans for tests."""

from __future__ import annotations

from typing import Any

from ivr.flow import Flow, Listen, Menu, Node, Queue
from ivr.plan import Plan

PROMPTS = {"greeting", "welcome", "bad_key", "bye", "ask_matter", "ask_again"}
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


def listen(**changes: Any) -> Listen:
    """A good question, changed: enterprise or tax, else a person."""
    fields: dict[str, Any] = {
        "prompt": "ask_matter",
        "again": "ask_again",
        "person": "person",
        "words": {"firms": ("企业", "企业开办"), "person2": ("开办", "物业")},
        "options": {},
    }
    return Listen(**fields | changes)


def asking(**changes: Any) -> Flow:
    """A flow that begins with that question."""
    return flow(
        "ask",
        ask=listen(**changes),
        firms=Queue(queue="enterprise"),
        person2=Queue(queue="fallback"),
    )


def plan(**changes: Any) -> Plan:
    """The queue civil, key 2 for enterprise."""
    fields: dict[str, Any] = {
        "default_queue": "civil",
        "keys": {"2": "enterprise"},
        "valid_queues": frozenset(QUEUES),
    }
    return Plan(**fields | changes)


HUMAN_FIRST = flow(greeting=menu(shortcuts=True))
