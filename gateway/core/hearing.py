"""Which voices of a call are to be heard, how urgently, and when whose seat spoke. PURE.

A citizen is heard from the queue to the end of the call, a seat in each of its answered legs. What
is read from the recording of the seat's side is only what was said while citizen and seat were
together: at other times that side has music and prompts in it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from gateway.core.call import WITH_SEAT, Call, CallState
from gateway.core.facts import Fact, FactKind
from gateway.core.guest import Guest, GuestState
from gateway.core.guest_kind import GuestRole
from gateway.core.queue import Queue
from gateway.core.transcript import Party

URGENT, FLAGGED, ORDINARY = range(3)
IN_TALK = WITH_SEAT

Rank = tuple[int, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One voice of one call. ``channel`` is the telephone system's name of where it comes from."""

    contact_id: str
    party: Party
    channel: str


VOICES = {GuestRole.EXPERT: Party.EXPERT, GuestRole.DISPATCHER: Party.DISPATCHER}
"""Whose words are heard of those who are called in; another seat's are once it has the call."""


def sides(call: Call, guests: Iterable[Guest] = ()) -> tuple[Side, ...]:
    """The voices that are to be heard now; of each kind of guest, who was asked for first."""
    if call.queued_at is None or call.state is CallState.ENDED:
        return ()
    found = {Party.CITIZEN: call.channel}
    if call.state in IN_TALK and call.leg:
        found[Party.SEAT] = call.leg
    for guest in sorted(guests, key=lambda one: (one.asked_at, one.id)):
        party = VOICES.get(guest.role)
        if party is not None and guest.state is GuestState.IN and guest.channel:
            found.setdefault(party, guest.channel)
    return tuple(
        Side(contact_id=call.id, party=party, channel=channel) for party, channel in found.items()
    )


def rank(call: Call, queue: Queue | None, *, urgent: bool, flagged: bool) -> Rank:
    """Who is heard live when not all can be: the smaller, the rather.

    An alarm and the queues that are served before others, then callers with a mark, then arrival.
    """
    first = urgent or (queue is not None and queue.rank > 0)
    kind = URGENT if first else FLAGGED if flagged else ORDINARY
    return kind, call.arrived_at.timestamp()


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A part of a call, in seconds from its arrival, and who sat at the seat in it."""

    begin: float
    end: float
    operator_id: str = ""


BEGINS = frozenset(
    {
        FactKind.CALL_ANSWERED,
        FactKind.CALL_RETRIEVED,
        FactKind.OPERATOR_BACK,
        FactKind.SEAT_TOOK,
    }
)
ENDS = frozenset(
    {
        FactKind.CALL_HELD,
        FactKind.OPERATOR_LOST,
        FactKind.SEAT_LEFT_CALL,
        FactKind.SEAT_HANDED_OVER,
        FactKind.CALL_PARKED,
        FactKind.CALL_ENDED,
    }
)
TELLING = BEGINS | ENDS
"""The facts that ``talks`` reads."""


def talks(facts: Iterable[Fact], arrived_at: datetime, until: float) -> tuple[Span, ...]:
    """When citizen and a seat were together, of the facts of one call in order."""
    found: list[Span] = []
    seat, begun = "", False
    for fact in facts:
        at = (fact.at - arrived_at).total_seconds()
        older = fact.kind is FactKind.SEAT_LEFT_CALL and fact.seat != seat
        if fact.kind is FactKind.SEAT_TOOK and begun:  # from another seat, without a pause
            found[-1] = replace(found[-1], end=at)
            begun = False
        if fact.kind in ENDS and begun and not older:
            found[-1] = replace(found[-1], end=at)
            begun = False
        elif fact.kind in BEGINS and not begun:
            found.append(Span(begin=at, end=until, operator_id=fact.operator_id))
            seat, begun = fact.seat, True
    return tuple(found)


def within(spans: Iterable[Span], begin: float, end: float) -> tuple[Span, ...]:
    """The parts of these that lie between the two times."""
    cut = (replace(s, begin=max(s.begin, begin), end=min(s.end, end)) for s in spans)
    return tuple(span for span in cut if span.end > span.begin)
