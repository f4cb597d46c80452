"""What must be true of any day, read from its facts alone: the laws of a busy hour. PURE."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from gateway.core.facts import Fact, FactKind

ENDS = (FactKind.CALL_ENDED,)


def wrongs(facts: Sequence[Fact]) -> list[str]:
    """Every breach of the laws below, in words; none is what must come out."""
    return [
        *two_at_once(facts),
        *wrong_pops(facts),
        *uneven_ends(facts),
    ]


def two_at_once(facts: Iterable[Fact]) -> list[str]:
    """A seat talks in one call, a call with one seat."""
    said: list[str] = []
    with_seat: dict[str, str] = {}
    for fact in facts:
        call, seat = fact.contact_id, fact.seat
        if fact.kind is FactKind.CALL_ANSWERED:
            if with_seat.get(call, seat) != seat:
                said.append(f"call {call} answered at {seat} while at {with_seat[call]}")
            others = [one for one, where in with_seat.items() if where == seat and one != call]
            said += [f"seat {seat} answered {call} while in {one}" for one in others]
            with_seat[call] = seat
        elif fact.kind in (FactKind.SEAT_LEFT_CALL, *ENDS):
            with_seat.pop(call, None)
    return said


def wrong_pops(facts: Iterable[Fact]) -> list[str]:
    """A pop is shown where its call rings or talks, and nowhere else."""
    said: list[str] = []
    rung: set[tuple[str, str]] = set()
    for fact in facts:
        pair = fact.contact_id, fact.seat
        if fact.kind is FactKind.CALL_OFFERED:
            rung.add(pair)
        elif fact.kind is FactKind.POP_SHOWN and pair not in rung:
            said.append(f"pop of {pair[0]} at {pair[1]}, where it never rang")
        elif fact.kind is FactKind.CALL_ANSWERED and pair not in rung:
            said.append(f"{pair[0]} answered at {pair[1]}, where it never rang")
    return said


def uneven_ends(facts: Iterable[Fact]) -> list[str]:
    """Every call arrives once, ends once, and says nothing more of itself afterwards."""
    said: list[str] = []
    arrived, ended = Counter[str](), Counter[str]()
    for fact in facts:
        call = fact.contact_id
        if fact.kind is FactKind.CALL_ARRIVED:
            arrived[call] += 1
        elif fact.kind in ENDS:
            ended[call] += 1
        elif fact.kind in (FactKind.CALL_ANSWERED, FactKind.CALL_QUEUED) and ended[call]:
            said.append(f"call {call}: {fact.kind.value} after its end")
    said += [f"call {call} arrived {n} times" for call, n in arrived.items() if n != 1]
    said += [f"call {call} ended {ended[call]} times" for call in arrived if ended[call] != 1]
    return said + [f"call {call} ended and never arrived" for call in ended if not arrived[call]]
