"""Everything callers hear, made and kept up to date in one folder."""

from __future__ import annotations

import sys
import wave
from pathlib import Path

from gateway.provision import stamp
from gateway.provision.hold_music import compose
from gateway.provision.places import Places
from gateway.provision.progress import Step
from gateway.provision.prompts import PROMPTS_FILE, make_prompts, read_prompts
from gateway.provision.speech import NARROW_HZ, WIDE_HZ
from gateway.provision.tools import speech_tools

MUSIC = "2"  # change it when the music changes


def make_media(
    places: Places,
    recordings: Path | None = None,
    into: Path | None = None,
    step: Step | None = None,
) -> Path:
    """Fill ``into`` (.hotline/media) and return it: ``sounds/hotline/<prompt>``, ``moh/hold``.

    Each as .wav (8 kHz) and .sln16; ``recordings`` is settings.prompts_dir. A second time nothing
    is made. NotReady says what is missing or wrong.
    """
    folder = into or places.media
    prompts = read_prompts((places.checkout / PROMPTS_FILE).read_text(encoding="utf-8"))
    made = make_prompts(
        prompts, folder / "sounds" / "hotline", recordings, lambda: speech_tools(places, step)
    )
    made += _make_music(folder / "moh")
    if step:
        step.ready = not made
    return folder


def _make_music(folder: Path) -> int:
    if stamp.is_current(folder / ".stamp", MUSIC) and (folder / "hold.wav").exists():
        return 0
    folder.mkdir(parents=True, exist_ok=True)
    with wave.open(str(folder / "hold.wav"), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(NARROW_HZ)
        file.writeframes(_little_endian(NARROW_HZ))
    (folder / "hold.sln16").write_bytes(_little_endian(WIDE_HZ))
    stamp.write(folder / ".stamp", MUSIC)
    return 1


def _little_endian(rate: int) -> bytes:
    samples = compose(rate)
    if sys.byteorder == "big":
        samples.byteswap()
    return samples.tobytes()
