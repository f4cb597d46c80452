"""Says on stderr which step runs and how long it took; plain lines, so logs can be read too."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TextIO

from gateway.provision.errors import NotReady, ProgramFailed


@dataclass(slots=True)
class Step:
    """One running step; ``ready`` when there was nothing to do."""

    out: TextIO
    ready: bool = False
    _broken_line: bool = False

    def note(self, text: str) -> None:
        """One line about what is being done inside the step."""
        if not self._broken_line:
            self.out.write("\n")
        self._broken_line = True
        self.out.write(f"      {text}\n")
        self.out.flush()

    @property
    def indent(self) -> str:
        """What stands before the step's last word."""
        return "      " if self._broken_line else ""


@dataclass(slots=True)
class Progress:
    """Numbers the steps; ``first`` is the number of the next one."""

    total: int
    first: int = 1
    out: TextIO = field(default_factory=lambda: sys.stderr)

    @contextmanager
    def step(self, zh: str, en: str) -> Iterator[Step]:
        """Name the step, run the block, say the seconds; an error passes through."""
        began = time.monotonic()
        self.out.write(f"[{self.first}/{self.total}] {zh} / {en} ... ")
        self.out.flush()
        self.first += 1
        step = Step(self.out)
        try:
            yield step
        except (NotReady, ProgramFailed):
            self.out.write(f"{step.indent}失败 / failed\n")
            raise
        seconds = f"{time.monotonic() - began:.0f} s"
        self.out.write(f"{step.indent}{'已就绪 / ready' if step.ready else seconds}\n")
        self.out.flush()
