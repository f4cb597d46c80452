"""Row 3 (S0§9; S3§9; S4§12): voice, text, picture or film, as the citizen likes, by any channel."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from channels.message import Kind
from gateway.core.message import FileState
from tests.gateway.media.files_made import FILM, PICTURE, TONE, made
from tests.law.every_channel import CARRIES, KINDS, EveryChannel, every_channel

SHOWN = {Kind.VOICE: "audio/ogg", Kind.IMAGE: "image/jpeg", Kind.VIDEO: "video/webm"}


def files_in(folder: Path) -> dict[Kind, bytes]:
    """What telephones make."""
    return {
        Kind.VOICE: made(folder / "v.amr", *TONE, "-ar", "8000", "-ac", "1").read_bytes(),
        Kind.IMAGE: made(folder / "p.jpg", *PICTURE).read_bytes(),
        Kind.VIDEO: made(folder / "f.mp4", *FILM).read_bytes(),
    }


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "sms"])
async def test_r03_the_original_is_kept_to_the_byte_and_can_be_shown(
    tmp_path: Path, kind: str
) -> None:
    """SHA-256 of what was sent is that of what is stored; a screen has something to play.

    WeChat gives mini programs no voice and no film (its customer messages: text, picture, card),
    Weibo no film; short messages have no files.
    """
    wanted = files_in(tmp_path)
    async with every_channel(tmp_path) as world:
        for what, content in wanted.items():
            if what in CARRIES.get(kind, wanted):
                await must_be_kept(world, kind, what, content)


async def must_be_kept(world: EveryChannel, kind: str, what: Kind, content: bytes) -> None:
    """By this channel, this kind of file."""
    one = await world.sends(kind, what, content)
    assert one.state is FileState.READY, (kind, what, one.reason)
    digest = hashlib.sha256(content).hexdigest()
    assert one.sha256 == digest
    assert hashlib.sha256(world.media.path(one.file).read_bytes()).hexdigest() == digest
    assert one.view_type == SHOWN[what]
    assert world.media.path(one.view_file).stat().st_size > 100
