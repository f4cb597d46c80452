"""Which operators have a screen that lives."""

from __future__ import annotations

from datetime import datetime, timedelta

from gateway.intake.floor import Floor

CONSOLE_GONE_SECONDS = 20.0
"""Consoles answer a ping every few seconds; see ``gateway.web.limits``."""


class Presence:
    """Who was heard lately, or came a moment ago and had no time to say anything."""

    def __init__(self, floor: Floor) -> None:
        self.floor = floor
        self._first_seen: dict[str, datetime] = {}

    def here(self, now: datetime) -> frozenset[str]:
        """Operators at a seat whose console is there."""
        here = {seat.operator_id for seat in self.floor.seats.values() if seat.operator_id}
        self._first_seen = {id_: self._first_seen.get(id_, now) for id_ in here}
        heard = {id_: self.floor.hub.heard_at(id_) or self._first_seen[id_] for id_ in here}
        limit = timedelta(seconds=CONSOLE_GONE_SECONDS)
        return frozenset(id_ for id_, at in heard.items() if now - at < limit)
