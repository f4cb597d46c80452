"""Who is heard when, and in which order."""

from dataclasses import replace
from datetime import timedelta

import pytest

from gateway.core.call import WITH_SEAT, CallState
from gateway.core.facts import Fact, FactKind
from gateway.core.guest import GuestState
from gateway.core.guest_kind import GuestRole
from gateway.core.hearing import Span, rank, sides, talks, within
from gateway.core.queue import Queue
from gateway.core.transcript import Party
from tests.guest_rows import a_guest
from tests.store_world import NOON, a_call, a_fact

CALL = a_call("1", queue="civil", queued_at=NOON, leg="PJSIP/seat-8001-1")


def at(seconds: float, kind: FactKind, operator_id: str = "li", seat: str = "8001") -> Fact:
    """What happened so long after the arrival."""
    return a_fact(
        "1", kind=kind, at=NOON + timedelta(seconds=seconds), operator_id=operator_id, seat=seat
    )


@pytest.mark.parametrize("state", CallState)
def test_a_citizen_is_heard_from_the_queue_on_and_a_seat_in_a_talk(state: CallState) -> None:
    """Never before the queue (the greeting is not theirs), never after the end; no ringing leg."""
    heard = {one.party for one in sides(replace(CALL, state=state))}
    talking = state in WITH_SEAT
    over = state is CallState.ENDED
    assert heard == (set() if over else {Party.CITIZEN} | ({Party.SEAT} if talking else set()))
    assert sides(replace(CALL, state=state, queued_at=None)) == ()


def test_an_expert_and_a_dispatcher_are_heard_while_they_are_in() -> None:
    """Each by their own leg, also while the citizen hears music; who rings, or listens, is not."""
    expert = a_guest("e", "1", state=GuestState.IN, channel="PJSIP/trunk-out-1")
    dispatcher = replace(expert, id="d", role=GuestRole.DISPATCHER, channel="PJSIP/trunk-out-2")
    others = [
        replace(expert, id="r", state=GuestState.DIALLING),
        replace(expert, id="g", state=GuestState.GONE),
        replace(expert, id="s", role=GuestRole.SUPERVISOR),
    ]
    talk = replace(CALL, state=CallState.CONSULTING)
    heard = {one.party: one.channel for one in sides(talk, [expert, dispatcher, *others])}
    assert heard == {
        Party.CITIZEN: CALL.channel,
        Party.SEAT: CALL.leg,
        Party.EXPERT: "PJSIP/trunk-out-1",
        Party.DISPATCHER: "PJSIP/trunk-out-2",
    }
    assert len(sides(talk, others)) == 2
    assert sides(replace(CALL, state=CallState.ENDED), [expert]) == ()


def test_alarms_and_urgent_queues_are_heard_before_marked_callers_and_those_before_others() -> None:
    """Within each kind, who came first."""
    later = replace(CALL, arrived_at=NOON + timedelta(seconds=1))
    plain, first = (
        Queue(name="a", title_zh="", title_en=""),
        Queue(name="b", title_zh="", title_en="", rank=5),
    )
    order = [
        rank(CALL, first, urgent=False, flagged=False),
        rank(later, plain, urgent=True, flagged=False),
        rank(CALL, plain, urgent=False, flagged=True),
        rank(CALL, None, urgent=False, flagged=False),
        rank(later, plain, urgent=False, flagged=False),
    ]
    assert order == sorted(order)
    assert len(set(order)) == len(order)


def test_the_seats_side_counts_only_while_the_two_are_together() -> None:
    """Hold, a lost and returned seat, another seat: each talk with who sat there."""
    facts = [
        at(5, FactKind.CALL_ANSWERED),
        at(20, FactKind.CALL_HELD),
        at(30, FactKind.CALL_RETRIEVED),
        at(40, FactKind.OPERATOR_LOST),
        at(45, FactKind.OPERATOR_BACK),
        at(50, FactKind.SEAT_LEFT_CALL),
        at(60, FactKind.CALL_ANSWERED, "wang", "8002"),
        at(61, FactKind.SEAT_LEFT_CALL),  # of the seat before
        at(70, FactKind.CALL_ENDED, "wang", "8002"),
    ]
    spans = talks(facts, NOON, 99)
    assert [(s.begin, s.end, s.operator_id) for s in spans] == [
        (5, 20, "li"),
        (30, 40, "li"),
        (45, 50, "li"),
        (60, 70, "wang"),
    ]
    assert within(spans, 10, 35) == (
        Span(begin=10, end=20, operator_id="li"),
        Span(begin=30, end=35, operator_id="li"),
    )


def test_a_talk_that_goes_on_lasts_until_now() -> None:
    """No end was told."""
    assert talks([at(5, FactKind.CALL_ANSWERED)], NOON, 12) == (
        Span(begin=5, end=12, operator_id="li"),
    )
