"""What a simulated phone does when it is called."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Answer:
    """Ring, then take the call after so many seconds."""

    after_seconds: float = 0.0


AT_ONCE = Answer()


@dataclass(frozen=True, slots=True)
class Reject:
    """Refuse with this status: 603 declined, 486 busy, 480 away."""

    code: int = 603
    reason: str = "Decline"


BUSY = Reject(486, "Busy Here")


@dataclass(frozen=True, slots=True)
class Ring:
    """Ring and never answer."""


@dataclass(frozen=True, slots=True)
class Silent:
    """Say nothing at all, as a phone without power."""


Policy = Answer | Reject | Ring | Silent
