"""A part that falls is started again, and says so meanwhile."""

import asyncio

import pytest
import structlog

from gateway.supervise import Health, keep_running
from tests.eventually import eventually


@pytest.mark.usefixtures("capsys")
async def test_a_part_that_fails_runs_again_and_health_tells() -> None:
    """Down with the kind of fault while it is away, up when the part says so."""
    health, runs = Health(), 0

    async def part() -> None:
        nonlocal runs
        runs += 1
        if runs < 3:
            raise RuntimeError("secret words")
        health.up("part")
        await asyncio.Event().wait()

    structlog.configure(logger_factory=structlog.ReturnLoggerFactory())
    try:
        async with asyncio.TaskGroup() as tasks:
            task = tasks.create_task(keep_running("part", part, health, first_pause_seconds=0.02))
            await eventually(lambda: health.parts.get("part") == "RuntimeError")
            assert not health.ready
            await eventually(lambda: health.ready)
            task.cancel()
    finally:
        structlog.reset_defaults()
    assert runs == 3


async def test_a_part_that_ends_is_as_bad_as_one_that_fails() -> None:
    """Nothing that should run for ever may end quietly."""
    health = Health()

    async def part() -> None:
        return

    async with asyncio.TaskGroup() as tasks:
        task = tasks.create_task(keep_running("part", part, health))
        await eventually(lambda: health.parts.get("part") == "ended")
        task.cancel()
