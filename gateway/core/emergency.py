"""Emergency lines, the directory of utilities and special tasks of one city. PURE.

What may be done with a line is data of the city: put through, tell how to call it, or not taken.
Who is tried is a chain of trunks; what is dialled stands in the city's data and is never typed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from gateway.core.hours import Opening, open_at
from gateway.core.reach import Try


class Policy(StrEnum):
    """转接 · 告知拨打方法 · 不受理."""

    TRANSFER = "transfer"
    GUIDE = "guide"
    NOT_ACCEPTED = "not_accepted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """One centre of an emergency line. ``dids``: numbers of ours whose callers belong to it."""

    id: str
    title_zh: str
    title_en: str
    number: str
    trunks: tuple[str, ...]
    dids: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class EmergencyLine:
    """One line, e.g. 110. ``region`` names the one that is taken when nothing says which.

    ``words``: what a citizen says for this line to be offered.
    """

    code: str
    title_zh: str
    title_en: str
    policy: Policy
    guide_zh: str = ""
    guide_en: str = ""
    words: tuple[str, ...] = ()
    key: str = ""
    ring_seconds: int = 20
    region: str = ""
    regions: tuple[Region, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectoryLine:
    """One entry of the directory. ``hours`` empty: all day. ``on_call``: who is tried next."""

    id: str
    title_zh: str
    title_en: str
    kind: str
    number: str
    trunks: tuple[str, ...]
    ring_seconds: int = 20
    hours: tuple[Opening, ...] = ()
    on_call: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SpecialTask:
    """Words that make a contact a special task, whose it is, and which line is offered for it."""

    code: str
    title_zh: str
    title_en: str
    to_zh: str
    to_en: str
    words: tuple[str, ...] = ()
    offers: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class City:
    """All of it, by code or id."""

    emergency: Mapping[str, EmergencyLine] = field(default_factory=dict)
    directory: Mapping[str, DirectoryLine] = field(default_factory=dict)
    tasks: Mapping[str, SpecialTask] = field(default_factory=dict)


def region_of(line: EmergencyLine, *, chosen: str = "", did: str = "") -> Region | None:
    """The operator's choice, else by the dialled number, else the line's own; None: no such."""
    if chosen:
        return next((one for one in line.regions if one.id == chosen), None)
    by_did = (one for one in line.regions if did and did in one.dids)
    own = (one for one in line.regions if one.id == line.region)
    return next((one for some in (by_did, own, iter(line.regions)) for one in some), None)


def emergency_tries(line: EmergencyLine, *, region: str = "", did: str = "") -> tuple[Try, ...]:
    """The trunks of the region in order; none where the line is not put through."""
    where = region_of(line, chosen=region, did=did)
    if line.policy is not Policy.TRANSFER or where is None:
        return ()
    return tuple(
        Try(
            target_id=line.code,
            title=f"{line.code} {where.title_zh}",
            number=where.number,
            trunk=trunk,
            ring_seconds=line.ring_seconds,
        )
        for trunk in where.trunks
    )


def directory_tries(
    lines: Mapping[str, DirectoryLine], target: str, local: datetime
) -> tuple[Try, ...]:
    """The entry's trunks while it is open, then who is on call for it, and so on."""
    return tuple(
        Try(
            target_id=line.id,
            title=line.title_zh,
            number=line.number,
            trunk=trunk,
            ring_seconds=line.ring_seconds,
        )
        for line in _chain(lines, target)
        if open_at(line.hours, local)
        for trunk in line.trunks
    )


def _chain(lines: Mapping[str, DirectoryLine], target: str) -> Iterator[DirectoryLine]:
    seen: set[str] = set()
    while target in lines and target not in seen:
        seen.add(target)
        yield lines[target]
        target = lines[target].on_call


def lines_using(city: City) -> Mapping[str, tuple[str, ...]]:
    """The trunks of each line (code or id), each once, in order; only lines that are dialled."""
    used: dict[str, tuple[str, ...]] = {}
    for line in city.emergency.values():
        if line.policy is Policy.TRANSFER:
            used[line.code] = tuple(dict.fromkeys(t for r in line.regions for t in r.trunks))
    for entry in city.directory.values():
        used[entry.id] = tuple(dict.fromkeys(entry.trunks))
    return used


def healthy(trunks: Sequence[str], well: Mapping[str, bool]) -> bool:
    """Whether a line can be called: one of its trunks answers, or nothing is known of one."""
    return any(well.get(trunk, True) for trunk in trunks)


def alarm_words(city: City) -> tuple[str, ...]:
    """Every word that somebody is to be told of, once each."""
    words = (word for line in city.emergency.values() for word in line.words)
    more = (word for task in city.tasks.values() for word in task.words)
    return tuple(dict.fromkeys((*words, *more)))


def offered(city: City, word: str) -> str:
    """The code or id of the line that this word of the list offers; empty for none."""
    sought = plain(word)
    for line in city.emergency.values():
        if sought in map(plain, line.words):
            return line.code
    return next((task.offers for task in tasks_of(city, word) if task.offers), "")


def tasks_of(city: City, word: str) -> tuple[SpecialTask, ...]:
    """The special tasks that this word of the list speaks of."""
    sought = plain(word)
    return tuple(task for task in city.tasks.values() if sought in map(plain, task.words))


def plain(text: str) -> str:
    """A text as words are looked for in it: without spaces, upper and lower case alike."""
    return "".join(text.split()).casefold()
