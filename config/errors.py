"""What can be wrong with what an admin wrote."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong in a file.

    ``file`` is its name as the admin knows it (empty: the environment), ``key`` the dotted key or
    ``line N``; ``zh`` and ``en`` say what is wrong and what is allowed.
    """

    file: str
    key: str
    zh: str
    en: str

    def __str__(self) -> str:
        return f"{self.file}: {self.key}: {self.zh} / {self.en}"


class ConfigError(Exception):
    """The configuration cannot be used; ``problems`` holds all of them, never only the first."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__(*problems)
        self.problems = problems

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.problems)
