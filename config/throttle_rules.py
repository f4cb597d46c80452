"""What the limits of ``[throttle]`` and ``[call_sms]`` may be. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from config.allowed import NAME, SAID, Rule, Says, between
from config.settings import Settings

LIMITS = ("identity", "ip", "hook", "account", "messages", "number", "trunk", "calls")
OWN = ("identity", "number")
"""By these a first-timer is known, so there is no going without them."""


def _rules() -> dict[str, Rule]:
    rules: dict[str, Rule] = {}
    for name in LIMITS:
        unit = "hour" if name == "number" else "minute"
        rules[f"{name}_per_{unit}"] = between(1 if name in OWN else 0, 1_000_000)
        rules[f"{name}_burst"] = between(1, 1_000_000)
    return rules


THROTTLE_RULES: dict[str, dict[str, Rule]] = {
    "ThrottleSettings": {
        **_rules(),
        "reserve_percent": between(0, 90),
        "slow_seconds": between(0, 86_400),
        "form_slow_seconds": between(0, 7 * 86_400),
        "kept_free_percent": between(0, 90),
        "calls_at_once_percent": between(0, 100),
        "kept_seconds": between(0, 86_400),
        "call_kept_seconds": between(0, 3_600),
        "processes": between(1, 64),
        "limit_ms": between(10, 1000),
        "told_id": NAME,
        "told_zh": SAID,
        "told_en": SAID,
    },
    "CallSms": {
        "after_seconds": between(0, 86_400),
        "per_contact": between(1, 50),
        "per_hour": between(1, 1_000),
    },
}


def throttle_relations(settings: Settings) -> Iterator[tuple[str, Says]]:
    """A limit of all that one citizen can use up alone would be no limit of all."""
    told = settings.throttle
    pairs = (
        ("identity_burst", ("account_burst", "account_per_minute")),
        ("identity_burst", ("messages_burst", "messages_per_minute")),
        ("number_burst", ("trunk_burst", "trunk_per_minute")),
        ("number_burst", ("calls_burst", "calls_per_minute")),
    )
    for own, (shared, rate) in pairs:
        if getattr(told, rate) and getattr(told, own) * 2 > getattr(told, shared):
            yield (
                f"throttle.{shared}",
                (f"至少应为 {own} 的两倍", f"must be at least twice {own}"),
            )
