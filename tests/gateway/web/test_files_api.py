"""Files of conversations over HTTP: ranges, names, and headers under which nothing runs."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from gateway.core.chat import Chat
from gateway.core.facts import FactKind
from gateway.core.identity import Identity
from gateway.core.message import Attachment, Direction, FileState, Message, MessageKind
from gateway.media.folder import MediaFolder
from tests.gateway.web.web_world import WebWorld, web_world

SOUND = b"OggS" + bytes(range(256)) * 4
ORIGINAL = b"#!AMR\n" + bytes(100)


async def a_voice_message(world: WebWorld, folder: Path) -> Attachment:
    """A citizen's voice message that Li answers, ready to be played."""
    shelf = MediaFolder(folder / "media")
    shelf.open()
    files = []
    for content in (ORIGINAL, SOUND):
        (folder / "given").write_bytes(content)
        files.append((await shelf.adopt(folder / "given", 10_000)).file)
    now, li = world.floor.clock.now(), world.floor.operators["li"]
    one = Attachment(
        id="f1",
        message_id="m1",
        contact_id="c1",
        kind=MessageKind.VOICE,
        name='我的"录音".html',
        found_type="audio/amr",
        file=files[0],
        view_file=files[1],
        view_type="audio/ogg",
        state=FileState.READY,
    )
    chat = Chat(
        id="c1", channel="wechat", account="wechat:main", identity_id="i1", queue="civil",
        opened_at=now, operator_id=li.id, last_seq=1,
    )  # fmt: skip
    message = Message(
        id="m1", contact_id="c1", seq=1, direction=Direction.IN, kind=MessageKind.VOICE, at=now,
        stored_at=now,
    )  # fmt: skip
    who = Identity(id="i1", account="wechat:main", scheme="openid", value="o1", first_seen=now)
    await world.floor.store.record(who, chat, message, one)
    return one


async def test_a_voice_message_is_played_from_anywhere_in_it(tmp_path: Path) -> None:
    """Whole and in ranges, noted once however often the player asks."""
    async with web_world(tmp_path) as world, world.browser("li") as li:
        one = await a_voice_message(world, tmp_path)
        path = f"/api/v1/attachments/{one.id}/view"
        whole = await li.ask("GET", path)
        assert (whole.status, whole.raw) == (200, SOUND)
        assert whole.headers["Content-Type"] == "audio/ogg"
        part = await li.ask("GET", path, headers={"Range": "bytes=4-7"})
        assert (part.status, part.raw) == (206, SOUND[4:8])
        late = await li.ask("GET", path, headers={"Range": "bytes=99999-"})
        assert late.status == 416
        facts = await world.floor.store.facts(contact_id="c1")
        assert [f.kind for f in facts].count(FactKind.ATTACHMENT_VIEWED) == 1


async def test_nothing_of_it_is_a_page_of_ours(tmp_path: Path) -> None:
    """Sandboxed, not sniffed, not cached; the original is saved under a harmless name."""
    async with web_world(tmp_path) as world, world.browser("li") as li:
        one = await a_voice_message(world, tmp_path)
        for part in ("view", "original"):
            got = await li.ask("GET", f"/api/v1/attachments/{one.id}/{part}")
            assert got.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
            assert got.headers["X-Content-Type-Options"] == "nosniff"
            assert got.headers["Cache-Control"] == "no-store"
            assert got.headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert got.raw == ORIGINAL
        assert got.headers["Content-Type"] == "application/octet-stream"
        assert got.headers["Content-Disposition"] == (
            "attachment; filename*=UTF-8''%E6%88%91%E7%9A%84_%E5%BD%95%E9%9F%B3.amr"
        )


@pytest.mark.parametrize("login", ["wang", "guo", "shen", ""])
async def test_for_whom_it_does_not_concern_it_is_not_there(tmp_path: Path, login: str) -> None:
    """Another operator hears what one hears of a file that never was; others may not ask."""
    async with web_world(tmp_path) as world, world.browser(login) as other:
        one = await a_voice_message(world, tmp_path)
        for part in ("view", "original"):
            real = await other.ask("GET", f"/api/v1/attachments/{one.id}/{part}")
            none = await other.ask("GET", f"/api/v1/attachments/never/{part}")
            assert real.status == none.status == {"wang": 404, "": 401}.get(login, 403)
            assert real.json["code"] == none.json["code"]
        facts = await world.floor.store.facts(contact_id="c1")
        assert FactKind.ATTACHMENT_VIEWED not in [f.kind for f in facts]


async def test_what_is_not_ready_or_was_refused_is_not_there(tmp_path: Path) -> None:
    """Neither before it was looked at nor after."""
    async with web_world(tmp_path) as world, world.browser("li") as li:
        one = await a_voice_message(world, tmp_path)
        for state in (FileState.PENDING, FileState.REFUSED, FileState.FAILED):
            await world.floor.store.record(replace(one, state=state))
            for part in ("view", "original"):
                got = await li.ask("GET", f"/api/v1/attachments/{one.id}/{part}")
                assert got.status == 404
