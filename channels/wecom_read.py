"""What customers write to 微信客服, as ``kf/sync_msg`` tells it, in our words. PURE.

Source: developer.work.weixin.qq.com, 接收消息和事件 (path 94670), 读取消息. A message is known by
open_kfid and msgid. What has no word with us is kept with everything it said.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from channels.message import (
    Datum,
    Grant,
    Inbound,
    Kind,
    Location,
    MediaRef,
    Receipt,
    ReceiptState,
    Received,
    Sender,
)

MESSAGE_GRANT = Grant(quota=5, seconds=48 * 3600)
MEDIA_DAYS = 3
CUSTOMER, SYSTEM = 3, 4
"""Where a message comes from; a servicer's own (5) are what an operator wrote elsewhere."""
FILES: Mapping[str, Kind] = {
    "image": Kind.IMAGE,
    "voice": Kind.VOICE,
    "video": Kind.VIDEO,
    "file": Kind.FILE,
}
_TEXT = 4_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One answer of sync_msg: what was said, where the next begins, whether there is more."""

    received: Received
    cursor: str
    more: bool


def page_of(answer: Mapping[str, Any], now: datetime) -> Page:
    """The page; what is no message in it is passed over."""
    messages, receipts = [], []
    given = answer.get("msg_list")
    for one in given if isinstance(given, list) else ():
        if not isinstance(one, dict):
            continue
        failed = _failed(one, now)
        if failed is not None:
            receipts.append(failed)
        inbound = _inbound(one, now)
        if inbound is not None:
            messages.append(inbound)
    return Page(
        received=Received(messages=tuple(messages), receipts=tuple(receipts)),
        cursor=_word(answer.get("next_cursor")),
        more=answer.get("has_more") == 1,
    )


def _inbound(one: Mapping[str, Any], now: datetime) -> Inbound | None:
    """What a customer did; None for what others did, and for what names nobody."""
    kind = _word(one.get("msgtype"))
    event = _inner(one, "event") if kind == "event" else {}
    who = _word(one.get("external_userid")) or _word(event.get("external_userid"))
    number = _word(one.get("msgid"))
    if not who or not number or one.get("origin") not in (CUSTOMER, SYSTEM):
        return None
    account = _word(one.get("open_kfid")) or _word(event.get("open_kfid"))
    said = _said(kind, one, now)
    return Inbound(
        key=f"{account}:{number}",
        sender=Sender(scheme="external_userid", value=who),
        kind=said.kind,
        sent_at=_time(one.get("send_time"), now),
        text=said.text,
        media=said.media,
        location=said.location,
        event=said.event,
        fields=said.fields,
        provider_id=number,
        grant=None if kind == "event" else MESSAGE_GRANT,
        starts=kind != "event",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Said:
    kind: Kind
    text: str = ""
    media: tuple[MediaRef, ...] = ()
    location: Location | None = None
    event: str = ""
    fields: Mapping[str, str]


def _said(kind: str, one: Mapping[str, Any], now: datetime) -> _Said:
    inner = _inner(one, kind)
    if kind == "text":
        return _Said(kind=Kind.TEXT, text=_line(inner.get("content")), fields={})
    if kind in FILES:
        return _Said(kind=FILES[kind], media=_file(inner, FILES[kind], now), fields={})
    if kind == "location":
        return _place(inner)
    if kind == "link":
        names = {"title": "title", "desc": "description", "url": "url"}
        fields = {ours: _line(inner.get(theirs)) for theirs, ours in names.items()}
        return _Said(kind=Kind.LINK, text=fields["title"], fields=fields)
    if kind == "event":
        return _Said(kind=Kind.EVENT, event=_word(inner.get("event_type")) or "event", fields={})
    rest = json.dumps(inner, ensure_ascii=False)[:_TEXT] if inner else ""
    fields = {"type": kind} | ({"content": _line(rest)} if rest else {})
    return _Said(kind=Kind.UNKNOWN, fields=fields)


def _file(inner: Mapping[str, Any], kind: Kind, now: datetime) -> tuple[MediaRef, ...]:
    ref = _word(inner.get("media_id"))
    if not ref:
        return ()
    until = now + timedelta(days=MEDIA_DAYS)
    declared = "audio/amr" if kind is Kind.VOICE else ""
    return (MediaRef(ref=ref, kind=kind, declared_type=declared, expires_at=until),)


def _place(inner: Mapping[str, Any]) -> _Said:
    name = " ".join(one for one in (_line(inner.get("name")), _line(inner.get("address"))) if one)
    try:
        north, east = float(inner["latitude"]), float(inner["longitude"])
        good = abs(north) <= 90 and abs(east) <= 180
    except (KeyError, TypeError, ValueError, OverflowError):
        north, east, good = 0.0, 0.0, False
    place = Location(latitude=north, longitude=east, datum=Datum.GCJ02, address=name)
    return _Said(kind=Kind.LOCATION, text=name, location=place if good else None, fields={})


def _failed(one: Mapping[str, Any], now: datetime) -> Receipt | None:
    """A message of ours that did not get there (msg_send_fail)."""
    event = _inner(one, "event")
    number = _word(event.get("fail_msgid"))
    if _word(event.get("event_type")) != "msg_send_fail" or not number:
        return None
    code = event.get("fail_type")
    told = str(code) if isinstance(code, int) else ""
    at = _time(one.get("send_time"), now)
    return Receipt(provider_id=number, state=ReceiptState.FAILED, at=at, code=told)


def _inner(one: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = one.get(name)
    return found if isinstance(found, dict) else {}


def _word(value: object) -> str:
    """An id or a name of theirs; anything else is none."""
    text = value if isinstance(value, str) else ""
    return text if len(text) <= 256 and text.isprintable() else ""


def _line(value: object) -> str:
    text = value if isinstance(value, str) else ""
    return text.encode("utf-8", "replace").decode().replace("\0", "")


def _time(value: object, now: datetime) -> datetime:
    if not isinstance(value, int) or not 0 < value < 10**11:
        return now
    at = datetime.fromtimestamp(value, UTC)
    return at if at <= now + timedelta(days=1) else now
