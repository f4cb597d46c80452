"""The citizen's own page: live chat and form."""

from __future__ import annotations

from channels.channel import Channel
from channels.options import Options
from channels.pull import PullAccount


def open_account(name: str, options: Options) -> Channel:
    """``web:<name>``; it has no options."""
    del name, options
    return PullAccount("web")
