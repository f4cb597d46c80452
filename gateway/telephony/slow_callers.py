"""How the dialplan keeps seats from those who called too often: its values. PURE."""

from __future__ import annotations

from collections.abc import Mapping

from config.render import Rendered, Value
from config.throttle_settings import ThrottleSettings
from gateway.core.kept_free import KeptFree

LOOK_SECONDS = 2
"""How often each of them looks whether a seat may be theirs."""


def kept_free(told: ThrottleSettings) -> KeptFree:
    """The rule of the settings."""
    return KeptFree(percent=told.kept_free_percent, at_once_percent=told.calls_at_once_percent)


def slow_values(told: ThrottleSettings) -> Mapping[str, Value]:
    """For ``extensions_slow.conf``."""
    kept, free, seats = kept_free(told), "${HOTLINE_FREE}", "${HOTLINE_SEATS}"
    may_have = kept.as_asterisk(free=free, seats=seats)
    may_be_served = kept.served_as_asterisk(free=free, seats=seats, at_once="${HOTLINE_SERVED}")
    return {
        "slow_may_have": Rendered(may_have),
        "slow_may_be_served": Rendered(may_be_served),
        "slow_seconds": told.call_kept_seconds,
        "slow_look_seconds": LOOK_SECONDS,
    }
