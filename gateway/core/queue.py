"""A queue: name, skills, service level; *queue* is ours, theirs is ``asterisk_queue``."""

from __future__ import annotations

from dataclasses import dataclass

FALLBACK = "fallback"
"""The queue that the dialplan uses by itself; every operator is in it, behind their own queues."""

FALLBACK_PENALTY = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """One kind of waiting. Seconds are whole; ``max_wait_seconds`` ends in the fallback queue."""

    name: str
    title_zh: str
    title_en: str
    strategy: str = "leastrecent"
    ring_seconds: int = 15
    max_wait_seconds: int = 300
    wrap_up_seconds: int = 60
    service_level_seconds: int = 15
    """GB/T 33358-2016: a person answers within 15 s."""
    key: str = ""
    """Shortcut key during the greeting; empty for none."""
    rank: int = 0
    """Callers of a queue with a higher rank are served first (QUEUE_PRIO)."""
