"""All of the set-up, in order, with progress: what ``hotline up`` and ``hotline test`` share."""

from __future__ import annotations

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from gateway.provision.asterisk_copy import find_program
from gateway.provision.edge_copy import find_edge
from gateway.provision.errors import NotReady
from gateway.provision.media import make_media
from gateway.provision.places import Places
from gateway.provision.progress import Progress
from gateway.provision.speech_model import make_demo_models
from gateway.provision.ui_build import build_ui
from gateway.telephony.asterisk_program import AsteriskProgram
from gateway.telephony.edge_process import EdgeProgram

ANOTHER_LIMIT_SECONDS = 900.0
ANOTHER_POLL_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Prepared:
    """What the machine now has; ``media`` holds sounds/hotline and moh.

    ``program`` is None when the telephone system is not ours to run.
    """

    program: AsteriskProgram | None
    media: Path
    edge: EdgeProgram | None = None


def prepare(
    places: Places,
    progress: Progress,
    recordings: Path | None,
    *,
    with_asterisk: bool = True,
    with_edge: bool = False,
) -> Prepared:
    """Build the console, find or fetch Asterisk and edge, make prompts and demo model, if needed.

    NotReady or ProgramFailed says what is missing.
    """
    with one_at_a_time(places):
        with progress.step("网页界面", "web pages") as step:
            build_ui(places, step)
        with progress.step("话务系统", "Asterisk") as step:
            program = find_program(places, step) if with_asterisk else None
            edge = find_edge(places, step) if with_edge else None
        with progress.step("提示音", "prompts") as step:
            media = make_media(places, recordings, step=step)
        with progress.step("语音识别演示模型", "demo model of speech recognition") as step:
            make_demo_models(places, step)
    return Prepared(program, media, edge)


@contextmanager
def one_at_a_time(places: Places) -> Iterator[None]:
    """Two set-ups in one checkout would tear each other's copies down; the second waits.

    NotReady after ``ANOTHER_LIMIT_SECONDS``.
    """
    places.state.mkdir(parents=True, exist_ok=True)
    with (places.state / "setup.lock").open("w") as lock:
        until = time.monotonic() + ANOTHER_LIMIT_SECONDS
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > until:
                    raise NotReady(
                        "另一个 hotline 一直在安装，请等它结束后重试。",
                        "Another hotline is setting up all the time; wait for it and try again.",
                    ) from None
                time.sleep(ANOTHER_POLL_SECONDS)
        yield
