"""The settings of detection: what a person is asked to look at. All frozen."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class DetectionSettings:
    """How often within how many minutes; a count of 0: not looked for.

    What is found is a proposal in the supervisors' list and has no consequence by itself.
    """

    redial_calls: int = 20  # calls of one number
    redial_minutes: int = 60
    silent_calls: int = 5  # answered, and nobody spoke
    silent_minutes: int = 1440
    silent_codes: tuple[str, ...] = ("silent",)  # results by which operators say so
    occupying_calls: int = 2  # long, and by their results without a matter
    occupying_minutes: int = 1440
    occupying_talk_minutes: int = 20  # from here a call is long
    no_matter_codes: tuple[str, ...] = ("invalid", "silent")
    same_messages: int = 10  # of one citizen, with the same words
    same_minutes: int = 60
    scan_numbers: int = 60  # numbers that rang for a moment each, by one trunk
    scan_minutes: int = 10
    scan_seconds: int = 5  # a moment
    brief_calls: int = 10  # of one number, each for such a moment
    brief_minutes: int = 60
