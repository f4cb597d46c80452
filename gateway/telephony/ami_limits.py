"""Every limit of a link to the manager interface, and when it tries again. PURE."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkLimits:
    """In seconds or messages."""

    connect_seconds: float = 5.0
    boot_seconds: float = 60.0
    action_seconds: float = 5.0
    ping_every_seconds: float = 3.0
    pong_seconds: float = 5.0
    retry_first_seconds: float = 0.2
    retry_last_seconds: float = 5.0
    refused_retry_seconds: float = 15.0
    heard_messages: int = 20_000


def retry_pause(attempt: int, limits: LinkLimits, chance: float) -> float:
    """How long to wait before try ``attempt`` (from 0); ``chance`` is from 0 to 1."""
    most = min(limits.retry_last_seconds, limits.retry_first_seconds * 2.0 ** min(attempt, 16))
    return limits.retry_first_seconds + (most - limits.retry_first_seconds) * chance
