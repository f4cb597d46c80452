"""What was published when, by whom, and what came out of the plan's rows with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from gateway.core.plan import Plan
from gateway.core.plan_diff import Change


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """One step of the plan, for ever. ``number`` counts from 1 without a gap.

    ``by`` is the person's name as it was then; ``undoes`` is the revision that this one took back,
    or 0.
    """

    number: int
    at: datetime
    operator_id: str
    by: str
    comment: str = ""
    undoes: int = 0
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """A revision with the whole plan as it was after it."""

    revision: Revision
    plan: Plan


@dataclass(frozen=True, slots=True)
class Removal:
    """A row of the plan that is no more: ``kind`` is queue, number or seat, ``name`` its key."""

    kind: str
    name: str
