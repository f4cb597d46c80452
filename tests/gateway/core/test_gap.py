"""What of a recorded story is news, for whatever was known and whatever is there now."""

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from gateway.core import line
from gateway.core.call import Call, CallState
from gateway.core.call_moves import advance, arrive
from gateway.core.gap import LoggedCall, told

AT = datetime(2026, 11, 20, tzinfo=UTC)
LEG = "PJSIP/desk-8001-00000002"
MAKERS: dict[str, Any] = {
    "queued": lambda id_: line.CallerQueued(**id_, queue="civil", position=1),
    "answered": lambda id_: line.SeatAnswered(
        **id_, seat="8001", leg="", queue="civil", hold_seconds=0, ring_seconds=0
    ),
    "seat left": lambda id_: line.SeatLeft(**id_, seat="8001", leg=""),
    "gave up": lambda id_: line.CallerLeftQueue(
        **id_, queue="civil", why=line.QueueExit.ABANDONED, position=1, hold_seconds=1
    ),
}
ROADS = (
    (),
    ("queued",),
    ("queued", "gave up"),
    ("queued", "gave up", "queued"),
    ("queued", "answered"),
    ("queued", "answered", "seat left"),
    ("queued", "answered", "seat left", "queued", "answered", "seat left"),
)


def story(road: tuple[str, ...], *, ended: bool, cut: bool = False) -> tuple[line.LineEvent, ...]:
    """The events of one call, a second apart."""
    events: list[line.LineEvent] = [
        line.CallArrived(
            hotline_id="H1", at=AT, channel="", number="", did="12345", origin=line.Origin.TRUNK
        )
    ]
    for second, name in enumerate(road, 1):
        events.append(MAKERS[name]({"hotline_id": "H1", "at": AT + timedelta(seconds=second)}))
    if ended:
        at = AT + timedelta(seconds=len(road) + 1)
        gone = line.CallGone(hotline_id="H1", at=at, cause=16, by_citizen=not cut, cut=cut)
        events.append(gone)
    return tuple(events)


def moved(events: tuple[line.LineEvent, ...], call: Call | None = None) -> Call | None:
    """Where the events lead, by the table: an illegal one fails the test."""
    for event in events:
        if isinstance(event, line.CallArrived):
            call, _ = arrive(event, "c1")
        else:
            assert call
            call, _ = advance(call, event)
    return call


def now(leg: str, queue: str) -> line.LiveCall:
    """The call as it is."""
    return line.LiveCall(
        hotline_id="H1",
        channel="PJSIP/trunk-local-00000001",
        number="13800001234",
        did="12345",
        origin=line.Origin.TRUNK,
        queue=queue,
        position=1,
        seat="8001" if leg else "",
        leg=leg,
        ringing=False,
        held=False,
    )


roads = st.sampled_from(ROADS)


@given(roads, st.booleans(), st.data())
def test_however_much_was_known_the_rest_leads_to_the_end(
    road: tuple[str, ...], cut: bool, data: st.DataObject
) -> None:
    """From the state after any beginning of the story; nothing that was known is told again."""
    whole = story(road, ended=True, cut=cut)
    heard = data.draw(st.integers(0, len(whole) - 1))
    known = moved(whole[:heard]) if heard else None
    last = whole[heard - 1].at if heard else None
    news = told(LoggedCall(hotline_id="H1", events=whole), known, last, None)
    call = moved(news, known)
    assert call
    assert call.state is CallState.ENDED
    assert call.ended_at == whole[-1].at
    assert len(news) <= len(whole) - heard
    reference = moved(whole)
    assert reference
    assert (call.outcome, call.answered_at) == (reference.outcome, reference.answered_at)


@given(roads, roads)
def test_who_is_there_is_brought_no_further_than_they_are(
    read: tuple[str, ...], so_far: tuple[str, ...]
) -> None:
    """The record may be ahead of the snapshot, or behind it: nobody is ended, moves are legal."""
    there = moved(story(so_far, ended=False))
    assert there
    talks = there.state is CallState.TALKING
    waits = there.state is CallState.WAITING
    live = now(LEG if talks else "", "civil" if waits else "")
    for ended in (False, True):
        logged = LoggedCall(hotline_id="H1", events=story(read, ended=ended))
        call = moved(told(logged, None, None, live))
        if call is not None:
            assert call.state is not CallState.ENDED
            assert (call.number, call.channel) == (live.number, live.channel)
            assert (call.state is CallState.TALKING) <= talks
            assert call.leg in ("", live.leg)


def test_what_nobody_knows_and_has_not_ended_began_after_we_listened() -> None:
    """And a story without its beginning is told to nobody who knows it not."""
    going = LoggedCall(hotline_id="H1", events=story(("queued",), ended=False))
    assert told(going, None, None, None) == ()
    tail = LoggedCall(hotline_id="H1", events=story(("queued",), ended=True)[1:])
    assert told(tail, None, None, None) == ()


def test_a_hold_is_no_end_of_the_talk() -> None:
    """The record's word for it comes within the second of our own; the talk ends when it ends."""
    known = moved((*story(("queued", "answered"), ended=False),))
    assert known
    held, _ = advance(known, line.CallHeld(hotline_id="H1", at=AT + timedelta(seconds=3)))
    logged = LoggedCall(
        hotline_id="H1", events=story(("queued", "answered", "seat left"), ended=True, cut=True)
    )
    news = told(logged, held, AT + timedelta(seconds=3), None)
    assert [type(event) for event in news] == [line.CallGone]
