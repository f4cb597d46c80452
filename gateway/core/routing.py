"""Who gets what, purely: which waiting thing goes to which seat, and which offer must not be made.

Order among things is their rank (``core.item``): emergencies, then the earliest due, in which class
and service level are counted (``core.targets``), then the longest wait. A rank never moves, so what
comes back after a lapse, a silent seat or a transfer stands where it stood.

Order among seats: the operator whom the thing wants; then the lower penalty in its queue, the fewer
conversations, the longer idle.

Calls are given out by the telephone system, messages by us. A seat that is full is paused there, so
an offer that fills it takes it away from the callers: ``robs`` says when that is not done.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from gateway.core.item import IntakeItem, Rank
from gateway.core.kept_free import KeptFree
from gateway.core.seat import SeatState


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatView:
    """A seat as routing sees it.

    ``skills`` are queue → penalty, the fallback queue among them. ``chats`` are those it has open
    or is being offered, ``chats_most`` how many it may have (0: none). ``listening``: its console
    was heard lately. ``since`` is since when it is in this state; None: for ever.
    """

    number: str
    operator_id: str
    state: SeatState
    skills: Mapping[str, int]
    chats: int
    chats_most: int
    listening: bool
    next_break: str = ""
    since: datetime | None = None

    @property
    def can_have(self) -> bool:
        """Whether it may be offered one more conversation: ready, there, and not full.

        A seat that rings, talks or wraps up is not ready; one that asked for a break gets no more.
        """
        return (
            self.state is SeatState.READY
            and self.listening
            and not self.next_break
            and self.chats < self.chats_most
        )

    @property
    def would_be_full(self) -> bool:
        """Whether one more conversation takes it away from the callers (pause before the offer)."""
        return self.chats + 1 >= self.chats_most

    @property
    def is_full(self) -> bool:
        """Whether the telephone system must not ring it for its conversations."""
        return 0 < self.chats_most <= self.chats


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """Give this to that seat. ``fills``: pause its phone, wait for the word, then offer."""

    seat: str
    item: IntakeItem
    fills: bool


def may_have(seat: SeatView, item: IntakeItem, now: datetime) -> bool:
    """Whether this seat may be offered this now: capacity, skill, and nobody else is wanted."""
    return seat.can_have and item.is_for(seat.operator_id, seat.skills, now)


def in_order(seats: Iterable[SeatView], item: IntakeItem, now: datetime) -> list[SeatView]:
    """The seats that may have it, the best first."""
    return sorted(
        (seat for seat in seats if may_have(seat, item, now)),
        key=lambda seat: (
            seat.operator_id != item.wanted_operator,
            seat.skills.get(item.queue, 0),
            seat.chats,
            seat.since is not None,
            seat.since or now,
            seat.number,
        ),
    )


def robs(
    seat: SeatView,
    item: IntakeItem,
    seats: Collection[SeatView],
    calls: Mapping[str, Sequence[Rank]],
) -> bool:
    """Whether the offer would take the last capacity from a caller who is before it.

    ``calls`` are the ranks of the callers who wait, by queue. True when the offer fills the seat
    and, after every other seat that could take a call took one of the earlier callers, there is
    still one whom this seat alone could take (a bipartite matching of seats and callers).
    """
    if not seat.would_be_full:
        return False
    room = {queue: sum(rank < item.rank for rank in ranks) for queue, ranks in calls.items()}
    room = {queue: count for queue, count in room.items() if count}
    if not room.keys() & seat.skills.keys():
        return False
    at: dict[str, list[SeatView]] = {queue: [] for queue in room}
    for other in seats:
        if other.number != seat.number and takes_calls(other):
            _place(other, at, room, set())
    return _place(seat, at, room, set())


def takes_calls(seat: SeatView) -> bool:
    """Whether the telephone system may ring it now."""
    return seat.state is SeatState.READY and seat.listening and not seat.is_full


def _place(
    seat: SeatView, at: dict[str, list[SeatView]], room: Mapping[str, int], tried: set[str]
) -> bool:
    """Find a caller for this seat, moving others if need be (an augmenting path)."""
    for queue in room:
        if queue in tried or queue not in seat.skills:
            continue
        tried.add(queue)
        there = at[queue]
        if len(there) < room[queue]:
            there.append(seat)
            return True
        for index, other in enumerate(there):
            if _place(other, at, room, tried):
                there[index] = seat
                return True
    return False


def askers(seats: Iterable[SeatView]) -> Iterator[SeatView]:
    """The seats for which the line has to be asked for its head."""
    return (seat for seat in seats if seat.can_have)


def choose(
    seats: Collection[SeatView],
    heads: Mapping[str, IntakeItem | None],
    calls: Mapping[str, Sequence[Rank]],
    now: datetime,
    handed: Mapping[str, str] = MappingProxyType({}),
) -> Offer | None:
    """The next offer to make, or None.

    ``handed`` names, by item, the operator who gave it away a moment ago and is not to get it back.

    ``heads`` is what ``Line.head`` said for each of ``askers`` by seat number, ``calls`` as in
    ``robs``. Ask again, with new heads, after the offer was made.

    An emergency never stands behind: the first by rank among the heads goes first, and what is
    held back for the callers' sake holds back nobody whom another seat can serve.
    """
    waiting = {item.id: item for item in heads.values() if item}
    if not waiting:
        return None
    return _first_offer(seats, waiting.values(), calls, now, handed)


def has_to_spare(seats: Iterable[SeatView], queue: str, kept: KeptFree) -> bool:
    """Whether a seat of this queue is free that is not kept for who comes later."""
    serving = [seat for seat in seats if queue in seat.skills]
    return kept.may_have(free=sum(seat.can_have for seat in serving), seats=len(serving))


def choose_slow(
    seats: Collection[SeatView],
    heads: Iterable[IntakeItem],
    calls: Mapping[str, Sequence[Rank]],
    now: datetime,
    *,
    kept: KeptFree,
    handed: Mapping[str, str] = MappingProxyType({}),
) -> Offer | None:
    """The next offer of what is over a limit, once ``choose`` has none; or None.

    ``heads`` are the first of each queue. None of them gets a seat that is kept free for others.
    """
    spared = [item for item in heads if has_to_spare(seats, item.queue, kept)]
    return _first_offer(seats, spared, calls, now, handed)


def _first_offer(
    seats: Collection[SeatView],
    items: Iterable[IntakeItem],
    calls: Mapping[str, Sequence[Rank]],
    now: datetime,
    handed: Mapping[str, str],
) -> Offer | None:
    able = [seat for seat in seats if seat.can_have]
    for item in sorted(items, key=lambda one: one.rank):
        for seat in in_order(able, item, now):
            if seat.operator_id != handed.get(item.id) and not robs(seat, item, seats, calls):
                return Offer(seat=seat.number, item=item, fills=seat.would_be_full)
    return None
