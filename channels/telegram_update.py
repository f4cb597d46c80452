"""What Telegram delivers, read from plain JSON into our own words. PURE.

https://core.telegram.org/bots/api#update. A kind that is not known is kept as ``unknown`` with what
Telegram calls it; only what is no update at all is refused. Places are WGS 84.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from channels.errors import Malformed
from channels.message import Datum, Grant, Inbound, Kind, Location, MediaRef, Sender

MOST_TEXT = 8192
MOST_NAME = 128
MOST_WORD = 64
YEAR_SECONDS = 365 * 86_400
GRANT = Grant(quota=0, seconds=YEAR_SECONDS)
"""Whoever wrote to a bot may be written to until they block it."""
ENVELOPES = ("message", "edited_message", "callback_query", "my_chat_member")
"""What is asked for by ``setWebhook``; anything else is unknown."""
FILES: Mapping[str, Kind] = {
    "voice": Kind.VOICE,
    "video": Kind.VIDEO,
    "video_note": Kind.VIDEO,
    "animation": Kind.VIDEO,
    "audio": Kind.FILE,
    "document": Kind.FILE,
}
"""In this order: an animation is sent as a document, too."""
PLAIN = frozenset(
    {
        "message_id",
        "date",
        "edit_date",
        "from",
        "chat",
        "sender_chat",
        "reply_to_message",
        "caption",
        "entities",
        "text",
        "via_bot",
        "caption_entities",
        "media_group_id",
        "is_topic_message",
        "message_thread_id",
        "has_protected_content",
        "link_preview_options",
        "quote",
        "external_reply",
        "forward_origin",
        "author_signature",
    }
)
"""Parts of a message that do not say what it is."""

Json = dict[str, Any]


def read(body: bytes, bot_id: str, received_at: datetime) -> Inbound:
    """The one thing in an update. Raises Malformed."""
    try:
        update = json.loads(body.decode())
    except (ValueError, RecursionError):
        raise Malformed("not-json") from None
    if not isinstance(update, dict) or not _is_id(update.get("update_id")):
        raise Malformed("no-update")
    key = f"{bot_id}:{update['update_id']}"
    for name in ENVELOPES:
        inner = update.get(name)
        if isinstance(inner, dict):
            try:
                return _READ[name](inner, key, received_at)
            except (KeyError, ValueError, TypeError, OverflowError, AttributeError):
                break
    named = next((name for name in update if name != "update_id"), "")
    return _unknown(key, _sender_in(update.get(named)), named, received_at)


def _message(inner: Json, key: str, received_at: datetime, event: str = "") -> Inbound:
    """A message of a private chat; one of a group is kept and rings nobody."""
    sender, at = _sender(inner["from"]), _time(inner.get("date"), received_at)
    if inner["chat"]["type"] != "private":
        return _unknown(key, sender, "group", at)
    text, media, place = _words(inner), _files(inner), _place(inner)
    kind, fields = Kind.TEXT, {}
    if text == "/start" or text.startswith("/start "):
        kind, event = Kind.EVENT, "start"
    elif media:
        kind = media[0].kind
    elif place is not None:
        kind = Kind.LOCATION
    elif "text" not in inner:
        named = next((name for name in inner if name not in PLAIN and inner[name]), "message")
        kind, fields = Kind.UNKNOWN, {"type": _text(named, MOST_WORD)}
        text = _contact(inner) or text
    return Inbound(
        key=key,
        sender=sender,
        kind=kind,
        sent_at=at,
        text=text,
        media=media,
        location=place,
        event=event,
        fields=fields,
        provider_id=_number(inner["message_id"]),
        reply_to=_replied(inner),
        grant=GRANT,
        starts=kind is not Kind.EVENT and not event,
    )


def _edited(inner: Json, key: str, received_at: datetime) -> Inbound:
    """The new words of an old message; they open no conversation by themselves."""
    return _message(inner, key, received_at, "edited")


def _pressed(inner: Json, key: str, received_at: datetime) -> Inbound:
    """A button of ours under a message."""
    return Inbound(
        key=key,
        sender=_sender(inner["from"]),
        kind=Kind.EVENT,
        sent_at=received_at,
        text=_text(inner.get("data"), MOST_TEXT),
        event="button",
        grant=GRANT,
        starts=False,
    )


def _member(inner: Json, key: str, received_at: datetime) -> Inbound:
    """The citizen blocked the bot, or let it in again."""
    status = str(inner["new_chat_member"]["status"])
    return Inbound(
        key=key,
        sender=_sender(inner["from"]),
        kind=Kind.EVENT,
        sent_at=_time(inner.get("date"), received_at),
        event="left" if status in ("kicked", "left") else "joined",
        starts=False,
    )


_READ = {
    "message": _message,
    "edited_message": _edited,
    "callback_query": _pressed,
    "my_chat_member": _member,
}


def _unknown(key: str, sender: Sender, named: str, at: datetime) -> Inbound:
    fields = {"type": _text(named, MOST_WORD)}
    return Inbound(
        key=key, sender=sender, kind=Kind.UNKNOWN, sent_at=at, fields=fields, starts=False
    )


def _is_id(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) < 1 << 63


def _number(value: object) -> str:
    return str(value) if _is_id(value) else ""


def _sender(who: Json) -> Sender:
    if not _is_id(who["id"]):
        raise ValueError
    names = (who.get("first_name"), who.get("last_name"))
    name = " ".join(part for part in names if isinstance(part, str))
    return Sender(scheme="tg_id", value=str(who["id"]), name=_text(name, MOST_NAME))


def _sender_in(inner: object) -> Sender:
    """Who it came from, as far as can be told; 0 is nobody."""
    if isinstance(inner, dict):
        for name in ("from", "user", "chat"):
            try:
                return _sender(inner[name])
            except (KeyError, ValueError, TypeError, AttributeError):
                continue
    return Sender(scheme="tg_id", value="0")


def _time(value: object, otherwise: datetime) -> datetime:
    """Unix seconds of this century; anything else is when we heard of it."""
    if (
        isinstance(value, int)
        and not isinstance(value, bool)
        and 946_684_800 < value < 4_102_444_800
    ):
        return datetime.fromtimestamp(value, UTC)
    return otherwise


def _text(value: object, most: int) -> str:
    """A text that the store can hold: no NUL, no half of a pair (JSON can write both)."""
    if not isinstance(value, str):
        return ""
    whole = value[:most].encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return whole.replace("\0", "\ufffd")


def _words(inner: Json) -> str:
    return _text(inner.get("text"), MOST_TEXT) or _text(inner.get("caption"), MOST_TEXT)


def _contact(inner: Json) -> str:
    """A business card that was shared."""
    card = inner.get("contact")
    if not isinstance(card, dict):
        return ""
    parts = [card.get(name) for name in ("first_name", "last_name", "phone_number")]
    return _text(" ".join(part for part in parts if isinstance(part, str)), MOST_TEXT)


def _replied(inner: Json) -> str:
    to = inner.get("reply_to_message")
    return _number(to.get("message_id")) if isinstance(to, dict) else ""


def _files(inner: Json) -> tuple[MediaRef, ...]:
    photos = inner.get("photo")
    if isinstance(photos, list) and photos:
        sizes = [one for one in photos if isinstance(one, dict) and _is_id(one.get("width"))]
        return (_file(max(sizes, key=lambda one: int(one["width"])), Kind.IMAGE),)
    sticker = inner.get("sticker")
    if isinstance(sticker, dict) and not sticker.get("is_animated") and not sticker.get("is_video"):
        return (_file(sticker, Kind.IMAGE),)
    for name, kind in FILES.items():
        if isinstance(inner.get(name), dict):
            return (_file(inner[name], kind),)
    return ()


def _file(given: Json, kind: Kind) -> MediaRef:
    """Telegram keeps a file as long as the message: it does not expire."""
    ref, size = given["file_id"], given.get("file_size", 0)
    if not isinstance(ref, str) or not 0 < len(ref) <= 512 or not ref.isprintable():
        raise ValueError
    return MediaRef(
        ref=ref,
        kind=kind,
        name=_text(given.get("file_name"), MOST_NAME),
        declared_type=_text(given.get("mime_type"), MOST_NAME),
        size_bytes=max(size, 0) if _is_id(size) else 0,
    )


def _place(inner: Json) -> Location | None:
    venue = inner.get("venue")
    there = venue.get("location") if isinstance(venue, dict) else inner.get("location")
    if not isinstance(there, dict):
        return None
    latitude, longitude = float(there["latitude"]), float(there["longitude"])
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise ValueError
    named = [venue.get("title"), venue.get("address")] if isinstance(venue, dict) else []
    accuracy = float(there.get("horizontal_accuracy") or 0)
    return Location(
        latitude=latitude,
        longitude=longitude,
        datum=Datum.WGS84,
        accuracy_m=accuracy if 0 <= accuracy <= 1500 else 0.0,
        address=_text(" ".join(one for one in named if isinstance(one, str)), 256),
    )
