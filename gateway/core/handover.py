"""移交: what the other side's system is told of a call put through to it, and what it says. PURE.

One handover is one reach of an emergency line: one packet, told again under the same id whenever
there is more to say. ``taken`` is its acknowledgement; their order's life comes back to us.

none → received → dispatched → done
             └───────────┴────→ returned (it is ours again: a task)
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from gateway.core.tags import Tags


class OrderState(StrEnum):
    """警单: 未反馈 · 已接收 · 已派警 · 已办结 · 已退回."""

    NONE = ""
    RECEIVED = "received"
    DISPATCHED = "dispatched"
    DONE = "done"
    RETURNED = "returned"


RANK = {
    OrderState.NONE: 0,
    OrderState.RECEIVED: 1,
    OrderState.DISPATCHED: 2,
    OrderState.DONE: 3,
    OrderState.RETURNED: 3,
}
ENDED = frozenset({OrderState.DONE, OrderState.RETURNED})
LONGEST_PAUSE_SECONDS = 300
MOST_WORDS = 100
MOST_TEXT = 500
MOST_REASON = 1000
MOST_ID = 64
"""Characters of their order's number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Handover:
    """``id`` is the reach's. ``body`` is the packet as JSON: personal data, encrypted at rest.

    ``version`` counts what was said, ``taken`` is the last version that they acknowledged (0:
    none). ``day`` is the city's date (``2026-11-28``). ``code`` of a fault is the last try's.
    """

    id: str
    contact_id: str
    line: str
    region: str
    day: str
    at: datetime
    body: str = field(repr=False)
    version: int = 1
    taken: int = 0
    tries: int = 0
    next_at: datetime | None = None
    fault: str = ""
    their_id: str = ""
    taken_at: datetime | None = None
    order: OrderState = OrderState.NONE
    order_at: datetime | None = None

    @property
    def owed(self) -> bool:
        """Whether there is something that they have not acknowledged.

        What was shredded meanwhile is never said.
        """
        return self.taken < self.version and bool(self.body)

    @property
    def open(self) -> bool:
        """Whether somebody has to look after it still."""
        return self.owed or self.order not in ENDED

    @property
    def delivery(self) -> str:
        """The id of this post, the same for every try of it."""
        return f"{self.id}.{self.version}"


def packet(handover: Handover) -> bytes:
    """What is posted: the packet with id and version."""
    said = json.loads(handover.body)
    whole = {"id": handover.id, "version": handover.version, **said}
    return json.dumps(whole, ensure_ascii=False, allow_nan=False).encode()


def told(handover: Handover) -> tuple[bool, bool] | None:
    """Whether the packet says that they answered, and have understood; None once it is shredded."""
    if not handover.body:
        return None
    said = json.loads(handover.body)
    return bool(said.get("answered")), bool(said.get("verified"))


def told_again(handover: Handover, body: str, now: datetime) -> Handover:
    """There is more to say; at once, whatever the last try was."""
    more = handover.version + 1
    return replace(handover, body=body, version=more, tries=0, next_at=now, fault="")


def taken(handover: Handover, version: int, their_id: str, now: datetime) -> Handover:
    """They have this version; a number once given stays."""
    return replace(
        handover,
        taken=max(handover.taken, version),
        tries=0,
        fault="",
        their_id=handover.their_id or their_id,
        taken_at=now,
    )


def pause_seconds(tries: int) -> int:
    """After so many failed tries: 1, 2, 4 … at most 300 s."""
    return min(1 << min(max(tries - 1, 0), 9), LONGEST_PAUSE_SECONDS)


def ordered(handover: Handover, state: OrderState, their_id: str, at: datetime) -> Handover | None:
    """Their order is so now; None when nothing is new (a repeat, or one that came late)."""
    if RANK[state] <= RANK[handover.order]:
        return None
    return replace(handover, order=state, order_at=at, their_id=handover.their_id or their_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What one side's list of a day has and the other has not; ``count`` must be 0."""

    ours: int
    theirs: int
    missing_there: tuple[str, ...] = ()
    missing_here: tuple[str, ...] = ()
    differing: tuple[str, ...] = ()

    @property
    def count(self) -> int:
        """How many do not agree."""
        return len(self.missing_there) + len(self.missing_here) + len(self.differing)


def difference(ours: Iterable[Handover], theirs: Mapping[str, tuple[str, str]]) -> Difference:
    """Compare a day: ``theirs`` maps our ids to (their id, status)."""
    here = {one.id: one for one in ours}
    return Difference(
        ours=len(here),
        theirs=len(theirs),
        missing_there=tuple(sorted(set(here) - set(theirs))),
        missing_here=tuple(sorted(set(theirs) - set(here))),
        differing=tuple(
            id_
            for id_ in sorted(set(here) & set(theirs))
            if (here[id_].their_id, here[id_].order.value) != theirs[id_]
        ),
    )


def body_of(
    *,
    line: str,
    at: str,
    number: str,
    dialled: str,
    tags: Tags,
    region: str,
    reason: str,
    operator: str,
    hotline_id: str,
    recording: str,
    answered: bool,
    verified: bool,
    words: Iterable[tuple[str, str, str]],
) -> str:
    """The packet, each part within its size. ``words`` are (time, party, text), oldest first.

    ``tags`` say by which line of ours the citizen came.
    ``answered``: their dispatcher talks with the citizen; ``verified``: and has understood, as the
    operator has confirmed.
    """
    last = list(words)[-MOST_WORDS:]
    said: dict[str, Any] = {
        "line": line,
        "at": at,
        "number": number,
        "dialled": dialled,
        "tag": tags.tag,
        "origin_tag": tags.origin,
        "region": region,
        "reason": reason[:MOST_REASON],
        "operator": operator,
        "hotline_id": hotline_id,
        "recording": recording,
        "answered": answered,
        "verified": verified,
        "words": [
            {"at": when, "party": party, "text": text[:MOST_TEXT]} for when, party, text in last
        ],
    }
    return json.dumps(said, ensure_ascii=False, allow_nan=False)
