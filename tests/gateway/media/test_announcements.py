"""Recordings that callers hear: taken as they must be, refused with a reason."""

import io
import wave
from pathlib import Path

import pytest

from gateway.core.errors import Invalid
from gateway.media.announcements import AFTER_SECONDS, HZ, AnnouncementFolder


def wav(seconds: float = 1, *, hz: int = HZ, channels: int = 1, sample: bytes = b"\1\2") -> bytes:
    """Such a recording."""
    made = io.BytesIO()
    with wave.open(made, "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(hz)
        file.writeframes(sample * int(seconds * hz) * channels)
    return made.getvalue()


async def test_a_recording_is_kept_with_time_for_a_key_behind_it(tmp_path: Path) -> None:
    """Its sound and two seconds of silence; once dropped it is gone."""
    folder = AnnouncementFolder(tmp_path)
    await folder.recorded("a1", wav())
    (file,) = (tmp_path / "incidents").iterdir()
    with wave.open(str(file)) as kept:
        assert kept.getnframes() == HZ * (1 + AFTER_SECONDS)
        assert kept.readframes(HZ) == b"\1\2" * HZ
    await folder.drop("a1")
    await folder.drop("a1")
    assert not file.exists()


@pytest.mark.parametrize(
    "wrong",
    [
        b"",
        b"RIFF",
        b"MThd" * 100,
        wav(hz=16000),
        wav(channels=2),
        wav(61),
        wav(sample=b"\0\0"),
        wav()[:40],
    ],
    ids=["empty", "cut", "other", "16 kHz", "stereo", "long", "silent", "no sound"],
)
async def test_anything_else_is_refused(tmp_path: Path, wrong: bytes) -> None:
    """With the form that is asked for; nothing is kept."""
    with pytest.raises(Invalid) as told:
        await AnnouncementFolder(tmp_path).recorded("a1", wrong)
    assert told.value.problems[0].pointer == "/wav"
    assert not (tmp_path / "incidents").exists()


async def test_what_the_voice_cannot_read_is_refused_and_leaves_nothing(tmp_path: Path) -> None:
    """Letters are no pinyin: what to write instead is said."""
    with pytest.raises(Invalid) as told:
        await AnnouncementFolder(tmp_path).spoken("a1", "ABC")
    (problem,) = told.value.problems
    assert (problem.pointer, problem.code) == ("/text_zh", "cannot-be-spoken")
    assert "上传录音" in problem.zh
    assert not list((tmp_path / "incidents").iterdir())
