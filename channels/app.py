"""The city's App and mini-programs, which speak to our REST interface."""

from __future__ import annotations

from channels.channel import Channel
from channels.options import Options
from channels.pull import PullAccount


def open_account(name: str, options: Options) -> Channel:
    """``app:<name>``; it has no options."""
    del options
    return PullAccount("app", name)
