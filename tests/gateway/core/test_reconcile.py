"""After a loss of the link, belief becomes what is."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from gateway.core import line, line_guests
from gateway.core.call import Call, CallState
from gateway.core.call_moves import advance, arrive
from gateway.core.guest import Guest, GuestState
from gateway.core.guest_kind import GuestMode, GuestRole
from gateway.core.reconcile import missed
from tests.guest_rows import a_guest

AT = datetime(2026, 11, 20, tzinfo=UTC)
LEGS = ("", "PJSIP/seat-8001-00000001", "PJSIP/desk-8002-00000002")

live_calls = st.builds(
    lambda leg, ringing, held, queue, lost, parked, modes: line.LiveCall(
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
        reconnecting=lost and not parked and (ringing or not leg),
        parked=parked and not leg,
        guests=() if parked or ringing or lost or (queue and not leg) else modes,
    ),
    st.sampled_from(LEGS),
    st.booleans(),
    st.booleans(),
    st.sampled_from(["civil", ""]),
    st.booleans(),
    st.booleans(),
    st.dictionaries(st.sampled_from(["g1", "g2"]), st.sampled_from(GuestMode), max_size=2).map(
        lambda modes: tuple(
            line.LiveGuest(
                guest=id_, role=GuestRole.EXPERT, mode=mode, channel=f"PJSIP/t-{id_}", ringing=False
            )
            for id_, mode in modes.items()
        )
    ),
)
believed = st.sampled_from([state for state in CallState if state is not CallState.ENDED])


COMPANY = {
    CallState.CONSULTING: GuestMode.CONSULT,
    CallState.CONFERENCE: GuestMode.JOIN,
    CallState.HANDED_OVER: GuestMode.JOIN,
}
WITHOUT: dict[CallState, line.LineEvent] = {
    CallState.HANDED_OVER: line_guests.SeatHandedOver(
        hotline_id="H1", at=AT, seat="8001", leg=LEGS[1]
    ),
    CallState.PARKED: line_guests.CallParked(hotline_id="H1", at=AT),
}


def company_of(state: CallState) -> tuple[Guest, ...]:
    """The guest who is in, in this state."""
    if state not in COMPANY:
        return ()
    return (replace(a_guest("g1", "c1", mode=COMPANY[state]), state=GuestState.IN),)


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
    if state in WITHOUT:
        road = [*road[:3], WITHOUT[state]]
    if state in (CallState.CONSULTING, CallState.CONFERENCE):
        joined = line_guests.GuestJoined(**id_, guest="g1", channel="x", mode=COMPANY[state])
        road = [*road[:3], joined]
    for event in road:
        if call.state is state:
            break
        call, _ = advance(call, event, "op1", (COMPANY[state],) if state in COMPANY else ())
    assert call.state is state
    return call


def truth(live: line.LiveCall) -> CallState:
    """The state that a live call is in."""
    modes = {one.mode for one in live.guests}
    states = {
        CallState.PARKED: live.parked,
        CallState.RECONNECTING: live.reconnecting,
        CallState.OFFERED: live.ringing,
        CallState.CONSULTING: live.leg and GuestMode.CONSULT in modes,
        CallState.CONFERENCE: live.leg and GuestMode.JOIN in modes,
        CallState.HANDED_OVER: GuestMode.JOIN in modes,
        CallState.HELD: live.held,
        CallState.TALKING: live.leg,
        CallState.WAITING: live.queue,
    }
    return next((state for state, so in states.items() if so), CallState.GREETING)


def walked(call: Call, events: Iterable[line.LineEvent], modes: dict[str, GuestMode]) -> Call:
    """The call after these; ``modes`` are the guests who are in, and follow."""
    for event in events:
        match event:
            case line_guests.GuestJoined() | line_guests.GuestMoved():
                modes[event.guest] = event.mode
            case line_guests.GuestLeft():
                del modes[event.guest]
        call, _ = advance(call, event, "op1", tuple(modes.values()))
    return call


@given(believed, live_calls)
def test_whatever_was_believed_the_table_leads_to_the_truth(
    state: CallState, live: line.LiveCall
) -> None:
    """From every state to every truth, by legal moves only; the leg is the live one.

    A guest who consults with nobody any more says nothing of where the citizen is.
    """
    call = call_in(state)
    snapshot = line.LineSnapshot(at=AT, calls=(live,), members=())
    modes = {one.id: one.mode for one in company_of(state)}
    call = walked(call, missed([call], snapshot, company={"H1": company_of(state)}), modes)
    assert modes == {one.guest: one.mode for one in live.guests}
    joined = any(one.mode is GuestMode.JOIN for one in live.guests)
    if live.queue or live.leg or live.reconnecting or live.parked or joined:
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
    call = walked(call, events[1:], {})
    assert call.state is truth(live)
