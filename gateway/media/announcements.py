"""Sounds that callers hear before they wait: a voice reads them, or somebody recorded them.

The telephone system plays them from ``<recordings>/incidents``, a folder that it can read. The
voice is that of the prompts, run as a program of its own (``hotline speak``): whatever it needs,
and however long it takes, the gateway goes on.
"""

from __future__ import annotations

import asyncio
import io
import sys
import wave
from collections.abc import Awaitable, Callable
from pathlib import Path

from gateway.core.errors import Invalid, Problem

FOLDER = "incidents"
HZ = 8000
LONGEST_SECONDS = 60
MOST_WAV_BYTES = LONGEST_SECONDS * HZ * 2 + 4096
"""Of a recording, with whatever else stands in the file."""
AFTER_SECONDS = 2
"""Silence behind the last word: a key may still come."""
VOICE_SECONDS = 45.0
MOST_SAID_BYTES = 4096


class AnnouncementFolder:
    """The folder; made when it is first needed. ``voice`` reads a text into ``<target>.wav``."""

    def __init__(
        self, recordings: Path, voice: Callable[[Path, str], Awaitable[None]] | None = None
    ) -> None:
        self._folder = recordings / FOLDER
        self._voice = voice or _voice

    async def spoken(self, name: str, text: str) -> None:
        """Let the prompts' voice read it. Raises Invalid: it cannot, and why."""
        made = self._folder / f"{name}.voice"
        try:
            await asyncio.to_thread(self._folder.mkdir, parents=True, exist_ok=True)
            await self._voice(made, text)
            await asyncio.to_thread(self._keep, name, made.with_name(f"{made.name}.wav"))
        finally:
            await asyncio.to_thread(_forget, made)

    async def recorded(self, name: str, wav: bytes) -> None:
        """Take this recording: WAV, 16-bit PCM, 8 kHz, mono. Raises Invalid: it is none."""
        samples = await asyncio.to_thread(_samples, wav)
        await asyncio.to_thread(self._write, name, samples)

    async def drop(self, name: str) -> None:
        """Nobody hears it any more; who hears it now hears it to its end."""
        await asyncio.to_thread((self._folder / f"{name}.wav").unlink, missing_ok=True)

    def _keep(self, name: str, made: Path) -> None:
        self._write(name, _samples(made.read_bytes()))

    def _write(self, name: str, samples: bytes) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        fresh = self._folder / f"{name}.new"
        with wave.open(str(fresh), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(HZ)
            file.writeframes(samples + bytes(AFTER_SECONDS * HZ * 2))
        fresh.chmod(0o644)  # it is said to everybody, and the telephone system may be another user
        fresh.replace(self._folder / f"{name}.wav")


def _forget(made: Path) -> None:
    for ending in ("wav", "sln16"):
        made.with_name(f"{made.name}.{ending}").unlink(missing_ok=True)


def _samples(wav: bytes) -> bytes:
    """The sound of the file. Raises Invalid for any other than is asked for."""
    try:
        with wave.open(io.BytesIO(wav)) as file:
            form = file.getnchannels(), file.getsampwidth(), file.getframerate()
            samples: bytes = file.readframes(file.getnframes())
    except (wave.Error, EOFError, ValueError) as wrong:
        raise _not_a_recording(str(wrong)) from None
    if form != (1, 2, HZ):
        raise _not_a_recording(f"{form[1] * 8} bit, {form[2]} Hz, {form[0]} ch")
    if not any(samples) or len(samples) > LONGEST_SECONDS * HZ * 2:
        raise _not_a_recording(f"{len(samples) / HZ / 2:.0f} s")
    return samples


def _not_a_recording(said: str) -> Invalid:
    zh = f"需要 WAV 录音：8000 Hz、单声道、16 位 PCM、有声音、最长 {LONGEST_SECONDS} 秒（{said}）。"
    en = (
        f"It must be a WAV of 8000 Hz, mono, 16-bit PCM, with sound in it, {LONGEST_SECONDS} s at "
        f"most ({said})."
    )
    return Invalid(Problem("/wav", "not-a-recording", zh, en))


async def _voice(target: Path, text: str) -> None:
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-P", "-m", "gateway", "speak", str(target)),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(VOICE_SECONDS):
            _, said = await child.communicate(text.encode())
    except TimeoutError:
        said = b"timeout"
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()
    if child.returncode != 0:
        why = said[-MOST_SAID_BYTES:].decode(errors="replace").strip().splitlines() or [""]
        zh = f"没有中文语音，或文字读不出来；请只用汉字和数字，或上传录音。{why[0][:200]}"
        en = (
            "There is no Chinese voice, or it cannot read this; write characters and digits only, "
            f"or upload a recording. {why[-1][:200]}"
        )
        raise Invalid(Problem("/text_zh", "cannot-be-spoken", zh, en))
