"""Deadlines under one timer: what is late is cut, what is cancelled by others stays cancelled."""

import asyncio

import pytest

from gateway.web.deadlines import Deadlines
from tests.eventually import others_run

NEVER = 3600.0


async def _waits(deadlines: Deadlines, seconds: float) -> None:
    with deadlines.within(seconds):
        await asyncio.Event().wait()


async def test_each_is_cut_at_its_own_time() -> None:
    """Whoever is late gets TimeoutError; whoever has time left, or is done, is left alone."""
    deadlines = Deadlines(0.01)
    long = asyncio.create_task(_waits(deadlines, NEVER))
    with deadlines.within(0.05):
        pass
    for _ in range(2):  # the timer is set anew for the next one
        with pytest.raises(TimeoutError):
            await _waits(deadlines, 0.05)
    assert not long.done()
    task = asyncio.current_task()
    assert task is not None
    assert not task.cancelling()
    long.cancel()


async def test_cancelling_by_others_is_not_hidden() -> None:
    """A task that somebody else ends is cancelled, not late, whether in time or with the cut."""
    deadlines = Deadlines(0.01)
    early = asyncio.create_task(_waits(deadlines, NEVER))
    await others_run()
    early.cancel()
    with pytest.raises(asyncio.CancelledError):
        await early
    both = asyncio.create_task(_waits(deadlines, 0.0))
    await others_run()
    deadlines._look()
    both.cancel()
    with pytest.raises(asyncio.CancelledError):
        await both


async def test_the_work_s_own_errors_pass() -> None:
    """What fails by itself is told as itself."""
    with pytest.raises(ValueError, match="own"), Deadlines(0.01).within(NEVER):
        raise ValueError("own")
