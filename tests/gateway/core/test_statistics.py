"""What the wallboard counts: each call once, in one outcome, the same from any order of events."""

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.core.facts import Fact, FactKind, Scalar
from gateway.core.statistics import COUNTED, WINDOW_MINUTES, Figures, Statistics, recomputed

BEGIN = datetime(2026, 11, 20, 7, 0, 0, tzinfo=UTC)
DAY = 24 * 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """One call as it will go: when it comes (seconds), what happens, and what it then is."""

    at: float
    queue: str = ""
    wait: float | None = None
    answers: int = 1
    ends: float | None = None
    lost: bool = False
    overflowed: bool = False
    failed_open: bool = False

    @property
    def is_(self) -> str:
        """The one outcome that this plan has, said without the code under test."""
        if self.ends is not None and self.lost:
            return "lost"
        if self.wait is not None:
            return "answered"
        if self.overflowed:
            return "overflowed"
        return "open" if self.ends is None else "abandoned"


def facts_of(plan: Plan, id_: str) -> list[Fact]:
    """The facts that such a call leaves, in order."""

    def fact(kind: FactKind, after: float, **data: Scalar) -> Fact:
        at = BEGIN + timedelta(seconds=plan.at + after)
        return Fact(kind=kind, at=at, contact_id=id_, data=data)

    facts = [fact(FactKind.CALL_ARRIVED, 0), fact(FactKind.RECORDING_STARTED, 0)]
    if plan.failed_open:
        facts.append(fact(FactKind.CALL_FAILED_OPEN, 0.5))
    if plan.overflowed:
        facts.append(fact(FactKind.CALL_OVERFLOWED, 0))
    if plan.queue:
        facts.append(fact(FactKind.CALL_QUEUED, 1, queue=plan.queue))
        facts.append(fact(FactKind.CALL_QUEUED, 1, queue="fallback"))  # it went on to the last one
    if plan.wait is not None:
        again = [fact(FactKind.CALL_ANSWERED, plan.wait + i) for i in range(plan.answers)]
        facts += again
    if plan.ends is not None:
        outcome = "lost" if plan.lost else "anything"
        facts.append(fact(FactKind.CALL_ENDED, (plan.wait or 0) + plan.ends, outcome=outcome))
        facts.append(fact(FactKind.DISPOSITION_RECORDED, (plan.wait or 0) + plan.ends + 9))
    return facts


seconds = st.floats(0, 40).map(lambda value: round(value, 3))
queued = st.builds(
    Plan,
    at=st.floats(0, 2.2 * DAY).map(lambda value: round(value, 3)),
    queue=st.sampled_from(["civil", "enterprise", "fallback"]),
    wait=st.none() | seconds,
    answers=st.integers(1, 2),
    ends=st.none() | seconds,
    lost=st.booleans(),
    failed_open=st.booleans(),
)
unqueued = st.builds(
    Plan,
    at=st.floats(0, 2.2 * DAY).map(lambda value: round(value, 3)),
    ends=st.none() | seconds,
    overflowed=st.booleans(),
)
plans = st.lists(queued | unqueued, max_size=12)


def interleaved(stories: Sequence[Sequence[Fact]], seed: int) -> list[Fact]:
    """Any order of all facts in which each call's own stay in order."""
    chance, left = random.Random(seed), [list(story) for story in stories]
    mixed: list[Fact] = []
    while any(left):
        story = chance.choice([one for one in left if one])
        mixed.append(story.pop(0))
    return mixed


@settings(deadline=None)  # a busy machine is no fault
@given(plans, st.integers(), st.lists(st.floats(0, 3 * DAY), max_size=4))
def test_live_figures_equal_those_recomputed_from_all_facts(
    calls: list[Plan], seed: int, looks: list[float]
) -> None:
    """Whatever order the calls' facts come in, and however often somebody looked between."""
    stories = [facts_of(plan, f"c{i}") for i, plan in enumerate(calls)]
    facts = interleaved(stories, seed)
    live, moments = Statistics(), sorted(BEGIN + timedelta(seconds=look) for look in looks)
    for at, fact in enumerate(facts):
        live.feed(fact)
        if at < len(moments):
            live.totals(moments[at])
    now = max([BEGIN + timedelta(days=1), *moments])
    counted = live.totals(now)
    assert counted == recomputed(facts, now)
    assert counted == recomputed(interleaved(stories, seed + 1), now)


@settings(deadline=None)  # a busy machine is no fault
@given(plans)
def test_every_call_counts_once_in_one_outcome(calls: list[Plan]) -> None:
    """Against a count that knows the plan of each call and nothing of facts."""
    now = BEGIN + timedelta(days=1.5)
    inside = [plan for plan in calls if _in_window(plan, now)]
    facts = [fact for i, plan in enumerate(calls) for fact in facts_of(plan, f"c{i}")]
    whole = recomputed(facts, now).whole
    expected = Counter(plan.is_ for plan in inside)
    for name in ("answered", "abandoned", "lost", "overflowed", "open"):
        assert getattr(whole, name) == expected[name], name
    assert whole.arrived == len(inside) == expected.total()
    assert whole.over == sum(plan.ends is not None for plan in inside)
    waits = [plan.wait for plan in inside if plan.wait is not None]
    assert whole.reached == len(waits)
    assert whole.in_time == sum(wait <= 15 for wait in waits)
    assert whole.wait_ms == pytest.approx(1000 * sum(waits), abs=len(waits))
    assert whole.failed_open == sum(plan.failed_open for plan in inside)
    by_queue = recomputed(facts, now).queues
    for name in ("civil", "enterprise", "fallback"):
        mine = sum(plan.queue == name for plan in inside)
        assert by_queue.get(name, Figures()).arrived == mine


def _in_window(plan: Plan, now: datetime) -> bool:
    """It arrived in the present minute or one of the 1439 before it."""
    minute = (BEGIN + timedelta(seconds=plan.at)).replace(second=0, microsecond=0)
    return now.replace(second=0, microsecond=0) - minute < timedelta(days=1)


@settings(deadline=None)  # a busy machine is no fault
@given(plans, st.data())
def test_a_fact_told_twice_counts_once(calls: list[Plan], data: st.DataObject) -> None:
    """A doubled answer, queueing or end changes nothing."""
    now = BEGIN + timedelta(days=1)
    once, twice = Statistics(), Statistics()
    for i, plan in enumerate(calls):
        for fact in facts_of(plan, f"c{i}"):
            once.feed(fact)
            for _ in range(data.draw(st.integers(1, 2))):
                twice.feed(fact)
    assert once.totals(now) == twice.totals(now)


def test_what_is_told_after_the_end_changes_nothing() -> None:
    """In neither count: an answer, a queueing or a loss of a call that is over."""
    now = BEGIN + timedelta(hours=1)
    facts = facts_of(Plan(at=0, queue="civil", ends=30), "c")
    late = facts_of(Plan(at=60, wait=5, ends=9, lost=True), "c")[1:]
    live = Statistics()
    for fact in (*facts, *late):
        live.feed(fact)
    assert recomputed([*facts, *late], now) == recomputed(facts, now) == live.totals(now)


@pytest.mark.parametrize(
    "plan",
    [
        Plan(at=60, queue="civil", wait=9, ends=30),
        Plan(at=60, queue="civil", ends=30),
        Plan(at=60, overflowed=True, ends=4),
        Plan(at=60, queue="fallback", failed_open=True, wait=20, ends=3, lost=True),
    ],
)
def test_a_fact_that_is_missing_shows(plan: Plan) -> None:
    """Without any one of the facts that are counted, the figures are others."""
    now = BEGIN + timedelta(hours=1)
    facts = facts_of(plan, "c")
    told = recomputed(facts, now)
    for at, fact in enumerate(facts):
        later = [other.kind for other in facts[at + 1 :]]
        if fact.kind in COUNTED and fact.kind not in later:
            first = [f.kind for f in facts].index(fact.kind)
            without = facts[:first] + facts[at + 1 :]
            assert recomputed(without, now) != told, fact.kind


@pytest.mark.parametrize(("wait", "in_time"), [(15.0, 1), (15.001, 0)])
def test_fifteen_seconds_are_fifteen_seconds(wait: float, in_time: int) -> None:
    """GB/T 33358-2016: within 15 s, from the arrival, greeting included."""
    facts = facts_of(Plan(at=0, queue="civil", wait=wait, ends=1), "c")
    assert recomputed(facts, BEGIN + timedelta(minutes=5)).whole.in_time == in_time


@pytest.mark.parametrize(
    ("plan", "asked"),
    [
        (Plan(at=0, ends=4), 0),
        (Plan(at=0, ends=9), 1),
        (Plan(at=0, ends=2, overflowed=True), 1),
        (Plan(at=0, queue="civil", ends=2), 1),
        (Plan(at=0, queue="civil"), 0),
        (Plan(at=0, queue="civil", wait=3), 1),
    ],
    ids=["in the greeting", "no greeting takes 9 s", "turned away", "gave up", "waits", "talks"],
)
def test_who_asked_for_a_person(plan: Plan, asked: int) -> None:
    """Only whoever hung up during the greeting did not; whoever waits now is not decided."""
    whole = recomputed(facts_of(plan, "c"), BEGIN + timedelta(minutes=5)).whole
    assert whole.asked == asked
    assert (whole.connect_rate is None) == (asked == 0)


def test_rates_and_the_average() -> None:
    """Of four who asked three reached a person, two in time; a talk that was cut was connected."""
    calls = [
        Plan(at=0, queue="civil", wait=5, ends=10),
        Plan(at=9, queue="civil", wait=10),
        Plan(at=20, queue="civil", wait=30, ends=10, lost=True),
        Plan(at=30, queue="civil", ends=50),
        Plan(at=40, queue="civil"),
    ]
    facts = [fact for i, plan in enumerate(calls) for fact in facts_of(plan, f"c{i}")]
    totals = recomputed(facts, BEGIN + timedelta(minutes=5))
    whole = totals.whole
    assert (whole.connect_rate, whole.in_time_rate) == (0.75, 0.5)
    assert whole.average_wait_seconds == 15.0
    assert (whole.answered, whole.lost, whole.abandoned, whole.open) == (2, 1, 1, 1)
    assert totals.queues == {"civil": whole}
    assert totals.hours[-1] == (BEGIN, whole)
    assert len(totals.hours) == 24


def test_the_window_rolls_and_memory_is_bounded() -> None:
    """Three days of calls leave one day's cells; when nobody calls for a day all is zero."""
    live = Statistics()
    for i in range(3 * 24 * 60):
        for fact in facts_of(Plan(at=i * 60, queue="civil", ends=30 if i % 2 else None), f"c{i}"):
            live.feed(fact)
        live.totals(BEGIN + timedelta(seconds=i * 60))
    whole = live.totals(BEGIN + timedelta(days=3, seconds=-1)).whole
    assert (whole.arrived, whole.open) == (WINDOW_MINUTES, WINDOW_MINUTES // 2)
    assert len(live._cells) == WINDOW_MINUTES
    assert len(live._stories) == WINDOW_MINUTES // 2
    empty = live.totals(BEGIN + timedelta(days=4))
    assert (empty.whole, empty.queues) == (Figures(), {})
    assert {figures for _, figures in empty.hours} == {Figures()}
    assert (live._cells, live._stories, live._hours) == ({}, {}, {})


@pytest.mark.parametrize(
    ("kind", "data", "reached"),
    [
        (FactKind.CALL_ANSWERED, {}, 1),
        (FactKind.EMERGENCY_REACHED, {}, 1),
        (FactKind.SEAT_TOOK, {}, 1),
        (FactKind.GUEST_JOINED, {"mode": "join"}, 1),
        (FactKind.GUEST_JOINED, {"mode": "listen"}, 0),
    ],
)
def test_whoever_talks_with_the_caller_has_answered(
    kind: FactKind, data: dict[str, Scalar], reached: int
) -> None:
    """By whatever way somebody came to them; who only listens has not."""
    facts = [
        Fact(kind=FactKind.CALL_ARRIVED, at=BEGIN, contact_id="a"),
        Fact(kind=FactKind.CALL_QUEUED, at=BEGIN, contact_id="a", data={"queue": "civil"}),
        Fact(kind=kind, at=BEGIN + timedelta(seconds=9), contact_id="a", data=data),
        Fact(kind=FactKind.CALL_ENDED, at=BEGIN + timedelta(seconds=60), contact_id="a"),
    ]
    whole = recomputed(facts, BEGIN + timedelta(seconds=61)).whole
    assert (whole.reached, whole.answered, whole.abandoned) == (reached, reached, 1 - reached)
