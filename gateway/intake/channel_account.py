"""A channel account as the use cases know it: what it is called, where its citizens wait."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from channels.channel import Caps, Channel
from channels.message import Kind, Route
from gateway.core.tags import UNTAGGED, Tags

SMS = "sms"
NOTHING = Caps(text_most=0, sends=frozenset(), routes=frozenset())
"""Of an account that the settings no longer have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelAccount:
    """``id`` is ``kind:name``; ``queue`` is where its conversations begin, ``tags`` are theirs."""

    id: str
    title_zh: str
    title_en: str
    queue: str
    channel: Channel
    tags: Tags = UNTAGGED

    @property
    def kind(self) -> str:
        """The registry's name."""
        return self.id.partition(":")[0]

    @property
    def replies(self) -> bool:
        """Whether a citizen can be answered by it at all."""
        caps = self.channel.caps
        return caps.pull or (Route.REPLY in caps.routes and Kind.TEXT in caps.sends)


ChannelAccounts = Mapping[str, ChannelAccount]


def short_messages(accounts: ChannelAccounts) -> ChannelAccount | None:
    """The first account that can send a short message to anybody's telephone."""
    return next((one for one in accounts.values() if one.kind == SMS and one.replies), None)


def caps_of(accounts: ChannelAccounts, account: str) -> Caps:
    """What this account can carry; nothing when it is gone."""
    found = accounts.get(account)
    return found.channel.caps if found else NOTHING
