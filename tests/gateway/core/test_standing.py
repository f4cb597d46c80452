"""Due process: what each move asks for, one by one; the law searches all of them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from gateway.core.errors import IllegalMove, Invalid
from gateway.core.misconduct import MisconductKind, MisconductState, checked_evidence, looked_at
from gateway.core.standing import (
    ConductRules,
    Most,
    Standing,
    StandingAppealState,
    StandingState,
    approved,
    persisted,
    proposed,
    rejected,
    reminded,
)
from gateway.core.standing_ends import aged, appealed, heard, lifted, met
from tests.standing_rows import a_misconduct, a_standing

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)
DAY = timedelta(days=1)
RULES = ConductRules(most=Most.SUSPEND)
OCCUPYING = MisconductKind.OCCUPYING


def in_grace(kind: MisconductKind = OCCUPYING) -> Standing:
    """Reminded at noon, gone on at once."""
    return persisted(reminded(a_standing(kind=kind), "op-1", NOON, "请说明诉求"), kind, NOON, RULES)


def wanted(standing: Standing, at: datetime, by: str = "sup-1") -> Standing:
    """A supervisor proposes three days."""
    return proposed(standing, by, at, days=3, reason="多次占用", rules=RULES)


def restricted() -> Standing:
    """By the book: gone on after the grace, proposed by one and approved by another."""
    again = persisted(in_grace(), OCCUPYING, NOON + DAY, RULES)
    return approved(wanted(again, NOON + DAY), "sup-2", NOON + DAY, RULES)


def code_of(caught: pytest.ExceptionInfo[Invalid]) -> str:
    """What was wrong."""
    return caught.value.problems[0].code


def test_who_has_to_stop_gets_minutes_and_who_has_to_come_to_a_matter_gets_a_day() -> None:
    """The reasonable time of S2 article 29 is the city's own, by kind."""
    assert in_grace().grace_until == NOON + RULES.grace
    assert in_grace(MisconductKind.INSULTING).grace_until == NOON + RULES.stop


def test_nothing_is_proposed_before_the_time_is_over() -> None:
    """Nor after it, unless they went on after it."""
    with pytest.raises(Invalid) as early:
        wanted(in_grace(), NOON + DAY - timedelta(seconds=1))
    assert code_of(early) == "grace-runs"
    with pytest.raises(Invalid) as heeded:
        wanted(in_grace(), NOON + DAY)
    assert code_of(heeded) == "not-again"


def test_two_people_decide() -> None:
    """Whoever proposes cannot approve; a rejected proposal is gone."""
    asked = wanted(persisted(in_grace(), OCCUPYING, NOON + DAY, RULES), NOON + DAY)
    with pytest.raises(Invalid) as same:
        approved(asked, "sup-1", NOON + DAY, RULES)
    assert code_of(same) == "same-person"
    with pytest.raises(IllegalMove):
        approved(rejected(asked, "sup-2"), "sup-2", NOON + DAY, RULES)


@pytest.mark.parametrize(("most", "may"), [(Most.REMIND, False), (Most.RESTRICT, True)])
def test_what_the_city_does_not_allow_is_not_done(most: Most, may: bool) -> None:
    """A proposal of before the rule changed cannot be approved either."""
    rules = replace(RULES, most=most)
    asked = wanted(persisted(in_grace(), OCCUPYING, NOON + DAY, RULES), NOON + DAY)
    if may:
        assert approved(asked, "sup-2", NOON + DAY, rules).state is StandingState.RESTRICTED
    else:
        with pytest.raises(Invalid):
            approved(asked, "sup-2", NOON + DAY, rules)
    again = persisted(restricted(), OCCUPYING, NOON + 2 * DAY, RULES)
    with pytest.raises(Invalid) as refused:
        proposed(again, "sup-1", NOON + 2 * DAY, days=1, reason="r", rules=rules)
    assert code_of(refused) == "not-in-this-city"


def test_a_measure_has_a_reason_and_a_day_and_ends_on_it() -> None:
    """Nobody has to do anything for that."""
    one = restricted()
    assert (one.reason, one.proposed_by, one.approved_by) == ("多次占用", "sup-1", "sup-2")
    end = NOON + 4 * DAY
    assert one.until == end
    assert aged(one, end - timedelta(seconds=1), RULES) is one
    assert aged(one, end, RULES).state is StandingState.LIFTED
    for days, reason in ((0, "r"), (31, "r"), (1, " ")):
        again = persisted(in_grace(), OCCUPYING, NOON + DAY, RULES)
        with pytest.raises(Invalid):
            proposed(again, "sup-1", NOON + DAY, days=days, reason=reason, rules=RULES)


def test_suspension_comes_after_restriction_only_and_after_going_on_under_it() -> None:
    """The milder measure was not enough: that is shown by what happened after it."""
    with pytest.raises(Invalid) as not_again:
        wanted(restricted(), NOON + 2 * DAY)
    assert code_of(not_again) == "not-again"
    again = persisted(restricted(), OCCUPYING, NOON + 2 * DAY, RULES)
    gone = approved(wanted(again, NOON + 2 * DAY), "sup-2", NOON + 2 * DAY, RULES)
    assert gone.state is StandingState.SUSPENDED
    how = met([gone], NOON + 3 * DAY)
    assert how is not None
    assert not how.person
    assert met([gone], NOON + 5 * DAY) is None
    assert lifted(gone, "sup-1", NOON + 3 * DAY).closed_by == "sup-1"


def test_an_appeal_is_heard_by_somebody_else() -> None:
    """Neither who reminded nor who decided; once a measure, and with an answer."""
    said = appealed(restricted(), "c-9", NOON + 2 * DAY)
    assert appealed(said, "c-10", NOON + 3 * DAY) is said
    for by in ("op-1", "sup-1", "sup-2", ""):
        with pytest.raises(Invalid) as refused:
            heard(said, by, NOON + 2 * DAY, grant=True, answer="ok")
        assert code_of(refused) == "decided-before"
    with pytest.raises(Invalid):
        heard(said, "sup-3", NOON + 2 * DAY, grant=True, answer="")
    denied = heard(said, "sup-3", NOON + 2 * DAY, grant=False, answer="维持")
    assert (denied.state, denied.appeal.state) == (
        StandingState.RESTRICTED,
        StandingAppealState.DENIED,
    )
    granted = heard(said, "sup-3", NOON + 2 * DAY, grant=True, answer="解除")
    assert granted.state is StandingState.LIFTED
    with pytest.raises(IllegalMove):
        heard(restricted(), "sup-3", NOON + 2 * DAY, grant=True, answer="无申诉")


def test_an_old_reminder_is_forgotten() -> None:
    """By the clock, counted from the last time; the next procedure begins at its beginning."""
    one = reminded(a_standing(), "op-1", NOON, "请说明诉求")
    assert aged(one, NOON + RULES.forget - timedelta(seconds=1), RULES) is one
    assert aged(one, NOON + RULES.forget, RULES).state is StandingState.NORMAL
    with pytest.raises(Invalid):
        reminded(a_standing(), "op-1", NOON, " ")


def test_what_a_detector_saw_is_only_proposed_until_somebody_looked() -> None:
    """Dismissed is for good; evidence is never empty."""
    seen = a_misconduct(state=MisconductState.PROPOSED, by="")
    assert looked_at(seen, "sup-1", NOON, holds=True).state is MisconductState.NOTED
    gone = looked_at(seen, "sup-1", NOON, holds=False)
    with pytest.raises(IllegalMove):
        looked_at(gone, "sup-1", NOON, holds=True)
    for text in (" ", "字" * 1001):
        with pytest.raises(Invalid):
            checked_evidence(text)
