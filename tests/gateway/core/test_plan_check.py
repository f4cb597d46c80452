"""Everything wrong with a plan is said, each with its path, in both languages."""

from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.plan_rules import PLAN_RULES
from gateway.core.errors import Invalid
from gateway.core.hours import Opening
from gateway.core.number import GREETING_TITLES
from gateway.core.operator import Role
from gateway.core.plan import Person, Plan
from gateway.core.plan_check import Verdict, check
from gateway.core.plan_diff import diff
from gateway.core.plan_json import from_json, to_json
from tests.gateway.core.plans import GOOD, OFFICE, PLANS


def verdict(plan: Plan, before: Plan = GOOD) -> Verdict:
    """With the rules and greetings that there are."""
    return check(plan, before, PLAN_RULES, GREETING_TITLES)


def paths(plan: Plan, before: Plan = GOOD) -> set[str]:
    """Where something is wrong."""
    found = verdict(plan, before).problems
    assert all(one.zh and one.en and one.zh != one.en for one in found)
    return {one.pointer for one in found}


def test_a_good_plan_has_no_problems_and_no_warnings() -> None:
    """The plan that the other tests break."""
    assert verdict(GOOD) == Verdict(problems=(), warnings=())


def test_every_problem_is_told_at_once() -> None:
    """One bad plan, ten faults of ten kinds, ten paths."""
    civil, firm = GOOD.queues
    bad = Plan(
        queues=(
            replace(civil, key="0", ring_seconds=1),
            replace(firm, key="", title_zh="", closed_queue="nowhere"),
            replace(civil, name="civ-il", closed_queue=""),
        ),
        numbers=(
            replace(GOOD.numbers[0], did="12a", greeting="greeting_of_nobody"),
            replace(GOOD.numbers[0], did="1", queue="gone"),
        ),
        seats=(*GOOD.seats, replace(GOOD.seats[0], number="0800")),
        operators=(Person(login="Li", name="李", skills={"civil": 99}),),
    )
    assert paths(bad) == {
        "queues[0].key",
        "queues[0].ring_seconds",
        "queues[1].title_zh",
        "queues[1].closed_queue",
        "queues[2].name",
        "numbers[0].did",
        "numbers[0].greeting",
        "numbers[1].did",
        "numbers[1].queue",
        "seats[2].number",
        "operators[0].login",
        "operators[0].skills.civil",
        "operators",
    }


def test_nothing_may_be_there_twice() -> None:
    """Names (``-`` is no difference in a dialplan), keys, numbers, seats, logins."""
    civil, firm = GOOD.queues
    twice = Plan(
        queues=(civil, firm, replace(firm, name="enter-prise")),
        numbers=GOOD.numbers * 2,
        seats=GOOD.seats[:1] * 2,
        operators=(*GOOD.operators, GOOD.operators[0]),
    )
    assert paths(twice) == {
        "queues[2].name",
        "queues[2].key",
        "numbers[2].did",
        "numbers[3].did",
        "seats[1].number",
        "operators[2].login",
    }


def test_a_queue_in_use_cannot_be_removed_and_the_users_are_named() -> None:
    """Numbers, skills and closed queues that still lead to it."""
    without = replace(GOOD, queues=GOOD.queues[1:])
    found = verdict(without).problems
    used = {one.pointer for one in found if one.code == "still-used"}
    assert used == {"queues[0].closed_queue", "numbers[0].queue", "operators[1].skills.civil"}


def test_one_queue_is_always_open_and_every_chain_ends_there() -> None:
    """GB/T 33358: 24 x 7."""
    civil, firm = GOOD.queues
    shut = replace(GOOD, queues=(replace(civil, hours=OFFICE, closed_queue="enterprise"), firm))
    assert paths(shut) == {"queues", "queues[0].closed_queue", "queues[1].closed_queue"}
    no_way = replace(GOOD, queues=(civil, replace(firm, closed_queue="")))
    assert paths(no_way) == {"queues[1].closed_queue"}
    unsound = Opening(days=(1, 9), opens="09:00", closes="9")
    assert paths(replace(GOOD, queues=(civil, replace(firm, hours=(unsound,))))) == {
        "queues[1].hours[0]"
    }


@pytest.mark.parametrize(
    "people",
    [
        (),
        (replace(GOOD.operators[0], active=False),),
        (replace(GOOD.operators[0], role=Role.SUPERVISOR, skills={"civil": 0}),),
    ],
)
def test_the_last_admin_stays(people: tuple[Person, ...]) -> None:
    """Neither removed, nor put out, nor demoted."""
    assert paths(replace(GOOD, operators=(*people, GOOD.operators[1]))) == {"operators"}


def test_a_running_queue_does_not_become_linear() -> None:
    """Asterisk would go on with the old strategy; a new queue may be linear."""
    linear = replace(GOOD.queues[0], strategy="linear")
    assert paths(replace(GOOD, queues=(linear, GOOD.queues[1]))) == {"queues[0].strategy"}
    assert not paths(replace(GOOD, queues=(*GOOD.queues, replace(linear, name="new"))))


def test_warnings_do_not_forbid() -> None:
    """A queue nobody serves, a person without skills, a number that goes."""
    plan = replace(
        GOOD,
        queues=(*GOOD.queues, replace(GOOD.queues[0], name="tax")),
        numbers=GOOD.numbers[:1],
        operators=(*GOOD.operators, Person(login="wang", name="王")),
    )
    found = verdict(plan)
    assert not found.problems
    assert {one.code for one in found.warnings} == {"unserved", "no-skills", "number-gone"}


def test_a_language_that_nobody_speaks_or_nobody_can_choose_is_said() -> None:
    """Its callers would wait in vain, or never come."""
    dumb = replace(GOOD.queues[0], name="english", language="en", key="")
    found = verdict(replace(GOOD, queues=(*GOOD.queues, dumb)))
    assert not found.problems
    assert {one.code for one in found.warnings} == {"unserved", "language-without-key"}
    wrong = verdict(replace(GOOD, queues=(replace(GOOD.queues[0], language="English!"),)))
    assert "queues[0].language" in {one.pointer for one in wrong.problems}


@given(PLANS)
def test_a_plan_survives_its_json(plan: Plan) -> None:
    """What is given out can be sent back."""
    assert from_json(to_json(plan)) == plan


def test_a_revision_from_before_the_tags_still_reads() -> None:
    """Its numbers belong to no special line and to no merged hotline."""
    old = to_json(GOOD)
    for number in old["numbers"]:
        del number["tag"], number["origin"]
    assert from_json(old) == GOOD
    merged = replace(GOOD.numbers[0], tag="enterprise", origin="12315")
    tagged = replace(GOOD, numbers=(merged,))
    assert from_json(to_json(tagged)) == tagged
    told = {one.field: one.after for one in diff(replace(GOOD, numbers=GOOD.numbers[:1]), tagged)}
    assert told == {"tag": "enterprise", "origin": "12315"}


@pytest.mark.parametrize("tag", ["企业", "Enterprise", "=1+1", "-x", "a" * 33, "a b"])
def test_a_tag_is_a_short_id(tag: str) -> None:
    """So that it can stand in a sheet, a filter and another system's data as it is."""
    bad = replace(GOOD, numbers=(replace(GOOD.numbers[0], tag=tag, origin=tag),))
    assert {"numbers[0].tag", "numbers[0].origin"} <= paths(bad)


def test_a_misshapen_plan_is_told_with_paths() -> None:
    """Types, missing and unknown fields, too many rows; all at once."""
    bad = {
        "queues": [{"name": 5, "title_zh": "一", "key": True, "colour": "red"}, "civil"],
        "numbers": [{"did": "12345", "queue": "civil"}] * 201,
        "seats": {},
        "operators": [
            {"login": "li", "name": "李", "role": "king", "skills": {"civil": "first"}},
            {"login": "x" * 401, "name": "x", "active": 1},
        ],
        "calendar": [],
    }
    with pytest.raises(Invalid) as refused:
        from_json(bad)
    assert {one.pointer for one in refused.value.problems} == {
        "queues[0].name",
        "queues[0].title_en",
        "queues[0].key",
        "queues[0].colour",
        "queues[1]",
        "numbers",
        "seats",
        "operators[0].role",
        "operators[0].skills",
        "operators[1].login",
        "operators[1].active",
        "calendar",
    }


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=12,
)
SECTIONS = st.sampled_from(["queues", "numbers", "seats", "operators"])


@given(JUNK | st.dictionaries(SECTIONS, JUNK))
def test_no_json_breaks_the_reader(junk: object) -> None:
    """Anything is a plan or a list of problems, never another fault."""
    with suppress(Invalid):
        verdict(from_json(junk))
