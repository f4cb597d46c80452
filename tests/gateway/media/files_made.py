"""Files for the tests, made by the decoder's own program outside its cage, and bombs by hand."""

from __future__ import annotations

import struct
import subprocess
import zlib
from pathlib import Path

from gateway.media.ffmpeg import ffmpeg_program

TONE = ("-f", "lavfi", "-i", "sine=440:duration=2")
PICTURE = ("-f", "lavfi", "-i", "testsrc=size=3000x2000:duration=1:rate=1", "-frames:v", "1")
FILM = ("-f", "lavfi", "-i", "testsrc=size=320x240:duration=2:rate=10", *TONE)
SECRET_PLACE = b"\x47\x50\x53-39.9042N"


def made(path: Path, *arguments: str) -> Path:
    """What ffmpeg makes of these arguments."""
    command = [ffmpeg_program(), "-v", "error", "-y", *arguments, str(path)]
    subprocess.run(command, check=True, timeout=60)
    return path


def chunk(kind: bytes, data: bytes) -> bytes:
    """One chunk of a PNG."""
    check = struct.pack(">I", zlib.crc32(kind + data))
    return struct.pack(">I", len(data)) + kind + data + check


def png_bomb(edge: int = 65_000) -> bytes:
    """A small file that says it is ``edge`` by ``edge`` pixels, in one colour."""
    header = struct.pack(">IIBBBBB", edge, edge, 8, 6, 0, 0, 0)
    rows = zlib.compress(bytes(4 * 1024 * 1024), 9)
    begin = b"\x89PNG\r\n\x1a\n"
    return begin + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def with_place(jpeg: bytes) -> bytes:
    """The picture with an EXIF segment that says where it was taken, and how it was held."""
    orientation = struct.pack("<HHII", 0x0112, 3, 1, 6)  # turned by 90 degrees
    tiff = b"II*\x00" + struct.pack("<IH", 8, 1) + orientation + struct.pack("<I", 0)
    data = b"Exif\x00\x00" + tiff + SECRET_PLACE
    segment = b"\xff\xe1" + struct.pack(">H", len(data) + 2) + data
    return jpeg[:2] + segment + jpeg[2:]


def amr_silence(seconds: int) -> bytes:
    """So many seconds in which nobody speaks: a byte a frame of 20 ms."""
    return b"#!AMR\n" + b"\x7c" * (50 * seconds)


def amr_frames(kind: int, size: int) -> bytes:
    """One frame: its type's octet (RFC 4867 5.3) and ``size`` octets of nothing."""
    return bytes([kind]) + bytes(size)
