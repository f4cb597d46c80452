"""Whether bytes begin as a picture does: told to the citizen at once. PURE.

It is a courtesy, not a guard: every file is judged again, by all of its content, before anybody
sees it.
"""

from __future__ import annotations

BEGINNINGS: tuple[tuple[int, bytes, str], ...] = (
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"GIF87a", "image/gif"),
    (0, b"GIF89a", "image/gif"),
    (8, b"WEBP", "image/webp"),
    (4, b"ftypheic", "image/heic"),
    (4, b"ftypheix", "image/heic"),
    (4, b"ftypmif1", "image/heif"),
    (4, b"ftypavif", "image/avif"),
)


def picture_type(data: bytes) -> str:
    """image/jpeg and so on; empty when it is no picture that we know."""
    return next((kind for at, sign, kind in BEGINNINGS if data[at : at + len(sign)] == sign), "")
