"""The end of a seat's leg is news only together with what the dialplan makes of it."""

from gateway.core import line
from gateway.telephony.ami_events import LineReader
from tests.gateway.telephony.test_ami_events import (
    CITIZEN,
    LEG,
    NOW,
    arrived,
    event,
    live_call,
    told,
    user,
)

PHONE = "PJSIP/seat-8001"
AGAIN = "PJSIP/seat-8001-0000beef"
LEG_ENDED = event("Hangup", Channel=LEG, Cause="27")
SEAT_LOST = user("HotlineSeatLost", Phone=PHONE)


def back(channel: str = AGAIN) -> object:
    """The dialplan's word on the leg of the phone that answered."""
    header = {"UserEvent": "HotlineSeatBack", "HotlineId": "Ha1-1.1", "Uniqueid": "a1-1.9"}
    return event("UserEvent", Channel=channel, **header)


def talking() -> LineReader:
    """A reader that knows one talk."""
    reader = LineReader()
    reader.restore(line.LineSnapshot(at=NOW, calls=(live_call(queue=""),), members=()), since=0.0)
    return reader


def kinds(reader: LineReader, *messages: object) -> list[str]:
    """The names of the news."""
    return [type(each).__name__ for each in told(messages, reader)]  # type: ignore[arg-type]


def test_whichever_is_heard_first_the_seat_was_lost_once() -> None:
    """The leg's own hang-up and the citizen's music come from two threads of Asterisk."""
    for order in ((LEG_ENDED, SEAT_LOST), (SEAT_LOST, LEG_ENDED), (LEG_ENDED, SEAT_LOST) * 2):
        reader = talking()
        news = told(order, reader)
        (lost,) = news
        assert isinstance(lost, line.SeatLost)
        assert (lost.seat, lost.leg) == ("8001", LEG)


def test_a_lost_seat_that_answers_again_talks_again() -> None:
    """Its new leg is the call's leg: its end ends the call, or loses the seat once more."""
    reader = talking()
    assert kinds(reader, LEG_ENDED, SEAT_LOST, back()) == ["SeatLost", "SeatReturned"]
    assert reader.talks(AGAIN)
    again = event("Hangup", Channel=AGAIN, Cause="27")
    assert kinds(reader, again, SEAT_LOST, back("PJSIP/seat-8001-0000cafe")) == [
        "SeatLost",
        "SeatReturned",
    ]
    gone = event("Hangup", Cause="16", **CITIZEN)
    assert kinds(reader, gone) == ["SeatLeft", "CallGone"]


def test_a_normal_end_is_the_seat_leaving_and_the_call_gone() -> None:
    """As before: nobody is called again."""
    gone = event("Hangup", Cause="16", **CITIZEN)
    assert kinds(talking(), LEG_ENDED, gone) == ["SeatLeft", "CallGone"]


def test_a_seat_that_does_not_come_back_has_left_when_the_next_queue_is_joined() -> None:
    """Then the call is an ordinary waiting call."""
    reader = talking()
    join = event("QueueCallerJoin", Queue="fallback", Position="1", **CITIZEN)
    assert kinds(reader, LEG_ENDED, SEAT_LOST, join) == ["SeatLost", "SeatLeft", "CallerQueued"]
    assert kinds(reader, back()) == []


def test_no_other_phone_is_believed_to_be_the_lost_seat() -> None:
    """Nor one that answers when nobody was lost, nor a channel that is no seat's."""
    assert kinds(talking(), back()) == []
    reader = talking()
    told([LEG_ENDED, SEAT_LOST], reader)
    for channel in ("PJSIP/seat-8002-0000beef", "PJSIP/desk-8001-0000beef", "PJSIP/trunk-x-1"):
        assert kinds(reader, back(channel)) == []
    assert kinds(reader, back()) == ["SeatReturned"]


def test_after_a_snapshot_the_lost_seat_may_come_back() -> None:
    """The snapshot does not say which seat it was; the dialplan calls no other."""
    reader = LineReader()
    live = live_call(queue="", seat="", leg="", reconnecting=True)
    reader.restore(line.LineSnapshot(at=NOW, calls=(live,), members=()), since=0.0)
    assert kinds(reader, back()) == ["SeatReturned"]


def test_who_hung_up_first_is_not_called_back_into_the_talk() -> None:
    """The citizen's own end comes first: whatever the dialplan says of the seat is late."""
    reader = arrived()
    join = event("QueueCallerJoin", Queue="civil", Position="1", **CITIZEN)
    called = event(
        "AgentCalled", Interface=PHONE, DestChannel=LEG, DestChannelStateDesc="Ringing", **CITIZEN
    )
    connect = event("AgentConnect", DestChannel=LEG, HoldTime="1", RingTime="1", **CITIZEN)
    told([join, called, connect, event("HangupRequest", **CITIZEN)], reader)
    gone = event("Hangup", Cause="16", **CITIZEN)
    assert kinds(reader, LEG_ENDED, SEAT_LOST, gone) == ["SeatLeft", "CallGone"]
