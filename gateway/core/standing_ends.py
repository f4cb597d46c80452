"""How a measure ends: by itself, lifted, on appeal; and how an old reminder is forgotten. Pure.

The legal moves are in ``core.standing``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from gateway.core.errors import IllegalMove
from gateway.core.standing import (
    MEASURES,
    OVER,
    ConductRules,
    Standing,
    StandingAppeal,
    StandingAppealState,
    StandingMove,
    StandingState,
    moved_to,
    must,
)


def lifted(standing: Standing, by: str, at: datetime) -> Standing:
    """A supervisor takes the measure back. Raises IllegalMove."""
    state = moved_to(standing, StandingMove.LIFT)
    return replace(standing, state=state, proposal=None, closed_at=at, closed_by=by)


def appealed(standing: Standing, contact_id: str, at: datetime) -> Standing:
    """The citizen says why it is wrong; as it was when they did before. Raises IllegalMove."""
    state = moved_to(standing, StandingMove.APPEAL)
    if standing.appeal.state is not StandingAppealState.NONE:
        return standing
    made = StandingAppeal(state=StandingAppealState.OPEN, at=at, contact_id=contact_id)
    return replace(standing, state=state, appeal=made)


def heard(standing: Standing, by: str, at: datetime, *, grant: bool, answer: str) -> Standing:
    """Somebody who decided nothing here hears the appeal. Raises IllegalMove, Invalid."""
    what = StandingMove.GRANT if grant else StandingMove.DENY
    state = moved_to(standing, what)
    if standing.appeal.state is not StandingAppealState.OPEN:
        raise IllegalMove("standing", standing.state, what)
    zh = "申诉应由没有参与过本案处置的人复核。"
    en = "An appeal is heard by somebody who decided nothing here before."
    impartial = bool(by) and by not in {*standing.deciders, standing.reminded_by}
    must(impartial, "", "decided-before", zh, en)
    zh, en = "请写明答复。", "Write down the answer."
    must(bool(answer.strip()), "/answer", "missing", zh, en)
    decided = replace(
        standing.appeal,
        state=StandingAppealState.GRANTED if grant else StandingAppealState.DENIED,
        decided_by=by,
        decided_at=at,
        answer=answer.strip(),
    )
    moved = replace(standing, state=state, appeal=decided)
    return replace(moved, proposal=None, closed_at=at, closed_by=by) if grant else moved


def aged(standing: Standing, now: datetime, rules: ConductRules) -> Standing:
    """What the clock alone makes of it: a measure ends on its day, an old reminder is forgotten."""
    if standing.state in MEASURES:
        if standing.until is None or now < standing.until:
            return standing
        state = moved_to(standing, StandingMove.END)
        return replace(standing, state=state, proposal=None, closed_at=now)
    last = standing.again_at or standing.reminded_at
    if standing.state in OVER or last is None or now - last < rules.forget:
        return standing
    state = moved_to(standing, StandingMove.FORGET)
    return replace(standing, state=state, proposal=None, closed_at=now)


@dataclass(frozen=True, slots=True, kw_only=True)
class Met:
    """How somebody under a measure is met: told so first; ``person``: then they wait as all do."""

    standing: Standing
    person: bool


def met(standings: Iterable[Standing], now: datetime) -> Met | None:
    """The measure that holds against somebody now; None: they are met as everybody."""
    for one in standings:
        if one.state in MEASURES and one.until is not None and now < one.until:
            return Met(standing=one, person=one.state is StandingState.RESTRICTED)
    return None
