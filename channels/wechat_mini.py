"""The customer messages of a WeChat mini program (小程序), pushed as XML or as JSON."""

from __future__ import annotations

from channels.channel import Channel
from channels.message import Kind
from channels.options import Options
from channels.wechat_account import Sort, WeChatAccount
from channels.wechat_api import SUBSCRIBE
from channels.wechat_events import MINI_GRANTS
from channels.wechat_settings import settings_of

SORT = Sort(
    kind="wechat_mini",
    grants=MINI_GRANTS,
    sends=frozenset({Kind.TEXT, Kind.IMAGE}),
    notice_path=SUBSCRIBE,
)


def open_account(name: str, options: Options) -> Channel:
    """``wechat_mini:<name>``; its options are those of ``WeChatSettings``."""
    del name
    return WeChatAccount(SORT, settings_of(options))
