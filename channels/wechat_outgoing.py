"""Our messages in WeChat's words: what one of ours becomes, and how many that is. PURE.

Sources: developers.weixin.qq.com, 客服消息 (touser, msgtype), 订阅通知, 新增临时素材 (sizes).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

from channels.errors import SendFailed
from channels.message import Kind, Outbound, OutFile
from channels.wechat_settings import WeChatSettings
from channels.wechat_split import split

CHINA = timezone(timedelta(hours=8), "CST")
"""The time in which a notice is written; China has one."""
MOST_THING = 20
"""Characters of a template's ``thing``."""

_MB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class FileRule:
    """What WeChat takes of one kind: its own word for it, its types and their endings, its size."""

    word: str
    types: Mapping[str, str]
    most_bytes: int


_PICTURES = {"image/jpeg": "jpg", "image/png": "png", "image/gif": "gif", "image/bmp": "bmp"}
FILES: Mapping[Kind, FileRule] = {
    Kind.IMAGE: FileRule("image", _PICTURES, 10 * _MB),
    Kind.VOICE: FileRule("voice", {"audio/amr": "amr", "audio/mpeg": "mp3"}, 2 * _MB),
    Kind.VIDEO: FileRule("video", {"video/mp4": "mp4"}, 10 * _MB),
}


def rule_of(file: OutFile, sends: frozenset[Kind]) -> FileRule:
    """How this file goes; raises SendFailed when it cannot."""
    rule = FILES.get(file.kind)
    if rule is None or file.kind not in sends:
        raise SendFailed("kind-not-sent")
    if file.content_type not in rule.types:
        raise SendFailed("type-not-sent")
    return rule


def counts(outbound: Outbound) -> int:
    """How many messages WeChat counts this as."""
    return max(1, len(split(outbound.text)) + len(outbound.files))


def texts(outbound: Outbound) -> tuple[dict[str, Any], ...]:
    """The words, in as many messages as they need."""
    return tuple(
        {"touser": outbound.to, "msgtype": "text", "text": {"content": part}}
        for part in split(outbound.text)
    )


def file_message(to: str, word: str, media_id: str) -> dict[str, Any]:
    """A file that was uploaded."""
    return {"touser": to, "msgtype": word, word: {"media_id": media_id}}


def notice(settings: WeChatSettings, outbound: Outbound, now: datetime) -> dict[str, Any]:
    """A subscription notice; its template has room for little, so the words are cut."""
    words = " ".join(outbound.text.split())
    if len(words) > MOST_THING:
        words = f"{words[: MOST_THING - 1]}…"
    at = now.astimezone(CHINA).strftime("%Y-%m-%d %H:%M")
    said = {
        name: {"value": text.replace("{text}", words).replace("{time}", at)}
        for name, text in settings.notice_data
    }
    page = {"page": settings.notice_page} if settings.notice_page else {}
    return {
        "touser": outbound.to,
        "template_id": settings.notice_template,
        "data": said,
        **page,
    }
