"""微信客服: nothing is lost between a hook's word, a page and its cursor; nothing is said twice."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import pytest

from channels.errors import (
    FetchFailed,
    Forged,
    HookRefused,
    NotRecorded,
    RecipientGone,
    Stale,
    TryLater,
    WindowClosed,
)
from channels.message import Inbound, Kind, MediaRef, Outbound, OutFile, Received, WebhookRequest
from channels.registry import open_account
from channels.wecom import CURSOR, WeCom
from tests.channels.mail_world import Kept
from tests.eventually import eventually
from tests.peers.wecom_peer import AES_KEY, CORPID, OPEN_KFID, SECRET, TOKEN, wecom_peer

CUSTOMER = "wmAJ2GCAAAme1XQRC"


def wecom_options(folder: Path, base_url: str) -> dict[str, str]:
    """What an admin writes, secrets as files in ``folder``."""
    secrets = {"secret_file": SECRET, "token_file": TOKEN, "aes_key_file": AES_KEY}
    for name, text in secrets.items():
        (folder / name).write_text(text)
    options = {name: str(folder / name) for name in secrets}
    return options | {"corpid": CORPID, "open_kfid": OPEN_KFID, "base_url": base_url}


@asynccontextmanager
async def account(folder: Path, base_url: str) -> AsyncIterator[WeCom]:
    """An account of this platform, entered."""
    options = wecom_options(folder, base_url)
    async with cast("WeCom", open_account("wecom", "main", options)) as made:
        yield made


def messages(kept: Kept) -> list[Inbound]:
    """What was delivered, in order."""
    return [one for received, _ in kept.brought for one in received.messages]


async def test_every_page_is_recorded_before_its_cursor_is_kept(tmp_path: Path) -> None:
    """Where the store was away it goes on, with what was not recorded; nothing is left out."""
    kept = Kept()
    async with wecom_peer() as platform, account(tmp_path, platform.url) as wecom:
        for n in range(8):
            platform.writes("text", content=f"第{n}句")
        await wecom.pull(kept.deliver, kept)
        assert [one.text for one in messages(kept)] == [f"第{n}句" for n in range(8)]
        assert len(platform.pulls) == 3
        platform.writes("text", content="第8句")
        kept.away = NotRecorded("away")
        with pytest.raises(NotRecorded):
            await wecom.pull(kept.deliver, kept)
        kept.away = None
        await wecom.pull(kept.deliver, kept)
        assert messages(kept)[-1].text == "第8句"
        assert len(messages(kept)) == 9
        first = messages(kept)[0]
        assert (first.sender.scheme, first.sender.value) == ("external_userid", CUSTOMER)
        assert first.grant
        assert CUSTOMER not in first.key


async def test_a_page_of_which_nothing_could_be_recorded_comes_again(tmp_path: Path) -> None:
    """The cursor stays where it was."""
    kept = Kept()
    async with wecom_peer() as platform, account(tmp_path, platform.url) as wecom:
        platform.writes("text", content="一")
        await wecom.pull(kept.deliver, kept)
        before = kept.notes[CURSOR]
        platform.writes("text", content="二")

        async def cannot(received: Received, raw: bytes = b"") -> None:
            del received, raw
            raise NotRecorded("away")

        with pytest.raises(NotRecorded):
            await wecom.pull(cannot, kept)
        assert kept.notes[CURSOR] == before
        await wecom.pull(kept.deliver, kept)
        assert [one.text for one in messages(kept)] == ["一", "二"]


async def test_a_hook_s_word_is_followed_at_once_and_with_its_token(tmp_path: Path) -> None:
    """Whoever is not WeCom, too old, or meant for another account stirs nothing."""
    kept = Kept()
    async with wecom_peer() as platform, account(tmp_path, platform.url) as wecom:
        async with asyncio.TaskGroup() as tasks:
            feeding = tasks.create_task(wecom.feed(kept.deliver, kept))
            await eventually(lambda: len(platform.pulls) == 1, 5)
            platform.writes("text", content="急")
            push = platform.push(token="ENC7")
            assert wecom.receive(push).answer.body == b"success"
            await eventually(lambda: messages(kept), 5)
            assert platform.pulls[-1]["token"] == "ENC7"
            feeding.cancel()
        for bad, refused in (
            (replace(push, query={**push.query, "msg_signature": "0" * 40}), Forged),
            (replace(push, received_at=push.received_at + timedelta(seconds=301)), Stale),
            (replace(push, body=b"<xml><Event>kf_msg_or_event</Event></xml>"), Forged),
            (platform.push(kfid="wkOTHER"), HookRefused),
        ):
            with pytest.raises(refused):
                wecom.receive(bad)


async def test_a_url_check_is_answered_by_what_was_sealed(tmp_path: Path) -> None:
    """Tencent's own sample of WeCom."""
    sealed = (
        "P9nAzCzyDtyTWESHep1vC5X9xho/qYX3Zpb4yKa9SKld1DsH3Iyt3tP3zNdtp+4RPcs8TgAE7OaBO+FZXvnaqQ=="
    )
    async with wecom_peer() as platform, account(tmp_path, platform.url) as wecom:
        push = platform.push()
        asked = WebhookRequest(
            method="GET",
            query={
                "msg_signature": "5c45ff5e21c57e6ad56bac8758b79b1d9ac89fd3",
                "timestamp": "1409659589",
                "nonce": "263014780",
                "echostr": sealed,
            },
            headers={},
            body=b"",
            address=push.address,
            received_at=push.received_at.fromtimestamp(1409659589, push.received_at.tzinfo),
        )
        assert wecom.receive(asked).answer.body == b"1616140317555161061"


async def test_every_kind_has_its_word_and_the_others_are_kept(tmp_path: Path) -> None:
    """Files by their ids, places on Tencent's grid, events that ring nobody."""
    kept = Kept()
    async with wecom_peer() as platform, account(tmp_path, platform.url) as wecom:
        platform.page = 50
        for kind in ("image", "voice", "video", "file"):
            platform.writes(kind, media_id=f"m-{kind}")
        place: dict[str, Any] = {
            "latitude": 23.1,
            "longitude": 113.3,
            "name": "广场",
            "address": "人民路1号",
        }
        platform.writes("location", **place)
        platform.writes("link", title="新闻", desc="d", url="https://x.cn/a")
        platform.writes("business_card", userid="abc")
        platform.happens("enter_session", external_userid=CUSTOMER, scene="123")
        platform.happens("msg_send_fail", external_userid=CUSTOMER, fail_msgid="m1", fail_type=4)
        platform.writes("text", content="同事写的")
        platform.log[-1]["origin"] = 5
        platform.log += [7, {"msgid": 3}, {"msgtype": "text"}]  # type: ignore[list-item]
        await wecom.pull(kept.deliver, kept)
        got = messages(kept)
        assert [one.kind for one in got] == [
            Kind.IMAGE, Kind.VOICE, Kind.VIDEO, Kind.FILE, Kind.LOCATION, Kind.LINK, Kind.UNKNOWN,
            Kind.EVENT, Kind.EVENT,
        ]  # fmt: skip
        assert [one.media[0].ref for one in got[:4]] == ["m-image", "m-voice", "m-video", "m-file"]
        assert got[4].location is not None
        assert got[4].location.address == "广场 人民路1号"
        assert "abc" in got[6].fields["content"]
        assert not any(one.starts or one.grant for one in got[7:])
        ((receipt,),) = [received.receipts for received, _ in kept.brought]
        assert (receipt.provider_id, receipt.code) == ("m1", "4")


async def test_what_was_said_is_said_once_however_often_it_is_tried(tmp_path: Path) -> None:
    """Under ids of our own; text, then files, in order."""
    photo = tmp_path / "a.jpg"
    photo.write_bytes(b"\xff\xd8")
    file = OutFile(path=str(photo), kind=Kind.IMAGE, name="a.jpg", content_type="image/jpeg")
    out = Outbound(key="k", scheme="external_userid", to=CUSTOMER, text="已受理", files=(file,))
    async with wecom_peer() as platform, account(tmp_path, platform.url) as wecom:
        platform.writes("text", content="一")
        first = await wecom.send(out)
        assert (await wecom.send(out)).parts == first.parts == tuple(platform.sent)
        assert [one["msgtype"] for one in platform.sent.values()] == ["text", "image"]
        assert platform.windows[CUSTOMER] == 3
        platform.windows[CUSTOMER] = 0
        with pytest.raises(WindowClosed):
            await wecom.send(replace(out, key="other"))
        with pytest.raises(RecipientGone):
            await wecom.send(replace(out, to="nobody"))


async def test_a_stale_token_costs_one_more_question(tmp_path: Path) -> None:
    """And one that stays stale is asked for no faster than every 30 s."""
    kept = Kept()
    async with wecom_peer() as platform, account(tmp_path, platform.url) as wecom:
        platform.writes("text", content="一")
        await wecom.pull(kept.deliver, kept)
        platform.tokens.append("T-new")
        platform.writes("text", content="二")
        await wecom.pull(kept.deliver, kept)
        assert len(messages(kept)) == 2
        platform.fails = [42001, 42001]
        with pytest.raises(TryLater):
            await wecom.pull(kept.deliver, kept)


async def test_a_cursor_that_wecom_forgot_begins_again_and_loses_nothing(tmp_path: Path) -> None:
    """Three days come again under the keys they had."""
    kept = Kept()
    async with wecom_peer() as platform, account(tmp_path, platform.url) as wecom:
        platform.writes("text", content="一")
        await wecom.pull(kept.deliver, kept)
        platform.forgets_cursors = True
        platform.writes("text", content="二")
        await wecom.pull(kept.deliver, kept)
        assert [one.text for one in messages(kept)] == ["一", "一", "二"]
        assert len({one.key for one in messages(kept)}) == 2


async def test_files_are_fetched_by_their_id(tmp_path: Path) -> None:
    """What is gone is gone."""
    async with wecom_peer() as platform, account(tmp_path, platform.url) as wecom:
        platform.files["m1"] = b"\xff\xd8content"
        got = [piece async for piece in wecom.fetch(MediaRef(ref="m1", kind=Kind.IMAGE), 100)]
        assert b"".join(got) == b"\xff\xd8content"
        with pytest.raises(FetchFailed):
            _ = [piece async for piece in wecom.fetch(MediaRef(ref="m2", kind=Kind.IMAGE), 100)]


async def test_its_check_asks_for_a_token(tmp_path: Path) -> None:
    """What is wrong has a fix."""
    async with wecom_peer() as platform, account(tmp_path, platform.url) as wecom:
        assert [one.good for one in await wecom.check()] == [True, True]
