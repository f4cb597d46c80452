"""A busy desk to look at: conversations on several channels, the line, one citizen."""

from datetime import UTC, datetime, timedelta
from typing import Any

Json = dict[str, Any]
ME = "op-li"
SEAT = "8001"
QUEUES = {"civil": ("综合服务", "General"), "enterprise": ("企业服务", "Enterprise")}
ACCOUNTS = {
    "wechat": ("12345政务微信", "12345 on WeChat"),
    "web": ("网上12345", "Web page"),
    "app": ("随申办", "City App"),
    "telegram": ("Telegram", "Telegram"),
}


def ago(seconds: float) -> str:
    """RFC 3339 UTC, so many seconds before now (after, when negative)."""
    at = datetime.now(UTC) - timedelta(seconds=seconds)
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def titles(queue: str) -> Json:
    """The three fields by which a queue is named."""
    zh, en = QUEUES[queue]
    return {"queue": queue, "queue_title_zh": zh, "queue_title_en": en}


def chat(contact_id: str, channel: str, name: str, **more: Any) -> Json:
    """One conversation at seat 8001, open for five minutes, nothing owed."""
    zh, en = ACCOUNTS[channel]
    pull = channel in ("web", "app")
    return {
        "contact_id": contact_id,
        "channel": channel,
        "account": f"{channel}:main",
        "account_title_zh": zh,
        "account_title_en": en,
        "form": "chat",
        "state": "open",
        **titles("civil"),
        "emergency": False,
        "name": name,
        "label_masked": f"{channel} ****{contact_id[-2:]}",
        "opened_at": ago(300),
        "waiting_since": None,
        "due_at": None,
        "offered_at": None,
        "offer_until": None,
        "accepted_at": ago(280),
        "first_reply_at": None,
        "last_seq": 0,
        "read_seq": 0,
        "changed": 1,
        "last_in_at": ago(60),
        "last_text": "",
        "seat": SEAT,
        "operator_id": ME,
        "operator_name": "李静",
        "grant": None if pull else {"left": None, "expires_at": ago(-172_000)},
        "caps": {
            "text_most": 2000 if pull else 600,
            "sends": ["text", "image", "file"] if pull else ["text", "image"],
            "notice": False,
            "pull": pull,
            "live": True,
            "free": False,
            "sms": False,
            "billed": None,
        },
        "outcome": "",
        "disposition": None,
    } | more


def message(seq: int, direction: str, text: str = "", **more: Any) -> Json:
    """One message, said ``20 * (10 - seq)`` seconds ago."""
    out = {"state": "read", "route": "reply", "code": "", "changed_at": ago(1)}
    return {
        "id": f"m-{seq}",
        "seq": seq,
        "direction": direction,
        "kind": "text",
        "at": ago(max(0, 20 * (10 - seq))),
        "text": text,
        "event": "",
        "fields": {},
        "place": None,
        "operator_name": "" if direction == "in" else "李静",
        "reply_to": "",
        "attachments": [],
        "out": out if direction == "out" else None,
    } | more


def file(file_id: str, kind: str, name: str, **more: Any) -> Json:
    """A file that is here and can be shown."""
    return {
        "id": file_id,
        "kind": kind,
        "name": name,
        "found_type": "image/png",
        "size_bytes": 248_000,
        "state": "ready",
        "reason": "",
        "seconds": 0.0,
        "width": 640,
        "height": 480,
        "viewable": True,
    } | more


def busy_talk() -> list[Json]:
    """Every kind of message, and what goes wrong with them."""
    place = {
        "latitude": 31.230416,
        "longitude": 121.473701,
        "datum": "gcj02",
        "accuracy_m": 12.0,
        "address": "人民大道 200 号东侧人行道",
        "source": "pin",
    }
    refused = {
        "state": "refused",
        "viewable": False,
        "reason": "too-large",
        "size_bytes": 31_000_000,
    }
    failed = {"state": "failed", "route": "reply", "code": "recipient-gone", "changed_at": ago(1)}
    notice = {"state": "queued", "route": "notice", "code": "", "changed_at": ago(1)}
    return [
        message(1, "in", kind="event", event="subscribe"),
        message(2, "in", "你好，我家楼下的井盖坏了，晚上很危险，有小孩差点掉下去。"),
        message(3, "out", "您好，已收到，请问具体地点在哪里？"),
        message(4, "in", kind="location", place=place),
        message(5, "in", kind="image", attachments=[file("a-1", "image", "井盖.jpg")]),
        message(6, "in", kind="voice", attachments=[file("a-2", "voice", "", seconds=7.0)]),
        message(7, "note", "已电话通知市政值班室，工单 20261127-031。", operator_name="王磊"),
        message(
            8,
            "in",
            kind="link",
            fields={"title": "本地论坛的帖子", "url": "https://bbs.example.cn/t/8812?<b>x</b>"},
        ),
        message(9, "in", kind="video", attachments=[file("a-3", "video", "现场.mp4", **refused)]),
        message(10, "out", "养护单位预计 40 分钟内到场，请先绕行。", out=failed),
        message(11, "in", "<img src=x onerror=alert(1)> 快一点"),
        message(12, "in", kind="unknown", fields={"type": "channels_finder_feed", "id": "77"}),
        message(13, "out", "已在催办，请注意安全。", out=notice),
    ]


def busy_chats() -> list[Json]:
    """An offer, an emergency that is overdue, one that will be, one that is answered."""
    spent = {"left": 2, "expires_at": ago(-3600)}
    return [
        chat(
            "c-offer",
            "web",
            "",
            state="offered",
            offered_at=ago(4),
            offer_until=ago(-116),
            accepted_at=None,
            waiting_since=ago(41),
            due_at=ago(41 - 180),
            last_seq=1,
            last_text="请问老年卡在哪里换？",
            label_masked="访客 ****7c",
        ),
        chat(
            "c-urgent",
            "wechat",
            "阿明",
            emergency=True,
            waiting_since=ago(211),
            due_at=ago(31),
            last_seq=13,
            read_seq=10,
            last_text="快一点",
            grant=spent,
        ),
        chat(
            "c-soon",
            "app",
            "赵女士",
            accepted_at=ago(200),
            waiting_since=ago(140),
            due_at=ago(-40),
            last_seq=1,
            last_text="社保卡丢了怎么补办？",
        ),
        chat(
            "c-done",
            "telegram",
            "Wei",
            accepted_at=ago(90),
            last_seq=1,
            read_seq=1,
            last_text="谢谢！",
        ),
    ]


def item(item_id: str, kind: str, channel: str, waited: float, **more: Any) -> Json:
    """One thing in the line."""
    target = {"call": 15, "chat": 180, "form": 86_400, "callback": 7200}[kind]
    return {
        "id": item_id,
        "kind": kind,
        "channel": channel,
        "account": f"{channel}:main",
        **titles("civil"),
        "emergency": False,
        "since": ago(waited),
        "due_at": ago(waited - target),
        "state": "waiting",
        "seat": "",
        "operator_name": "",
        "mine": False,
        "excerpt": "",
    } | more


def busy_line() -> list[Json]:
    """As the gateway ranks them."""
    mine = {"state": "open", "seat": SEAT, "operator_name": "李静", "mine": True}
    return [
        item("c-urgent", "chat", "wechat", 211, emergency=True, excerpt="快一点", **mine),
        item("l-call", "call", "phone", 9, excerpt=""),
        item(
            "c-offer",
            "chat",
            "web",
            41,
            state="offered",
            seat=SEAT,
            operator_name="李静",
            mine=True,
        ),
        item("l-chat", "chat", "wechat", 22, excerpt="小区停水了，什么时候来水？"),
        item("l-back", "callback", "phone", 3100, excerpt="通话被中断"),
        item("l-form", "form", "web", 5400, excerpt="建议增加 38 路夜班车", **titles("enterprise")),
    ]
