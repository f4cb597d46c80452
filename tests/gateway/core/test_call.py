"""A call's life is its table and nothing else."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.core import line, line_guests
from gateway.core.call import MOVES, Call, CallState, Outcome
from gateway.core.call_moves import advance, arrive
from gateway.core.errors import IllegalMove
from gateway.core.facts import FactKind
from gateway.core.guest_kind import GuestEnd, GuestMode

AT = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
ID: dict[str, Any] = {"hotline_id": "Ha1-1.1", "at": AT}
LEG = "PJSIP/seat-8001-00000001"

EVENTS: tuple[line.LineEvent, ...] = (
    line.RecordingStarted(**ID, file="x.wav"),
    line.FlowFailedOpen(**ID, reason="FAILURE"),
    line.CallerQueued(**ID, queue="civil", position=1),
    line.SeatRang(**ID, queue="civil", seat="8001", phone=line.PhoneKind.BROWSER, leg=LEG),
    line.SeatDeclined(**ID, seat="8001", leg=LEG, cause=line.DeclineCause.BUSY, ring_seconds=1.0),
    line.SeatAnswered(
        **ID, seat="8001", leg=LEG, queue="civil", hold_seconds=3.0, ring_seconds=1.0
    ),
    line.CallerLeftQueue(
        **ID, queue="civil", why=line.QueueExit.ABANDONED, position=1, hold_seconds=4.0
    ),
    line.CallHeld(**ID),
    line.CallRetrieved(**ID),
    line.SeatLeft(**ID, seat="8001", leg=LEG),
    line.SeatLost(**ID, seat="8001", leg=LEG),
    line.SeatReturned(**ID, seat="8001", leg=LEG),
    line.CallOverflowed(**ID, told=line.Told.CALLBACK),
    line_guests.GuestRang(**ID, guest="g1", channel="PJSIP/trunk-x-1"),
    line_guests.GuestFailed(**ID, guest="g1", end=GuestEnd.BUSY, cause=17),
    line_guests.GuestJoined(**ID, guest="g1", channel="PJSIP/trunk-x-1", mode=GuestMode.JOIN),
    line_guests.GuestMoved(**ID, guest="g1", mode=GuestMode.CONSULT),
    line_guests.GuestLeft(**ID, guest="g1", cause=16, by_guest=True),
    line_guests.SeatHandedOver(**ID, seat="8001", leg=LEG),
    line_guests.SeatTook(**ID, seat="8002", leg="PJSIP/seat-8002-1", guest="g2"),
    line_guests.CallParked(**ID),
    line_guests.RecordingPaused(**ID, paused=True),
    line_guests.EmergencyTried(**ID, code="110", trunk="a"),
    line_guests.EmergencyReached(**ID, code="110", trunk="a"),
    line_guests.EmergencyFailed(**ID, code="110", trunk="a", cause=17),
    line.CallGone(**ID, cause=16, by_citizen=True),
)


def born() -> Call:
    """A call that has just arrived."""
    event = line.CallArrived(
        **ID,
        channel="PJSIP/trunk-local-00000000",
        number="13800001234",
        did="12345",
        origin=line.Origin.TRUNK,
    )
    return arrive(event, "c1")[0]


def after(*events: line.LineEvent) -> Call:
    """The call after these events, a second apart."""
    call = born()
    for event in events:
        call, _ = advance(call, event, "op1")
    return call


def event(kind: type[line.LineEvent]) -> line.LineEvent:
    """The sample of one kind."""
    return next(one for one in EVENTS if type(one) is kind)


def test_every_move_of_the_table_has_an_effect_and_every_other_is_illegal() -> None:
    """For every state and event: the table's state, or IllegalMove; never anything else."""
    for state, one in product(CallState, EVENTS):
        call = replace(born(), state=state, held_at=AT if state is CallState.HELD else None)
        expected = MOVES.get((state, type(one)))
        if expected is None:
            with pytest.raises(IllegalMove):
                advance(call, one)
        else:
            moved, fact = advance(call, one, "op1")
            held = expected is CallState.TALKING and moved.held_at is not None
            assert moved.state is (CallState.HELD if held else expected)
            assert fact.contact_id == "c1"


def test_the_table_knows_every_event() -> None:
    """No kind of line event is forgotten, and nothing leaves ``ended``."""
    kinds = {kind for _, kind in MOVES}
    assert kinds == {type(one) for one in EVENTS}
    assert all(state is not CallState.ENDED for state, _ in MOVES)


def test_an_answered_call_keeps_who_took_it_and_how_long_it_waited() -> None:
    """Wait runs from arrival to the answer, talk from the answer to the end."""
    call = after(*EVENTS[2:4])
    answered = line.SeatAnswered(
        hotline_id="Ha1-1.1",
        at=AT + timedelta(seconds=9),
        seat="8001",
        leg=LEG,
        queue="civil",
        hold_seconds=9.0,
        ring_seconds=2.0,
    )
    call, fact = advance(call, answered, "op1")
    assert fact.data["wait_seconds"] == 9.0
    gone = line.CallGone(
        hotline_id="Ha1-1.1", at=AT + timedelta(seconds=69), cause=16, by_citizen=True
    )
    call, _ = advance(call, gone)
    assert (call.outcome, call.wait_seconds, call.talk_seconds) == (Outcome.ANSWERED, 9.0, 60.0)
    assert (call.seat, call.operator_id) == ("8001", "op1")


def test_a_caller_who_leaves_while_a_seat_rings_was_answered_by_nobody() -> None:
    """呼损: the ringing seat is not the one who took the call."""
    call = after(EVENTS[2], EVENTS[3], EVENTS[-1])
    assert (call.outcome, call.seat, call.operator_id) == (Outcome.ABANDONED, "", "")


def test_a_seat_that_was_lost_and_is_back_answered_once() -> None:
    """The wait ended at the first answer; the fact says how long the citizen heard music."""
    call = after(*(event(kind) for kind in (line.CallerQueued, line.SeatRang, line.SeatAnswered)))
    lost = line.SeatLost(hotline_id="Ha1-1.1", at=AT + timedelta(seconds=5), seat="8001", leg=LEG)
    call, fact = advance(call, lost, "op1")
    assert (call.state, call.leg, fact.kind) == (
        CallState.RECONNECTING,
        "",
        FactKind.OPERATOR_LOST,
    )
    back = line.SeatReturned(
        hotline_id="Ha1-1.1", at=AT + timedelta(seconds=9), seat="8001", leg=LEG + "2"
    )
    call, fact = advance(call, back, "op1")
    assert (call.state, call.leg, call.held_at) == (CallState.TALKING, LEG + "2", None)
    assert (fact.kind, fact.data["lost_seconds"]) == (FactKind.OPERATOR_BACK, 4.0)
    assert (call.answered_at, call.seat, call.operator_id) == (AT, "8001", "op1")


def test_a_pause_of_the_recording_ends_with_the_talk() -> None:
    """It begins anew before the next one (extensions_recorded): what is shown says so."""
    pause = line_guests.RecordingPaused(hotline_id="Ha1-1.1", at=AT, paused=True)
    kinds = (line.CallerQueued, line.SeatAnswered)
    call = after(*(event(kind) for kind in kinds), pause)
    assert call.recording_paused
    for last in ((line.SeatLost, line.SeatReturned), (line.SeatLeft, *kinds)):
        then = call
        for kind in last:
            then, _ = advance(then, event(kind), "op1")
        assert not then.recording_paused


def test_a_citizen_who_gives_up_while_the_seat_is_away_was_answered() -> None:
    """Not abandoned: a person had answered."""
    kinds = (line.CallerQueued, line.SeatAnswered, line.SeatLost, line.CallGone)
    call = after(*(event(kind) for kind in kinds))
    assert (call.outcome, call.seat, call.held_at) == (Outcome.ANSWERED, "8001", None)


def test_the_end_of_an_older_ring_does_not_disturb_the_present_one() -> None:
    """Two rings of one call may overlap; each is known by its leg."""
    call = after(EVENTS[2], EVENTS[3])
    late = line.SeatDeclined(
        **ID, seat="8009", leg="PJSIP/seat-8009-1", cause=line.DeclineCause.BUSY, ring_seconds=0
    )
    moved, _ = advance(call, late)
    assert (moved.state, moved.leg, moved.seat) == (CallState.OFFERED, LEG, "8001")


def test_timed_out_and_abandoned_leave_different_facts() -> None:
    """The telephone system's own events are the same for both; ours are not."""
    waiting = after(EVENTS[2])
    for why, kind in (
        (line.QueueExit.TIMED_OUT, FactKind.CALL_TIMED_OUT),
        (line.QueueExit.ABANDONED, FactKind.CALL_ABANDONED),
        (line.QueueExit.LEFT, FactKind.CALL_LEFT_QUEUE),
    ):
        left = line.CallerLeftQueue(**ID, queue="civil", why=why, position=1, hold_seconds=4.0)
        assert advance(waiting, left)[1].kind is kind


@given(st.lists(st.sampled_from(EVENTS), max_size=30))
def test_no_order_of_events_breaks_a_call(events: list[line.LineEvent]) -> None:
    """Whatever arrives in whatever order: a legal state, and an end that is never left."""
    call = born()
    for one in events:
        try:
            call, _ = advance(call, one, "op1")
        except IllegalMove:
            continue
        if call.state is CallState.ENDED:
            assert call.outcome is not Outcome.OPEN
        else:  # only whoever is turned away has an outcome before the end
            assert call.outcome in (Outcome.OPEN, Outcome.OVERFLOWED)
        if call.state in (CallState.TALKING, CallState.HELD):
            assert call.answered_at
            assert call.leg


def test_who_was_turned_away_is_neither_abandoned_nor_open() -> None:
    """The outcome is known as the caller is told, and stays when the words end."""
    call = after(event(line.CallOverflowed))
    assert (call.state, call.outcome) == (CallState.GREETING, Outcome.OVERFLOWED)
    call, fact = advance(call, event(line.CallGone))
    assert (call.outcome, fact.data["outcome"]) == (Outcome.OVERFLOWED, "overflowed")


SEATED = (CallState.TALKING, CallState.HELD, CallState.CONSULTING, CallState.CONFERENCE)


def test_who_is_in_says_where_a_talk_stands() -> None:
    """Consulting before conference before talking; a listener changes nothing."""
    asked = {
        (GuestMode.CONSULT,): CallState.CONSULTING,
        (GuestMode.JOIN,): CallState.CONFERENCE,
        (GuestMode.JOIN, GuestMode.CONSULT): CallState.CONSULTING,
        (GuestMode.LISTEN, GuestMode.WHISPER): CallState.TALKING,
        (): CallState.TALKING,
    }
    kinds = (line_guests.GuestJoined, line_guests.GuestMoved, line_guests.GuestLeft)
    for state, (company, expected), kind in product(SEATED, asked.items(), kinds):
        call = replace(born(), state=state, leg=LEG)
        assert advance(call, event(kind), "op1", company)[0].state is expected


def test_whoever_is_left_with_guests_is_handed_over_until_the_last_is_gone() -> None:
    """Then the dialplan has the citizen, who is asked for a seat again."""
    taken = after(event(line.CallerQueued), event(line.SeatAnswered))
    both, _ = advance(taken, event(line_guests.GuestJoined), "op1", (GuestMode.JOIN,))
    alone, fact = advance(both, event(line_guests.SeatHandedOver), "op1", (GuestMode.JOIN,))
    assert (alone.state, alone.leg, alone.seat) == (CallState.HANDED_OVER, "", "8001")
    assert fact.kind is FactKind.SEAT_HANDED_OVER
    one_left, _ = advance(alone, event(line_guests.GuestLeft), "", (GuestMode.JOIN,))
    assert one_left.state is CallState.HANDED_OVER
    nobody, _ = advance(one_left, event(line_guests.GuestLeft))
    assert nobody.state is CallState.GREETING


def test_the_seat_that_takes_a_call_over_is_its_seat() -> None:
    """The fact keeps who had it before."""
    taken = after(event(line.CallerQueued), event(line.SeatAnswered))
    took, fact = advance(taken, event(line_guests.SeatTook), "op2")
    assert (took.state, took.seat, took.operator_id) == (CallState.TALKING, "8002", "op2")
    assert fact.data["from_seat"] == "8001"


def test_from_every_state_with_a_citizen_there_is_a_road_to_a_person_and_one_to_the_end() -> None:
    """The table loses nobody: no state is a trap."""
    for start in CallState:
        reached, edge = {start}, {start}
        while edge:
            edge = {to for (state, _), to in MOVES.items() if state in edge} - reached
            reached |= edge
        if start is not CallState.ENDED:
            assert {CallState.TALKING, CallState.ENDED} <= reached
            assert MOVES[start, line.CallGone] is CallState.ENDED


def test_only_the_citizens_going_ends_a_call() -> None:
    """No seat and no guest takes the citizen along."""
    assert {kind for (_, kind), to in MOVES.items() if to is CallState.ENDED} == {line.CallGone}


@given(
    st.lists(
        st.tuples(
            st.sampled_from(EVENTS[:-1]),
            st.sets(st.sampled_from(GuestMode), max_size=3),
        ),
        max_size=30,
    )
)
def test_any_story_with_guests_ends_when_the_citizen_goes(
    story: list[tuple[line.LineEvent, set[GuestMode]]],
) -> None:
    """Whatever happened before, in any company; and a seat's leg is known while a seat talks."""
    call = born()
    for one, company in story:
        try:
            call, _ = advance(call, one, "op1", company)
        except IllegalMove:
            continue
        assert (call.state in SEATED) <= bool(call.leg)
    ended, _ = advance(call, EVENTS[-1])
    assert ended.state is CallState.ENDED


def test_who_reached_an_emergency_line_reached_a_person() -> None:
    """Answered by the dispatcher, though no seat was ever there."""
    tried = event(line_guests.EmergencyTried)
    missed = after(tried, event(line_guests.EmergencyFailed), event(line.CallGone))
    assert missed.outcome is Outcome.ABANDONED
    reached = after(tried, event(line_guests.EmergencyReached), event(line.CallGone))
    assert reached.outcome is Outcome.ANSWERED
