"""The scripts in Redis, and what an item looks like to them. PURE but for reading the files."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from gateway.core.item import IntakeItem, ItemKind

FOLDER = Path(__file__).with_name("lua")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SEPARATOR = "\x1f"
LAST_MICROSECOND = 2**53
"""What a score holds exactly; in the year 2255."""
FIRST: Mapping[str, tuple[str, ...]] = {
    "begin": (),
    "claim": ("shared", "claims", "hold_one"),
    "head": ("shared", "claims"),
    "take": ("shared", "hold_one"),
    "throttle": (),
}
"""What a script begins with, where it is not ``shared`` alone."""
KINDS = {kind.value: kind for kind in ItemKind}


@dataclass(frozen=True, slots=True)
class Script:
    """Its text, and the name by which Redis keeps it."""

    text: str
    sha: str


@cache
def script(name: str) -> Script:
    """The script of this name with what it begins with."""
    parts = (*FIRST.get(name, ("shared",)), name)
    text = "\n".join((FOLDER / f"{part}.lua").read_text("utf-8") for part in parts)
    return Script(text, hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest())


def micros(at: datetime) -> int:
    """Whole microseconds since 1970; raises ValueError for what no score can hold."""
    past = at - EPOCH
    found = (past.days * 86_400 + past.seconds) * 1_000_000 + past.microseconds
    if not 0 <= found < LAST_MICROSECOND:
        raise ValueError("a time that the line cannot hold")
    return found


def at_micros(value: str | int) -> datetime:
    """The other way; aware UTC."""
    return EPOCH + timedelta(0, 0, int(value))


def words(*fields: str | int) -> str:
    """Several in one: each word of a command costs its client more than the script."""
    return SEPARATOR.join(map(str, fields))


def pack(item: IntakeItem) -> str:
    """An item but for its id; raises ValueError when a name of it holds the separator."""
    until = "" if item.wanted_until is None else str(micros(item.wanted_until))
    fields = (
        item.kind.value,
        item.queue,
        "e" if item.emergency else "",
        f"{micros(item.since):016d}",
        str(micros(item.due_at)),
        item.wanted_operator,
        until,
    )
    packed = SEPARATOR.join(fields)
    if packed.count(SEPARATOR) != len(fields) - 1:
        raise ValueError("a name with a separator in it")
    return packed


def unpack(id_: str, packed: str) -> IntakeItem:
    """The other way; raises ValueError or KeyError when it is no item."""
    kind, queue, emergency, since, due_at, wanted, until = packed.split(SEPARATOR)
    return IntakeItem(
        id=id_,
        kind=KINDS[kind],
        queue=queue,
        emergency=bool(emergency),
        since=at_micros(since),
        due_at=at_micros(due_at),
        wanted_operator=wanted,
        wanted_until=at_micros(until) if until else None,
    )
