"""Patterns in calls and messages that a person should look at. Pure.

What is found is a finding with its evidence, and nothing follows from it: a supervisor looks
(``core.misconduct``). The patterns are what the regulations forbid (S0 article 11, S1 article 27,
S2 article 29): repeated use and long occupation without a matter, harassing. What counts and how
often is the centre's own data. Whoever we cut off or turned away ourselves is not counted.
"""

from __future__ import annotations

import json
from collections import OrderedDict, deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from gateway.core.call import Call, Outcome
from gateway.core.line import Origin
from gateway.core.misconduct import MisconductKind

MOST_REMEMBERED = 50_000
"""Of who did what; whoever did nothing for the longest time is forgotten first."""
MOST_NAMED = 12
"""Contacts of one finding that are named; how often it was is counted in full."""


class Pattern(StrEnum):
    """What is looked for; never renamed."""

    REDIALLING = "redialling"
    """反复拨打."""
    SILENT = "silent"
    """无声来电: a person answered, and the caller said nothing."""
    OCCUPYING = "occupying"
    """长时间占用而无诉求."""
    SAME_WORDS = "same_words"
    """反复发送相同内容."""
    SCANNING = "scanning"
    """扫号: many numbers, each for a moment, by one trunk; it is held against nobody."""
    SCANNING_NUMBER = "scanning_number"
    """响一下即挂断: one number, for a moment, again and again; it waits for nobody."""


HELD_AS: Mapping[Pattern, MisconductKind] = {
    Pattern.REDIALLING: MisconductKind.REPEATED,
    Pattern.SILENT: MisconductKind.HARASSING,
    Pattern.OCCUPYING: MisconductKind.OCCUPYING,
    Pattern.SAME_WORDS: MisconductKind.REPEATED,
    Pattern.SCANNING: MisconductKind.MALICIOUS,
    Pattern.SCANNING_NUMBER: MisconductKind.MALICIOUS,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Often:
    """So many times within so many minutes; a ``count`` of 0: not looked for."""

    count: int
    minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DetectionRules:
    """What counts, and how often is too often."""

    often: Mapping[Pattern, Often]
    silent_codes: frozenset[str] = frozenset()
    """Results by which an operator says that nobody spoke."""
    no_matter_codes: frozenset[str] = frozenset()
    """Results by which an operator says that there was no matter."""
    occupied: timedelta = timedelta(minutes=20)
    """Talk from which a call without a matter counts as a long occupation."""
    short: timedelta = timedelta(seconds=5)
    """Up to here a call that reached no seat counts for scanning."""

    def longest(self) -> timedelta:
        """How far back anything is counted."""
        minutes = [one.minutes for one in self.often.values() if one.count]
        return timedelta(minutes=max(minutes, default=0))


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One thing that counts. ``who`` did it (of scanning: a trunk); ``what`` tells it from others.

    ``what`` is a keyed hash of words, never the words themselves; of scanning, the identity whose
    number was used. Scanning counts different ones; what has none only makes the others rarer.
    """

    pattern: Pattern
    who: str = field(repr=False)
    contact_id: str
    at: datetime
    what: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What was seen: how often, in which contacts, from when to when, and what the limit is."""

    pattern: Pattern
    who: str = field(repr=False)
    count: int
    often: Often
    first: datetime
    last: datetime
    contact_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """A call that is over. ``who`` is its identity; empty: the number was withheld.

    ``code`` is the operator's result; ``heard`` is whether the caller said a word, and None when
    nobody listened.
    """

    call: Call
    who: str = field(repr=False)
    trunk: str = ""
    code: str = ""
    heard: bool | None = None


def seen_in(ended: Ended, rules: DetectionRules) -> Iterator[Seen]:
    """What counts in this call."""
    call = ended.call
    ours = call.failed_open or call.outcome in (Outcome.LOST, Outcome.OVERFLOWED)
    if call.origin is Origin.OUT or call.ended_at is None or ours:
        return
    at = call.ended_at

    def seen(pattern: Pattern, who: str, what: str = "") -> Seen:
        return Seen(pattern=pattern, who=who, contact_id=call.id, at=at, what=what)

    brief = call.answered_at is None and at - call.arrived_at <= rules.short
    if ended.trunk:
        yield seen(Pattern.SCANNING, ended.trunk, ended.who if brief else "")
    if not ended.who:
        return
    yield seen(Pattern.REDIALLING, ended.who)
    if brief:
        yield seen(Pattern.SCANNING_NUMBER, ended.who)
    if call.answered_at is None:
        return
    if ended.code in rules.silent_codes or (ended.heard is False and not ended.code):
        yield seen(Pattern.SILENT, ended.who)
    long = timedelta(seconds=call.talk_seconds) >= rules.occupied
    if long and ended.code in rules.no_matter_codes:
        yield seen(Pattern.OCCUPYING, ended.who)


class Sightings:
    """What was seen lately, in bounded memory. ``add`` about in the order of time."""

    def __init__(self, rules: DetectionRules, most: int = MOST_REMEMBERED) -> None:
        self._rules, self._most = rules, most
        self._seen: OrderedDict[tuple[Pattern, str, str], deque[Seen]] = OrderedDict()

    def __len__(self) -> int:
        """How many are remembered."""
        return len(self._seen)

    def add(self, one: Seen) -> Finding | None:
        """A finding when it is one too many within its time."""
        often = self._rules.often.get(one.pattern, Often(count=0, minutes=0))
        if not often.count:
            return None
        scans = one.pattern is Pattern.SCANNING
        key = (one.pattern, one.who, "" if scans else one.what)
        kept = self._seen.get(key)
        if kept is None:
            kept = deque(maxlen=often.count * 2 if scans else often.count)
            self._seen[key] = kept
            if len(self._seen) > self._most:
                self._seen.popitem(last=False)
        self._seen.move_to_end(key)
        kept.append(one)
        since = one.at - timedelta(minutes=often.minutes)
        return _scan(kept, since, often) if scans else _too_often(kept, since, often)


def _too_often(kept: deque[Seen], since: datetime, often: Often) -> Finding | None:
    if len(kept) < often.count or min(one.at for one in kept) < since:
        return None
    return _finding(list(kept), often)


def _scan(kept: deque[Seen], since: datetime, often: Often) -> Finding | None:
    """Different numbers for a moment each, and they are most of what came by this trunk."""
    if not kept[-1].what:
        return None
    lately = [one for one in kept if one.at >= since]
    numbers = {one.what: one for one in lately if one.what}
    if len(numbers) < often.count or len(numbers) * 4 < len(lately) * 3:
        return None
    return _finding(list(numbers.values()), often)


def _finding(seen: list[Seen], often: Often) -> Finding:
    contacts = dict.fromkeys(one.contact_id for one in reversed(seen))
    return Finding(
        pattern=seen[-1].pattern,
        who=seen[-1].who,
        count=len(seen),
        often=often,
        first=min(one.at for one in seen),
        last=max(one.at for one in seen),
        contact_ids=tuple(contacts)[:MOST_NAMED],
    )


def evidence_of(finding: Finding) -> str:
    """The finding as it is kept with the record; without who, which the record has."""
    told = {
        "pattern": finding.pattern.value,
        "count": finding.count,
        "limit": finding.often.count,
        "minutes": finding.often.minutes,
        "first": finding.first.isoformat(),
        "last": finding.last.isoformat(),
        "contacts": list(finding.contact_ids),
    }
    return json.dumps(told, separators=(",", ":"))


def finding_in(evidence: str) -> Finding | None:
    """What ``evidence_of`` wrote; None when its time was over and it was deleted."""
    if not evidence:
        return None
    told = json.loads(evidence)
    return Finding(
        pattern=Pattern(told["pattern"]),
        who="",
        count=told["count"],
        often=Often(count=told["limit"], minutes=told["minutes"]),
        first=datetime.fromisoformat(told["first"]),
        last=datetime.fromisoformat(told["last"]),
        contact_ids=tuple(told["contacts"]),
    )
