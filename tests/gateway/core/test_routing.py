"""Who gets what."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from gateway.core.item import IntakeItem, ItemKind, Rank
from gateway.core.kept_free import KeptFree
from gateway.core.routing import (
    Offer,
    SeatView,
    askers,
    choose,
    choose_slow,
    in_order,
    may_have,
    robs,
)
from gateway.core.seat import SeatState

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def seat(number: str, *queues: str, chats: int = 0, most: int = 3, idle: int = 60) -> SeatView:
    """A ready seat."""
    return SeatView(
        number=number,
        operator_id=f"op{number}",
        state=SeatState.READY,
        skills=dict.fromkeys(queues or ("civil",), 0),
        chats=chats,
        chats_most=most,
        listening=True,
        since=NOW - timedelta(seconds=idle),
    )


def item(id: str, *, queue: str = "civil", waited: float = 10.0, **more: object) -> IntakeItem:
    """A conversation that waits."""
    since = NOW - timedelta(seconds=waited)
    known = IntakeItem(
        id=id,
        kind=ItemKind.CHAT,
        queue=queue,
        emergency=False,
        since=since,
        due_at=since + timedelta(seconds=180),
    )
    return replace(known, **more)  # type: ignore[arg-type]


def call(waited: float, target: float = 15.0) -> Rank:
    """A caller's place."""
    since = NOW - timedelta(seconds=waited)
    due = since + timedelta(seconds=target)
    return Rank(calm=True, due_at=due, since=since, id=f"call{waited}")


def test_only_a_ready_seat_that_is_there_and_has_room_may_have_more() -> None:
    """Talking, ringing, wrapping up, silent, on its way to a break, or full: nothing new."""
    free, waiting = seat("8001"), item("a")
    assert may_have(free, waiting, NOW)
    for state in set(SeatState) - {SeatState.READY}:
        assert not may_have(replace(free, state=state), waiting, NOW)
    for change in ({"listening": False}, {"next_break": "meal"}, {"chats": 3}, {"chats_most": 0}):
        assert not may_have(replace(free, **change), waiting, NOW)
    assert not may_have(free, item("b", queue="tax"), NOW)


def test_the_wanted_operator_alone_has_it_until_its_time_is_over() -> None:
    """The same operator for an open conversation, whatever their queues; then whoever can."""
    mine, other = seat("8001", "tax"), seat("8002", "civil")
    waiting = item("a", wanted_operator="op8001", wanted_until=NOW + timedelta(seconds=1))
    assert [one.number for one in in_order((other, mine), waiting, NOW)] == ["8001"]
    later = NOW + timedelta(seconds=1)
    assert [one.number for one in in_order((other, mine), waiting, later)] == ["8001", "8002"]
    for_nobody_alone = replace(waiting, wanted_until=None)
    assert may_have(other, for_nobody_alone, NOW)


def test_lower_penalty_then_fewest_conversations_then_longest_idle() -> None:
    """Each decides only where the one before says nothing."""
    waiting = item("a")
    second = replace(seat("8001", idle=900), skills={"civil": 5})
    busier, newer, older = seat("8002", chats=1, idle=900), seat("8003"), seat("8004", idle=90)
    seats = [second, busier, newer, older]
    assert [one.number for one in in_order(seats, waiting, NOW)] == ["8004", "8003", "8002", "8001"]
    assert in_order([], waiting, NOW) == []


def test_the_last_capacity_is_not_taken_from_an_earlier_caller() -> None:
    """An offer that fills the seat waits while it alone could take a caller who is before it."""
    alone, waiting = seat("8001", chats=2), item("a", waited=100)
    before, after = call(60), call(1, target=300)
    assert robs(alone, waiting, [alone], {"civil": [before]})
    assert not robs(alone, waiting, [alone], {"civil": [after]})
    assert not robs(alone, waiting, [alone], {"tax": [before]})
    assert not robs(replace(alone, chats=1), waiting, [alone], {"civil": [before]})
    other = seat("8002", chats=2)
    assert not robs(alone, waiting, [alone, other], {"civil": [before]})
    assert robs(alone, waiting, [alone, other], {"civil": [before, before]})
    full = replace(other, chats=3)
    assert robs(alone, waiting, [alone, full], {"civil": [before]})


def test_who_else_could_take_the_caller_is_counted_once() -> None:
    """One other seat for two queues serves one caller; seats are moved to where they are needed."""
    this, both = seat("8001", "civil", "tax", chats=2), seat("8002", "civil", "tax")
    waiting, one = item("a", waited=100), [call(60)]
    assert robs(this, waiting, [this, both], {"civil": one, "tax": one})
    civil = seat("8003", "civil")
    assert not robs(this, waiting, [this, both, civil], {"civil": one, "tax": one})
    assert robs(this, waiting, [this, civil, seat("8004", "civil")], {"civil": one, "tax": one})


def test_an_emergency_by_message_is_before_every_calm_caller() -> None:
    """It takes the last capacity, too."""
    alone = seat("8001", chats=2)
    urgent = item("a", emergency=True, waited=0)
    calls = {"civil": [call(300)]}
    offer = choose([alone], {"8001": urgent}, calls, NOW)
    assert offer == Offer(seat="8001", item=urgent, fills=True)


def test_what_an_operator_gave_away_is_offered_to_others_only() -> None:
    """Alone there, they do not get it back either, until its time is over."""
    giver, other = seat("8001"), seat("8002", chats=1)
    gone = item("a", waited=10)
    heads = {"8001": gone, "8002": gone}
    assert choose([giver, other], heads, {}, NOW) == Offer(seat="8001", item=gone, fills=False)
    offer = choose([giver, other], heads, {}, NOW, {"a": giver.operator_id})
    assert offer == Offer(seat="8002", item=gone, fills=False)
    assert choose([giver], {"8001": gone}, {}, NOW, {"a": giver.operator_id}) is None


def test_what_is_held_back_for_callers_holds_back_nobody_else() -> None:
    """The first by rank that may be offered is; None when nothing may."""
    first, second = item("a", waited=50), item("b", queue="tax", waited=5)
    full_soon, free = seat("8001", "civil", chats=2), seat("8002", "tax")
    calls = {"civil": [call(60)]}
    heads = {"8001": first, "8002": second}
    assert [one.number for one in askers([full_soon, free, seat("8003", chats=3)])] == [
        "8001",
        "8002",
    ]
    offer = choose([full_soon, free], heads, calls, NOW)
    assert offer == Offer(seat="8002", item=second, fills=False)
    assert choose([full_soon], {"8001": first}, calls, NOW) is None


def test_what_is_over_a_limit_gets_no_seat_that_is_kept() -> None:
    """One of two stays free; with two free one is given; a seat of another queue counts not."""
    slow, kept = item("slow"), KeptFree()
    busy = replace(seat("8001"), state=SeatState.TALKING)
    free, other = seat("8002"), seat("8003", "tax")
    assert choose_slow([busy, free, other], [slow], {}, NOW, kept=kept) is None
    both = [seat("8001"), free, other]
    assert choose_slow(both, [slow], {}, NOW, kept=kept) == Offer(
        seat="8001", item=slow, fills=False
    )
    assert choose_slow([free, other], [slow], {}, NOW, kept=kept) is not None


seats_made = st.lists(
    st.builds(
        SeatView,
        number=st.uuids().map(str),
        operator_id=st.sampled_from(["a", "b", "c"]),
        state=st.sampled_from(list(SeatState)),
        skills=st.dictionaries(st.sampled_from(["x", "y", "z"]), st.integers(0, 9)),
        chats=st.integers(0, 3),
        chats_most=st.integers(0, 3),
        listening=st.booleans(),
        next_break=st.sampled_from(["", "", "meal"]),
        since=st.none() | st.integers(0, 99).map(lambda n: NOW - timedelta(seconds=n)),
    ),
    max_size=6,
)
waits = st.integers(0, 400)
items_made = st.builds(
    lambda name, queue, waited, emergency, wanted, until: item(
        name,
        queue=queue,
        waited=waited,
        emergency=emergency,
        wanted_operator=wanted,
        wanted_until=until,
    ),
    st.uuids().map(str),
    st.sampled_from(["x", "y", "z"]),
    waits,
    st.booleans(),
    st.sampled_from(["", "a", "b"]),
    st.none() | st.integers(-9, 9).map(lambda n: NOW + timedelta(seconds=n)),
)
calls_made = st.dictionaries(st.sampled_from(["x", "y", "z"]), st.lists(waits.map(call)))


@given(seats_made, st.lists(items_made, max_size=8), calls_made)
def test_whatever_is_offered_is_allowed_and_the_first_that_is(
    seats: list[SeatView], items: list[IntakeItem], calls: dict[str, list[Rank]]
) -> None:
    """No seat gets what it may not have, no caller is robbed, nothing earlier is passed over."""
    heads = {
        one.number: min(
            (each for each in items if each.is_for(one.operator_id, one.skills, NOW)),
            key=lambda each: each.rank,
            default=None,
        )
        for one in askers(seats)
    }
    offer = choose(seats, heads, calls, NOW)
    allowed = [
        (each.rank, one.number)
        for one in seats
        for each in {head.id: head for head in heads.values() if head}.values()
        if may_have(one, each, NOW) and not robs(one, each, seats, calls)
    ]
    if offer is None:
        assert not allowed
        return
    assert (offer.item.rank, offer.seat) in allowed
    assert offer.item.rank == min(allowed)[0]


@given(seats_made, st.lists(items_made, max_size=8), calls_made, st.integers(1, 90))
def test_whatever_is_over_a_limit_leaves_seats_to_the_others(
    seats: list[SeatView], items: list[IntakeItem], calls: dict[str, list[Rank]], percent: int
) -> None:
    """After the offer so many of its queue are free as are kept, and it is an offer allowed."""
    kept = KeptFree(percent=percent)
    offer = choose_slow(seats, items, calls, NOW, kept=kept)
    if offer is None:
        return
    serving = [one for one in seats if offer.item.queue in one.skills]
    left = sum(one.can_have for one in serving) - 1
    assert left >= (max(1, len(serving) * percent // 100) if len(serving) > 1 else 0)
    (given,) = [one for one in seats if one.number == offer.seat]
    assert may_have(given, offer.item, NOW)
    assert not robs(given, offer.item, seats, calls)
