"""The master key's file."""

import base64
import os
from pathlib import Path

import pytest

from gateway.core.errors import StoreUnavailable
from gateway.store.key_file import make_key, read_key


def mode(path: Path) -> int:
    """Who may do what with it."""
    return path.stat().st_mode & 0o777


def test_a_new_key_is_for_its_owner_only(tmp_path: Path) -> None:
    """32 random bytes in a file 0600 in a folder 0700, and nothing else left behind."""
    path = tmp_path / "keys" / "master.key"
    umask = os.umask(0)
    try:
        make_key(path)
    finally:
        os.umask(umask)
    assert len(read_key(path)) == 32
    assert mode(path) == 0o600
    assert mode(path.parent) == 0o700
    assert list(path.parent.iterdir()) == [path]


def test_a_key_is_never_replaced(tmp_path: Path) -> None:
    """Making a key where one is changes nothing."""
    path = tmp_path / "master.key"
    make_key(path)
    key = read_key(path)
    make_key(path)
    assert read_key(path) == key
    make_key(tmp_path / "other.key")
    assert read_key(tmp_path / "other.key") != key


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"short",
        base64.b64encode(b"x" * 31),
        base64.b64encode(b"x" * 33),
        base64.b64encode(b"x" * 32)[:-2] + b"!=",
        b"\xff" * 44,
    ],
)
def test_a_file_that_is_no_key_is_refused(tmp_path: Path, content: bytes) -> None:
    """Anything but 32 bytes in base64 is refused, and the error names the file, not its content."""
    path = tmp_path / "master.key"
    path.write_bytes(content)
    path.chmod(0o600)
    with pytest.raises(StoreUnavailable, match="32") as error:
        read_key(path)
    assert str(path) in str(error.value)


@pytest.mark.parametrize("open_to", [0o640, 0o604, 0o620, 0o602])
def test_a_key_that_others_can_touch_is_refused(tmp_path: Path, open_to: int) -> None:
    """A key readable or writable by others is no secret; the error says how to mend it."""
    path = tmp_path / "master.key"
    make_key(path)
    path.chmod(open_to)
    with pytest.raises(StoreUnavailable, match="chmod 600"):
        read_key(path)


def test_a_key_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    """A missing file, or a folder in its place, is named."""
    with pytest.raises(StoreUnavailable, match=r"none\.key"):
        read_key(tmp_path / "none.key")
    with pytest.raises(StoreUnavailable, match="密钥"):
        read_key(tmp_path)


def test_a_key_that_cannot_be_written_is_said_so(tmp_path: Path) -> None:
    """When the folder cannot be made, the error names the file."""
    (tmp_path / "keys").write_text("in the way")
    with pytest.raises(StoreUnavailable, match=r"master\.key"):
        make_key(tmp_path / "keys" / "master.key")
