"""After a loss of the link, belief becomes what is."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from gateway.core import line
from gateway.core.call import Call, CallState
from gateway.core.call_moves import advance, arrive
from gateway.core.reconcile import missed

AT = datetime(2026, 11, 20, tzinfo=UTC)
LEGS = ("", "PJSIP/seat-8001-00000001", "PJSIP/desk-8002-00000002")

live_calls = st.builds(
    lambda leg, ringing, held, queue, lost: line.LiveCall(
        hotline_id="H1",
        channel="PJSIP/trunk-local-1",
        number="13800001234",
        did="12345",
        origin=line.Origin.TRUNK,
        queue=queue,
        position=0 if leg and not ringing else 1,
        seat="8001" if leg == LEGS[1] else ("8002" if leg else ""),
        leg=leg,
        ringing=bool(leg) and ringing,
        held=bool(leg) and not ringing and held,
        reconnecting=lost and (ringing or not leg),
    ),
    st.sampled_from(LEGS),
    st.booleans(),
    st.booleans(),
    st.sampled_from(["civil", ""]),
    st.booleans(),
)
believed = st.sampled_from([state for state in CallState if state is not CallState.ENDED])


def call_in(state: CallState) -> Call:
    """A call brought into this state by the table."""
    id_: dict[str, Any] = {"hotline_id": "H1", "at": AT}
    call, _ = arrive(
        line.CallArrived(
            **id_, channel="PJSIP/trunk-local-1", number="", did="12345", origin=line.Origin.WEB
        ),
        "c1",
    )
    road: list[line.LineEvent] = [
        line.CallerQueued(**id_, queue="civil", position=1),
        line.SeatRang(**id_, queue="civil", seat="8001", phone=line.PhoneKind.BROWSER, leg=LEGS[1]),
        line.SeatAnswered(
            **id_, seat="8001", leg=LEGS[1], queue="civil", hold_seconds=0, ring_seconds=0
        ),
        line.CallHeld(**id_),
        line.SeatLost(**id_, seat="8001", leg=LEGS[1]),
    ]
    for event in road:
        if call.state is state:
            break
        call, _ = advance(call, event)
    assert call.state is state
    return call


def truth(live: line.LiveCall) -> CallState:
    """The state that a live call is in."""
    if live.reconnecting:
        return CallState.RECONNECTING
    if live.held:
        return CallState.HELD
    if live.leg:
        return CallState.OFFERED if live.ringing else CallState.TALKING
    return CallState.WAITING if live.queue else CallState.GREETING


@given(believed, live_calls)
def test_whatever_was_believed_the_table_leads_to_the_truth(
    state: CallState, live: line.LiveCall
) -> None:
    """From every state to every truth, by legal moves only; the leg is the live one."""
    call = call_in(state)
    snapshot = line.LineSnapshot(at=AT, calls=(live,), members=())
    for event in missed([call], snapshot):
        call, _ = advance(call, event)
    if live.queue or live.leg or live.reconnecting:
        assert call.state is truth(live)
    if live.leg and not live.reconnecting:
        assert call.leg == live.leg
    if state is CallState.RECONNECTING and live.reconnecting:
        assert call.seat == "8001"


def test_a_seat_that_was_lost_and_is_back_while_we_were_away_answered_once() -> None:
    """The same phone on another leg and no queue: called again by the dialplan."""
    live = line.LiveCall(
        hotline_id="H1",
        channel="PJSIP/trunk-local-1",
        number="",
        did="12345",
        origin=line.Origin.TRUNK,
        queue="",
        position=0,
        seat="8001",
        leg="PJSIP/seat-8001-0000beef",
        ringing=False,
        held=False,
    )
    snapshot = line.LineSnapshot(at=AT, calls=(live,), members=())
    events = missed([call_in(CallState.TALKING)], snapshot)
    assert [type(event) for event in events] == [line.SeatLost, line.SeatReturned]
    in_queue = line.LineSnapshot(at=AT, calls=(replace(live, queue="civil"),), members=())
    events = missed([call_in(CallState.TALKING)], in_queue)
    assert line.SeatReturned not in {type(event) for event in events}


@given(believed)
def test_a_call_that_is_gone_ends(state: CallState) -> None:
    """No ghost survives a snapshot."""
    call = call_in(state)
    for event in missed([call], line.LineSnapshot(at=AT, calls=(), members=())):
        call, _ = advance(call, event)
    assert call.state is CallState.ENDED


@given(live_calls)
def test_a_call_nobody_knew_is_taken_in(live: line.LiveCall) -> None:
    """A caller who came while we were away is on the floor at once."""
    events = missed([], line.LineSnapshot(at=AT, calls=(live,), members=()))
    first = events[0]
    assert isinstance(first, line.CallArrived)
    call, _ = arrive(first, "c9")
    for event in events[1:]:
        call, _ = advance(call, event)
    assert call.state is truth(live)
