"""What can go wrong on a channel, one class per cause. ``code`` is for ever."""

from __future__ import annotations

from typing import ClassVar

from channels.message import HookAnswer


class ChannelError(Exception):
    """Something on a channel went wrong."""

    code: ClassVar[str] = "channel"
    retryable: ClassVar[bool] = False


class BadSettings(ChannelError):
    """The settings of a channel account do not fit; every problem at once as (key, zh, en)."""

    code = "channel-settings"

    def __init__(self, *problems: tuple[str, str, str]) -> None:
        super().__init__(*problems)
        self.problems = problems


class NotRecorded(ChannelError):
    """What a channel delivered or wanted to keep could not be written down: again later."""

    code = "not-recorded"
    retryable = True


class HookRefused(ChannelError):
    """A request to a hook is not believed or cannot be read; ``answer`` says what it is told.

    A platform that is refused tries again: what is ours to mend later is kept as ``unknown``
    instead, and only what nobody signed is refused.
    """

    code = "hook-refused"

    def __init__(self, reason: str, status: int = 403, body: bytes = b"") -> None:
        super().__init__(reason)
        self.reason = reason
        self.answer = HookAnswer(status=status, body=body)


class Forged(HookRefused):
    """The signature is not that of the platform."""

    code = "forged"


class Stale(HookRefused):
    """The request is too old, or too far ahead, to be believed."""

    code = "stale"


class Malformed(HookRefused):
    """The body cannot be read."""

    code = "malformed"

    def __init__(self, reason: str, status: int = 400, body: bytes = b"") -> None:
        super().__init__(reason, status, body)


class SendFailed(ChannelError):
    """The platform did not take a message; ``provider_code`` is its own word for why."""

    code = "send-failed"

    def __init__(self, provider_code: str) -> None:
        super().__init__(provider_code)
        self.provider_code = provider_code


class WindowClosed(SendFailed):
    """The right to reply is spent or over: another way must be taken."""

    code = "window-closed"


class RecipientGone(SendFailed):
    """The citizen blocked or left the account; no way of this channel reaches them."""

    code = "recipient-gone"


class TryLater(SendFailed):
    """The platform cannot take it now; after ``retry_after_seconds`` it may."""

    code = "try-later"
    retryable = True

    def __init__(self, provider_code: str, retry_after_seconds: float = 0.0) -> None:
        super().__init__(provider_code)
        self.retry_after_seconds = retry_after_seconds


class NotConnected(TryLater):
    """There is no connection now over which the platform could be asked: nothing was sent."""


class Unreachable(TryLater):
    """The platform does not answer. Whether it took the message is not known."""

    code = "unreachable"


class FetchFailed(ChannelError):
    """A file cannot be had from the platform: not now (``again``), or not at all."""

    code = "fetch-failed"

    def __init__(self, reason: str, *, again: bool) -> None:
        super().__init__(reason)
        self.reason, self.again = reason, again
