"""Citizens write by WeChat, by 微信客服 and by letter, and a person answers in the same console.

The right to reply is counted as the platform counts it.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Any

import aiohttp
import pytest
import pytest_asyncio

from gateway.telephony.free_port import free_port
from tests.channels.mail_world import BOX, CITIZEN, Kept, fed_mailbox, post_at
from tests.channels.test_wecom import CUSTOMER, wecom_options
from tests.channels.wechat_world import options_in
from tests.eventually import eventually
from tests.gateway_world import GatewayWorld, gateway_world
from tests.peers.console import Console
from tests.peers.wechat_peer import WeChatPeer, wechat_peer
from tests.peers.wechat_words import said
from tests.peers.wecom_peer import WeComPeer, wecom_peer
from tests.walks.people import operator

pytestmark = [pytest.mark.asterisk, pytest.mark.asyncio(loop_scope="module")]

NOTICE = {"notice_template": "T1", "notice_data": "thing1={text};time2={time}"}


@dataclass
class Place:
    """A running gateway, and WeChat beside it."""

    world: GatewayWorld
    wechat: WeChatPeer
    hook: str
    wecom: WeComPeer
    letters: Kept
    mail_port: int

    async def writes(self, openid: str, text: str) -> None:
        """A citizen's message, acknowledged at once."""
        delivered = await self.wechat.push(self.hook, said("text", openid, Content=text))
        assert delivered.answers == [(200, "success")]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def place(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Place]:
    """One gateway for the walks of this file."""
    folder = tmp_path_factory.mktemp("gateway")
    kept, port = Kept(), free_port()
    async with (
        wechat_peer() as wechat,
        wecom_peer() as wecom,
        fed_mailbox(kept, address=CITIZEN) as far,
    ):
        options = options_in(folder / "secrets", base_url=wechat.url, **NOTICE)
        relay = {"relay": f"127.0.0.1:{far.port}", "relay_protocol": "smtp"}
        (folder / "kf").mkdir()
        channels = [
            {"kind": "wechat", "name": "main", "title_zh": "微信", "options": options},
            {
                "kind": "wecom",
                "title_zh": "微信客服",
                "options": wecom_options(folder / "kf", wecom.url),
            },
            {
                "kind": "mail",
                "title_zh": "市长信箱",
                "options": {"address": BOX, "port": str(port), **relay},
            },
        ]
        async with gateway_world(folder, channels=channels) as world:
            hook = f"{world.url}/hooks/wechat/main"
            yield Place(world, wechat, hook, wecom, kept, port)


async def offered(console: Console, text: str) -> str:
    """The conversation that is proposed to this seat, which says this; it is accepted."""

    def look() -> str:
        chats = console.state.get("chats", [])
        return next((c["contact_id"] for c in chats if c["state"] == "offered"), "")

    id_ = await eventually(look, 20)
    await console.post(f"/api/v1/chats/{id_}/accept")
    assert (await told(console, id_, "in"))[0]["text"] == text
    return id_


async def told(console: Console, id_: str, kind: str = "") -> list[dict[str, Any]]:
    """The messages of a conversation, of one direction when one is named."""
    found = await console.get(f"/api/v1/chats/{id_}/messages?limit=100")
    return [one for one in found["items"] if kind in ("", one["direction"])]


async def says(console: Console, id_: str, text: str) -> dict[str, Any]:
    """Say it, and wait until it has left or failed: how it stands then."""
    body = {"client_key": f"k-{text}", "text": text}
    await console.post(f"/api/v1/chats/{id_}/messages", body)

    async def look() -> dict[str, Any] | None:
        (one,) = [m for m in await told(console, id_, "out") if m["text"] == text]
        out = dict(one["out"])
        return out if out["state"] not in ("queued", "") else None

    return await eventually(look, 20)


async def test_wechat_finds_the_hook(place: Place) -> None:
    """The URL check is echoed."""
    assert await place.wechat.check_url(place.hook) == (200, "5837397578375")


async def test_a_citizen_writes_and_a_person_answers(place: Place) -> None:
    """Receipt at once, offer, reply at the citizen's, and how far it came on the screen."""
    openid = "o-walk-text-000000000000001"
    async with operator(place.world, "li", "8001") as li:
        await place.writes(openid, "路灯不亮")
        id_ = await offered(li.console, "路灯不亮")
        await eventually(lambda: place.wechat.heard, 20)
        receipt = place.wechat.heard[0]
        assert receipt["touser"] == openid
        assert "如实" in receipt["text"]["content"]
        out = await says(li.console, id_, "您好，请问是哪条路？")
        assert (out["state"], out["route"]) == ("sent", "reply")
        assert place.wechat.heard[-1]["text"]["content"] == "您好，请问是哪条路？"
        await place.writes(openid, "和平路12号")
        await eventually(lambda: li.console.state["chats"][0]["last_text"] == "和平路12号", 10)
        words = [one["text"] for one in await told(li.console, id_, "in")]
        assert words == ["路灯不亮", "和平路12号"]
        await li.console.post(f"/api/v1/chats/{id_}/close", {"code": "consult", "note": ""})
        await eventually(lambda: not li.console.state["chats"], 10)


async def test_overlapping_deliveries_are_one_message(place: Place) -> None:
    """Three at once, then retries: all acknowledged, one message in one conversation."""
    openid = "o-walk-thrice-00000000000001"
    push = said("text", openid, Content="水管爆裂")
    answers = await place.wechat.overlapping(place.hook, push, 3)
    assert answers == [(200, "success")] * 3
    for _ in range(3):
        assert (await place.wechat.push(place.hook, push)).taken
    async with operator(place.world, "li", "8001") as li:
        id_ = await offered(li.console, "水管爆裂")
        assert [one["text"] for one in await told(li.console, id_, "in")] == ["水管爆裂"]
        await li.console.post(f"/api/v1/chats/{id_}/close", {"code": "consult", "note": ""})


async def test_pictures_and_voices_can_be_seen_and_heard(place: Place) -> None:
    """Fetched from WeChat by their ids, and given to the screen in forms that it can show."""
    openid = "o-walk-media-000000000000001"
    place.wechat.files["picture"] = ("image/png", png())
    place.wechat.files["voice"] = ("voice/amr", b"#!AMR\n" + (b"\x3c" + bytes(31)) * 100)
    async with operator(place.world, "li", "8001") as li:
        await place.writes(openid, "看图")
        id_ = await offered(li.console, "看图")
        for fields in (
            said("image", openid, MediaId="picture", PicUrl="http://x/"),
            said("voice", openid, MediaId="voice", Format="amr", Recognition="路灯不亮"),
        ):
            assert (await place.wechat.push(place.hook, fields)).taken

        async def viewable() -> list[dict[str, Any]] | None:
            files = [f for m in await told(li.console, id_, "in") for f in m["attachments"]]
            return files if len(files) == 2 and all(f["viewable"] for f in files) else None

        files = await eventually(viewable, 60)
        assert [one["kind"] for one in files] == ["image", "voice"]
        for file, kind in zip(files, ("image/", "audio/"), strict=True):
            url = f"{place.world.url}/api/v1/attachments/{file['id']}/view"
            async with li.console.http.get(url) as answer:
                assert answer.status == 200
                assert answer.content_type.startswith(kind)
                assert len(await answer.read()) > 100
        said_words = [m["text"] for m in await told(li.console, id_, "in")]
        assert "路灯不亮" in said_words, "WeChat's own recognition is shown"
        await li.console.post(f"/api/v1/chats/{id_}/close", {"code": "consult", "note": ""})


async def test_the_sixth_reply_takes_the_notice(place: Place) -> None:
    """Receipt and four replies, then the notification; refused, it fails with a code to be read."""
    openid = "o-walk-six-0000000000000001"
    wechat = place.wechat
    async with operator(place.world, "li", "8001") as li:
        await place.writes(openid, "六条回复")
        id_ = await offered(li.console, "六条回复")
        ways = [(await says(li.console, id_, f"第{n}条"))["route"] for n in range(1, 6)]
        assert ways == ["reply"] * 4 + ["notice"]
        assert len([one for one in wechat.heard if one["touser"] == openid]) == 5
        assert [one["touser"] for one in wechat.notices] == [openid]
        number = str(10_000 + len(wechat.notices))
        done = said("event", openid, Event="TEMPLATESENDJOBFINISH", MsgID=number, Status="success")
        assert (await wechat.push(place.hook, done)).taken

        async def arrived() -> bool:
            last = (await told(li.console, id_, "out"))[-1]
            return bool(last["out"]["state"] == "delivered")

        await eventually(arrived, 10)
        wechat.want_no_notice.add(openid)
        out = await says(li.console, id_, "第6条")
        assert out["state"] == "failed"
        assert out["code"]
        await place.writes(openid, "我又写了")
        assert (await says(li.console, id_, "第7条"))["route"] == "reply"
        await li.console.post(f"/api/v1/chats/{id_}/close", {"code": "consult", "note": ""})


async def test_no_log_knows_a_secret(place: Place) -> None:
    """After all of this: no openid, no token, no word of a citizen in what the gateway said."""
    log = (place.world.folder / "gateway.log").read_text("utf-8", "replace")
    for secret in ("o-walk-", "路灯", place.wechat.keys.secret, place.wechat.keys.token, "msg_sig"):
        assert secret not in log


def png() -> bytes:
    """A picture of 64 × 64, grey."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        sum_ = zlib.crc32(kind + data)
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", sum_)

    head = struct.pack(">IIBBBBB", 64, 64, 8, 2, 0, 0, 0)
    rows = zlib.compress((b"\0" + b"\x88\x99\xaa" * 64) * 64)
    parts = chunk(b"IHDR", head), chunk(b"IDAT", rows), chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


async def test_a_letter_is_answered_in_its_thread(place: Place) -> None:
    """Received over SMTP, offered, answered by hand; the answer goes on from the letter."""
    letter = EmailMessage()
    letter["From"], letter["Subject"] = CITIZEN, "人民路"
    letter["Message-ID"] = "<walk@citizen.example>"
    letter.set_content("路灯坏了，请派人来修")
    letter.add_attachment(b"%PDF-1.4", maintype="application", subtype="pdf", filename="a.pdf")
    async with operator(place.world, "li", "8001") as li:
        await post_at(place.mail_port, letter)
        id_ = await offered(li.console, "人民路\n\n路灯坏了，请派人来修")
        out = await says(li.console, id_, "已转市政部门")
        assert (out["state"], out["route"]) == ("sent", "reply")
        heard = [received.messages[0] for received, _ in place.letters.brought]
        receipt, answer = heard
        assert receipt.event == "automatic"
        assert answer.text == "Re: 人民路\n\n已转市政部门"
        assert answer.reply_to == "<walk@citizen.example>"
        await li.console.post(f"/api/v1/chats/{id_}/close", {"code": "consult", "note": ""})
        await eventually(lambda: not li.console.state["chats"], 10)


async def test_wecom_is_pulled_when_its_hook_is_told(place: Place) -> None:
    """The hook says only that there is something; the answer leaves under an id of its own."""
    async with operator(place.world, "li", "8001") as li:
        place.wecom.writes("text", content="地铁口积水")
        push = place.wecom.push()
        async with aiohttp.ClientSession() as http:
            url = f"{place.world.url}/hooks/wecom/main"
            async with http.post(url, params=push.query, data=push.body) as answer:
                assert (answer.status, await answer.text()) == (200, "success")
        id_ = await offered(li.console, "地铁口积水")
        out = await says(li.console, id_, "已派人排水")
        assert (out["state"], out["route"]) == ("sent", "reply")
        last = list(place.wecom.sent.values())[-1]
        assert (last["touser"], last["text"]["content"]) == (CUSTOMER, "已派人排水")
        await li.console.post(f"/api/v1/chats/{id_}/close", {"code": "consult", "note": ""})
        await eventually(lambda: not li.console.state["chats"], 10)
