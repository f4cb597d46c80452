"""What can go wrong, one class per cause.

HotlineError
├── IllegalMove          a life (call, seat) was asked for a move its table does not have
├── Unknown              nothing of that kind has this id
│   └── Gone             there was one; it was shredded when its time was over
├── NotAllowed           the role may not do this
├── Invalid              what was sent does not fit; lists every problem at once
├── AlreadyTaken         somebody else holds it
├── Throttled            too often; says when to come back
└── Unavailable          (retryable) a part we depend on is away
    ├── PhonesUnavailable
    ├── StoreUnavailable
    ├── LineUnavailable
    └── ThrottleUnavailable

The docstring of a class is its message. ``code`` is API and never renamed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


class HotlineError(Exception):
    """Something in the hotline went wrong."""

    code: ClassVar[str] = "error"
    retryable: ClassVar[bool] = False

    def __str__(self) -> str:
        facts = ", ".join(f"{name}={value!r}" for name, value in vars(self).items())
        message = (type(self).__doc__ or "").partition("\n")[0]
        return f"{message} ({facts})" if facts else message


class IllegalMove(HotlineError):
    """This is not possible in the present state."""

    code = "illegal-move"

    def __init__(self, entity: str, state: str, event: str) -> None:
        super().__init__(entity, state, event)
        self.entity, self.state, self.event = entity, state, event


class Unknown(HotlineError):
    """There is no such thing."""

    code = "unknown"

    def __init__(self, kind: str, id: str) -> None:
        super().__init__(kind, id)
        self.kind, self.id = kind, id


class Gone(Unknown):
    """It was kept for as long as it may be, and is gone."""

    code = "gone"


class NotAllowed(HotlineError):
    """This role may not do that."""

    code = "not-allowed"

    def __init__(self, action: str) -> None:
        super().__init__(action)
        self.action = action


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with what was sent.

    ``pointer`` is a JSON pointer (RFC 6901) or ``file:key``; ``zh`` and ``en`` say what is wrong
    and how to mend it.
    """

    pointer: str
    code: str
    zh: str
    en: str


class Invalid(HotlineError):
    """What was sent cannot be accepted."""

    code = "invalid"

    def __init__(self, *problems: Problem) -> None:
        super().__init__(*problems)
        self.problems = problems


class AlreadyTaken(HotlineError):
    """Somebody else holds this already."""

    code = "already-taken"

    def __init__(self, kind: str, id: str, by: str) -> None:
        super().__init__(kind, id, by)
        self.kind, self.id, self.by = kind, id, by


class Throttled(HotlineError):
    """Too many tries; wait before the next."""

    code = "throttled"
    retryable = True

    def __init__(self, retry_after_seconds: float) -> None:
        super().__init__(retry_after_seconds)
        self.retry_after_seconds = retry_after_seconds


class Unavailable(HotlineError):
    """A part of the hotline is away for the moment."""

    code = "unavailable"
    retryable = True

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class PhonesUnavailable(Unavailable):
    """The telephone system does not answer."""

    code = "phones-unavailable"


class StoreUnavailable(Unavailable):
    """The record store does not answer."""

    code = "store-unavailable"


class LineUnavailable(Unavailable):
    """The line of waiting items does not answer."""

    code = "line-unavailable"


class ThrottleUnavailable(Unavailable):
    """Whoever counts for all gateways does not answer; each counts by itself."""

    code = "throttle-unavailable"
