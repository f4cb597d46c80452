"""The city's App and mini-programs, which speak to our REST interface with a key of their own."""

from __future__ import annotations

import hmac

from channels.channel import Channel
from channels.options import Options
from channels.pull import PullAccount

KEY = r"[A-Za-z0-9_-]{24,128}"


class AppAccount(PullAccount):
    """``app:<name>``; ``key_file`` holds what the App sends as its bearer token."""

    def __init__(self, name: str, key: str) -> None:
        super().__init__("app", name)
        self._key = key.encode()

    def opens(self, key: str) -> bool:
        """Whether this is its key; nothing is, while it has none."""
        return bool(self._key) and hmac.compare_digest(self._key, key.encode())


def open_account(name: str, options: Options) -> Channel:
    """``app:<name>``; without a key nobody can write by it."""
    return AppAccount(name, options.secret("key_file", form=KEY, needed=False))
