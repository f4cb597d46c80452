"""The settings of calling back. All frozen."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class CallbackSettings:
    """By which trunk and as whom people are called back, when, how often."""

    trunk: str = ""  # name of a [[trunk]] with a host; empty: the first that has one
    shown: str = ""  # one of our numbers, where the one that was dialled is not known or gone
    quiet_from: str = "21:00"  # local time; nobody is called until quiet_until
    quiet_until: str = "08:00"
    most_tries: int = 3
    retry_seconds: int = 600  # the first pause; the second is twice as long, and so on
    ring_seconds: int = 30
    offer_seconds: int = 20  # how long a seat has to say yes
    abandoned_seconds: int = 10  # who waited so long in a queue and hung up is listed
