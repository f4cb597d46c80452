"""The shapes of what we answer about hand-overs to emergency lines, for the OpenAPI document."""

from __future__ import annotations

from typing import Literal, TypedDict


class Handover(TypedDict):
    """One call put through; `taken`: they have acknowledged the packet, `order`: how theirs is.

    `answered`: the dispatcher was in the call; `verified`: and had understood, as the operator
    confirmed; null: no longer known.
    """

    id: str
    contact_id: str
    line: str
    title: str
    at: str
    answered: bool | None
    verified: bool | None
    taken: bool
    taken_at: str | None
    tries: int
    fault: str
    their_id: str
    order: Literal["", "received", "dispatched", "done", "returned"]
    order_at: str | None


class Day(TypedDict):
    """One line's list of one day beside ours; null: their system gave none."""

    day: str
    line: str
    ours: int | None
    theirs: int | None
    difference: int | None


class LineHealth(TypedDict):
    """A line's or directory entry's trunks: whether each answers; null is not known yet."""

    line: str
    title_zh: str
    title_en: str
    healthy: bool
    trunks: dict[str, bool | None]


class Emergencies(TypedDict):
    """Open hand-overs, the newest comparisons, and the lines' health."""

    items: list[Handover]
    days: list[Day]
    lines: list[LineHealth]


class Accepted(TypedDict):
    """How the order stands with us now."""

    accepted: bool
    id: str
    status: str
