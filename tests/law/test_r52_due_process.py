"""Requirement 52 (S2 article 29; S4 article 47; S0 articles 13 and 34): due process, searched.

Every state that any sequence of moves can reach is visited, with three supervisors, an operator, a
citizen and a clock, in cities of every kind. In none of them is somebody suspended who was not
reminded and given time that is over, or without reason, end and a second person.
"""

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from gateway.core.errors import IllegalMove, Invalid
from gateway.core.misconduct import MisconductKind
from gateway.core.standing import (
    MEASURES,
    MOVES,
    OVER,
    Actor,
    ConductRules,
    Most,
    Standing,
    StandingMove,
    StandingState,
    approved,
    persisted,
    proposed,
    rejected,
    reminded,
)
from gateway.core.standing_ends import aged, appealed, heard, lifted, met
from tests.standing_rows import a_standing

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)
TICK = timedelta(days=1)
PEOPLE = ("op", "sup-1", "sup-2", "sup-3")
LAST = NOON + 6 * TICK
"""Long enough for a grace, both measures and their ends, and for forgetting."""


def rules_of(most: Most) -> ConductRules:
    """Everything takes one tick, a measure two."""
    return ConductRules(most=most, grace=TICK, stop=TICK, longest=2 * TICK, forget=2 * TICK)


Step = tuple[StandingMove | None, Callable[[], Standing]]


def steps(one: Standing, now: datetime, rules: ConductRules) -> Iterator[Step]:
    """Everything that anybody might try now."""
    yield None, partial(aged, one, now, rules)
    yield StandingMove.PERSIST, partial(persisted, one, MisconductKind.OCCUPYING, now, rules)
    yield StandingMove.APPEAL, partial(appealed, one, "c-9", now)
    yield StandingMove.REMIND, partial(reminded, one, "op", now, "提醒")
    # supervisors are alike: whoever proposes may as well be the first, whoever approves the second
    propose = partial(proposed, one, "sup-1", now, days=2, reason="理由", rules=rules)
    yield StandingMove.PROPOSE, propose
    for by in PEOPLE[1:3]:
        yield StandingMove.APPROVE, partial(approved, one, by, now, rules)
    yield StandingMove.REJECT, partial(rejected, one, "sup-2")
    yield StandingMove.LIFT, partial(lifted, one, "sup-2", now)
    for by in PEOPLE:
        yield StandingMove.GRANT, partial(heard, one, by, now, grant=True, answer="答复")
        yield StandingMove.DENY, partial(heard, one, by, now, grant=False, answer="答复")


def reachable(most: Most) -> dict[tuple[Standing, datetime], tuple[Standing, datetime]]:
    """Every reachable (state, time), and from where it was reached first."""
    rules, start = rules_of(most), (a_standing(opened_at=NOON), NOON)
    seen = {start: start}
    todo = deque([start])
    while todo:
        here = one, now = todo.popleft()
        found = [(one, now + TICK)] if now < LAST and not one.closed_at else []
        for what, make in steps(one, now, rules):
            try:
                moved = make()
            except (IllegalMove, Invalid):
                continue
            if what is not None:
                assert MOVES[one.state, what][0] is moved.state, "no move beside the table"
            found.append((moved, now))
        for each in found:
            if each not in seen:
                seen[each] = here
                todo.append(each)
    return seen


@pytest.fixture(scope="module")
def everything() -> dict[tuple[Standing, datetime], tuple[Standing, datetime]]:
    """Of a city that may suspend."""
    return reachable(Most.SUSPEND)


def test_r52_suspended_is_unreachable_without_the_steps_before(
    everything: dict[tuple[Standing, datetime], tuple[Standing, datetime]],
) -> None:
    """S2 article 29: reminded, given reasonable time, gone on; and restricted before."""
    suspended = [one for one, _now in everything if one.state is StandingState.SUSPENDED]
    assert suspended
    for one in suspended:
        assert one.told
        assert one.reminded_at
        assert one.reminded_by
        assert one.grace_until
        assert one.measured_at
        assert one.again_at
        assert one.reminded_at + TICK <= one.grace_until <= min(one.again_at, one.measured_at)
        assert one.reason
        assert one.until
        assert one.measured_at < one.until
        assert one.proposed_by
        assert one.approved_by
        assert one.proposed_by != one.approved_by
    for (after, now), (before, _then) in everything.items():
        if after.state is StandingState.SUSPENDED and before.state is not after.state:
            assert before.state is StandingState.RESTRICTED
        if after.state is StandingState.RESTRICTED and before.state is not after.state:
            assert before.state is StandingState.GRACE
            assert before.grace_until is not None
            assert before.grace_until <= now


def test_r52_every_measure_ends_by_itself(
    everything: dict[tuple[Standing, datetime], tuple[Standing, datetime]],
) -> None:
    """No state holds anybody beyond its day, whether the clock was looked at or not."""
    for one, now in everything:
        if one.state in MEASURES and one.until is not None and now >= one.until:
            assert met([one], now) is None
            assert aged(one, now, rules_of(Most.SUSPEND)).state is StandingState.LIFTED
        if one.state in OVER and one.closed_at:
            assert one.proposal is None


def test_r52_the_appeal_is_open_under_every_measure_and_heard_by_somebody_else(
    everything: dict[tuple[Standing, datetime], tuple[Standing, datetime]],
) -> None:
    """Nobody who reminded, proposed, approved or rejected here is its judge."""
    for one, now in everything:
        if one.state in MEASURES:
            assert appealed(one, "c-9", now).appeal.at is not None
        judge = one.appeal.decided_by
        if judge:
            before = {one.reminded_by, one.proposed_by, one.approved_by}
            assert judge not in before


@pytest.mark.parametrize(
    ("most", "never"),
    [
        (Most.REMIND, frozenset(MEASURES)),
        (Most.RESTRICT, frozenset({StandingState.SUSPENDED})),
    ],
)
def test_r52_a_city_does_no_more_than_its_regulation_allows(
    most: Most, never: frozenset[StandingState]
) -> None:
    """S0 article 34: dissuade, educate, criticise, tell the consequences; no more than that."""
    states = {one.state for one, _now in reachable(most)}
    assert not states & never
    assert StandingState.GRACE in states


def test_r52_who_makes_a_move_stands_in_the_table() -> None:
    """The clock takes back only, the citizen appeals, and no measure is an operator's own."""
    for (state, what), (after, who) in MOVES.items():
        if who is Actor.CLOCK:
            assert after in OVER
        if after in MEASURES and after is not state:
            assert (what, who) == (StandingMove.APPROVE, Actor.SUPERVISOR)
    assert {state for state, what in MOVES if what is StandingMove.APPEAL} == set(MEASURES)


def test_r52_the_reviewer_of_a_long_procedure_is_never_an_earlier_decider() -> None:
    """Whoever rejected a proposal once has decided, too."""
    rules = rules_of(Most.SUSPEND)
    one = persisted(
        reminded(a_standing(), "op", NOON, "提醒"), MisconductKind.OCCUPYING, NOON, rules
    )
    now = NOON + TICK
    one = persisted(one, MisconductKind.OCCUPYING, now, rules)
    asked = proposed(one, "sup-1", now, days=1, reason="r", rules=rules)
    asked = proposed(rejected(asked, "sup-3"), "sup-1", now, days=1, reason="r", rules=rules)
    said = appealed(approved(asked, "sup-2", now, rules), "c-9", now)
    with pytest.raises(Invalid):
        heard(said, "sup-3", now, grant=True, answer="答复")
    assert heard(replace(said, deciders=("sup-1", "sup-2")), "sup-3", now, grant=True, answer="a")
