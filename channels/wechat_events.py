"""What happens on a WeChat account beside messages, and what it opens. PURE.

Sources: developers.weixin.qq.com, 接收事件推送, 订阅通知, 客服消息 (the rights to reply).
An event has no id: it is known by receiver, sender, time, name and key (two different ones may
share a second), hashed because the sender's openid is personal.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from channels.message import (
    Datum,
    Grant,
    Inbound,
    Kind,
    Receipt,
    ReceiptState,
    Received,
    Sender,
)
from channels.wechat_body import Body
from channels.wechat_fields import MOST_ID, digest, named, place, receiver, sender, time

_TAP = Grant(quota=3, seconds=60)
OFFICIAL_GRANTS: Mapping[str, Grant] = {
    "subscribe": _TAP,
    "SCAN": _TAP,
    "CLICK": _TAP,
    "scancode_push": _TAP,
    "scancode_waitmsg": _TAP,
}
"""What opens a right to reply beside a message; following a menu's link (VIEW) opens none."""
MINI_GRANTS: Mapping[str, Grant] = {"user_enter_tempsession": Grant(quota=2, seconds=60)}

FIELDS = {
    "EventKey": "key",
    "SessionFrom": "from",
    "MenuId": "menu",
}
DEEP = {"ScanType": "scan_type", "ScanResult": "scanned"}
"""Theirs by ours: what stands at the top, and what may stand below it."""
_ANSWERS = {"accept": "notices_agreed", "reject": "notices_refused"}
_ARRIVALS = {"TEMPLATESENDJOBFINISH", "subscribe_msg_sent_event"}


def received(body: Body, datum: Datum, grants: Mapping[str, Grant], now: datetime) -> Received:
    """An event, or how our own notices arrived. Raises Malformed."""
    top = body.top
    openid, name, at = sender(top), top.get("Event", "").strip(), time(top, now)
    if name in _ARRIVALS:
        return Received(receipts=_receipts(body, at))
    fields = named(top, FIELDS)
    for theirs, ours in DEEP.items():
        if said := body.all(theirs):
            fields[ours] = said[0]
    for theirs, ours in _ANSWERS.items():
        if templates := _templates(body, theirs):
            fields[ours] = templates
    told = (openid, top.get("CreateTime", ""), name, top.get("EventKey", ""))
    event = Inbound(
        key=f"{receiver(top)}:event:{digest(*told, *(text for _, text in body.deep))}",
        sender=Sender(scheme="openid", value=openid),
        kind=Kind.EVENT,
        sent_at=at,
        event=name.lower()[:MOST_ID] or "unknown",
        fields=fields,
        location=place(top, "Latitude", "Longitude", datum) if name == "LOCATION" else None,
        grant=grants.get(name),
        starts=False,
    )
    return Received(messages=(event,))


def _templates(body: Body, answer: str) -> str:
    """Which notices a citizen agreed to, or refused, in one dialogue."""
    pairs = zip(body.all("TemplateId"), body.all("SubscribeStatusString"), strict=False)
    return " ".join(template for template, said in pairs if said == answer)


def _receipts(body: Body, at: datetime) -> tuple[Receipt, ...]:
    """One of a template message, or a list of subscription notices."""
    top = body.top
    number = top.get("MsgID") or top.get("MsgId")
    if number:
        status = top.get("Status", "")
        return (_receipt(number, status == "success", status, at),)
    codes = zip(body.all("MsgID"), body.all("ErrorCode"), strict=False)
    return tuple(_receipt(each, code == "0", code, at) for each, code in codes)


def _receipt(number: str, good: bool, code: str, at: datetime) -> Receipt:
    state = ReceiptState.DELIVERED if good else ReceiptState.FAILED
    return Receipt(provider_id=number[:MOST_ID], state=state, at=at, code="" if good else code[:64])
