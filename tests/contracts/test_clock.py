"""What every clock promises, the machine's and the one that tests turn."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import pytest

from gateway.clock import SystemClock
from gateway.ports import Clock
from tests.eventually import eventually, others_run, takes
from tests.turned_clock import TurnedClock

Passes = Callable[[float], Awaitable[None]]


@pytest.fixture(params=["system", "turned"])
def clock_and_time(request: pytest.FixtureRequest) -> tuple[Clock, Passes]:
    """A clock, and what lets time pass on it."""
    if request.param == "system":
        return SystemClock(), takes
    turned = TurnedClock()
    return turned, turned.elapse


async def test_now_is_aware_utc(clock_and_time: tuple[Clock, Passes]) -> None:
    """Times carry their zone, and it is UTC."""
    clock, _ = clock_and_time
    assert clock.now().utcoffset() == timedelta(0)
    assert clock.now().tzinfo is UTC


async def test_both_times_pass_together(clock_and_time: tuple[Clock, Passes]) -> None:
    """When time passes, now and monotonic move on alike."""
    clock, passes = clock_and_time
    now, monotonic = clock.now(), clock.monotonic()
    await passes(0.05)
    assert clock.monotonic() - monotonic >= 0.049
    assert (clock.now() - now).total_seconds() == pytest.approx(
        clock.monotonic() - monotonic, abs=0.02
    )


async def test_sleepers_wake_in_the_order_of_their_time(
    clock_and_time: tuple[Clock, Passes],
) -> None:
    """Who sleeps shorter wakes first, and nobody before their time."""
    clock, passes = clock_and_time
    started = clock.monotonic()
    woke: list[tuple[str, float]] = []

    async def sleep(name: str, seconds: float) -> None:
        await clock.sleep(seconds)
        woke.append((name, clock.monotonic() - started))

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(sleep("long", 0.06))
        tasks.create_task(sleep("short", 0.02))
        tasks.create_task(sleep("none", 0))
        await passes(0.1)
    assert [name for name, _ in woke] == ["none", "short", "long"]
    assert woke[1][1] >= 0.019
    assert woke[2][1] >= 0.059


async def test_a_cancelled_sleeper_is_forgotten(clock_and_time: tuple[Clock, Passes]) -> None:
    """Cancelling a sleep ends it at once and hurts no other sleeper."""
    clock, passes = clock_and_time
    async with asyncio.TaskGroup() as tasks:
        cancelled = tasks.create_task(clock.sleep(3600))
        other = tasks.create_task(clock.sleep(0.02))
        await others_run()
        cancelled.cancel()
        await passes(0.05)
    assert cancelled.cancelled()
    assert other.done()


async def test_a_corrected_wall_clock_wakes_nobody() -> None:
    """When the machine's time jumps, only now jumps."""
    clock = TurnedClock()
    async with asyncio.TaskGroup() as tasks:
        sleeper = tasks.create_task(clock.sleep(10))
        await others_run()
        clock.set_wall_clock(datetime(2030, 1, 1, tzinfo=UTC))
        await clock.elapse(9)
        assert not sleeper.done()
        assert clock.now() == datetime(2030, 1, 1, 0, 0, 9, tzinfo=UTC)
        clock.turn(1)
        await eventually(sleeper.done)
