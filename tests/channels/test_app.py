"""Keys of Apps: kept as hashes, two while one is exchanged, compared in constant time."""

import hashlib
from pathlib import Path

import pytest

from channels.app import AppAccount
from channels.errors import BadSettings
from channels.registry import open_account

KEY, NEXT = "k" * 32, "n" * 40


def account(tmp_path: Path, text: str) -> AppAccount:
    """An account with this key file."""
    file = tmp_path / "app.keys"
    file.write_text(text, "utf-8")
    opened = open_account("app", "city", {"key_file": str(file)})
    assert isinstance(opened, AppAccount)
    return opened


def test_a_key_and_a_hash_of_one_open_the_account(tmp_path: Path) -> None:
    """A line each; with a hash in the file its reader has no key."""
    digest = hashlib.sha256(NEXT.encode()).hexdigest()
    app = account(tmp_path, f"{KEY}\nsha256:{digest}\n")
    assert app.opens(KEY)
    assert app.opens(NEXT)
    for wrong in ("", KEY[:-1], KEY + "x", digest, f"sha256:{digest}", "é", "\udcff", "x" * 10_000):
        assert not app.opens(wrong)


async def test_without_a_key_nobody_is_let_in() -> None:
    """Which its check says."""
    app = open_account("app", "city", {})
    assert isinstance(app, AppAccount)
    assert not app.opens("")
    assert "key_file" in (await app.check())[-1].en


@pytest.mark.parametrize("text", ["short", "with blanks in the middle of it", "sha256:abc", "\n\n"])
def test_a_file_of_something_else_is_refused(tmp_path: Path, text: str) -> None:
    """Told with its key, and without a word of what is in it."""
    with pytest.raises(BadSettings) as wrong:
        account(tmp_path, text)
    assert wrong.value.problems[0][0] == "key_file"
    assert "blanks" not in repr(wrong.value.problems)


def test_there_are_not_too_many(tmp_path: Path) -> None:
    """Old keys are taken out."""
    with pytest.raises(BadSettings):
        account(tmp_path, "\n".join(f"{n:032}" for n in range(21)))
