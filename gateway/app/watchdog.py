"""The watchdog: a gateway whose loop stands still is ended, and another one begins.

A stalled gateway is worse than a dead one: callers wait for a flow that does not answer. Two look
at it. Inside, a thread that the loop must beat for; it says where the loop hung, and ends the
process. Outside, the supervisor (systemd or the keeper), who sees one that is stopped altogether.
"""

import asyncio
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

import structlog

from gateway.app.notices import Notifier
from gateway.supervise import TICK_SECONDS, Silence, starved_seconds

STALL_SECONDS = 3.0
START_SECONDS = 60.0
"""Until everything is open: the first start reads and migrates a store."""
BEAT_SECONDS = 0.5
LAST_WORD_SECONDS = 0.5
STALLED = 70
"""The exit code where SIGKILL does nothing: as the first process of a container (EX_SOFTWARE)."""
FRAMES = 12

log = structlog.get_logger()


class Watchdog:
    """Made by ``watched``; ``ready`` and ``stopping`` say where the gateway stands."""

    def __init__(self, notifier: Notifier, stall_seconds: float, start_seconds: float) -> None:
        self._notifier = notifier
        self._stall_seconds, self._limit = stall_seconds, start_seconds
        self._beats = 0
        self._over = threading.Event()
        self._watched = threading.get_ident()
        self._task = f"/proc/self/task/{threading.get_native_id()}"
        self._thread = threading.Thread(target=self._watch, name="watchdog", daemon=True)

    def told(self, zh: str, en: str) -> None:
        """What is being opened."""
        self._notifier.status(f"{zh} / {en}")

    def ready(self) -> None:
        """Everything is open: from now on the short limit holds."""
        self._limit = self._stall_seconds
        self._notifier.ready()
        self._notifier.status("运行中 / running")

    def stopping(self) -> None:
        """The end has begun."""
        self._notifier.stopping()
        self._notifier.status("正在按步骤停止 / stopping step by step")

    def start(self) -> None:
        """Watch the loop that runs in this thread."""
        self._thread.start()

    def end(self) -> None:
        """Watch no more."""
        self._over.set()
        self._thread.join()

    def beat(self) -> None:
        """The loop turns: for the thread, and for the supervisor."""
        self._beats += 1
        self._notifier.beat()

    def _watch(self) -> None:
        silence, seen = Silence(time.monotonic()), -1
        while not self._over.wait(TICK_SECONDS):
            if self._beats != seen:
                seen = self._beats
                silence.heard()
            if silence.tick(time.monotonic(), starved_seconds(self._task)) > self._limit:
                self._end_process(silence.seconds)

    def _end_process(self, seconds: float) -> None:
        """Say where it hangs, if that can be said, and end at once: nothing here can be trusted."""
        where = stack(sys._current_frames().get(self._watched))  # noqa: SLF001 - the only way
        # the loop may hang in the very write that a log line needs
        last_word = threading.Thread(target=_last_word, args=(seconds, where), daemon=True)
        last_word.start()
        last_word.join(LAST_WORD_SECONDS)
        os.kill(os.getpid(), signal.SIGKILL)
        os._exit(STALLED)


def stack(frame: FrameType | None) -> str:
    """The innermost calls as file:line function; no values, which might be somebody's."""
    steps: list[str] = []
    while frame is not None and len(steps) < FRAMES:
        code = frame.f_code
        steps.append(f"{code.co_filename.rsplit('/', 1)[-1]}:{frame.f_lineno} {code.co_name}")
        frame = frame.f_back
    return " < ".join(steps)


def _last_word(seconds: float, where: str) -> None:
    log.critical("loop_stalled", seconds=round(seconds, 1), where=where)


@contextmanager
def beating(beat: Callable[[], None]) -> Iterator[None]:
    """Call ``beat`` now and every BEAT_SECONDS while the running loop turns."""
    loop = asyncio.get_running_loop()
    due: asyncio.TimerHandle

    def again() -> None:
        nonlocal due
        beat()
        due = loop.call_later(BEAT_SECONDS, again)

    beat()
    due = loop.call_later(BEAT_SECONDS, again)
    try:
        yield
    finally:
        due.cancel()


@contextmanager
def watched(
    notifier: Notifier,
    *,
    stall_seconds: float = STALL_SECONDS,
    start_seconds: float = START_SECONDS,
) -> Iterator[Watchdog]:
    """The running loop is watched until the block ends; open it before everything else."""
    watchdog = Watchdog(notifier, stall_seconds, start_seconds)
    with beating(watchdog.beat):
        watchdog.start()
        try:
            yield watchdog
        finally:
            watchdog.end()
