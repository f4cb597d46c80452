"""What a simulated phone can meet."""

from __future__ import annotations


class PhoneError(Exception):
    """A simulated phone could not do what was asked."""


class NotSip(PhoneError):
    """A datagram is no SIP message (RFC 3261)."""


class NobodyAnswered(PhoneError):
    """No final response came in time (RFC 3261 timer B or F)."""

    def __init__(self, method: str) -> None:
        super().__init__(method)
        self.method = method


class Refused(PhoneError):
    """The far side answered with an error; ``code`` is the SIP status."""

    def __init__(self, method: str, code: int, reason: str) -> None:
        super().__init__(method, code, reason)
        self.method, self.code, self.reason = method, code, reason


class CallOver(PhoneError):
    """The call has ended already."""
