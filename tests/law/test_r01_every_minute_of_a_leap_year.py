"""Row 1 (S0§8, S1§2, S3§2, S4§6): human service 24 h x 7 d, holidays included."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from config.plan_rules import PLAN_RULES
from gateway.core.hours import open_at
from gateway.core.number import GREETING_TITLES
from gateway.core.plan import Plan
from gateway.core.plan_check import check
from gateway.core.queue import FALLBACK, open_queue
from tests.gateway.core.plans import GOOD, PLANS

LEAP_YEAR = datetime(2027, 12, 31, 16, 0, tzinfo=UTC)  # New Year of 2028 in Shanghai
MINUTES = 366 * 24 * 60


def reaches_an_open_queue(plan: Plan, at: datetime) -> bool:
    """Each number, at this local time."""
    queues = {one.name: one for one in plan.queues}
    return all(
        (reached := open_queue(queues, number.queue, at)) != FALLBACK
        and open_at(queues[reached].hours, at)
        for number in plan.numbers
    )


def test_r01_every_minute_of_366_days_reaches_a_queue_that_is_open() -> None:
    """A plan with office hours, walked minute by minute through a leap year of Shanghai."""
    zone = ZoneInfo("Asia/Shanghai")
    local = LEAP_YEAR.astimezone(zone)
    assert (local.month, local.day, local.hour) == (1, 1, 0)
    queues = {one.name: one for one in GOOD.queues}
    step, reached = timedelta(minutes=1), set()
    for _ in range(MINUTES):
        queue = open_queue(queues, "enterprise", local)
        assert open_at(queues[queue].hours, local), local
        reached.add(queue)
        local += step
    assert reached == {"civil", "enterprise"}
    assert (local.month, local.day, local.year) == (1, 1, 2029)


@given(PLANS, st.datetimes(datetime(2026, 1, 1), datetime(2030, 1, 1)))  # noqa: DTZ001 - wall clocks
def test_r01_no_plan_with_a_hole_can_be_published(plan: Plan, at: datetime) -> None:
    """Whatever an admin sends: it has problems and is refused, or nobody ever meets a closed door.

    Two in three of these plans are refused; the good one is tried with them, so some always pass.
    """
    for one in (plan, GOOD):
        if not check(one, Plan(), PLAN_RULES, GREETING_TITLES).problems:
            assert reaches_an_open_queue(one, at)
