"""The parts of one long message: which belong together, what is missing, what they say. PURE."""

from __future__ import annotations

import base64
import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from channels.sms_sender import digest
from channels.sms_text import Alphabet, Concat, joined

GAP = "〔第{number}/{total}段缺失 part {number}/{total} missing〕"
"""Stands where a part is missing, so that nobody takes what is there for all."""


MARK_CHARACTERS = 20
MOST_OCTETS = 4096
"""What one part may hold; 140 in the air, more in a carrier's own field."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Came:
    """One message, or one part of one, as a carrier delivered it.

    ``data`` is what stands behind the user data header. ``id`` is the carrier's own id of this
    PDU, where it has one.
    """

    sender: str = field(repr=False)
    to: str
    data: bytes = field(repr=False)
    alphabet: Alphabet
    at: datetime
    concat: Concat | None = None
    id: str = ""

    @property
    def long(self) -> bool:
        """Whether it is a part of more than itself."""
        return self.concat is not None and self.concat.total > 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A part that is kept; ``mark`` is what it is known by within its message."""

    mark: str
    came: Came

    @property
    def number(self) -> int:
        """Which part it is."""
        return self.came.concat.number if self.came.concat else 1

    @property
    def total(self) -> int:
        """Of how many."""
        return self.came.concat.total if self.came.concat else 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    """A message that may be handed over; ``pieces`` are what it was made of, in their order."""

    key: str
    text: str = field(repr=False)
    sender: str = field(repr=False)
    to: str
    at: datetime
    missing: tuple[int, ...] = ()
    alphabet: Alphabet = Alphabet.UCS2
    pieces: tuple[Piece, ...] = ()


def group_of(secret: str, came: Came) -> str:
    """Parts of one message have one group, on whatever connection they come."""
    concat = came.concat or Concat(reference=0, total=1, number=1)
    return digest(secret, came.sender, came.to, str(concat.reference), str(concat.total))


def mark_of(secret: str, came: Came) -> str:
    """What this part is known by within its group; the same part again has the same."""
    number = came.concat.number if came.concat else 1
    said = digest(secret, str(number), came.alphabet.value, came.data)
    return f"{number:03d}:{said}"[:MARK_CHARACTERS]


def missing_of(pieces: Collection[Piece]) -> tuple[int, ...]:
    """The numbers of those that have not come."""
    there = {one.number for one in pieces}
    total = max((one.total for one in pieces), default=0)
    return tuple(number for number in range(1, total + 1) if number not in there)


def whole_of(secret: str, group: str, pieces: Iterable[Piece]) -> Whole:
    """What these parts say together; at least one. Where one is missing it says so.

    The same parts have the same key again (after a crash between handing over and forgetting).
    """
    ordered = tuple(sorted(pieces, key=lambda one: one.number))
    first = min(one.came.at for one in ordered)
    missing = missing_of(ordered)
    return Whole(
        key=digest(secret, "long", group, first.isoformat(), *(one.mark for one in ordered)),
        text=_text(ordered, missing),
        sender=ordered[0].came.sender,
        to=ordered[0].came.to,
        at=first,
        missing=missing,
        pieces=ordered,
    )


def _text(pieces: Sequence[Piece], missing: Collection[int]) -> str:
    by_number = {one.number: one.came for one in pieces}
    total, said = pieces[0].total, ""
    run: list[tuple[Alphabet, bytes]] = []
    for number in range(1, total + 1):
        if number not in missing:
            run.append((by_number[number].alphabet, by_number[number].data))
        elif number - 1 not in missing or number == 1:  # one mark for each gap, not for each part
            said += joined(run) + GAP.format(number=number, total=total)
            run = []
    return said + joined(run)


def packed(came: Came) -> bytes:
    """As it is kept in a note."""
    concat = came.concat or Concat(reference=0, total=1, number=1)
    row = {
        "sender": came.sender,
        "to": came.to,
        "data": base64.b64encode(came.data[:MOST_OCTETS]).decode(),
        "alphabet": came.alphabet.value,
        "at": came.at.isoformat(),
        "concat": [concat.reference, concat.total, concat.number],
        "id": came.id,
    }
    return json.dumps(row, ensure_ascii=False).encode()


def unpacked(note: bytes) -> Came:
    """What ``packed`` made."""
    row: dict[str, Any] = json.loads(note)
    reference, total, number = row["concat"]
    return Came(
        sender=row["sender"],
        to=row["to"],
        data=base64.b64decode(row["data"]),
        alphabet=Alphabet(row["alphabet"]),
        at=datetime.fromisoformat(row["at"]),
        concat=Concat(reference=reference, total=total, number=number),
        id=row["id"],
    )
