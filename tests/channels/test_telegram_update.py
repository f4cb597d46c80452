"""What Telegram delivers, as python-telegram-bot's own objects encode it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import telegram
from hypothesis import given, settings
from hypothesis import strategies as st

import channels.telegram as door
from channels.channel import Channel
from channels.errors import (
    Forged,
    HookRefused,
    Malformed,
)
from channels.message import Datum, Inbound, Kind
from channels.registry import open_account
from tests.channels.telegram_world import CHAT, CITIZEN, NOW, options_in, request_of
from tests.peers.telegram_peer import SECRET


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


@settings(max_examples=200, deadline=None)
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
