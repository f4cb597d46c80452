"""A progress bar on standard error; plain lines where that is no screen."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

LINES = 10  # on what is no screen


@contextmanager
def bar(title: str) -> Iterator[Callable[[int, int], None]]:
    """Gives a function that is told what is done, and of how much."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield _lines(title)
        return
    columns = TextColumn("{task.description}"), BarColumn(), TaskProgressColumn()
    with Progress(*columns, TimeRemainingColumn(), console=console) as progress:
        task = progress.add_task(title, total=None)
        yield lambda done, whole: progress.update(task, completed=done, total=whole)


def _lines(title: str) -> Callable[[int, int], None]:
    said = -1

    def tell(done: int, whole: int) -> None:
        nonlocal said
        now = done * LINES // max(whole, 1)
        if now != said:
            said = now
            sys.stderr.write(f"{title} {100 * done // max(whole, 1)} %\n")

    return tell
