"""A WeChat official account (公众号), in safe mode unless its settings say otherwise."""

from __future__ import annotations

from channels.channel import Channel
from channels.message import Kind
from channels.options import Options
from channels.wechat_account import Sort, WeChatAccount
from channels.wechat_api import BIZSEND
from channels.wechat_events import OFFICIAL_GRANTS
from channels.wechat_settings import settings_of

SORT = Sort(
    kind="wechat",
    grants=OFFICIAL_GRANTS,
    sends=frozenset({Kind.TEXT, Kind.IMAGE, Kind.VOICE, Kind.VIDEO}),
    notice_path=BIZSEND,
)


def open_account(name: str, options: Options) -> Channel:
    """``wechat:<name>``; its options are those of ``WeChatSettings``."""
    del name
    return WeChatAccount(SORT, settings_of(options))
