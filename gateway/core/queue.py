"""A queue: name, skills, service level; *queue* is ours, theirs is ``asterisk_queue``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from gateway.core.hours import Opening, open_at

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
    hours: tuple[Opening, ...] = ()
    """When it takes callers, in the site's local time; none: always (GB/T 33358-2016: 24 x 7)."""
    closed_queue: str = ""
    """Who comes while it is closed goes here."""
    language: str = ""
    """What is spoken here, as a code (``en``, ``yue``); empty: 普通话. Who serves it speaks it."""


def open_queue(queues: Mapping[str, Queue], name: str, local: datetime) -> str:
    """Where a caller for ``name`` goes at this local time: the first of the chain that is open.

    A chain that leads nowhere (it was published before somebody changed the store by hand) ends in
    the fallback queue, which is always open.
    """
    for _ in range(len(queues) + 1):
        queue = queues.get(name)
        if queue is None:
            return FALLBACK
        if open_at(queue.hours, local):
            return name
        name = queue.closed_queue
    return FALLBACK
