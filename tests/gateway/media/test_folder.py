"""Files are in the folder whole or not at all."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from gateway.core.errors import Unavailable, Unknown
from gateway.media.folder import MediaFolder
from gateway.ports.files import FileRefused


@pytest.fixture
def folder(tmp_path: Path) -> MediaFolder:
    """One that is open."""
    made = MediaFolder(tmp_path / "media")
    made.open()
    return made


async def pieces(content: bytes, size: int = 1000, *, breaks: bool = False) -> AsyncIterator[bytes]:
    """The content, piece by piece; the other side breaks off at its end."""
    for at in range(0, len(content), size):
        yield content[at : at + size]
    if breaks:
        raise ConnectionResetError


def left(tmp_path: Path) -> list[Path]:
    """Every file there is."""
    return [one for one in (tmp_path / "media").rglob("*") if one.is_file()]


async def test_what_is_kept_is_what_came(folder: MediaFolder, tmp_path: Path) -> None:
    """To the byte, under a name that says nothing, for our eyes only."""
    content = bytes(range(256)) * 3000
    kept = await folder.keep(pieces(content), len(content))
    assert folder.path(kept.file).read_bytes() == content
    assert kept.sha256 == hashlib.sha256(content).hexdigest()
    assert kept.size_bytes == len(content)
    (only,) = left(tmp_path)
    assert only.stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "media").stat().st_mode & 0o777 == 0o700


async def test_what_breaks_off_or_is_too_large_leaves_nothing(
    folder: MediaFolder, tmp_path: Path
) -> None:
    """Neither half a file nor an empty one."""
    with pytest.raises(ConnectionResetError):
        await folder.keep(pieces(b"x" * 5000, breaks=True), 10_000)
    with pytest.raises(FileRefused, match="too-large"):
        await folder.keep(pieces(b"x" * 5001), 5000)
    with pytest.raises(FileRefused, match="empty"):
        await folder.keep(pieces(b""), 5000)
    for content, reason in ((b"x" * 11, "too-large"), (b"", "empty")):
        (tmp_path / "given").write_bytes(content)
        with pytest.raises(FileRefused, match=reason):
            await folder.adopt(tmp_path / "given", 10)
    with pytest.raises(Unknown):
        await folder.adopt(tmp_path / "none", 10)
    assert left(tmp_path) == []


async def test_a_full_disk_is_left_to_the_store(tmp_path: Path) -> None:
    """Nothing is begun when too little is free; it may be tried again."""
    folder = MediaFolder(tmp_path / "media", least_free_bytes=1 << 62)
    folder.open()
    with pytest.raises(Unavailable):
        await folder.keep(pieces(b"x"), 10)
    assert left(tmp_path) == []


async def test_what_a_dead_process_left_is_cleared(tmp_path: Path) -> None:
    """Only what was unfinished."""
    first = MediaFolder(tmp_path / "media")
    first.open()
    kept = await first.keep(pieces(b"x"), 10)
    first.fresh().write_bytes(b"half")
    MediaFolder(tmp_path / "media").open()
    assert left(tmp_path) == [first.path(kept.file)]


@pytest.mark.parametrize(
    "name", ["", "..", "../../etc/passwd", "ab/../../x", "/etc/passwd", "a\0b"]
)
def test_a_name_that_is_not_ours_leads_nowhere(folder: MediaFolder, name: str) -> None:
    """Wherever it came from."""
    with pytest.raises(Unknown):
        folder.path(name)


async def test_dropping_is_done_once_and_no_error_twice(folder: MediaFolder) -> None:
    """Also of nothing."""
    kept = await folder.keep(pieces(b"x"), 10)
    await folder.drop(kept.file, "")
    await folder.drop(kept.file)
    assert not folder.path(kept.file).exists()
