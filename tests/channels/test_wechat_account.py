"""A WeChat account against a whole fake platform: replies, notices, files, tokens."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from channels.errors import (
    FetchFailed,
    RecipientGone,
    SendFailed,
    TryLater,
    Unreachable,
    WindowClosed,
)
from channels.message import Kind, MediaRef, Outbound, OutFile, Route
from channels.wechat_account import WeChatAccount
from tests.channels.wechat_world import OPENID, account, impatient
from tests.eventually import eventually
from tests.peers.wechat_peer import WeChatPeer, Window, wechat_peer
from tests.peers.wechat_words import said

NOTICE = {"notice_template": "T1", "notice_data": "thing1={text};time2={time};thing3=市民热线"}


@pytest.fixture
async def wechat() -> AsyncIterator[WeChatPeer]:
    """A platform on which one citizen may be answered."""
    async with wechat_peer() as peer:
        peer.windows[OPENID] = Window(peer.time() + timedelta(hours=48), 5)
        yield peer


@pytest.fixture
async def channel(wechat: WeChatPeer, tmp_path: Path) -> AsyncIterator[WeChatAccount]:
    """An account of it."""
    async with account(tmp_path, base_url=wechat.url, **NOTICE) as entered:
        yield entered


def reply(text: str, key: str = "k", route: Route = Route.REPLY, *files: OutFile) -> Outbound:
    """A message to the citizen."""
    return Outbound(key=key, scheme="openid", to=OPENID, text=text, route=route, files=files)


async def test_a_reply_is_heard(wechat: WeChatPeer, channel: WeChatAccount) -> None:
    """The words arrive as they are, characters beyond ASCII too; the parts have ids."""
    sent = await channel.send(reply("您好 😀 <&>\n请讲。"))
    assert wechat.heard == [
        {"touser": OPENID, "msgtype": "text", "text": {"content": "您好 😀 <&>\n请讲。"}}
    ]
    assert sent.parts == ("k/1",)


async def test_a_long_text_is_several_messages_and_counted_so(
    wechat: WeChatPeer, channel: WeChatAccount
) -> None:
    """What the caps say beforehand is what the platform counts."""
    long = reply("请您提供具体地址，我们会尽快核实。" * 100)
    sent = await channel.send(long)
    assert len(sent.parts) == len(wechat.heard) == channel.caps.counts(long) == 3
    assert "".join(one["text"]["content"] for one in wechat.heard) == long.text
    assert wechat.windows[OPENID].left == 2


async def test_the_sixth_reply_is_refused_as_a_closed_window(
    wechat: WeChatPeer, channel: WeChatAccount
) -> None:
    """Five go, then the platform's own code is told; the same after 48 hours."""
    for number in range(5):
        await channel.send(reply("好", str(number)))
    with pytest.raises(WindowClosed) as raised:
        await channel.send(reply("好", "6"))
    assert raised.value.provider_code == "45047"
    wechat.windows[OPENID] = Window(wechat.time(), 5)
    with pytest.raises(WindowClosed) as raised:
        await channel.send(reply("好", "7"))
    assert raised.value.provider_code == "45015"
    assert len(wechat.heard) == 5


async def test_a_retry_sends_only_what_is_missing(
    wechat: WeChatPeer, channel: WeChatAccount
) -> None:
    """Two of three parts went; the next try of the same key sends the third."""
    long = reply("请您提供具体地址，我们会尽快核实。" * 100)
    wechat.next_answers = [0, 0, -1]
    with pytest.raises(TryLater):
        await channel.send(long)
    assert len(wechat.heard) == 2
    sent = await channel.send(long)
    assert len(sent.parts) == len(wechat.heard) == 3
    assert "".join(one["text"]["content"] for one in wechat.heard) == long.text


@pytest.mark.parametrize(
    ("code", "error"),
    [
        (45015, WindowClosed),
        (45047, WindowClosed),
        (43004, RecipientGone),
        (40003, RecipientGone),
        (48002, RecipientGone),
        (-1, TryLater),
        (45009, TryLater),
        (45011, TryLater),
        (45002, SendFailed),
        (99999, SendFailed),
    ],
)
async def test_each_refusal_is_its_own_error(
    wechat: WeChatPeer, channel: WeChatAccount, code: int, error: type[SendFailed]
) -> None:
    """What decides on the next way is the class; what people read is the platform's code."""
    wechat.answer_all = code
    with pytest.raises(SendFailed) as raised:
        await channel.send(reply("好"))
    assert type(raised.value) is error
    assert raised.value.provider_code == str(code)


async def test_a_stale_token_costs_one_retry(wechat: WeChatPeer, channel: WeChatAccount) -> None:
    """Another gateway forced a new token: fifty replies at once all go, by two requests."""
    wechat.windows[OPENID].left = 100
    await channel.send(reply("好", "first"))
    wechat.revoke()
    await asyncio.gather(*(channel.send(reply("好", str(number))) for number in range(50)))
    assert len(wechat.heard) == 51
    assert wechat.calls["stable_token"] == 2
    assert wechat.calls["forced"] == 0


async def test_a_storm_of_40001_asks_for_two_tokens(
    wechat: WeChatPeer, channel: WeChatAccount
) -> None:
    """The platform refuses every token: each message is tried at most twice and may come later."""
    wechat.answer_all = 40001
    for _ in range(3):
        found = await asyncio.gather(
            *(channel.send(reply("好", str(number))) for number in range(40)),
            return_exceptions=True,
        )
        assert all(isinstance(one, TryLater) for one in found)
    assert wechat.calls["stable_token"] == 2
    assert wechat.calls["/cgi-bin/message/custom/send"] <= 2 * 3 * 40


async def test_a_silent_platform_is_unreachable_in_time(wechat: WeChatPeer, tmp_path: Path) -> None:
    """Nobody waits for ever; whether it took the message is not known."""
    async with impatient(tmp_path, 1.0, base_url=wechat.url) as channel:
        await channel.send(reply("好", "1"))
        wechat.silent = True
        with pytest.raises(Unreachable):
            await channel.send(reply("好", "2"))


async def test_a_platform_that_is_not_there_never_took_it(tmp_path: Path) -> None:
    """No connection, no message: it may simply be sent later."""
    async with wechat_peer() as gone:
        url = gone.url
    async with account(tmp_path, base_url=url) as channel:
        with pytest.raises(TryLater) as raised:
            await channel.send(reply("好"))
    assert not isinstance(raised.value, Unreachable)
    assert raised.value.provider_code == "no-connection"


async def test_a_notice_says_what_its_template_has_room_for(
    wechat: WeChatPeer, channel: WeChatAccount
) -> None:
    """Twenty characters of our words, the time, and the platform's id for its receipt."""
    sent = await channel.send(
        reply("您反映的和平路12号路灯不亮一事已经修复，感谢您的来信。", route=Route.NOTICE)
    )
    (notice,) = wechat.notices
    assert notice["touser"] == OPENID
    assert notice["template_id"] == "T1"
    assert notice["data"]["thing1"]["value"] == "您反映的和平路12号路灯不亮一事已经修…"
    assert notice["data"]["thing3"]["value"] == "市民热线"
    assert sent.parts == ("10001",)
    wechat.want_no_notice.add(OPENID)
    with pytest.raises(WindowClosed) as raised:
        await channel.send(reply("好", "2", Route.NOTICE))
    assert raised.value.provider_code == "43101"


async def test_files_go_before_anything_is_said(
    wechat: WeChatPeer, channel: WeChatAccount, tmp_path: Path
) -> None:
    """A picture is uploaded under a name that tells nothing, then words and picture follow."""
    path = tmp_path / "whatever"
    path.write_bytes(b"\xff\xd8\xff jpeg")
    picture = OutFile(
        path=str(path), kind=Kind.IMAGE, name="张三的身份证.jpg", content_type="image/jpeg"
    )
    message = reply("请看", "k", Route.REPLY, picture)
    assert channel.caps.counts(message) == 2
    await channel.send(message)
    assert wechat.uploads == [("image", "file.jpg", b"\xff\xd8\xff jpeg")]
    assert [one["msgtype"] for one in wechat.heard] == ["text", "image"]
    paper = OutFile(path=str(path), kind=Kind.FILE, name="a.pdf", content_type="application/pdf")
    with pytest.raises(SendFailed) as raised:
        await channel.send(reply("请看", "l", Route.REPLY, picture, paper))
    assert raised.value.provider_code == "kind-not-sent"
    assert len(wechat.heard) == 2


async def fetched(channel: WeChatAccount, ref: str, most: int = 1_000_000) -> bytes:
    """A whole file."""
    media = MediaRef(ref=ref, kind=Kind.IMAGE)
    return b"".join([piece async for piece in channel.fetch(media, most)])


async def test_files_are_fetched(wechat: WeChatPeer, channel: WeChatAccount) -> None:
    """By id; also after the token went stale; the wide form of speech where there is no other."""
    wechat.files["m1"] = ("image/jpeg", b"x" * 200_000)
    wechat.files["wide"] = ("voice/speex", b"wide")
    assert await fetched(channel, "m1") == b"x" * 200_000
    wechat.revoke()
    assert await fetched(channel, "m1") == b"x" * 200_000
    assert wechat.calls["stable_token"] == 2
    assert await fetched(channel, "gone wide") == b"wide"


async def test_a_film_is_fetched_from_where_wechat_says(
    wechat: WeChatPeer, channel: WeChatAccount
) -> None:
    """On our base address, or a host of the settings that is public; nowhere else."""
    wechat.files["v"], wechat.films["v"] = ("video/mp4", b"film"), ""
    assert await fetched(channel, "v") == b"film"
    for address in (
        "http://127.0.0.1:9/film",
        "http://169.254.169.254/latest/meta-data",
        "http://video.qq.com@127.0.0.1/film",
        "http://127.0.0.1\\@video.qq.com/film",
        "file:///etc/passwd",
        "http://evilqq.com/film",
        f"{wechat.url}@evil.example/film",
        "not an address",
        "",
    ):
        wechat.films["v"] = address or "http://"
        with pytest.raises(FetchFailed) as raised:
            await fetched(channel, "v")
        assert not raised.value.again, address


async def test_what_cannot_be_fetched_says_so(wechat: WeChatPeer, channel: WeChatAccount) -> None:
    """An error instead of bytes, too large, nothing: never a wrong file."""
    with pytest.raises(FetchFailed) as raised:
        await fetched(channel, "never")
    assert (raised.value.reason, raised.value.again) == ("40007", False)
    wechat.files["large"] = ("video/mp4", b"x" * 2000)
    with pytest.raises(FetchFailed) as raised:
        await fetched(channel, "large", 1999)
    assert (raised.value.reason, raised.value.again) == ("too-large", False)
    wechat.answer_all = -1
    with pytest.raises(FetchFailed) as raised:
        await fetched(channel, "large")
    assert raised.value.again


async def test_no_error_tells_a_secret(
    wechat: WeChatPeer, channel: WeChatAccount, caplog: pytest.LogCaptureFixture
) -> None:
    """Neither token nor secret nor openid is in what is raised, repeated or logged."""
    caplog.set_level(0)
    await channel.send(reply("好", "0"))
    told = []
    for code in (40001, 43004, -1, 45015, 47003):
        wechat.answer_all = code
        with pytest.raises(SendFailed) as raised:
            await channel.send(reply("好", str(code)))
        told.append(repr(raised.value) + str(raised.value) + repr(raised.value.__dict__))
        assert raised.value.__cause__ is None
        assert raised.value.__context__ is None or raised.value.__suppress_context__
    everything = " ".join(told) + caplog.text + repr(reply("好"))
    for secret in (OPENID, wechat.keys.secret, wechat.keys.token, "access_token="):
        assert secret not in everything


async def test_check_says_what_is_wrong(wechat: WeChatPeer, tmp_path: Path) -> None:
    """Mode, signature against wechatpy, token; each fault with how to mend it."""
    findings = await account(tmp_path, base_url=wechat.url).check()
    assert [(one.name, one.good) for one in findings] == [
        ("mode", True),
        ("signature", True),
        ("token", True),
    ]
    for answer, word in (({"errcode": 40164}, "IP"), ({"errcode": 40125}, "secret_file")):
        wechat.token_answer = answer
        found = (await account(tmp_path, base_url=wechat.url).check())[-1]
        assert not found.good
        assert str(answer["errcode"]) in found.zh
        assert word in found.fix_zh


async def test_a_push_is_tried_four_times(wechat: WeChatPeer) -> None:
    """The peer itself: nobody listens, so it tries as WeChat does."""
    delivered = await wechat.push("http://127.0.0.1:9/", said("text", OPENID, Content="x"))
    assert delivered.answers == [None] * 4
    assert not delivered.taken


async def test_leaving_the_account_closes_its_connections(
    wechat: WeChatPeer, tmp_path: Path
) -> None:
    """Nothing of a left account answers, and nothing breaks."""
    channel = account(tmp_path, base_url=wechat.url)
    async with channel:
        await channel.send(reply("好"))
    with pytest.raises(TryLater):
        await channel.send(reply("好"))
    await eventually(lambda: len(asyncio.all_tasks()) < 20)
