"""What differs, and taking a step back."""

from dataclasses import replace

from hypothesis import given

from gateway.core.operator import Role
from gateway.core.plan import Place, Plan, normal
from gateway.core.plan_diff import Change, Touched, diff, in_words, take_back
from tests.gateway.core.plans import GOOD, PLANS


@given(PLANS, PLANS)
def test_a_diff_is_empty_exactly_when_nothing_differs(one: Plan, other: Plan) -> None:
    """And the other way round it has as many changes."""
    assert bool(diff(one, other)) == (one != other)
    assert len(diff(one, other)) == len(diff(other, one))


@given(PLANS, PLANS)
def test_a_step_just_made_can_be_taken_back(before: Plan, after: Plan) -> None:
    """Nothing came later, so all of it goes back."""
    assert take_back(before, after, after) == (before, ())


@given(PLANS, PLANS, PLANS)
def test_what_came_later_is_kept_or_it_stands_in_the_way(
    before: Plan, after: Plan, now: Plan
) -> None:
    """Never half: with anything touched, nothing is put back."""
    plan, touched = take_back(before, after, now)
    if touched:
        assert plan == now
    else:
        assert len(diff(plan, now)) == len(diff(before, after))


def test_a_later_change_elsewhere_stays() -> None:
    """Revision 2 renames a seat, revision 3 promotes li; undoing 2 leaves 3."""
    two = replace(GOOD, seats=(Place(number="8001", title="一号"), GOOD.seats[1]))
    people = (GOOD.operators[0], replace(GOOD.operators[1], role=Role.SUPERVISOR))
    plan, touched = take_back(GOOD, two, replace(two, operators=people))
    assert (plan, touched) == (normal(replace(GOOD, operators=people)), ())


def test_a_later_change_of_the_same_field_is_named() -> None:
    """The admin reads which one."""
    civil, firm = GOOD.queues
    two = replace(GOOD, queues=(replace(civil, ring_seconds=20), firm))
    three = replace(GOOD, queues=(replace(civil, ring_seconds=25), firm))
    assert take_back(GOOD, two, three) == (three, (Touched("queue", "civil", "ring_seconds"),))


def test_changes_are_told_in_words() -> None:
    """Added, removed and changed rows; hours and skills in one line each."""
    civil, firm = GOOD.queues
    after = replace(
        GOOD,
        queues=(civil, replace(firm, hours=(), strategy="rrmemory")),
        seats=GOOD.seats[:1],
        operators=(GOOD.operators[0], replace(GOOD.operators[1], skills={}, active=False)),
    )
    found = diff(GOOD, after)
    assert found[3] == Change(
        action="change", kind="operator", name="li", field="active", before=True, after=False
    )
    told = [
        (c.action, c.kind, c.name, c.field, in_words(c.field, c.before), in_words(c.field, c.after))
        for c in found
    ]
    assert told == [
        ("change", "queue", "enterprise", "strategy", "leastrecent", "rrmemory"),
        ("change", "queue", "enterprise", "hours", "1-5 09:00-17:30", "24h"),
        ("remove", "seat", "8002", "", "number=8002, title=二号", ""),
        ("change", "operator", "li", "active", "yes", "no"),
        ("change", "operator", "li", "skills", "civil=0 enterprise=1", ""),
    ]
