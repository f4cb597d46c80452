"""Who calls, and what the house wants done with them. PURE."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

GREETING = "greeting"
"""In a flow: the prompt of the number that was dialled."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A caller at the door.

    ``number`` holds digits and a leading +, or is empty; ``did`` is what they dialled;
    ``hotline_id`` names the call for ever. ``trunk`` brought it; empty: a browser, or unknown.
    ``asserted``: the trunk vouches for the number (P-Asserted-Identity, RFC 3325).
    """

    hotline_id: str
    number: str
    did: str
    trunk: str = ""
    asserted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Bulletin:
    """What callers are told after the flow, by the telephone system itself.

    ``name`` is the sound's, hex digits. Pressing ``key`` leads to ``queue`` with ``prio``; an empty
    one leads nowhere.
    """

    name: str
    key: str = ""
    queue: str = ""
    prio: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """A measure that holds against the caller; ``name`` is the sound's that says so, hex digits.

    ``person``: they are led on to a queue once they have heard it.
    """

    name: str
    person: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What to do with one caller.

    ``straight``: to ``default_queue`` without a word (an elder, a marked number). Otherwise the
    flow runs, ``keys`` are its shortcuts (key → queue). A queue that is not in ``valid_queues`` is
    never chosen. ``prio`` is the place in the queue: higher is served first. ``greeting`` is the
    prompt that is spoken where the flow says ``greeting``. ``emergency_keys`` are shortcuts to
    emergency lines (key → code), before all others but 0. ``bulletin`` is told to everybody who is
    led to a queue; else ``welcomes`` (queue → sound, hex digits) to those who are led to that one.
    ``hints`` are prompts after the greeting, each of which names a shortcut key. ``slow`` names the
    limit that the caller is over: told so, they wait behind the others.
    ``measure``: they are told so instead of the flow. ``complaint_key`` leads who complains about
    staff to ``complaint_queue``.
    """

    default_queue: str
    keys: Mapping[str, str]
    valid_queues: frozenset[str]
    straight: bool = False
    prio: int = 0
    greeting: str = GREETING
    emergency_keys: Mapping[str, str] = field(default_factory=dict)
    bulletin: Bulletin | None = None
    welcomes: Mapping[str, str] = field(default_factory=dict)
    hints: tuple[str, ...] = ()
    measure: Measure | None = None
    slow: str = ""
    complaint_key: str = ""
    complaint_queue: str = ""
