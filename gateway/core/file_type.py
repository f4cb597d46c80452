"""What a file is, by its first bytes; what it calls itself proves nothing. PURE.

Only what is in this table is taken: pictures, sound, video, and documents that are offered for
download and never opened by us. Anything that a browser might run (HTML, SVG, XML, scripts) is in
no table.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from gateway.core.message import MessageKind

HEAD_BYTES = 8192
"""How much of a file is looked at."""
OGG_CODECS = (b"OpusHead", b"\x01vorbis", b"Speex   ", b"\x7fFLAC")
OFFICE = (b"[Content_Types].xml", b"_rels/", b"docProps/", b"word/", b"xl/", b"ppt/", b"mimetype")


class Shows(StrEnum):
    """What can be made of a file for a browser."""

    IMAGE = "image"
    SOUND = "sound"
    VIDEO = "video"
    NOTHING = ""


@dataclass(frozen=True, slots=True)
class FileType:
    """``mime`` for ever; ``demuxer`` is the only one that a decoder may use for it."""

    mime: str
    extension: str
    shows: Shows = Shows.NOTHING
    demuxer: str = ""


JPEG = FileType("image/jpeg", ".jpg", Shows.IMAGE, "jpeg_pipe")
PNG = FileType("image/png", ".png", Shows.IMAGE, "png_pipe")
GIF = FileType("image/gif", ".gif", Shows.IMAGE, "gif")
WEBP = FileType("image/webp", ".webp", Shows.IMAGE, "webp_pipe")
BMP = FileType("image/bmp", ".bmp", Shows.IMAGE, "bmp_pipe")
HEIC = FileType("image/heic", ".heic")
AMR = FileType("audio/amr", ".amr", Shows.SOUND, "amr")
AMR_WB = FileType("audio/amr-wb", ".awb", Shows.SOUND, "amr")
OGG = FileType("audio/ogg", ".ogg", Shows.SOUND, "ogg")
MP3 = FileType("audio/mpeg", ".mp3", Shows.SOUND, "mp3")
AAC = FileType("audio/aac", ".aac", Shows.SOUND, "aac")
WAV = FileType("audio/wav", ".wav", Shows.SOUND, "wav")
M4A = FileType("audio/mp4", ".m4a", Shows.SOUND, "mov")
MP4 = FileType("video/mp4", ".mp4", Shows.VIDEO, "mov")
QUICKTIME = FileType("video/quicktime", ".mov", Shows.VIDEO, "mov")
THREE_GP = FileType("video/3gpp", ".3gp", Shows.VIDEO, "mov")
WEBM = FileType("video/webm", ".webm", Shows.VIDEO, "matroska")
MATROSKA = FileType("video/x-matroska", ".mkv", Shows.VIDEO, "matroska")
PDF = FileType("application/pdf", ".pdf")
OFFICE_ZIP = FileType("application/vnd.openxmlformats-officedocument", ".zip")
ZIP = FileType("application/zip", ".zip")
OLE = FileType("application/x-ole-storage", ".doc")
RAR = FileType("application/vnd.rar", ".rar")
SEVEN_ZIP = FileType("application/x-7z-compressed", ".7z")
TEXT = FileType("text/plain", ".txt")

ALLOWED: dict[MessageKind, frozenset[Shows]] = {
    MessageKind.IMAGE: frozenset({Shows.IMAGE}),
    MessageKind.VOICE: frozenset({Shows.SOUND, Shows.VIDEO}),
    MessageKind.VIDEO: frozenset({Shows.VIDEO}),
}
"""What may stand behind these kinds (a voice message may be a film without pictures); behind any
other kind may be whatever is in the table."""


def fits(kind: MessageKind, found: FileType) -> bool:
    """Whether a file that was sent as ``kind`` may be this."""
    if kind is MessageKind.IMAGE and found is HEIC:
        return True
    allowed = ALLOWED.get(kind)
    return allowed is None or found.shows in allowed


def found_type(head: bytes) -> FileType | None:
    """What these first bytes are (at most ``HEAD_BYTES`` count); None: nothing that is taken."""
    head = head[:HEAD_BYTES]
    for prefix, found in _PREFIXES:
        if head.startswith(prefix):
            return found(head) if callable(found) else found
    if head[4:8] == b"ftyp":
        return _iso(head)
    if len(head) > 3 and head[0] == 0xFF:
        return _mpeg(head)
    return _text(head)


def _riff(head: bytes) -> FileType | None:
    return {b"WEBP": WEBP, b"WAVE": WAV}.get(head[8:12])


def _ogg(head: bytes) -> FileType | None:
    """An Ogg stream is sound only when its first packet says so (RFC 7845, RFC 5574)."""
    return OGG if any(codec in head[:64] for codec in OGG_CODECS) else None


def _iso(head: bytes) -> FileType:
    """The brand of ISO/IEC 14496-12 4.3."""
    brand = head[8:12]
    if brand in (b"M4A ", b"M4B "):
        return M4A
    if brand in (b"heic", b"heix", b"heif", b"mif1", b"msf1", b"hevc", b"avif", b"avis"):
        return HEIC
    if brand == b"qt  ":
        return QUICKTIME
    return THREE_GP if brand.startswith(b"3g") else MP4


def _mpeg(head: bytes) -> FileType | None:
    """A frame of MPEG audio layer III (ISO/IEC 11172-3 2.4.2.3), or ADTS (13818-7 6.2)."""
    second, third = head[1], head[2]
    if second & 0xF6 == 0xF0:
        return AAC
    layer_three = second & 0xE6 == 0xE2
    if layer_three and second & 0x18 != 0x08 and third >> 4 not in (0, 15) and third & 0x0C != 0x0C:
        return MP3
    return None


def _matroska(head: bytes) -> FileType | None:
    return WEBM if b"webm" in head[:64] else MATROSKA if b"matroska" in head[:64] else None


def _bmp(head: bytes) -> FileType | None:
    """Two letters prove little: the reserved fields are zero and the header has a known size."""
    sizes = (12, 40, 52, 56, 64, 108, 124)
    good = head[6:10] == bytes(4) and int.from_bytes(head[14:18], "little") in sizes
    return BMP if good else _text(head)


def _zip(head: bytes) -> FileType:
    length = int.from_bytes(head[26:28], "little")
    return OFFICE_ZIP if head[30 : 30 + length].startswith(OFFICE) else ZIP


def _text(head: bytes) -> FileType | None:
    """Readable words that no browser takes for a page, and no system for a program."""
    if not head:
        return None
    bare = head.removeprefix(b"\xef\xbb\xbf")
    if bare.lstrip().startswith((b"<", b"#!", b"MZ", b"%!")) or _CONTROLS.search(bare):
        return None
    for encoding in ("utf-8", "gb18030"):
        for cut in range(4):  # a character may be cut in two at the end
            try:
                bare[: len(bare) - cut].decode(encoding)
            except UnicodeDecodeError:
                continue
            return TEXT
    return None


_CONTROLS = re.compile(rb"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f\x7f]")
_PREFIXES: tuple[tuple[bytes, FileType | Callable[[bytes], FileType | None]], ...] = (
    (b"\xff\xd8\xff", JPEG),
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"GIF87a", GIF),
    (b"GIF89a", GIF),
    (b"RIFF", _riff),
    (b"BM", _bmp),
    (b"#!AMR\n", AMR),
    (b"#!AMR-WB\n", AMR_WB),
    (b"OggS", _ogg),
    (b"ID3", MP3),
    (b"\x1a\x45\xdf\xa3", _matroska),
    (b"%PDF-", PDF),
    (b"PK\x03\x04", _zip),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", OLE),
    (b"Rar!\x1a\x07", RAR),
    (b"7z\xbc\xaf\x27\x1c", SEVEN_ZIP),
)
SAFE_NAME = re.compile(r"[^\w .()\[\]（）【】-]|[\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""What does not belong into the name of a saved file: paths, quotes, control and bidi marks."""
_EXTENSIONS = {one.mime: one.extension for one in globals().values() if isinstance(one, FileType)}


def extension_of(mime: str) -> str:
    """The ending that fits what was found, whatever the sender called it; empty when unknown."""
    return _EXTENSIONS.get(mime, "")
