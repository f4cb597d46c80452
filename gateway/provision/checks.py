"""The checks that are not tests: style, types, arrows, and the web pages' own."""

from __future__ import annotations

import sys
from dataclasses import dataclass

from gateway.provision.errors import ProgramFailed
from gateway.provision.places import Places
from gateway.provision.progress import Step
from gateway.provision.run import run
from gateway.provision.ui_build import install_packages, npm

LIMIT_SECONDS = 900
SHOWN_CHARACTERS = 20_000  # of what a check that said no has to say
# The programs are run as modules: their scripts hold absolute paths that break when a checkout
# is moved.
ARROWS = "import sys; from importlinter.cli import lint_imports_command; lint_imports_command()"


@dataclass(frozen=True, slots=True)
class Check:
    """One program that says yes by ending with status 0."""

    name: str
    words: tuple[str, ...]


PYTHON_CHECKS = (
    Check("ruff check", ("-m", "ruff", "check", ".")),
    Check("ruff format --check", ("-m", "ruff", "format", "--check", ".")),
    Check("mypy --strict", ("-m", "mypy", "--strict")),
    Check("lint-imports", ("-c", ARROWS)),
)


def run_checks(places: Places, step: Step) -> tuple[str, ...]:
    """Run every check, tell each one's answer; the names of those that said no."""
    failed = []
    for check in PYTHON_CHECKS:
        try:
            run(
                [sys.executable, *check.words],
                limit_seconds=LIMIT_SECONDS,
                cwd=places.checkout,
                tail_characters=SHOWN_CHARACTERS,
            )
        except ProgramFailed as refused:
            failed.append(check.name)
            step.note(f"{check.name}: 未通过 / failed\n{refused.tail}")
        else:
            step.note(f"{check.name}: 通过 / ok")
    try:
        install_packages(places, step)
        npm(places, "run", "check", limit_seconds=LIMIT_SECONDS)
    except ProgramFailed as refused:
        failed.append("npm run check")
        step.note(f"npm run check: 未通过 / failed\n{refused.tail}")
    else:
        step.note("npm run check: 通过 / ok")
    return tuple(failed)
