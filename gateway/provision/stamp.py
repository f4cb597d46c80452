"""Whether something made earlier is still what its sources ask for."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path


def digest(*parts: str | bytes) -> str:
    """SHA-256 over the parts; ("ab", "c") and ("a", "bc") differ."""
    whole = hashlib.sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        whole.update(len(data).to_bytes(8, "big"))
        whole.update(data)
    return whole.hexdigest()


def digest_of_files(root: Path, paths: Iterable[Path]) -> str:
    """SHA-256 over names below ``root`` and contents, in the order of the names."""
    named = sorted((path.relative_to(root).as_posix(), path) for path in paths)
    return digest(*(part for name, path in named for part in (name, path.read_bytes())))


def is_current(stamp: Path, wanted: str) -> bool:
    """Whether the stamp file says that ``wanted`` was made."""
    try:
        return stamp.read_text(encoding="utf-8") == wanted
    except (OSError, UnicodeDecodeError):
        return False


def write(stamp: Path, made: str) -> None:
    """Say that ``made`` was made; last act of making, so a broken run leaves no stamp."""
    stamp.parent.mkdir(parents=True, exist_ok=True)
    fresh = stamp.with_name(stamp.name + ".new")
    fresh.write_text(made, encoding="utf-8")
    fresh.replace(stamp)
