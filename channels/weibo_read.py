"""Private messages to a Weibo account (粉丝服务推送), in our words. PURE.

Source: open.weibo.com, 消息格式. Weibo signs no body and gives no ids: a message is known by all
that it says. What has no word with us is kept with everything it said.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from channels.errors import Malformed
from channels.message import Datum, Grant, Inbound, Kind, Location, MediaRef, Sender

MOST_BYTES = 64 * 1024
GRANT = Grant(quota=0, seconds=48 * 3600)
FILES: Mapping[str, tuple[Kind, str]] = {
    "image": (Kind.IMAGE, "image/jpeg"),
    "voice": (Kind.VOICE, "audio/amr"),
}
EVENTS = frozenset({"event", "mention"})
FILE_DAYS = 7
_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


def read(body: bytes, now: datetime) -> Inbound:
    """The message. Raises Malformed."""
    if len(body) > MOST_BYTES:
        raise Malformed("too large", status=413)
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        raise Malformed("not JSON") from None
    if not isinstance(said, dict):
        raise Malformed("not an object")
    sender, kind = _id(said.get("sender_id")), _line(said.get("type"))[:64]
    if not sender:
        raise Malformed("no sender")
    data = said.get("data")
    inner: Mapping[str, Any] = data if isinstance(data, dict) else {}
    return _inbound(said, sender, kind, inner, now)


def _inbound(
    said: Mapping[str, Any], sender: str, kind: str, inner: Mapping[str, Any], now: datetime
) -> Inbound:
    text, event = _line(said.get("text")), ""
    place: Location | None = None
    media: tuple[MediaRef, ...] = ()
    fields: dict[str, str] = {}
    if kind == "text":
        ours = Kind.TEXT
    elif kind in FILES:
        ours, media = FILES[kind][0], _file(inner, kind, now)
    elif kind == "position":
        ours, place = Kind.LOCATION, _place(inner, text)
    elif kind in EVENTS:
        ours, event = Kind.EVENT, _line(inner.get("subtype"))[:64] or kind
    else:
        rest = json.dumps(inner, ensure_ascii=False)[:4000] if inner else ""
        ours, fields = Kind.UNKNOWN, {"type": kind} | ({"data": _line(rest)} if rest else {})
    key = _key(said)
    return Inbound(
        key=key,
        sender=Sender(scheme="weibo_uid", value=sender),
        kind=ours,
        sent_at=_time(said.get("created_at"), now),
        text=text,
        media=media,
        location=place,
        event=event,
        fields=fields,
        provider_id=key,
        grant=None if ours is Kind.EVENT else GRANT,
        starts=ours is not Kind.EVENT,
    )


def _key(said: Mapping[str, Any]) -> str:
    names = ("receiver_id", "sender_id", "created_at", "type", "text", "data")
    parts = [json.dumps(said.get(name), sort_keys=True) for name in names]
    told = "".join(f"{len(part)}:{part}" for part in parts)
    return f"wb-{hashlib.sha256(told.encode()).hexdigest()[:40]}"


def _id(value: object) -> str:
    """A number of theirs, which JSON readers elsewhere would round."""
    text = str(value) if isinstance(value, int | str) and not isinstance(value, bool) else ""
    return text if text.isascii() and text.isdigit() and len(text) <= 20 else ""


def _line(value: object) -> str:
    text = value if isinstance(value, str) else ""
    return text.encode("utf-8", "replace").decode().replace("\0", "")


def _file(inner: Mapping[str, Any], kind: str, now: datetime) -> tuple[MediaRef, ...]:
    """What the account may have: ``tovfid`` is the receiver's copy, ``vfid`` the sender's."""
    ref = _id(inner.get("tovfid")) or _id(inner.get("vfid"))
    if not ref:
        return ()
    ours, declared = FILES[kind]
    until = now + timedelta(days=FILE_DAYS)
    return (MediaRef(ref=ref, kind=ours, declared_type=declared, expires_at=until),)


def _place(inner: Mapping[str, Any], text: str) -> Location | None:
    try:
        north, east = float(inner["latitude"]), float(inner["longitude"])
    except (KeyError, TypeError, ValueError, OverflowError):
        return None
    if not (abs(north) <= 90 and abs(east) <= 180):
        return None
    return Location(latitude=north, longitude=east, datum=Datum.GCJ02, address=text)


def _time(value: object, now: datetime) -> datetime:
    """``Mon Jul 16 18:09:20 +0800 2012``; ours when it is none, or one that cannot be."""
    parts = _line(value).split()
    try:
        _, month, day, clock, zone, year = parts
        if month not in _MONTHS:
            return now
        at = parsedate_to_datetime(f"{day} {month} {year} {clock} {zone}").astimezone(UTC)
    except (ValueError, TypeError, OverflowError):
        return now
    return at if at <= now + timedelta(days=1) else now
