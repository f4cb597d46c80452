"""Where ffmpeg is: the one that came with our dependencies, else the system's.

It is a separate program, run in a cage and never linked with (its licence is the GPL).
"""

from __future__ import annotations

import shutil
import subprocess
from functools import cache
from pathlib import Path

import imageio_ffmpeg

LOOK_SECONDS = 20


@cache
def ffmpeg_program() -> str:
    """The path of an ffmpeg that can read an open file (protocol ``fd``, ffmpeg 6); else empty."""
    try:
        shipped: str = imageio_ffmpeg.get_ffmpeg_exe()
    except RuntimeError:  # no wheel for this machine
        shipped = ""
    for program in (shipped, shutil.which("ffmpeg") or ""):
        if program and "\n  fd\n" in _said(program, "-protocols"):
            return str(Path(program).resolve())
    return ""


@cache
def ffmpeg_decoders() -> frozenset[str]:
    """The names of its decoders."""
    lines = _said(ffmpeg_program(), "-decoders").splitlines() if ffmpeg_program() else []
    return frozenset(words[1] for line in lines if len(words := line.split()) > 1)


def ffmpeg_version() -> str:
    """What it calls itself, for people."""
    program = ffmpeg_program()
    words = _said(program, "-version").split() if program else []
    return words[2] if len(words) > 2 else ""


def _said(program: str, question: str) -> str:
    try:
        done = subprocess.run(  # noqa: S603 - a program that we found, our own words
            [program, "-hide_banner", question],
            capture_output=True,
            text=True,
            timeout=LOOK_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout
