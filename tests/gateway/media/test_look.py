"""What is made of files, good ones and bombs: harmless for a screen, or refused; we go on."""

from __future__ import annotations

import contextlib
import gzip
import wave
from pathlib import Path

import pytest

from config.settings import Media
from gateway.core.errors import Unavailable
from gateway.core.message import MessageKind
from gateway.media.ffmpeg import ffmpeg_version
from gateway.media.folder import MediaFolder
from gateway.media.look import MediaLook
from gateway.ports.files import FileRefused, Looked
from tests.gateway.media.files_made import (
    FILM,
    PICTURE,
    SECRET_PLACE,
    TONE,
    amr_frames,
    amr_silence,
    made,
    png_bomb,
    with_place,
)

IMAGE, VOICE, VIDEO, FILE = (
    MessageKind.IMAGE,
    MessageKind.VOICE,
    MessageKind.VIDEO,
    MessageKind.FILE,
)
PLAYLIST = b"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n"
CONCAT = b"ffconcat version 1.0\nfile /etc/passwd\n"
SVG = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"
HTML = b"<!doctype html><script>alert(1)</script>"


class Shelf:
    """A folder, a look, and what lies there."""

    def __init__(self, path: Path, media: Media) -> None:
        self.folder = MediaFolder(path / "media")
        self.folder.open()
        self._look = MediaLook(self.folder, media)
        self._path = path

    async def see(self, content: bytes | Path, kind: MessageKind) -> tuple[Looked, bytes]:
        """What is found, and the bytes that a browser may show."""
        if isinstance(content, bytes):
            path = self._path / "given"
            path.write_bytes(content)
        else:
            path = content
        kept = await self.folder.adopt(path, 1 << 30)
        looked = await self._look.look(kept.file, kind)
        view = self.folder.path(looked.view_file).read_bytes() if looked.view_file else b""
        return looked, view

    async def speech(self, content: bytes | Path) -> tuple[int, int, float]:
        """What a recogniser gets of it: samples a second, channels, seconds."""
        if isinstance(content, bytes):
            path = self._path / "given"
            path.write_bytes(content)
        else:
            path = content
        kept = await self.folder.adopt(path, 1 << 30)
        async with self._look.speech(kept.file) as sound:
            with wave.open(str(sound)) as file:
                rate = file.getframerate()
                return rate, file.getnchannels(), file.getnframes() / rate

    def is_tidy(self) -> bool:
        """Nothing unfinished is left."""
        return not list((self._path / "media" / "unfinished").iterdir())


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    """With the limits of the settings, and less processor time."""
    return Shelf(tmp_path, Media(decode_seconds=4))


async def test_a_decoder_is_there() -> None:
    """The wheel's program, which reads open files."""
    assert ffmpeg_version()


async def test_a_photograph_is_made_anew_without_its_place(shelf: Shelf, tmp_path: Path) -> None:
    """Smaller than 2048 pixels, upright, and nothing of its metadata is left."""
    jpeg = made(tmp_path / "p.jpg", *PICTURE).read_bytes()
    looked, view = await shelf.see(with_place(jpeg), IMAGE)
    assert looked.found_type == looked.view_type == "image/jpeg"
    assert (looked.width, looked.height) == (1365, 2048)
    assert SECRET_PLACE not in view
    assert b"Exif" not in view
    assert shelf.is_tidy()


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("p.png", "image/png"),
        ("p.gif", "image/png"),
        ("p.webp", "image/png"),
        ("p.bmp", "image/jpeg"),
    ],
)
async def test_every_picture_that_is_taken_is_shown(
    shelf: Shelf, tmp_path: Path, name: str, shown: str
) -> None:
    """In a form of ours."""
    small = ("-f", "lavfi", "-i", "testsrc=size=64x48:duration=1:rate=1", "-frames:v", "1")
    looked, view = await shelf.see(made(tmp_path / name, *small), IMAGE)
    assert looked.view_type == shown
    assert (looked.width, looked.height) == (64, 48)
    assert view


@pytest.mark.parametrize(
    ("name", "how"),
    [
        ("v.amr", ("-ar", "8000", "-ac", "1")),
        ("v.ogg", ("-c:a", "libopus")),
        ("v.mp3", ()),
        ("v.wav", ("-ar", "8000")),
        ("v.m4a", ()),
        ("v.aac", ()),
    ],
)
async def test_a_voice_message_can_be_played_and_has_a_length(
    shelf: Shelf, tmp_path: Path, name: str, how: tuple[str, ...]
) -> None:
    """Whatever telephone spoke it: Opus in Ogg, two seconds."""
    looked, view = await shelf.see(made(tmp_path / name, *TONE, *how), VOICE)
    assert looked.view_type == "audio/ogg"
    assert view.startswith(b"OggS")
    assert 1.8 < looked.seconds < 2.3


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"#!AMR\n" + (amr_frames(0x3C, 31) * 10 + amr_frames(0x44, 5) + b"\x7c" * 9) * 5, "amr"),
        (b"#!AMR-WB\n" + amr_frames(0x44, 60) * 100, "amr-wb"),
    ],
)
async def test_pauses_of_speech_are_part_of_it(shelf: Shelf, content: bytes, found: str) -> None:
    """A telephone sends no sound while nobody speaks: a hundred frames of 20 ms last 2 s."""
    looked, _ = await shelf.see(content, VOICE)
    assert looked.found_type == f"audio/{found}"
    assert looked.seconds == pytest.approx(2.0, abs=0.1)


async def test_a_film_becomes_small_and_playable(shelf: Shelf, tmp_path: Path) -> None:
    """Also one whose index stands at its end, as telephones write it."""
    looked, view = await shelf.see(made(tmp_path / "f.mp4", *FILM), VIDEO)
    assert (looked.found_type, looked.view_type) == ("video/mp4", "video/webm")
    assert view.startswith(b"\x1a\x45\xdf\xa3")
    assert 1.5 < looked.seconds < 2.5


async def test_a_document_is_only_downloaded(shelf: Shelf) -> None:
    """It is never opened by us."""
    looked, view = await shelf.see(b"%PDF-1.7 ...", FILE)
    assert looked == Looked(found_type="application/pdf")
    assert view == b""


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (HTML, IMAGE),
        (HTML, FILE),
        (SVG, IMAGE),
        (SVG, FILE),
        (b"\xef\xbb\xbf  <?xml version='1.0'?><x/>", FILE),
        (b"#!/bin/sh\nrm -rf /\n", FILE),
        (b"MZ\x90\x00", FILE),
        (b"\x7fELF\x02\x01\x01", FILE),
        (PLAYLIST, VIDEO),
        (PLAYLIST, VOICE),
        (CONCAT, VIDEO),
        (gzip.compress(bytes(1 << 20)), IMAGE),
        (gzip.compress(bytes(1 << 20)), FILE),
        (b"%PDF-1.7", IMAGE),
        (b"\x02#!SILK_V3" + bytes(100), VOICE),
        (b"hello", VOICE),
    ],
)
async def test_what_is_not_what_it_was_sent_as_is_refused(
    shelf: Shelf, content: bytes, kind: MessageKind
) -> None:
    """By its content, whatever its name or the platform says."""
    with pytest.raises(FileRefused) as refused:
        await shelf.see(content, kind)
    assert refused.value.reason in ("unknown-type", "wrong-type")


async def test_bombs_do_not_go_off(shelf: Shelf, tmp_path: Path) -> None:
    """Each is refused within its limits; the next good picture is shown as ever."""
    jpeg = made(tmp_path / "p.jpg", *PICTURE).read_bytes()
    wrapped = b"\x00\x00\x00\x14ftypisom\x00\x00\x00\x00isom" + PLAYLIST
    bombs: list[tuple[bytes, MessageKind]] = [
        (png_bomb(), IMAGE),
        (png_bomb(7000), IMAGE),
        (b"\x89PNG\r\n\x1a\n" + b"\xff" * 1000, IMAGE),
        (jpeg[:20], IMAGE),
        (b"\xff\xd8\xff" + HTML, IMAGE),
        (b"GIF89a" + b"\xff" * 12, IMAGE),
        (b"RIFF\xff\xff\xff\xffWEBP" + b"VP8X" * 10, IMAGE),
        (b"OggS" + bytes(22) + b"\x01\x13OpusHead" + b"\xff" * 500, VOICE),
        (b"ID3" + b"\xff" * 500, VOICE),
        (b"#!AMR\n" + PLAYLIST[:3], VOICE),
        (b"RIFF\xff\xff\xff\xffWAVEfmt ", VOICE),
    ]
    for content, kind in bombs:
        with pytest.raises(FileRefused) as refused:
            await shelf.see(content, kind)
        assert refused.value.reason == "not-decodable", (content[:20], refused.value.reason)
    looked, _ = await shelf.see(wrapped, VIDEO)
    assert not looked.view_file
    looked, _ = await shelf.see(jpeg, IMAGE)
    assert looked.view_file
    assert shelf.is_tidy()


async def test_an_hour_of_silence_is_no_hour_of_work(shelf: Shelf) -> None:
    """A hundred kilobytes that last an hour: cut at what is worth playing, or given up."""
    looked, view = Looked(found_type=""), b""
    with contextlib.suppress(FileRefused):
        looked, view = await shelf.see(amr_silence(3600), VOICE)
    assert looked.seconds <= 601
    assert len(view) < 16 << 20
    assert shelf.is_tidy()


async def test_the_scanner_is_asked_first(tmp_path: Path) -> None:
    """Non-zero: refused. One that does not start or end: later."""
    for command, raised in (
        (("/bin/false",), FileRefused),
        (("/no/such/scanner",), Unavailable),
        (("/usr/bin/tail", "-f"), Unavailable),
    ):
        shelf = Shelf(tmp_path, Media(scan_command=command, scan_seconds=1))
        with pytest.raises(raised):
            await shelf.see(b"%PDF-1.7", FILE)
    shelf = Shelf(tmp_path, Media(scan_command=("/bin/test", "-f")))
    looked, _ = await shelf.see(b"%PDF-1.7", FILE)
    assert looked.found_type == "application/pdf"


@pytest.mark.parametrize("name", ["a.ogg", "a.mp3", "a.wav"])
async def test_a_recogniser_gets_a_voice_message_as_it_wants_it(
    shelf: Shelf, tmp_path: Path, name: str
) -> None:
    """16 kHz, one channel, from the same cage; nothing of it is left after."""
    rate, channels, seconds = await shelf.speech(made(tmp_path / name, *TONE, "-ac", "2"))
    assert (rate, channels) == (16000, 1)
    assert seconds == pytest.approx(2, abs=0.1)
    assert shelf.is_tidy()


async def test_a_recogniser_gets_the_voice_of_a_telephone(shelf: Shelf) -> None:
    """AMR, as WeChat sends it."""
    frames = b"#!AMR\n" + amr_frames(0x3C, 31) * 100
    assert (await shelf.speech(frames))[:2] == (16000, 1)


async def test_what_is_no_sound_is_not_given_to_a_recogniser(shelf: Shelf, tmp_path: Path) -> None:
    """Nor is one that is no more, or that cannot be decoded."""
    with pytest.raises(FileRefused):
        await shelf.speech(made(tmp_path / "a.png", *PICTURE))
    with pytest.raises(FileRefused):
        await shelf.speech(b"OggS" + bytes(1000))
    assert shelf.is_tidy()
