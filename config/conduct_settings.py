"""The settings of due process: what a city's regulation allows, and in what time. All frozen."""

from __future__ import annotations

from dataclasses import dataclass

MEASURES = ("remind", "restrict", "suspend")


@dataclass(frozen=True, slots=True, kw_only=True)
class ConductSettings:
    """What may follow from misconduct. Nothing but reminders unless a regulation says more."""

    most: str = "remind"  # the hardest that is allowed: remind, restrict or suspend
    law_zh: str = ""  # the article, as the citizen is told
    law_en: str = ""
    grace_hours: int = 24  # reasonable time for whoever has no matter yet, after a reminder
    stop_minutes: int = 5  # the same where only stopping is asked for: insults, threats
    longest_days: int = 30  # of one measure
    forget_days: int = 180  # a reminder that nothing followed is not held against them after


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffComplaintSettings:
    """Complaints about our own staff; whoever is concerned neither gets nor reads them."""

    days: int = 30  # who served the citizen within so many days is meant when nobody is named
    key: str = ""  # during the greeting: I complain about staff; empty: no key
    queue: str = ""  # where they go; empty: where they came to
