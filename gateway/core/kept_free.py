"""Seats that are kept for the others: when whoever is over a limit may have one. PURE.

Who is over a limit (``core.throttle``) is served after the others, also after those who have not
come yet: as long as no more seats are free than are kept, they wait. ``as_asterisk`` says the same
to the telephone system, which holds callers to it by itself. In the line such a thing wants an
operator whom nobody is, so that it is found only by who looks for it, and in time by everybody.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from gateway.core.item import IntakeItem


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptFree:
    """Shares in per cent of the seats that serve a queue and are signed in; 0: no such rule.

    ``percent`` of them stay free, at least one where there are two; with one seat nothing is kept.
    ``at_once_percent`` is how many of those over a limit are served at the same time, at least one,
    and any while more than half of the seats are free.
    """

    percent: int = 25
    at_once_percent: int = 5

    def may_have(self, *, free: int, seats: int) -> bool:
        """Whether one of ``free`` may go to somebody who is over a limit."""
        if free < 1 or seats < 2 or not self.percent:
            return free > 0
        return free > 1 and free * 100 > seats * self.percent

    def may_be_served(self, *, free: int, seats: int, at_once: int) -> bool:
        """Whether so many, whoever asks among them, may be served at the same time."""
        if at_once <= 1 or not self.at_once_percent or free * 2 > seats:
            return True
        return at_once * 100 <= seats * self.at_once_percent

    def as_asterisk(self, *, free: str, seats: str) -> str:
        """``may_have`` as an expression of the dialplan, of variables."""
        if not self.percent:
            return f"{free} > 0"
        share = f"{free} * 100 > {seats} * {self.percent}"
        return f"{free} > 0 & ({seats} < 2 | ({free} > 1 & {share}))"

    def served_as_asterisk(self, *, free: str, seats: str, at_once: str) -> str:
        """``may_be_served`` as an expression of the dialplan."""
        if not self.at_once_percent:
            return "1"
        share = f"{at_once} * 100 <= {seats} * {self.at_once_percent}"
        return f"{at_once} <= 1 | {free} * 2 > {seats} | {share}"


SHIPPED = KeptFree()
"""As the settings have it when nobody changes them."""


def slow_operator(queue: str) -> str:
    """Whose ``Line.head`` is the first that waits in this queue and is over a limit."""
    return f"slow:{queue}"


def set_aside(item: IntakeItem, until: datetime) -> IntakeItem:
    """The same, found by ``slow_operator`` alone until then; what wants somebody stays as it is."""
    if item.wanted_operator:
        return item
    return replace(item, wanted_operator=slow_operator(item.queue), wanted_until=until)


def taken_up(item: IntakeItem) -> IntakeItem:
    """What was set aside, for whoever serves its queue."""
    return replace(item, wanted_operator="", wanted_until=None)
