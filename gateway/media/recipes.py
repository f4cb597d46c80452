"""What the decoder is told, by what a file shows. PURE.

The demuxer is forced by what we found: nothing is guessed from the content, so no playlist, script
or list of parts is ever one. Input and output are open files (protocol ``fd``), and no other
protocol is allowed. Metadata (where a picture was taken, by what telephone) does not pass.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from gateway.core.file_type import AMR, AMR_WB, GIF, JPEG, PNG, WEBP, FileType, Shows

MOST_EDGE_PIXELS = 2048
MOST_PICTURE_PIXELS = 64 * 1024 * 1024
MOST_FILM_PIXELS = 10 * 1024 * 1024
MOST_SOUND_SECONDS = 600
MOST_FILM_SECONDS = 180
FILM_WIDTH, FILM_RATE = 640, 15
BETTER = {AMR: "libopencore_amrnb", AMR_WB: "libopencore_amrwb"}
"""Decoders that know the pauses of speech (DTX, 3GPP TS 26.093), which telephones leave out."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """The decoder's arguments, what comes out, and how much more than a picture it may take."""

    arguments: tuple[str, ...]
    view_type: str
    out_bytes: int
    times_cpu: int = 1


def recipe(found: FileType, decoders: Collection[str] = ()) -> Recipe | None:
    """How to make something to be shown of this; None: it is only downloaded.

    ``decoders`` are those of ``BETTER`` that there are.
    """
    if found.shows is Shows.IMAGE:
        return _picture(found)
    if found.shows is Shows.SOUND:
        return _sound(found, decoders)
    return _film(found) if found.shows is Shows.VIDEO else None


def _given(found: FileType, pixels: int, *more: str) -> tuple[str, ...]:
    return (
        *("-nostdin", "-hide_banner", "-v", "error", "-progress", "pipe:2"),
        *("-filter_threads", "1", "-threads", "1", "-max_pixels", str(pixels)),
        *more,
        *("-protocol_whitelist", "fd", "-f", found.demuxer, "-fd", "0", "-i", "fd:"),
        *("-map_metadata", "-1", "-map_chapters", "-1", "-dn", "-sn"),
    )


def _picture(found: FileType) -> Recipe:
    """A photograph becomes JPEG; what may be see-through or drawn becomes PNG."""
    drawn = found in (PNG, GIF, WEBP)
    edge = MOST_EDGE_PIXELS
    scale = f"scale='min({edge},iw)':'min({edge},ih)':force_original_aspect_ratio=decrease"
    coded = ("-c:v", "png") if drawn else ("-c:v", "mjpeg", "-q:v", "3", "-pix_fmt", "yuvj420p")
    return Recipe(
        (
            *_given(found, MOST_PICTURE_PIXELS),
            *("-map", "0:v:0", "-frames:v", "1", "-vf", scale, *coded, "-threads", "1"),
            *("-f", "image2pipe", "-fd", "1", "fd:"),
        ),
        (PNG if drawn else JPEG).mime,
        32 * 1024 * 1024,
    )


def _sound(found: FileType, decoders: Collection[str]) -> Recipe:
    """Speech in Opus (RFC 7845), which every browser plays; a frame that is broken is left out."""
    better = BETTER.get(found, "")
    chosen = ("-c:a", better) if better in decoders else ()
    return Recipe(
        (
            *_given(found, 1, "-max_error_rate", "1", *chosen),
            *("-map", "0:a:0", "-vn", "-t", str(MOST_SOUND_SECONDS), "-ac", "1", "-ar", "24000"),
            *("-c:a", "libopus", "-b:a", "24k", "-application", "voip"),
            *("-compression_level", "4", "-f", "ogg", "-fd", "1", "fd:"),
        ),
        "audio/ogg",
        16 * 1024 * 1024,
    )


def speech(found: FileType, decoders: Collection[str] = ()) -> Recipe:
    """What a recogniser takes of a sound: WAV, 16 kHz, 16 bit, one channel."""
    better = BETTER.get(found, "")
    chosen = ("-c:a", better) if better in decoders else ()
    return Recipe(
        (
            *_given(found, 1, "-max_error_rate", "1", *chosen),
            *("-map", "0:a:0", "-vn", "-t", str(MOST_SOUND_SECONDS), "-ac", "1", "-ar", "16000"),
            *("-c:a", "pcm_s16le", "-fflags", "+bitexact", "-f", "wav", "-fd", "1", "fd:"),
        ),
        "audio/wav",
        MOST_SOUND_SECONDS * 32_000 + 4096,
    )


def _film(found: FileType) -> Recipe:
    """Small and short, in VP8 and Opus; the original is there for whoever needs every pixel."""
    look = f"fps={FILM_RATE},scale='min({FILM_WIDTH},iw)':-2"
    return Recipe(
        (
            *_given(found, MOST_FILM_PIXELS),
            *("-map", "0:v:0", "-map", "0:a:0?", "-t", str(MOST_FILM_SECONDS), "-vf", look),
            *("-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "8", "-b:v", "600k"),
            *("-pix_fmt", "yuv420p", "-threads", "1", "-c:a", "libopus", "-b:a", "32k", "-ac", "1"),
            *("-f", "webm", "-fd", "1", "fd:"),
        ),
        "video/webm",
        64 * 1024 * 1024,
        6,
    )


def size_of(picture: bytes) -> tuple[int, int]:
    """Width and height of a PNG or JPEG that we made ourselves; (0, 0) when it says nothing."""
    if picture.startswith(b"\x89PNG"):
        return int.from_bytes(picture[16:20], "big"), int.from_bytes(picture[20:24], "big")
    at = 2
    while picture[at : at + 1] == b"\xff" and at + 9 <= len(picture):
        marker = picture[at + 1]
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            high, wide = picture[at + 5 : at + 7], picture[at + 7 : at + 9]
            return int.from_bytes(wide, "big"), int.from_bytes(high, "big")
        at += 2 + int.from_bytes(picture[at + 2 : at + 4], "big")
    return 0, 0
