"""A bot, against a whole Bot API and python-telegram-bot's own objects."""

from __future__ import annotations

import io
import logging
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import telegram
from hypothesis import given, settings
from hypothesis import strategies as st

import channels.telegram as door
from channels.channel import Channel
from channels.errors import (
    BadSettings,
    ChannelError,
    FetchFailed,
    Forged,
    HookRefused,
    Malformed,
    RecipientGone,
    SendFailed,
    TryLater,
    Unreachable,
)
from channels.message import Datum, Inbound, Kind, MediaRef, Outbound, OutFile, WebhookRequest
from channels.registry import open_account
from channels.telegram_check import HEADER
from channels.telegram_split import MOST_UNITS, split
from tests.peers.telegram_peer import SECRET, TOKEN, TelegramPeer, telegram_peer

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
CITIZEN = telegram.User(id=987654321, first_name="王", last_name="芳", is_bot=False)
CHAT = telegram.Chat(id=987654321, type="private")


def options_in(folder: Path, url: str = "https://api.telegram.org", **more: str) -> dict[str, str]:
    """What an admin writes."""
    (folder / "token").write_text(TOKEN + "\n")
    (folder / "secret").write_text(SECRET + "\n")
    return {
        "abroad": "accepted",
        "token_file": str(folder / "token"),
        "secret_file": str(folder / "secret"),
        "base_url": url,
    } | more


@asynccontextmanager
async def bot_and_api(folder: Path) -> AsyncIterator[tuple[Channel, TelegramPeer]]:
    """A bot and the server it talks to."""
    async with telegram_peer() as peer:
        account = open_account("telegram", "main", options_in(folder, peer.url))
        async with account as channel:
            yield channel, peer


def request_of(body: bytes, secret: str | None = SECRET, method: str = "POST") -> WebhookRequest:
    """As the hook reads it."""
    headers = {} if secret is None else {HEADER: secret}
    return WebhookRequest(
        method=method, query={}, headers=headers, body=body, address="127.0.0.1", received_at=NOW
    )


@pytest.fixture
def bot(tmp_path: Path) -> Channel:
    """A bot that was not entered: it can receive."""
    return open_account("telegram", "main", options_in(tmp_path))


def read(bot: Channel, update: telegram.Update) -> Inbound:
    """What python-telegram-bot writes, read by us."""
    (inbound,) = bot.receive(request_of(update.to_json().encode())).messages
    return inbound


def message(**more: Any) -> telegram.Message:
    """A message of the citizen's."""
    return telegram.Message(message_id=42, date=NOW, chat=CHAT, from_user=CITIZEN, **more)


def update(**inner: Any) -> telegram.Update:
    """Update 7."""
    return telegram.Update(update_id=7, **inner)


def test_it_is_off_until_somebody_answers_for_the_data(tmp_path: Path) -> None:
    """The reason is said, in both languages, with the law it stands in."""
    options = options_in(tmp_path)
    del options["abroad"]
    with pytest.raises(BadSettings) as raised:
        open_account("telegram", "main", options)
    ((key, zh, en),) = raised.value.problems
    assert key == "abroad"
    assert "出境" in zh
    assert "PIPL" in en


def test_wrong_settings_are_said_together_without_the_secrets(tmp_path: Path) -> None:
    """Token and secret have a form; what was written is not repeated."""
    options = options_in(tmp_path, base_url="ftp://x")
    (tmp_path / "token").write_text("hush")
    (tmp_path / "secret").write_text("short")
    with pytest.raises(BadSettings) as raised:
        open_account("telegram", "main", options)
    assert {key for key, _, _ in raised.value.problems} == {
        "token_file", "secret_file", "base_url",
    }  # fmt: skip
    assert "hush" not in str(raised.value)
    assert "short" not in str(raised.value)


def test_without_its_library_it_says_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No traceback of an import."""
    monkeypatch.setitem(sys.modules, "telegram", None)
    with pytest.raises(BadSettings) as raised:
        open_account("telegram", "main", options_in(tmp_path))
    assert any("hotline channel install telegram" in en for _, _, en in raised.value.problems)


def test_whatever_a_citizen_sends_is_read(bot: Channel) -> None:
    """Each kind as python-telegram-bot encodes it."""
    text = read(bot, update(message=message(text="路灯坏了 😀")))
    assert (text.kind, text.text, text.key) == (Kind.TEXT, "路灯坏了 😀", "123456789:7")
    assert (text.sender.scheme, text.sender.value, text.sender.name) == (
        "tg_id", "987654321", "王 芳",
    )  # fmt: skip
    assert text.sent_at == NOW
    assert text.starts
    assert text.grant is not None
    assert text.grant.quota == 0
    small = telegram.PhotoSize("small", "us", 90, 60, file_size=1000)
    large = telegram.PhotoSize("large", "ul", 900, 600, file_size=90_000)
    photo = read(bot, update(message=message(photo=[small, large], caption="看")))
    assert (photo.kind, photo.text, photo.media[0].ref) == (Kind.IMAGE, "看", "large")
    assert photo.media[0].size_bytes == 90_000
    voice = read(
        bot, update(message=message(voice=telegram.Voice("v", "uv", 3, mime_type="audio/ogg")))
    )
    assert (voice.kind, voice.media[0].declared_type) == (Kind.VOICE, "audio/ogg")
    video = read(bot, update(message=message(video=telegram.Video("f", "uf", 1, 1, 3))))
    assert video.kind is Kind.VIDEO
    paper = telegram.Document("d", "ud", file_name="证明.pdf", mime_type="application/pdf")
    document = read(bot, update(message=message(document=paper)))
    assert (document.kind, document.media[0].name) == (Kind.FILE, "证明.pdf")
    place = telegram.Location(longitude=116.39, latitude=39.9, horizontal_accuracy=30)
    location = read(bot, update(message=message(location=place)))
    assert location.kind is Kind.LOCATION
    assert location.location is not None
    assert (location.location.datum, location.location.accuracy_m) == (Datum.WGS84, 30)
    venue = telegram.Venue(place, "市政府", "东街 1 号")
    named = read(bot, update(message=message(venue=venue, location=place)))
    assert named.location is not None
    assert named.location.address == "市政府 东街 1 号"


def test_what_wants_no_operator_rings_nobody(bot: Channel) -> None:
    """Edits, buttons, follows and groups are kept and shown."""
    edited = read(bot, update(edited_message=message(text="路灯", edit_date=NOW)))
    assert (edited.kind, edited.event, edited.starts) == (Kind.TEXT, "edited", False)
    button = telegram.CallbackQuery("q", CITIZEN, "ci", message=message(text="x"), data="again")
    pressed = read(bot, update(callback_query=button))
    assert (pressed.kind, pressed.event, pressed.text) == (Kind.EVENT, "button", "again")
    begun = read(bot, update(message=message(text="/start ref")))
    assert (begun.kind, begun.event, begun.starts) == (Kind.EVENT, "start", False)
    group = telegram.Chat(id=-5, type="group")
    there = telegram.Message(message_id=1, date=NOW, chat=group, from_user=CITIZEN, text="hi")
    said = read(bot, update(message=there))
    assert (said.kind, said.fields["type"], said.starts) == (Kind.UNKNOWN, "group", False)


def test_what_nobody_knows_is_kept(bot: Channel) -> None:
    """By Telegram's own word for it; a business card with its words."""
    dice = read(bot, update(message=message(dice=telegram.Dice(3, "🎲"))))
    assert (dice.kind, dice.fields["type"]) == (Kind.UNKNOWN, "dice")
    assert dice.starts
    card = telegram.Contact("13800001234", "李")
    assert "13800001234" in read(bot, update(message=message(contact=card))).text
    body = b'{"update_id": 9, "wonder": {"from": {"id": 5, "first_name": "x"}}}'
    (wonder,) = bot.receive(request_of(body)).messages
    assert (wonder.kind, wonder.fields["type"], wonder.sender.value) == (
        Kind.UNKNOWN, "wonder", "5",
    )  # fmt: skip
    assert not wonder.starts


def test_a_reply_and_both_ids_are_kept(bot: Channel) -> None:
    """By which a receipt and an answer find their message."""
    old = telegram.Message(message_id=40, date=NOW, chat=CHAT, from_user=CITIZEN, text="old")
    said = read(bot, update(message=message(text="new", reply_to_message=old)))
    assert (said.provider_id, said.reply_to) == ("42", "40")


@pytest.mark.parametrize("secret", [None, "", "x", SECRET[:-1], SECRET + "x", SECRET.upper(), "秘"])
def test_whoever_does_not_know_the_secret_is_not_believed(bot: Channel, secret: str | None) -> None:
    """Nothing of the body is read."""
    with pytest.raises(Forged):
        bot.receive(request_of(b"[" * 100_000, secret))


def test_the_secret_is_compared_in_constant_time() -> None:
    """Nothing else compares it."""
    source = Path(door.__file__).read_text(encoding="utf-8")
    assert "hmac.compare_digest(given, self._bot.secret.encode())" in source
    assert "== self._bot.secret" not in source


@pytest.mark.parametrize(
    "body",
    [b"", b"null", b"[]", b"{}", b'{"update_id":"7"}', b'{"update_id":true}', b"\xff",
     b'{"update_id":1e9}', b"[" * 200_000, b'{"update_id":' + b"9" * 5000 + b"}"],
)  # fmt: skip
def test_what_is_no_update_is_malformed(bot: Channel, body: bytes) -> None:
    """400, and no other fault."""
    with pytest.raises(Malformed):
        bot.receive(request_of(body))


def test_only_post_delivers(bot: Channel) -> None:
    """A GET with the secret is refused by its method."""
    with pytest.raises(HookRefused) as refused:
        bot.receive(request_of(b"", method="GET"))
    assert refused.value.answer.status == 405


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(
        st.sampled_from(
            ["from", "id", "chat", "type", "date", "text", "photo", "file_id", "width", "location",
             "latitude", "longitude", "venue", "message_id", "document", "new_chat_member",
             "status", "contact", "caption", "reply_to_message", "x"]
        ),
        inner,
        max_size=6,
    ),
    max_leaves=25,
)  # fmt: skip


@settings(max_examples=600, deadline=None)
@given(
    inner=JSON,
    kind=st.sampled_from(["message", "edited_message", "callback_query", "my_chat_member", "x"]),
)
def test_any_update_at_all_is_kept(inner: Any, kind: str) -> None:
    """Whatever stands in it; nothing in it is a fault of ours."""
    import json  # noqa: PLC0415 - beside its use

    from channels.telegram_update import read as parse  # noqa: PLC0415

    inbound = parse(json.dumps({"update_id": 3, kind: inner}).encode(), "1", NOW)
    assert inbound.key == "1:3"
    assert "\0" not in inbound.text + inbound.sender.name
    (inbound.text + inbound.sender.name).encode()


async def test_what_is_said_arrives(tmp_path: Path) -> None:
    """Text in parts, then files by their kind; each part's id comes back."""
    for name in ("p.jpg", "d.pdf", "v.ogg"):
        (tmp_path / name).write_bytes(name.encode())
    files = (
        OutFile(
            path=str(tmp_path / "p.jpg"), kind=Kind.IMAGE, name="p.jpg", content_type="image/jpeg"
        ),
        OutFile(path=str(tmp_path / "d.pdf"), kind=Kind.FILE, name="证明.pdf", content_type="x/y"),
        OutFile(path=str(tmp_path / "v.ogg"), kind=Kind.VOICE, name="v", content_type="audio/ogg"),
    )
    async with bot_and_api(tmp_path) as (bot, peer):
        outbound = Outbound(
            key="k", scheme="tg_id", to="987654321", text="字" * 5000, files=files, reply_to="42"
        )
        sent = await bot.send(outbound)
        assert sent.parts == ("5001", "5002", "5003", "5004", "5005")
        texts = [one["text"] for one in peer.made("sendMessage")]
        assert "".join(texts) == "字" * 5000
        assert peer.made("sendMessage")[0]["reply_parameters"]
        assert peer.uploads == {"p.jpg": b"p.jpg", "证明.pdf": b"d.pdf", "v": b"v.ogg"}


async def test_a_second_try_says_nothing_twice(tmp_path: Path) -> None:
    """It goes on with the part that the platform did not take."""
    async with bot_and_api(tmp_path) as (bot, peer):
        text = "一" * MOST_UNITS + "二" * 10
        outbound = Outbound(key="k", scheme="tg_id", to="987654321", text=text)
        await bot.send(Outbound(key="j", scheme="tg_id", to="987654321", text="a"))
        peer.calls.clear()
        peer.waits = 1
        with pytest.raises(TryLater) as later:
            await bot.send(outbound)
        assert later.value.retry_after_seconds == 3
        assert later.value.retryable
        assert (await bot.send(outbound)).parts == ("5002", "5003")
        assert [len(one["text"]) for one in peer.made("sendMessage")] == [
            MOST_UNITS,
            MOST_UNITS,
            10,
        ]


async def test_each_refusal_has_its_name(tmp_path: Path) -> None:
    """Blocked and unknown: gone. A broken server: perhaps later. A wrong address: never."""
    async with bot_and_api(tmp_path) as (bot, peer):

        async def say(to: str) -> None:
            await bot.send(Outbound(key=to, scheme="tg_id", to=to, text="x"))

        peer.blocked.add(5555)
        with pytest.raises(RecipientGone):
            await say("5555")
        with pytest.raises(RecipientGone):
            await say("12")
        with pytest.raises(SendFailed) as failed:
            await say("not a number")
        assert not failed.value.retryable
        peer.faults = 1
        with pytest.raises(Unreachable):
            await say("987654321")
    closed = open_account("telegram", "x", options_in(tmp_path, "http://127.0.0.1:9"))
    async with closed as bot:
        with pytest.raises(Unreachable):
            await say("987654321")


async def test_a_file_comes_whole_and_its_address_is_in_no_log(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The address holds the token."""
    with caplog.at_level(logging.DEBUG):
        async with bot_and_api(tmp_path) as (bot, peer):
            peer.files["v1"] = b"OggS" + bytes(100_000)
            ref = MediaRef(ref="v1", kind=Kind.VOICE)
            content = b"".join([piece async for piece in bot.fetch(ref, 1 << 20)])
            assert content == peer.files["v1"]
            for most, path, reason in (
                (1000, "", "too-large"),
                (1 << 20, "/etc/passwd", "not-there"),
                (1 << 20, "voice/other", "http-404"),
            ):
                peer.says_path = path
                with pytest.raises(FetchFailed) as failed:
                    _ = [piece async for piece in bot.fetch(ref, most)]
                assert (failed.value.reason, failed.value.again) == (reason, False)
                assert TOKEN not in str(failed.value)
            peer.says_path, peer.faults = "", 1
            with pytest.raises(FetchFailed) as failed:
                _ = [piece async for piece in bot.fetch(ref, 1 << 20)]
            assert failed.value.again
            with pytest.raises(FetchFailed) as failed:
                _ = [piece async for piece in bot.fetch(MediaRef(ref="no", kind=Kind.FILE), 9)]
            assert not failed.value.again
    assert TOKEN not in caplog.text
    assert TOKEN not in repr(bot)


async def test_its_check_says_what_is_wrong(tmp_path: Path) -> None:
    """Without a hook; with one; with a wrong token; without a network. It raises nothing."""

    def told(findings: Any) -> dict[str, bool]:
        return {one.name: one.good for one in findings}

    async with bot_and_api(tmp_path) as (bot, peer):
        first = told(await bot.check())
        assert first == {"library": True, "signature": True, "api": True, "hook": False}
        assert isinstance(bot, door.Telegram)
        await bot.connect("https://12345.example/hooks/telegram/main")
        assert peer.hook["secret_token"] == SECRET
        assert told(await bot.check())["hook"]
        peer.faults = 9
        assert not told(await bot.check())["api"]
    (tmp_path / "other").mkdir()
    async with telegram_peer() as peer:
        options = options_in(tmp_path / "other", peer.url)
        (tmp_path / "other" / "token").write_text("987654321:" + "B" * 35)
        async with open_account("telegram", "x", options) as stranger:
            found = await stranger.check()
        assert "token" in found[-1].en
        assert all(one.fix_en for one in found if not one.good)


@pytest.mark.parametrize(
    ("text", "lengths"),
    [
        ("", []),
        ("  \n ", []),
        ("a", [1]),
        ("a" * 4096, [4096]),
        ("a" * 4097, [4096, 1]),
        ("😀" * 2049, [2048, 1]),
        ("a" * 3000 + "\n" + "b" * 3000, [3000, 3000]),
    ],
)
def test_a_long_text_is_cut_where_telegram_counts(text: str, lengths: list[int]) -> None:
    """In units of UTF-16, at a line where there is one; no letter is lost."""
    parts = split(text)
    assert [len(part) for part in parts] == lengths
    assert all(len(part.encode("utf-16-le")) // 2 <= MOST_UNITS for part in parts)
    assert "".join(parts).split() == text.split() or "\n" in text


def test_every_fault_of_a_hook_is_a_channels(bot: Channel) -> None:
    """Nothing else leaves ``receive``."""
    for body in (b"\x00", b'{"update_id":1,"message":{"from":1}}', io.BytesIO(b"{").read()):
        try:
            bot.receive(request_of(body))
        except ChannelError as refused:
            assert isinstance(refused, HookRefused)  # noqa: PT017 - either way is right
