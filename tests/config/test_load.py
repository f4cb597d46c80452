"""The settings' file and secrets, from a real disk."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.errors import ConfigError
from config.load import load_settings, read_secret


def only_problem(path: Path) -> str:
    """The one thing said about this file, in English."""
    with pytest.raises(ConfigError) as error:
        load_settings(path)
    (problem,) = error.value.problems
    assert problem.file == str(path)
    assert problem.zh
    return problem.en


def test_a_file_is_read_with_its_folder_as_base(tmp_path: Path) -> None:
    """Relative paths are the file's, a byte order mark and Windows line ends do no harm."""
    path = tmp_path / "hotline.toml"
    path.write_bytes("\ufeff[web]\r\nport = 9000\r\n".encode())
    settings = load_settings(path)
    assert settings.web.port == 9000
    assert settings.data_dir == tmp_path / ".hotline/data"


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"[web\nport = 1", "not valid TOML"),
        (b"[web]\nport = 1\nport = 2", "not valid TOML"),
        ("[site]\nname_zh = '热线'".encode("gb18030"), "UTF-8"),
        (b"#" * (1024 * 1024 + 1), "too large"),
        (b'[site]\ntimezone = "Asia/Nowhere"', "time zone"),
    ],
)
def test_a_file_that_is_no_settings_says_so(tmp_path: Path, data: bytes, says: str) -> None:
    """The file is named, and what is wrong with it."""
    path = tmp_path / "hotline.toml"
    path.write_bytes(data)
    assert says in only_problem(path)


def test_a_missing_file_says_so(tmp_path: Path) -> None:
    """No guess, no default."""
    assert "cannot be read" in only_problem(tmp_path / "none.toml")


def test_a_secret_comes_from_its_file_before_the_environment(tmp_path: Path) -> None:
    """One line end is the editor's; the rest is the secret's."""
    file = tmp_path / "secret"
    file.write_text(" s3cret \n")
    assert read_secret("store.password_file", file, "PW", {"PW": "other"}) == " s3cret "
    assert read_secret("store.password_file", None, "PW", {"PW": "other"}) == "other"
    assert read_secret("store.password_file", None, "PW", {}) is None


@pytest.mark.parametrize("content", [b"", b"\n", b"\xff\xfe"])
def test_an_unusable_secret_file_is_a_problem(tmp_path: Path, content: bytes) -> None:
    """An empty password is no password."""
    file = tmp_path / "secret"
    file.write_bytes(content)
    with pytest.raises(ConfigError):
        read_secret("store.password_file", file, "PW", {"PW": "other"})
    with pytest.raises(ConfigError):
        read_secret("store.password_file", tmp_path / "none", "PW", {"PW": "other"})
