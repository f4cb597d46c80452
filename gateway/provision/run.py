"""Run one program to its end, with a limit; the only place here that starts processes."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from gateway.provision.errors import ProgramFailed

TAIL_CHARACTERS = 1500


def run(
    argv: Sequence[str | Path],
    *,
    limit_seconds: float,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    tail_characters: int = TAIL_CHARACTERS,
) -> str:
    """What the program printed on stdout.

    ProgramFailed when it cannot be started, ends with another status than 0 (124: it took longer
    than ``limit_seconds`` and was killed).
    """
    words = [str(word) for word in argv]
    try:
        done = subprocess.run(  # noqa: S603 - argument lists of our own, never a shell
            words,
            env=env,
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=limit_seconds,
            check=False,
        )
    except subprocess.TimeoutExpired as late:
        raise ProgramFailed(words[0], 124, f"> {limit_seconds:g} s") from late
    except OSError as refused:
        raise ProgramFailed(words[0], 127, str(refused)) from refused
    if done.returncode:
        said = (done.stderr + done.stdout).decode(errors="replace").strip()
        raise ProgramFailed(words[0], done.returncode, said[-tail_characters:])
    return done.stdout.decode(errors="replace")
