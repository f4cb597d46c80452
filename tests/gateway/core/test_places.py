"""Who keeps a place is served when they would have been served in the queue."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.core.call import Call, CallState
from gateway.core.callback import Callback, CallbackReason
from gateway.core.item import IntakeItem
from gateway.core.line import Origin
from gateway.core.places import FreeSeat, claims, order, position
from gateway.core.queue import FALLBACK, Queue
from gateway.core.targets import Targets

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)
QUEUES = {
    "civil": Queue(name="civil", title_zh="综合", title_en="General"),
    "tax": Queue(name="tax", title_zh="税务", title_en="Tax", service_level_seconds=40),
    "elder": Queue(name="elder", title_zh="长者", title_en="Elders", rank=2),
    FALLBACK: Queue(name=FALLBACK, title_zh="兜底", title_en="Fallback"),
}
RANKS = {name: queue.rank for name, queue in QUEUES.items()}
TARGETS = Targets(queues=QUEUES)


def a_caller(name: str, seconds: float, queue: str = "civil") -> Call:
    """Somebody who stands in the queue."""
    since = NOON + timedelta(seconds=seconds)
    return Call(
        id=name,
        hotline_id=f"H{name}",
        channel="",
        number="13800001234",
        did="12345",
        origin=Origin.TRUNK,
        state=CallState.WAITING,
        queue=queue,
        arrived_at=since,
        queued_at=since,
    )


def a_place(name: str, seconds: float, queue: str = "civil", **more: Any) -> Callback:
    """Somebody who went away and keeps their place in it."""
    return Callback(
        id=name,
        contact_id=f"c-{name}",
        number="13900005678",
        reason=CallbackReason.KEPT_PLACE,
        since=NOON + timedelta(seconds=seconds),
        queue=queue,
        **more,
    )


def claimed(
    seats: Iterable[FreeSeat], callers: Iterable[Call], places: Iterable[Callback]
) -> dict[str, str]:
    """Seat → the place that claims it."""
    found = claims(seats, map(TARGETS.call, callers), map(TARGETS.callback, places), RANKS)
    return {seat: item.id for seat, item in found.items()}


def seat(number: str, *queues: str) -> FreeSeat:
    """One that is free."""
    return FreeSeat(number=number, skills=dict.fromkeys(queues, 0))


def test_a_free_seat_is_claimed_by_who_came_first() -> None:
    """A caller who came before has it; one who came after does not."""
    one = [seat("8001", "civil")]
    assert claimed(one, [a_caller("late", 5)], [a_place("kept", 0)]) == {"8001": "kept"}
    assert claimed(one, [a_caller("early", 0)], [a_place("kept", 5)]) == {}
    assert claimed(one, [], [a_place("second", 5), a_place("first", 0)]) == {"8001": "first"}


def test_two_seats_serve_two() -> None:
    """The caller before gets one, the place the other."""
    two = [seat("8001", "civil"), seat("8002", "civil")]
    assert len(claimed(two, [a_caller("early", 0)], [a_place("kept", 5)])) == 1


def test_a_seat_is_not_claimed_that_an_earlier_caller_alone_could_have() -> None:
    """The place is served where the caller cannot be, if its queue is served there."""
    seats = [seat("8001", "civil", "tax"), seat("8002", "civil")]
    assert claimed(seats, [a_caller("tax", 0, "tax")], [a_place("kept", 5)]) == {"8002": "kept"}
    assert claimed(seats[:1], [a_caller("tax", 0, "tax")], [a_place("kept", 90)]) == {}


def test_emergencies_and_higher_queues_go_before() -> None:
    """However long the others wait."""
    one = [seat("8001", "civil", "elder")]
    assert claimed(one, [a_caller("elder", 90, "elder")], [a_place("kept", 0)]) == {}
    assert claimed(one, [], [a_place("kept", 0), a_place("e", 90, "elder")]) == {"8001": "e"}
    urgent = a_place("urgent", 90, emergency=True)
    assert claimed(one, [a_caller("elder", 0, "elder")], [urgent]) == {"8001": "urgent"}


def test_a_place_whose_queue_is_gone_waits_for_everybody() -> None:
    """Every seat is in the fallback queue."""
    gone = a_place("kept", 0, "closed-down")
    assert claimed([seat("8001", "tax", FALLBACK)], [], [gone]) == {"8001": "kept"}


def test_a_position_counts_callers_and_places_of_the_queue() -> None:
    """One is first; who waits elsewhere is not counted."""
    callers = [TARGETS.call(a_caller("a", 0)), TARGETS.call(a_caller("z", 0, "tax"))]
    places = [TARGETS.callback(a_place("b", 1)), TARGETS.callback(a_place("c", 2))]
    assert [position(one, callers, places, RANKS) for one in places] == [2, 3]


@dataclass
class Hall:
    """A queue with a telephone system that serves whoever really stands there, and nobody else."""

    seats: dict[str, FreeSeat]
    free: set[str] = field(default_factory=set)
    callers: dict[str, Call] = field(default_factory=dict)
    places: dict[str, Callback] = field(default_factory=dict)
    served: list[IntakeItem] = field(default_factory=list)

    def settle(self) -> None:
        """Give out what can be given: places by ``claims``, the rest as the telephone would."""
        while True:
            held = claims(
                [self.seats[number] for number in sorted(self.free)],
                [TARGETS.call(one) for one in self.callers.values()],
                [TARGETS.callback(one) for one in self.places.values()],
                RANKS,
            )
            callers = sorted(
                (TARGETS.call(one) for one in self.callers.values()),
                key=lambda one: order(one, RANKS),
            )
            rung = [
                (item, number)
                for item in callers
                for number in sorted(self.free - held.keys())
                if item.queue in self.seats[number].skills
            ]
            given = [(item, number) for number, item in held.items()] + rung[:1]
            if not given:
                return
            item, number = min(given, key=lambda one: order(one[0], RANKS))
            self._serve(item, number)

    def _serve(self, item: IntakeItem, number: str) -> None:
        waiting = [TARGETS.call(one) for one in self.callers.values()]
        waiting += [TARGETS.callback(one) for one in self.places.values()]
        mine = order(item, RANKS)
        for other in waiting:
            if other.queue == item.queue:
                assert mine <= order(other, RANKS), "somebody was overtaken"
        self.callers.pop(item.id, None)
        self.places.pop(item.id, None)
        self.free.discard(number)
        self.served.append(item)


NAMES = sorted(QUEUES)
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["calls", "keeps", "calls", "keeps", "frees", "restarts"]),
        st.sampled_from(["civil", "civil", "civil", "tax", "elder", FALLBACK]),
        st.integers(0, 2),
        st.booleans(),
    ),
    min_size=15,
    max_size=40,
)
"""More come than are served: else nobody waits, and nobody could be overtaken."""
SEATS = st.lists(st.sets(st.sampled_from(NAMES), min_size=2), min_size=3, max_size=3)


@given(steps=STEPS, skills=SEATS)
def test_nobody_is_overtaken(
    steps: list[tuple[str, str, int, bool]], skills: list[set[str]]
) -> None:
    """Whoever frees a seat whenever, callers and kept places of a queue are served as they came.

    Across a restart, too: a place is what its row says, and nothing else is needed to know it.
    """
    hall = Hall({str(n): seat(str(n), *queues) for n, queues in enumerate(skills)})
    for number, (step, queue, who, urgent) in enumerate(steps):
        name = f"{number:03}"
        if step == "calls":
            hall.callers[name] = a_caller(name, number, queue)
        elif step == "keeps":
            hall.places[name] = a_place(name, number, queue, emergency=urgent and who == 0)
        elif step == "restarts":
            hall = Hall(hall.seats, set(hall.free), dict(hall.callers), dict(hall.places))
        else:
            hall.free.add(str(who))
        hall.settle()
    open_to = {queue for number in hall.free for queue in hall.seats[number].skills}
    left = [*map(TARGETS.call, hall.callers.values()), *map(TARGETS.callback, hall.places.values())]
    assert not [one for one in left if one.queue in open_to], "a seat is free and somebody waits"


@pytest.mark.parametrize("queue", NAMES)
def test_a_kept_place_ranks_like_the_wait_it_stands_for(queue: str) -> None:
    """To the microsecond, in every queue."""
    stood, kept = TARGETS.call(a_caller("x", 3, queue)), TARGETS.callback(a_place("x", 3, queue))
    assert stood.rank == kept.rank
