"""Numbered steps: opened in order, closed in reverse, each within its own time."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import pytest
from structlog.testing import capture_logs

from config.settings import Settings
from gateway.app.keeper import STOP_SECONDS
from gateway.app.opening import steps_of
from gateway.app.parts import Parts
from gateway.app.steps import Step, opened
from tests.eventually import others_run


class Diary:
    """Steps that write down when they open and close."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def step(self, number: int, *, close_seconds: float = 1.0, ends: str = "") -> Step:
        """One; ``ends`` says how its closing goes wrong."""
        part = self._part(number, ends)
        return Step(
            number, f"part-{number}", f"第 {number} 步", f"step {number}", part, close_seconds
        )

    def _part(self, number: int, ends: str) -> Callable[[], AbstractAsyncContextManager[None]]:
        @asynccontextmanager
        async def part() -> AsyncIterator[None]:
            if ends == "does not open":
                raise OSError(ends)
            self.lines.append(f"open {number}")
            yield
            if ends == "hangs":
                await asyncio.Event().wait()
            if ends == "fails":
                raise OSError(ends)
            self.lines.append(f"close {number}")

        return part


async def test_steps_open_in_order_and_close_in_reverse() -> None:
    """A person is told of each that opens, the log of each that closes, by number."""
    diary, told = Diary(), list[str]()
    with capture_logs() as logs:
        async with opened([diary.step(n) for n in (1, 2, 3)], lambda zh, en: told.append(zh + en)):
            assert diary.lines == ["open 1", "open 2", "open 3"]
    assert diary.lines[3:] == ["close 3", "close 2", "close 1"]
    assert told == ["第 1 步step 1", "第 2 步step 2", "第 3 步step 3"]
    said = [(line["event"], line["step"]) for line in logs]
    closed = [(event, n) for n in (3, 2, 1) for event in ("step_closing", "step_closed")]
    assert said == closed


@pytest.mark.parametrize("ends", ["hangs", "fails"])
async def test_a_step_that_does_not_close_stops_no_other(ends: str) -> None:
    """It is logged with its number and reason, and left."""
    diary = Diary()
    steps = [diary.step(1), diary.step(2, close_seconds=0.05, ends=ends), diary.step(3)]
    with capture_logs() as logs:
        async with asyncio.timeout(10), opened(steps):
            pass
    assert diary.lines[3:] == ["close 3", "close 1"]
    bad = [line for line in logs if line["event"] == "step_did_not_close"]
    assert [(line["step"], line["reason"]) for line in bad] == [
        (2, "overdue" if ends == "hangs" else "OSError")
    ]


async def test_a_step_that_does_not_open_closes_those_before_it() -> None:
    """And the caller hears why."""
    diary = Diary()
    steps = [diary.step(1), diary.step(2), diary.step(3, ends="does not open"), diary.step(4)]
    with pytest.raises(OSError, match="does not open"):
        async with opened(steps):
            raise AssertionError("opened all the same")
    assert diary.lines == ["open 1", "open 2", "close 2", "close 1"]


async def test_what_ends_the_body_goes_on_after_an_end_in_order() -> None:
    """A fault and a cancellation alike; the steps close as they do on a quiet day."""
    diary = Diary()
    with pytest.raises(RuntimeError, match="body"):
        async with opened([diary.step(1), diary.step(2)]):
            raise RuntimeError("body")
    assert diary.lines[2:] == ["close 2", "close 1"]
    diary.lines.clear()

    async def body() -> None:
        async with opened([diary.step(1), diary.step(2)]):
            await asyncio.Event().wait()

    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(body())
        await others_run(2)
        running.cancel()
    assert diary.lines == ["open 1", "open 2", "close 2", "close 1"]


def test_the_gateways_own_steps_are_numbered_from_one_and_end_before_the_keepers_patience() -> None:
    """Each number once, in order; a name in both languages; all limits together are kept."""
    steps = steps_of(Parts(Settings(), None))
    assert [step.number for step in steps] == list(range(1, len(steps) + 1))
    assert len({step.name for step in steps}) == len(steps)
    assert all(step.zh and step.en for step in steps)
    assert sum(step.close_seconds for step in steps) < STOP_SECONDS
