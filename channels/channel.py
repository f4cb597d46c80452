"""What every channel account can do; one contract test holds them all to it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Protocol

from channels.message import (
    Finding,
    Kind,
    MediaRef,
    Outbound,
    Received,
    Route,
    Sent,
    WebhookRequest,
)


def one(_outbound: Outbound) -> int:
    """Whatever is said is one message."""
    return 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Billed:
    """What a carrier counts and takes: ``before`` and ``behind`` leave with every text.

    70 units of UTF-16 are one part, more are parts of 67; ``mils`` are thousandths of a yuan for
    each (0: no price is known).
    """

    before: str
    behind: str = ""
    mils: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Caps:
    """What a channel can carry. Lengths are characters; what is longer is split or refused.

    ``pull``: the citizen's own page reads what we say from us; there is nobody to send it to.
    ``live``: whoever writes is there and waits (a chat); otherwise a form or a letter.
    ``windowed``: a reply needs the right that a message of the citizen opened (``Inbound.grant``).
    ``hooked``: its platform calls a hook of ours; not so who is read from our pages, or only feeds
    itself (``channels.feed``).
    ``hook_bytes``: how much a request to its hook may hold. ``scheme``: what the addresses are to
    which it sends (openid, tg_id). ``billed``: each message costs money, as it says.
    """

    text_most: int
    sends: frozenset[Kind] = frozenset({Kind.TEXT})
    routes: frozenset[Route] = frozenset({Route.REPLY})
    pull: bool = False
    live: bool = True
    counts: Callable[[Outbound], int] = one
    hooked: bool = True
    hook_bytes: int = 64 * 1024
    scheme: str = ""
    windowed: bool = False
    billed: Billed | None = None


class Channel(AbstractAsyncContextManager["Channel"], Protocol):
    """One account on one platform, e.g. ``wechat:main``; made by its registry line."""

    @property
    def kind(self) -> str:
        """wechat, telegram, web, app: the registry's name."""
        ...

    @property
    def caps(self) -> Caps:
        """What it can carry."""
        ...

    def receive(self, request: WebhookRequest) -> Received:
        """Verify, decrypt, parse; no I/O, no waiting. Raises HookRefused.

        It may remember what it has seen (nonces). What is signed and cannot be understood comes
        back as a message of kind ``unknown``.
        """
        ...

    async def send(self, outbound: Outbound) -> Sent:
        """Give one message to the platform. Raises SendFailed and those below it."""
        ...

    def fetch(self, media: MediaRef, most_bytes: int) -> AsyncIterator[bytes]:
        """The file, in pieces, from hosts fixed by the settings. Raises FetchFailed.

        More than ``most_bytes`` is FetchFailed too.
        """
        ...

    async def check(self) -> tuple[Finding, ...]:
        """Settings, signature against oneself, reachability: each a line; raises nothing."""
        ...
