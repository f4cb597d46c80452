"""A decoder in its cage is ended by its limits, and finds nothing there."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from pathlib import Path

import pytest

from gateway.media.caged import Broken, Limits, decode, fences
from gateway.media.ffmpeg import ffmpeg_program

CONCAT = b"ffconcat version 1.0\nfile /etc/passwd\n"


async def test_a_playlist_in_the_cage_opens_nothing(tmp_path: Path) -> None:
    """Were the demuxer ever fooled: no other file is there, and nothing of it comes out.

    Where the kernel gives no fence for files the cage does not say that it has one: ``cat`` reads.
    """
    (tmp_path / "list").write_bytes(CONCAT)
    (tmp_path / "secret").write_text("root:x:0:0")
    limits = Limits(cpu_seconds=4, memory_bytes=768 << 20, out_bytes=1 << 20)
    out = tmp_path / "out"
    cat = ("/bin/cat", (str(tmp_path / "secret"),), tmp_path / "list", out, limits)
    if "files" not in await fences():
        await decode(*cat)
        assert out.read_bytes() == b"root:x:0:0"
        return
    demuxers = ("-f", "concat", "-safe", "0", "-protocol_whitelist", "file,fd,pipe,http,tcp")
    with pytest.raises(Broken):
        await decode(
            ffmpeg_program(),
            (*demuxers, "-fd", "0", "-i", "fd:", "-f", "data", "-fd", "1", "fd:"),
            tmp_path / "list",
            out,
            limits,
        )
    assert out.read_bytes() == b""
    out.unlink()
    with pytest.raises(Broken):
        await decode(*cat)
    assert out.read_bytes() == b""


@pytest.mark.parametrize("words", ["while :; do :; done", "x=a; while :; do x=$x$x; done"])
async def test_a_program_that_never_ends_is_ended(tmp_path: Path, words: str) -> None:
    """By its processor time, or by its memory."""
    (tmp_path / "in").write_bytes(b"")
    limits = Limits(cpu_seconds=1, memory_bytes=256 << 20, out_bytes=1000)
    with pytest.raises(Broken, match="exit-"):
        await decode("/bin/sh", ("-c", words), tmp_path / "in", tmp_path / "out", limits)


async def test_what_comes_out_is_cut(tmp_path: Path) -> None:
    """A decoder that writes for ever is stopped at its limit."""
    (tmp_path / "in").write_bytes(b"")
    limits = Limits(cpu_seconds=5, memory_bytes=256 << 20, out_bytes=100_000)
    with pytest.raises(Broken):
        await decode(
            "/bin/sh", ("-c", "while :; do echo xxxxxxxx; done"), tmp_path / "in",
            tmp_path / "out", limits,
        )  # fmt: skip
    assert (tmp_path / "out").stat().st_size <= 100_000


async def test_a_decoder_of_a_cancelled_look_is_ended(tmp_path: Path) -> None:
    """Whoever stops waiting leaves no process behind."""
    (tmp_path / "in").write_bytes(b"")
    limits = Limits(cpu_seconds=60, memory_bytes=256 << 20, out_bytes=1000)
    mark = secrets.token_hex(8)
    arguments = ("-c", f": {mark}; while :; do :; done")
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.5):
            await decode("/bin/sh", arguments, tmp_path / "in", tmp_path / "out", limits)
    assert not processes_with(mark)


def processes_with(mark: str) -> list[str]:
    """The processes whose command line holds ``mark``."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if mark in (process / "cmdline").read_text(errors="replace"):
                found.append(process.name)
    return found
