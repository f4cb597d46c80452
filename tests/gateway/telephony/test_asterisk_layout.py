"""Folders and files of a private Asterisk."""

from __future__ import annotations

from pathlib import Path

from gateway.telephony.asterisk_config import AsteriskDirs
from gateway.telephony.asterisk_layout import lay_out
from gateway.telephony.asterisk_logs import LOG_BYTES_KEPT
from gateway.telephony.asterisk_program import AsteriskProgram


def test_what_lies_there_already_does_no_harm(tmp_path: Path) -> None:
    """The second start finds the folders of the first; a huge log is put aside, once."""
    program = AsteriskProgram(
        argv=("true",), env={}, modules_dir=tmp_path, data_dir=tmp_path, version=""
    )
    dirs = AsteriskDirs.under(tmp_path / "a", tmp_path / "r")
    (tmp_path / "documentation").mkdir()
    (tmp_path / "prompts").mkdir()
    for _ in range(2):
        lay_out(program, {"x.conf": "a = 1\n"}, dirs, tmp_path / "prompts")
    assert (dirs.sounds / "documentation").is_symlink()
    assert (dirs.sounds / "sounds" / "hotline").resolve() == tmp_path / "prompts"
    log = dirs.log / "queue_log"
    with log.open("wb") as file:
        file.truncate(LOG_BYTES_KEPT + 1)
    lay_out(program, {}, dirs, None)
    assert not log.exists()
    assert (dirs.log / "queue_log.1").exists()


def test_everything_is_for_us_alone(tmp_path: Path) -> None:
    """Configuration holds passwords, logs and recordings hold people: 700 and 600."""
    program = AsteriskProgram(
        argv=("true",), env={}, modules_dir=tmp_path, data_dir=tmp_path, version=""
    )
    dirs = AsteriskDirs.under(tmp_path / "a", tmp_path / "r")
    lay_out(program, {"pjsip.conf": "password = x\n"}, dirs, None)
    assert (dirs.etc / "pjsip.conf").read_text() == "password = x\n"
    for path in (dirs.etc, dirs.log, dirs.recordings, dirs.state, dirs.etc / "pjsip.conf"):
        assert path.stat().st_mode & 0o077 == 0, path
