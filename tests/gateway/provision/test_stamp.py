"""Laws of not doing things twice."""

from pathlib import Path

from gateway.provision import stamp


def test_a_stamp_holds_until_what_is_wanted_changes(tmp_path: Path) -> None:
    """No stamp, another stamp and a broken stamp all mean: make it."""
    file = tmp_path / "deep" / "stamp"
    assert not stamp.is_current(file, "a")
    stamp.write(file, "a")
    assert stamp.is_current(file, "a")
    assert not stamp.is_current(file, "b")
    file.write_bytes(b"\xff\xfe")
    assert not stamp.is_current(file, "a")


def test_parts_do_not_run_together() -> None:
    """("ab", "c") and ("a", "bc") are different things."""
    assert stamp.digest("ab", "c") != stamp.digest("a", "bc")
    assert stamp.digest("a") == stamp.digest(b"a")


def test_a_renamed_file_is_a_change(tmp_path: Path) -> None:
    """Names and contents count, the order of listing does not."""
    one, two = tmp_path / "one", tmp_path / "two"
    one.write_text("1")
    two.write_text("2")
    before = stamp.digest_of_files(tmp_path, [one, two])
    assert stamp.digest_of_files(tmp_path, [two, one]) == before
    three = two.rename(tmp_path / "three")
    assert stamp.digest_of_files(tmp_path, [one, three]) != before
