"""Deadlines of many tasks under one timer.

``asyncio.timeout`` sets and cancels a timer of the loop each time, which for a request that takes a
millisecond costs more than its policy. Here one timer looks at all that is open, every so often and
only while something is; a deadline is kept up to that much late.
"""

from __future__ import annotations

import asyncio
from types import TracebackType


class Deadlines:
    """What is under way and until when; a look every ``every`` seconds."""

    def __init__(self, every: float) -> None:
        self._every = every
        self._open: set[Deadline] = set()
        self._timer: asyncio.TimerHandle | None = None

    def within(self, seconds: float) -> Deadline:
        """For a ``with`` in a task: what waits in it gets TimeoutError when time is up."""
        return Deadline(self, seconds)

    def began(self, one: Deadline) -> None:
        """Look at this one until it ended."""
        self._open.add(one)
        if self._timer is None:
            self._set()

    def ended(self, one: Deadline) -> None:
        """It needs no more looks."""
        self._open.discard(one)

    def _set(self) -> None:
        self._timer = asyncio.get_running_loop().call_later(self._every, self._look)

    def _look(self) -> None:
        self._timer = None
        now = asyncio.get_running_loop().time()
        for one in self._open:
            one.look(now)
        if self._open:
            self._set()


class Deadline:
    """One of them; cancels the task as asyncio.timeout does, and no other cancelling is hidden."""

    __slots__ = ("_all", "_asked", "_due", "_late", "_seconds", "_task")

    def __init__(self, deadlines: Deadlines, seconds: float) -> None:
        self._all = deadlines
        self._seconds = seconds
        self._late = False
        self._due = 0.0
        self._task: asyncio.Task[object] | None = None
        self._asked = 0

    def __enter__(self) -> None:
        """Time runs. Raises RuntimeError outside a task."""
        self._task = task = asyncio.current_task()
        if task is None:
            raise RuntimeError("a deadline is a task's")
        self._asked = task.cancelling()
        self._due = task.get_loop().time() + self._seconds
        self._all.began(self)

    def look(self, now: float) -> None:
        """Cancel the task when its time is up, once."""
        if now >= self._due and not self._late and self._task is not None:
            self._late = True
            self._task.cancel()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Raises TimeoutError in the place of the cancelling that came from here."""
        self._all.ended(self)
        if self._late and self._task is not None:
            ours = self._task.uncancel() <= self._asked
            if ours and kind is asyncio.CancelledError:
                raise TimeoutError from error
