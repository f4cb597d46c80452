"""Speaks pinyin with espeak-ng and makes telephone audio of it, or of a recording, with sox."""

from __future__ import annotations

import array
import sys
import tempfile
import wave
from dataclasses import dataclass
from pathlib import Path

from gateway.provision import levels
from gateway.provision.errors import NotReady
from gateway.provision.run import run

LIMIT_SECONDS = 60
NARROW_HZ, WIDE_HZ = 8000, 16000
# Ends are trimmed at -50 dB, pauses inside are cut to 0.15 s (the voice's own are twice that).
TRIM = ("silence", "1", "0.02", "-50d", "reverse", "silence", "1", "0.02", "-50d", "reverse")
SHORTER_PAUSES = ("silence", "-l", "1", "0.02", "-50d", "-1", "0.15", "-50d")
HEADROOM = ("gain", "-3")  # resampling overshoots
LEVEL = ("norm", "-3")
EDGES = ("pad", "0.03", "0.05")


@dataclass(frozen=True, slots=True)
class SpeechTools:
    """The programs; paths."""

    espeak: str
    sox: str


@dataclass(frozen=True, slots=True)
class Voice:
    """espeak-ng's voice; ``speed`` in its words per minute, ``pitch`` 0..99."""

    name: str = "cmn-latn-pinyin"
    speed: int = 170
    pitch: int = 50


def speak(tools: SpeechTools, voice: Voice, pinyin: str, target: Path, name: str) -> float:
    """Write ``target``.wav (8 kHz) and .sln16; the seconds it lasts. Levels are checked."""
    with tempfile.TemporaryDirectory() as folder:
        raw = Path(folder) / "raw.wav"
        run(
            [tools.espeak, "-v", voice.name, "-s", str(voice.speed), "-p", str(voice.pitch),
             "-w", raw, pinyin],
            limit_seconds=LIMIT_SECONDS,
        )  # fmt: skip
        return _telephone_audio(tools, raw, target, name, (*TRIM, *SHORTER_PAUSES))


def take_recording(tools: SpeechTools, recording: Path, target: Path, name: str) -> float:
    """The same from somebody's own 16-bit PCM .wav; NotReady says what is wrong with it."""
    try:
        with wave.open(str(recording)) as source:
            width, rate, channels = (
                source.getsampwidth(), source.getframerate(), source.getnchannels()
            )  # fmt: skip
            samples = _samples(source.readframes(source.getnframes()))
    except (wave.Error, EOFError, OSError) as unread:
        raise _not_a_recording(recording, str(unread)) from unread
    if width != 2 or rate < NARROW_HZ or channels > 2:
        raise _not_a_recording(recording, f"{width * 8} bit, {rate} Hz, {channels} ch")
    loudness = levels.measure(samples)
    if loudness.clipped_run >= levels.CLIPPED_RUN:
        levels.check(name, loudness)
    return _telephone_audio(tools, recording, target, name, TRIM)


def _not_a_recording(recording: Path, said: str) -> NotReady:
    return NotReady(
        f"{recording} 不是可用的录音（{said}）。"
        "需要 16 位 PCM 的 WAV，8000 Hz 以上，单声道或立体声。",
        f"{recording} cannot be used ({said}). It must be a WAV of 16-bit PCM, 8000 Hz or more, "
        "mono or stereo.",
    )


def _telephone_audio(
    tools: SpeechTools, source: Path, target: Path, name: str, effects: tuple[str, ...]
) -> float:
    target.parent.mkdir(parents=True, exist_ok=True)
    narrow = target.with_name(f"{target.name}.new.wav")
    wide = target.with_name(f"{target.name}.new.raw")
    # -R: the same dither every time, so the same text gives the same bytes.
    for path, rate in ((narrow, NARROW_HZ), (wide, WIDE_HZ)):
        run(
            [tools.sox, "-R", "-V1", source, "-b", "16", "-e", "signed-integer", "-c", "1", path,
             *HEADROOM, *effects, "rate", str(rate), *LEVEL, *EDGES],
            limit_seconds=LIMIT_SECONDS,
        )  # fmt: skip
        levels.check(name, levels.measure(_audio(path)))
    seconds = len(_audio(narrow)) / NARROW_HZ
    narrow.replace(target.with_name(f"{target.name}.wav"))
    wide.replace(target.with_name(f"{target.name}.sln16"))
    return seconds


def _audio(path: Path) -> array.array[int]:
    if path.suffix == ".raw":
        return _samples(path.read_bytes())
    with wave.open(str(path)) as opened:
        return _samples(opened.readframes(opened.getnframes()))


def _samples(data: bytes) -> array.array[int]:
    samples = array.array("h")
    samples.frombytes(data[: len(data) // 2 * 2])
    if sys.byteorder == "big":  # .wav and .sln16 are little-endian
        samples.byteswap()
    return samples
