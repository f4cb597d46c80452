"""Where whoever comes for a queue stands now, by its hours: the same for calls and messages."""

from __future__ import annotations

from datetime import datetime

from gateway.core.queue import FALLBACK, Queue, open_queue
from gateway.intake.present import Present


def taking(floor: Present) -> dict[str, Queue]:
    """The queues that take somebody new; those that are being removed do not."""
    return {name: one for name, one in floor.queues.items() if name not in floor.leaving}


def door(floor: Present, name: str, local: datetime) -> str:
    """Where somebody for this queue goes at this local time; without one, to any that is open."""
    queues = taking(floor)
    reached = open_queue(queues, name, local)
    if reached != FALLBACK:
        return reached
    others = (
        other
        for other, one in queues.items()
        if other != FALLBACK and not one.language and not floor.booked(other)
    )
    return next((o for o in others if open_queue(queues, o, local) == o), FALLBACK)


def complaint_queue(floor: Present, otherwise: str) -> str:
    """Where complaints about staff go: the city's queue for them, if there is one."""
    wanted = floor.complaint_rules.queue
    return wanted if wanted in floor.queues else otherwise
