"""What can keep a machine from becoming a hotline."""

from __future__ import annotations

from pathlib import Path

from gateway.core.errors import HotlineError


class NotReady(HotlineError):
    """Something this machine needs is missing, and the person at it can mend that.

    ``zh`` and ``en`` are whole sentences: what is missing and what to do.
    """

    code = "not-ready"

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(zh, en)
        self.zh, self.en = zh, en

    def __str__(self) -> str:
        return f"{self.zh}\n{self.en}"


class ProgramFailed(HotlineError):
    """A program we ran did not do its work; ``tail`` is the end of what it said."""

    code = "program-failed"

    def __init__(self, program: str, status: int, tail: str) -> None:
        super().__init__(program, status, tail)
        self.program, self.status, self.tail = program, status, tail

    def __str__(self) -> str:
        return f"{Path(self.program).name}: {self.status}\n{self.tail}"
