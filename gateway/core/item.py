"""The one queue: whatever wants an operator, as the line sees it.

Rank is fixed when the citizen begins to wait and never moves until they are answered: earliest due
first, and an emergency before everybody. Due = since + the service target of its kind and queue,
so that class and service level are in it and nobody can starve: what is due earlier cannot be
overtaken for ever by what is due later.
"""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class ItemKind(StrEnum):
    """来电 · 会话 · 留言 · 待回拨."""

    CALL = "call"
    CHAT = "chat"
    FORM = "form"
    CALLBACK = "callback"


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Rank:
    """Place in line; smaller is served first. ``calm`` is False for an emergency."""

    calm: bool
    due_at: datetime
    since: datetime
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IntakeItem:
    """受理件: one thing that stands in the one queue. ``id`` is the contact's (callback's) id.

    ``wanted_operator`` alone may have it until ``wanted_until``, whatever their queues; without a
    time nobody is kept waiting for them.
    """

    id: str
    kind: ItemKind
    queue: str
    emergency: bool
    since: datetime
    due_at: datetime
    wanted_operator: str = ""
    wanted_until: datetime | None = None

    @property
    def rank(self) -> Rank:
        """Its place; see the module."""
        return Rank(calm=not self.emergency, due_at=self.due_at, since=self.since, id=self.id)

    def is_for(self, operator: str, queues: Container[str], now: datetime) -> bool:
        """Whether this operator, who serves these queues, may have it now."""
        if self.wanted_operator and self.wanted_operator == operator:
            return True
        kept = self.wanted_operator and self.wanted_until and now < self.wanted_until
        return not kept and self.queue in queues
