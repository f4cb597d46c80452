"""Laws of experts: who is on duty, and in which order they are tried."""

from datetime import date, datetime, timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.calendar_cn import ChineseCalendar
from gateway.core.expert import (
    Duty,
    Expert,
    Now,
    Reason,
    availability,
    chain,
    on_duty,
    place,
    sound,
    week,
)
from tests.expert_rows import an_expert

WORKDAY = ChineseCalendar().workday
CLOCKS = st.builds("{:02}:{:02}".format, st.integers(0, 23), st.integers(0, 59))
DUTIES = st.builds(
    Duty,
    days=st.lists(st.integers(1, 7), unique=True).map(tuple),
    opens=CLOCKS,
    closes=CLOCKS,
    first=st.none() | st.dates(date(2026, 9, 1), date(2026, 9, 30)),
    last=st.none() | st.dates(date(2026, 10, 1), date(2026, 10, 31)),
    order=st.integers(1, 3),
).filter(sound)
EXPERTS = st.lists(
    st.builds(
        an_expert,
        st.uuids().map(str),
        duties=st.lists(DUTIES, max_size=3).map(tuple),
        skills=st.sampled_from([(), ("养老",), ("医保", "养老")]),
        active=st.booleans(),
    ),
    max_size=6,
)
LOCAL = st.datetimes(datetime(2026, 9, 14), datetime(2026, 10, 20))  # noqa: DTZ001 - on the wall


def now(local: str, **more: object) -> Now:
    """This time on the wall."""
    return Now(local=datetime.fromisoformat(local), workday=WORKDAY, **more)  # type: ignore[arg-type]  # a table of fields


def test_working_days_are_the_calendars() -> None:
    """A line without days follows make-up days and holidays; one with days does not."""
    working, weekdays = Duty(), Duty(days=(1, 2, 3, 4, 5))
    make_up = datetime(2026, 9, 20, 10)  # noqa: DTZ001 - a Sunday that is worked
    holiday = datetime(2026, 10, 1, 10)  # noqa: DTZ001 - a Thursday that is off
    assert on_duty(working, make_up, WORKDAY)
    assert not on_duty(weekdays, make_up, WORKDAY)
    assert not on_duty(working, holiday, WORKDAY)
    assert on_duty(weekdays, holiday, WORKDAY)


def test_a_night_belongs_to_the_day_on_which_it_began() -> None:
    """Friday 22:00 to 06:00 holds on Saturday morning, also past the last date of the line."""
    night = Duty(days=(5,), opens="22:00", closes="06:00", last=date(2026, 9, 18))
    moments = {"2026-09-18T21:59": False, "2026-09-18T22:00": True, "2026-09-19T05:59": True}
    moments |= {"2026-09-19T06:00": False, "2026-09-18T05:00": False, "2026-09-19T22:30": False}
    for local, holds in moments.items():
        assert on_duty(night, datetime.fromisoformat(local), WORKDAY) is holds, local


def test_the_free_come_first_and_the_busy_last() -> None:
    """In the order of the rota among themselves; who is away or off duty is not tried at all."""
    duty = (Duty(days=(1, 2, 3, 4, 5, 6, 7), opens="00:00", closes="24:00"),)
    second = (Duty(days=duty[0].days, opens="00:00", closes="24:00", order=2),)
    people = [
        an_expert("busy", duties=duty),
        an_expert("declined", duties=duty),
        an_expert("second", duties=second),
        an_expert("first", duties=duty),
        an_expert("off", duties=()),
        an_expert("disabled", duties=duty, active=False),
        an_expert("gone", duties=duty, removed=True),
        an_expert("away", duties=duty, number="", seat="8009"),
    ]
    at = now("2026-09-16T10:00", in_call={"busy"}, declined={"declined"}, away={"8009"})
    assert [one.id for one in chain(people, at)] == ["first", "second", "declined", "busy"]
    assert [one.id for one in chain(people, at, most=2)] == ["first", "second"]
    reasons = {one.id: availability(one, at) for one in people}
    assert reasons["off"] is Reason.OFF_DUTY
    assert reasons["disabled"] is reasons["gone"] is Reason.DISABLED
    assert reasons["away"] is Reason.SEAT_AWAY


def test_a_colleague_is_better_than_nobody() -> None:
    """A skill narrows the choice; when nobody on duty has it, everybody is tried."""
    people = [an_expert("a", skills=("医保",)), an_expert("b", skills=("养老",))]
    at = now("2026-09-16T10:00")
    assert [one.id for one in chain(people, at, skill="养老")] == ["b"]
    assert [one.id for one in chain(people, at, skill="工伤")] == ["a", "b"]


@given(EXPERTS, LOCAL, st.sampled_from(["", "养老"]))
def test_nobody_is_tried_who_is_not_on_duty(
    people: list[Expert], local: datetime, skill: str
) -> None:
    """Nobody twice, nobody off duty or disabled; and somebody whenever anybody is on duty."""
    at = Now(local=local, workday=WORKDAY)
    tried = chain(people, at, skill=skill)
    assert len({one.id for one in tried}) == len(tried)
    assert all(one.active and place(one, at) is not None for one in tried)
    assert bool(tried) is any(one.active and place(one, at) is not None for one in people)


@settings(max_examples=30)
@given(EXPERTS, LOCAL)
def test_the_week_says_at_each_minute_who_is_tried(people: list[Expert], local: datetime) -> None:
    """The picture has no hole and no overlap, and names at each minute who is on duty then."""
    monday = local.date() - timedelta(days=local.weekday())
    slots = week(people, monday, WORKDAY)
    assert slots[0].begin == datetime.combine(monday, datetime.min.time())
    assert slots[-1].end == slots[0].begin + timedelta(days=7)
    for before, after in pairwise(slots):
        assert before.end == after.begin
    there = next(slot for slot in slots if slot.begin <= local < slot.end)
    at = Now(local=local, workday=WORKDAY)
    assert set(there.experts) == {one.id for one in people if availability(one, at) is Reason.NONE}
