"""Kept places: whose turn it is when a seat is free, callers in the queue counted in. PURE.

Who keeps a place waits as if they still stood in the queue: their rank is that of the wait which
they began (``core.item``). The telephone system serves whoever really stands there, so a free seat
that is due to a kept place is withheld from it; nobody who came later gets that seat first, and no
seat is withheld that somebody who came earlier could have.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from gateway.core.item import IntakeItem, Rank

Order = tuple[bool, int, Rank]


@dataclass(frozen=True, slots=True, kw_only=True)
class FreeSeat:
    """A seat that could take somebody now; ``skills`` are queue → penalty, lower is better.

    ``bars`` are those whom it may not have (``core.staff_complaint``).
    """

    number: str
    skills: Mapping[str, int]
    bars: Collection[str] = ()


def order(item: IntakeItem, queue_ranks: Mapping[str, int]) -> Order:
    """Emergencies, then queues of a higher rank, then whoever is due first."""
    return (not item.emergency, -queue_ranks.get(item.queue, 0), item.rank)


def claims(
    seats: Iterable[FreeSeat],
    callers: Iterable[IntakeItem],
    places: Iterable[IntakeItem],
    queue_ranks: Mapping[str, int],
) -> dict[str, IntakeItem]:
    """Seat number → the kept place that is to have it now.

    In order, each who waits gets a seat if one can be found for them beside those for everybody
    before (a bipartite matching, grown by augmenting paths). Seats of callers are the telephone
    system's to give; those of kept places are claimed.
    """
    free = sorted(seats, key=lambda seat: seat.number)
    places = tuple(places)
    kept = {item.id for item in places}
    at: dict[str, IntakeItem] = {}
    for item in sorted((*callers, *places), key=lambda one: order(one, queue_ranks)):
        if len(at) == len(free):
            break
        _seat(item, free, at, set())
    return {number: item for number, item in at.items() if item.id in kept}


def _seat(
    item: IntakeItem, free: list[FreeSeat], at: dict[str, IntakeItem], tried: set[str]
) -> bool:
    """Find a seat for this one, moving others to other seats if need be."""
    able = [
        seat
        for seat in free
        if item.queue in seat.skills and seat.number not in tried and item.id not in seat.bars
    ]
    able.sort(key=lambda seat: (seat.number in at, seat.skills[item.queue]))
    for seat in able:
        if seat.number in tried:
            continue
        tried.add(seat.number)
        other = at.get(seat.number)
        if other is None or _seat(other, free, at, tried):
            at[seat.number] = item
            return True
    return False


def position(
    item: IntakeItem,
    callers: Iterable[IntakeItem],
    places: Iterable[IntakeItem],
    queue_ranks: Mapping[str, int],
) -> int:
    """How many of their queue are served before them, plus one."""
    mine = order(item, queue_ranks)
    others = (one for one in (*callers, *places) if one.queue == item.queue and one.id != item.id)
    return 1 + sum(order(one, queue_ranks) < mine for one in others)
