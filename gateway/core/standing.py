"""处置程序: what may follow from misconduct, as one table. Pure.

normal ─remind→ reminded ─persist→ grace ─approve→ restricted ─approve→ suspended
  ↑────────────────forget┴────────────┘                 └──lift, grant, end──┴──→ lifted

``propose`` names the next measure, its reason and its days; another supervisor approves it. A
measure ends by itself on its day, at the latest. The citizen may appeal against it, once a
measure; somebody hears the appeal who decided nothing before. Whoever is restricted hears so
first and then waits as everybody; whoever is suspended reaches no seat, but leaves messages,
appeals, and reaches every emergency line at once. S2 article 29, S4 article 47, S0 article 34:
remind, give time, only then; what a city's regulation does not allow is not done there.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from gateway.core.errors import IllegalMove, Invalid, Problem
from gateway.core.misconduct import STOPS_AT_ONCE, MisconductKind


class StandingState(StrEnum):
    """正常 · 已提醒 · 宽限期 · 限制使用 · 暂停使用 · 已解除."""

    NORMAL = "normal"
    REMINDED = "reminded"
    GRACE = "grace"
    RESTRICTED = "restricted"
    SUSPENDED = "suspended"
    LIFTED = "lifted"


class StandingMove(StrEnum):
    """What can be done, or happens."""

    REMIND = "remind"
    PERSIST = "persist"
    """They went on after the reminder; the record of it has evidence of its own."""
    PROPOSE = "propose"
    REJECT = "reject"
    APPROVE = "approve"
    LIFT = "lift"
    APPEAL = "appeal"
    GRANT = "grant"
    DENY = "deny"
    END = "end"
    FORGET = "forget"
    """Nothing happened for so long that it is not held against them any more."""


class Actor(StrEnum):
    """Who makes a move."""

    OPERATOR = "operator"
    SUPERVISOR = "supervisor"
    CITIZEN = "citizen"
    CLOCK = "clock"


S, M, A = StandingState, StandingMove, Actor

MOVES: dict[tuple[StandingState, StandingMove], tuple[StandingState, Actor]] = {
    (S.NORMAL, M.REMIND): (S.REMINDED, A.OPERATOR),
    (S.REMINDED, M.PERSIST): (S.GRACE, A.OPERATOR),
    (S.REMINDED, M.FORGET): (S.NORMAL, A.CLOCK),
    (S.GRACE, M.PERSIST): (S.GRACE, A.OPERATOR),
    (S.GRACE, M.PROPOSE): (S.GRACE, A.SUPERVISOR),
    (S.GRACE, M.REJECT): (S.GRACE, A.SUPERVISOR),
    (S.GRACE, M.APPROVE): (S.RESTRICTED, A.SUPERVISOR),
    (S.GRACE, M.FORGET): (S.NORMAL, A.CLOCK),
    (S.RESTRICTED, M.PROPOSE): (S.RESTRICTED, A.SUPERVISOR),
    (S.RESTRICTED, M.REJECT): (S.RESTRICTED, A.SUPERVISOR),
    (S.RESTRICTED, M.APPROVE): (S.SUSPENDED, A.SUPERVISOR),
    **{
        (state, what): (after, who)
        for state in (S.RESTRICTED, S.SUSPENDED)
        for what, after, who in (
            (M.PERSIST, state, A.OPERATOR),
            (M.LIFT, S.LIFTED, A.SUPERVISOR),
            (M.APPEAL, state, A.CITIZEN),
            (M.GRANT, S.LIFTED, A.SUPERVISOR),
            (M.DENY, state, A.SUPERVISOR),
            (M.END, S.LIFTED, A.CLOCK),
        )
    },
}
"""Every legal move: what comes of it, and who makes it. Anything else is an ``IllegalMove``."""

MEASURES = (S.RESTRICTED, S.SUSPENDED)
OVER = (S.NORMAL, S.LIFTED)
"""This procedure is over; the next begins with a reminder of its own."""


class Most(StrEnum):
    """The hardest that a city's regulation allows."""

    REMIND = "remind"
    """劝阻、教育、批评 only."""
    RESTRICT = "restrict"
    SUSPEND = "suspend"


@dataclass(frozen=True, slots=True, kw_only=True)
class ConductRules:
    """What differs from city to city; ``law`` is the article that is told, Chinese and English."""

    most: Most = Most.REMIND
    law: tuple[str, str] = ("", "")
    grace: timedelta = timedelta(hours=24)
    """After the reminder was not heeded, for whoever has to come to a matter."""
    stop: timedelta = timedelta(minutes=5)
    """The same for what has to stop at once."""
    longest: timedelta = timedelta(days=30)
    forget: timedelta = timedelta(days=180)


class StandingAppealState(StrEnum):
    """无 · 待复核 · 支持 · 不支持."""

    NONE = ""
    OPEN = "open"
    GRANTED = "granted"
    DENIED = "denied"


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A measure that one person proposed and nobody has approved yet."""

    by: str
    at: datetime
    days: int
    reason: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingAppeal:
    """What the citizen says against a measure; ``contact_id`` is where they said it."""

    state: StandingAppealState = StandingAppealState.NONE
    at: datetime | None = None
    contact_id: str = ""
    decided_by: str = ""
    decided_at: datetime | None = None
    answer: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """One procedure against one identity, and never against others that are linked with it.

    ``told`` is the reminder's text as it was said. ``again_at`` is when they last went on.
    ``reason``, ``proposed_by``, ``approved_by``, ``measured_at`` and ``until`` are those of the
    measure that holds. ``deciders`` proposed, approved or rejected something here.
    """

    id: str
    identity_id: str
    kind: MisconductKind
    state: StandingState = S.NORMAL
    opened_at: datetime
    told: str = field(default="", repr=False)
    reminded_at: datetime | None = None
    reminded_by: str = ""
    grace_until: datetime | None = None
    again_at: datetime | None = None
    proposal: Proposal | None = None
    reason: str = field(default="", repr=False)
    proposed_by: str = ""
    approved_by: str = ""
    measured_at: datetime | None = None
    until: datetime | None = None
    appeal: StandingAppeal = field(default_factory=StandingAppeal)
    deciders: tuple[str, ...] = ()
    closed_at: datetime | None = None
    closed_by: str = ""


def moved_to(standing: Standing, what: StandingMove) -> StandingState:
    """The state after this move. Raises IllegalMove."""
    found = MOVES.get((standing.state, what))
    if found is None:
        raise IllegalMove("standing", standing.state, what)
    return found[0]


def must(so: bool, pointer: str, code: str, zh: str, en: str) -> None:
    """Raise Invalid unless it is so."""
    if not so:
        raise Invalid(Problem(pointer, code, zh, en))


def reminded(standing: Standing, by: str, at: datetime, told: str) -> Standing:
    """The operator has told them to stop, in these words. Raises IllegalMove, Invalid."""
    state = moved_to(standing, M.REMIND)
    zh, en = "请写明提醒的内容。", "Write down what they were told."
    must(bool(told.strip()), "/told", "missing", zh, en)
    return replace(standing, state=state, told=told.strip(), reminded_at=at, reminded_by=by)


def persisted(
    standing: Standing, kind: MisconductKind, at: datetime, rules: ConductRules
) -> Standing:
    """They went on after the reminder. The first time, the reasonable time begins."""
    state = moved_to(standing, M.PERSIST)
    moved = replace(standing, state=state, again_at=at, kind=kind)
    if standing.state is S.REMINDED:
        given = rules.stop if kind in STOPS_AT_ONCE else rules.grace
        moved = replace(moved, grace_until=at + given)
    return moved


def proposed(
    standing: Standing, by: str, at: datetime, *, days: int, reason: str, rules: ConductRules
) -> Standing:
    """A supervisor proposes the next measure for so many days. Raises IllegalMove, Invalid."""
    state = moved_to(standing, M.PROPOSE)
    _allowed(standing, rules)
    reason = reason.strip()
    zh, en = "请写明理由。", "Give the reason."
    must(bool(reason), "/reason", "missing", zh, en)
    most = rules.longest.days
    zh, en = f"天数应为 1 至 {most}。", f"Days: 1 to {most}."
    must(1 <= days <= most, "/days", "not-in-range", zh, en)
    zh, en = "宽限期未满，不能提出处置。", "The time they were given is not over yet."
    elapsed = standing.grace_until is not None and at >= standing.grace_until
    must(elapsed, "", "grace-runs", zh, en)
    again = _after(standing.again_at, standing.grace_until, standing.measured_at)
    zh = "宽限期满（或上次处置）之后没有新的记录，不能提出处置。"
    en = "Nothing was recorded after the time they were given, or after the last measure."
    must(again, "", "not-again", zh, en)
    made = Proposal(by=by, at=at, days=days, reason=reason)
    return replace(standing, state=state, proposal=made, deciders=_with(standing, by))


def rejected(standing: Standing, by: str) -> Standing:
    """The proposal comes to nothing. Raises IllegalMove."""
    state = moved_to(standing, M.REJECT)
    if standing.proposal is None:
        raise IllegalMove("standing", standing.state, M.REJECT)
    return replace(standing, state=state, proposal=None, deciders=_with(standing, by))


def approved(standing: Standing, by: str, at: datetime, rules: ConductRules) -> Standing:
    """Another person approves: the measure holds from now on. Raises IllegalMove, Invalid."""
    state = moved_to(standing, M.APPROVE)
    wanted = standing.proposal
    if wanted is None:
        raise IllegalMove("standing", standing.state, M.APPROVE)
    _allowed(standing, rules)
    zh, en = "提出人不能自己批准，须由另一人批准。", "Whoever proposed it cannot approve it."
    must(bool(by) and by != wanted.by, "", "same-person", zh, en)
    return replace(
        standing,
        state=state,
        proposal=None,
        reason=wanted.reason,
        proposed_by=wanted.by,
        approved_by=by,
        measured_at=at,
        until=at + timedelta(days=wanted.days),
        appeal=StandingAppeal(),
        deciders=_with(standing, by),
    )


def _allowed(standing: Standing, rules: ConductRules) -> None:
    restricts = standing.state is S.GRACE
    fits = rules.most is Most.SUSPEND or (restricts and rules.most is Most.RESTRICT)
    zh, en = "本市规定没有授权这项处置。", "The city's regulation does not allow this measure."
    must(fits, "", "not-in-this-city", zh, en)


def _after(again: datetime | None, grace: datetime | None, measure: datetime | None) -> bool:
    """Whether they went on once the grace was over, and under the measure that holds."""
    if again is None or grace is None:
        return False
    return again >= grace and (measure is None or again > measure)


def _with(standing: Standing, by: str) -> tuple[str, ...]:
    return tuple(sorted({*standing.deciders, by}))
