"""The channels that there are: one line each.

A channel is a file with a function ``open_account(name, options)``, a line here, and a folder
``tests/fixtures/channels/<kind>``. Its file, and what it needs, is imported when an account of its
kind is opened.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import cast

from channels.channel import Channel
from channels.errors import BadSettings
from channels.options import Options

CHANNELS: Mapping[str, str] = {
    "web": "channels.web",
    "app": "channels.app",
    "wechat": "channels.wechat",
    "wechat_mini": "channels.wechat_mini",
    "telegram": "channels.telegram",
    "sms": "channels.sms",
    "mail": "channels.mail",
    "wecom": "channels.wecom",
    "weibo": "channels.weibo",
}
"""The kind, as settings and account ids say it → its file."""


def open_account(kind: str, name: str, options: Mapping[str, str]) -> Channel:
    """The account ``kind:name``, not yet entered. Raises BadSettings with every problem at once."""
    module = CHANNELS.get(kind)
    if module is None:
        known = " ".join(CHANNELS)
        raise BadSettings(
            ("kind", f"没有这种渠道；有：{known}", f"no such channel; there are: {known}")
        )
    read = Options(options)
    channel = cast("Channel", import_module(module).open_account(name, read))
    read.close()
    return channel
