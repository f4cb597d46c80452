"""Contacts of a sub-centre's own system, pooled with ours. PURE.

S3 article 2, S4 article 7 and S1 article 10: the departments that keep a sub-centre of their own
pool its data with 12345 in real time. What they send may come twice, late, or in any order.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from enum import StrEnum

from gateway.core.errors import Invalid

MOST_ITEMS = 200
"""Contacts in one delivery, or in one page."""


class FeedNotUnderstood(Invalid):
    """What a sub-centre sent or asked cannot be read."""

    code = "feed-not-understood"


class CentreOutcome(StrEnum):
    """What became of a contact there."""

    OPEN = "open"
    ANSWERED = "answered"
    UNANSWERED = "unanswered"


@dataclass(frozen=True, slots=True, kw_only=True)
class CentreContact:
    """One contact of sub-centre ``centre``, under its own ``id``.

    ``channel`` is ``phone`` or what they call it; ``summary`` may be personal.
    """

    centre: str
    id: str
    channel: str
    opened_at: datetime
    outcome: CentreOutcome
    closed_at: datetime | None = None
    tag: str = ""
    category: str = ""
    summary: str = ""
    version: int = 0


def precedence(one: CentreContact, code: Callable[[str], bytes]) -> bytes:
    """Of two states of one contact the one with the greater bytes holds, whichever came first.

    The greater version; of equal ones whichever ended later, an open one first of all; of those
    the greater ``code`` of all that is said, so that the order of arrival never decides.
    """
    ended = 0 if one.closed_at is None else int(one.closed_at.timestamp() * 1_000_000)
    said = json.dumps(
        [
            one.channel,
            one.opened_at.astimezone(UTC).isoformat(),
            one.closed_at.astimezone(UTC).isoformat() if one.closed_at else "",
            one.outcome.value,
            one.tag,
            one.category,
            one.summary,
        ]
    )
    return one.version.to_bytes(8, "big") + ended.to_bytes(8, "big") + code(said)


@dataclass(frozen=True, slots=True, kw_only=True)
class CentreCount:
    """How many contacts of a sub-centre ended so; ``phone``: by telephone."""

    centre: str
    phone: bool
    outcome: CentreOutcome
    contacts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CentreFigures:
    """A sub-centre's own calls, and its other contacts; how long they waited it does not say."""

    arrived: int = 0
    answered: int = 0
    abandoned: int = 0
    open: int = 0
    messages: int = 0
    messages_answered: int = 0
    messages_unanswered: int = 0

    def __add__(self, other: CentreFigures) -> CentreFigures:
        names = [field.name for field in fields(CentreFigures)]
        return CentreFigures(**{n: getattr(self, n) + getattr(other, n) for n in names})


def centre_figures(counts: Iterable[CentreCount]) -> Mapping[str, CentreFigures]:
    """The figures of each sub-centre that anything came from."""
    found: dict[str, CentreFigures] = {}
    for one in counts:
        found[one.centre] = found.get(one.centre, CentreFigures()) + _figures(one)
    return found


def _figures(one: CentreCount) -> CentreFigures:
    answered = one.contacts * (one.outcome is CentreOutcome.ANSWERED)
    missed = one.contacts * (one.outcome is CentreOutcome.UNANSWERED)
    if not one.phone:
        return CentreFigures(
            messages=one.contacts, messages_answered=answered, messages_unanswered=missed
        )
    return CentreFigures(
        arrived=one.contacts,
        answered=answered,
        abandoned=missed,
        open=one.contacts - answered - missed,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class PooledContact:
    """A contact of ours as its sub-centre sees it: no number, no name, no word.

    ``seq`` is the place of its last change among all that happened here.
    """

    seq: int
    id: str
    channel: str
    opened_at: datetime
    answered_at: datetime | None
    closed_at: datetime | None
    outcome: str
    disposition: str
    tag: str
    queue: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PooledPage:
    """Those that changed, the oldest change first.

    ``after`` is where the next page begins; ``more``: it has something already.
    """

    contacts: tuple[PooledContact, ...]
    after: int
    more: bool
