"""What a CMPP connection is told, and what happens on it, as values. PURE."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field

from channels.cmpp_fields import Version
from channels.cmpp_pdus import Deliver


class NotNow(Exception):
    """Nothing can be submitted: not logged in, or as much is under way as may be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """Who we are. ``strict``: leave a gateway that does not show that it knows the secret."""

    source_addr: str
    secret: bytes = field(repr=False)
    version: Version
    strict: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """C, T and N of the standard: seconds, seconds, tries."""

    idle_seconds: float = 180.0
    answer_seconds: float = 60.0
    tries: int = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedIn:
    """The gateway let us in; ``proven``: and showed that it knows the secret, too."""

    proven: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A submit was taken under ``msg_id``; ``late``: after its ``Again`` had been said."""

    handle: Hashable
    msg_id: int
    late: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Again:
    """A submit is to be tried again in ``seconds``: the gateway is too busy, or did not answer.

    ``unknown``: whether it was taken is not known.
    """

    handle: Hashable
    code: str
    seconds: float = 0.0
    unknown: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A submit was refused for good, with this Result."""

    handle: Hashable
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """Something was delivered; it is answered once it is recorded (``Session.answer``)."""

    deliver: Deliver
    frame: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Strayed:
    """Something came that cannot be read, or answers nothing that was asked; it was ignored."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """The connection is over; the last event. ``reason``: ``login-3``, ``silent``, ``lost``..."""

    reason: str


Event = LoggedIn | Taken | Again | Refused | Arrived | Strayed | Ended
