"""The folders and files of a private Asterisk, made before each start of ours."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from gateway.telephony.asterisk_config import AsteriskDirs
from gateway.telephony.asterisk_logs import put_aside
from gateway.telephony.asterisk_program import AsteriskProgram

GUARDED = "acl.conf"
"""Written by the gateway while Asterisk runs."""


def lay_out(
    program: AsteriskProgram, config: Mapping[str, str], dirs: AsteriskDirs, prompts: Path | None
) -> None:
    """Make every folder (private to us) and write every file."""
    folders = (
        dirs.etc,
        dirs.state,
        dirs.state / "cache",
        dirs.state / "agi-bin",
        dirs.state / "keys",
    )
    for folder in (
        *folders,
        dirs.spool,
        dirs.run,
        dirs.log,
        dirs.moh,
        dirs.recordings,
        dirs.sounds,
    ):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for name in ("monitor", "recording", "outgoing", "tmp", "meetme", "voicemail"):
        (dirs.spool / name).mkdir(exist_ok=True, mode=0o700)
    sounds = dirs.sounds / "sounds"
    sounds.mkdir(exist_ok=True, mode=0o700)
    for name in ("documentation", "rest-api"):
        _link(dirs.sounds / name, program.data_dir / name)
    _link(sounds / "en", program.data_dir / "sounds/en")
    if prompts is not None:
        _link(sounds / "hotline", prompts.resolve())
    for name, text in config.items():
        path = dirs.etc / name
        path.touch(mode=0o600)
        path.write_text(text, encoding="utf-8")
    for name in ("messages.log", "queue_log"):
        put_aside(dirs.log / name)


def lay_out_again(config: Mapping[str, str], dirs: AsteriskDirs) -> None:
    """Before a start after a crash: a list that was half written would refuse every call.

    Who was shut out is told anew by the gateway as soon as it reaches Asterisk.
    """
    if GUARDED in config:
        (dirs.etc / GUARDED).write_text(config[GUARDED], encoding="utf-8")


def _link(link: Path, target: Path) -> None:
    if link.is_symlink():
        link.unlink()
    if target.exists() and not link.exists():
        link.symlink_to(target)
