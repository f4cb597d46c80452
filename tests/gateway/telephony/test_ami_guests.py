"""What Asterisk sent of guests, read: legal news whatever the order, and nothing remembered."""

from __future__ import annotations

import random

import pytest

from gateway.core import line, line_guests
from gateway.core.guest import MOVES, GuestState
from gateway.core.guest_kind import GuestEnd, GuestMode, GuestRole
from gateway.telephony.ami_codec import AmiMessage
from gateway.telephony.ami_events import LineReader
from gateway.telephony.ami_snapshot import build_snapshot
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
from tests.gateway.telephony.test_ami_snapshot import channel

ID, GUEST = "Ha1-1.1", "0123456789abcdef" * 2
DEVICE = "PJSIP/010110@trunk-out"
NAME = {"Channel": "PJSIP/trunk-out-00000007", "Uniqueid": f"g-{GUEST}"}
SEAT_NAME = {"Channel": "PJSIP/desk-8002-00000007", "Uniqueid": f"g-{GUEST}"}
NEW = event("Newchannel", **NAME)
RINGING = event("Newstate", ChannelStateDesc="Ringing", **NAME)
GONE = event("Hangup", Cause="16", **CITIZEN)
STATES = {
    line_guests.GuestRang: GuestState.DIALLING,
    line_guests.GuestFailed: GuestState.FAILED,
    line_guests.GuestJoined: GuestState.IN,
    line_guests.GuestLeft: GuestState.GONE,
}


def ended(cause: str, **more: str) -> AmiMessage:
    """The end of the guest's leg."""
    return event("Hangup", Cause=cause, **NAME, **more)


def says(name: str = "HotlineGuest", mode: str = "join", **headers: str) -> AmiMessage:
    """The dialplan's word on the guest's leg."""
    said = {"UserEvent": name, "HotlineId": ID, "Guest": GUEST, "Role": "expert", "Mode": mode}
    return event("UserEvent", **{**said, **NAME, **headers})


def ordered() -> LineReader:
    """A reader that knows a call with somebody ordered into it."""
    reader = arrived()
    assert reader.guests.order(GUEST, ID, DEVICE)
    return reader


def kinds(reader: LineReader, *messages: AmiMessage) -> list[str]:
    """The names of the news."""
    return [type(one).__name__ for one in told(messages, reader)]


def talking() -> LineReader:
    """A reader that knows one talk, with somebody ordered into it."""
    reader = LineReader()
    reader.restore(line.LineSnapshot(at=NOW, calls=(live_call(queue=""),), members=()), since=0.0)
    assert reader.guests.order(GUEST, ID, DEVICE)
    return reader


def test_one_who_comes_and_goes() -> None:
    """Rang, joined, moved only when it is another way, left; who hung up is told."""
    reader = ordered()
    said = kinds(reader, NEW, RINGING, says(), says(), says(mode="listen"))
    assert said == ["GuestRang", "GuestJoined", "GuestMoved"]
    (left,) = told([event("HangupRequest", **NAME), ended("16")], reader)
    assert isinstance(left, line_guests.GuestLeft)
    assert left.by_guest
    assert kinds(reader, ended("16"), says("HotlineOther"), GONE) == ["CallGone"]


@pytest.mark.parametrize(
    ("messages", "end"),
    [
        ([RINGING, ended("17", TechCause="486")], GuestEnd.BUSY),
        ([RINGING, ended("21")], GuestEnd.REJECTED),
        ([RINGING, event("HangupRequest", TechCause="603", **NAME), ended("21")], "rejected"),
        ([RINGING, event("HangupRequest", TechCause="480", **NAME), ended("19")], "rejected"),
        ([RINGING, ended("19")], GuestEnd.NO_ANSWER),
        ([ended("19")], GuestEnd.UNREACHABLE),
        ([ended("18")], GuestEnd.UNREACHABLE),
        ([ended("34", TechCause="503")], GuestEnd.UNREACHABLE),
        ([RINGING, ended("26")], GuestEnd.WITHDRAWN),
    ],
)
def test_why_somebody_did_not_come(messages: list[AmiMessage], end: str) -> None:
    """The leg's own hang-up says it, and whether it ever rang."""
    rang, failed = told([NEW, *messages], ordered())
    assert isinstance(rang, line_guests.GuestRang)
    assert isinstance(failed, line_guests.GuestFailed)
    assert failed.end == end


@pytest.mark.parametrize("unique", ["<null>", f"g-{GUEST}"])
def test_a_leg_that_never_was_has_failed(unique: str) -> None:
    """A dead trunk that is known as dead: no channel, no hang-up, only the answer to the order.

    Asterisk gives it the unique id that was ordered, or none.
    """
    failure = event(
        "OriginateResponse", Response="Failure", Channel=DEVICE, Uniqueid=unique, Reason="0"
    )
    reader = ordered()
    assert kinds(reader, failure, failure) == ["GuestFailed"]
    reader = ordered()
    assert kinds(reader, NEW, failure, ended("34")) == ["GuestRang", "GuestFailed"]


def test_the_call_ends_under_its_guests() -> None:
    """Who was in has left, who rang is taken back, before the call is gone; nothing is kept."""
    assert kinds(ordered(), NEW, GONE, ended("16")) == ["GuestRang", "GuestFailed", "CallGone"]
    reader = ordered()
    assert kinds(reader, NEW, says(), GONE)[2:] == ["GuestLeft", "CallGone"]
    assert (len(reader.tracks), reader.tracks.channels) == (0, 0)
    assert not reader.guests.order(GUEST, ID, DEVICE)


def test_the_seat_leaves_the_call_to_guests() -> None:
    """Told on the seat's own leg; its hang-up afterwards is no news."""
    handed = event("UserEvent", UserEvent="HotlineHandedOver", HotlineId=ID, Channel=LEG)
    reader = talking()
    told([NEW, says()], reader)
    assert kinds(reader, handed, handed, event("Hangup", Channel=LEG, Cause="16")) == [
        "SeatHandedOver"
    ]
    join = event("QueueCallerJoin", Queue="fallback", Position="1", **CITIZEN)
    assert kinds(reader, ended("16"), join) == ["GuestLeft", "CallerQueued"]


def test_a_seat_that_was_called_in_is_the_calls_seat() -> None:
    """Then its leg is a seat's: its end is the seat's. Nobody else's word counts."""
    took = {"UserEvent": "HotlineSeatTook", "HotlineId": ID, "Leg": SEAT_NAME["Channel"]}
    reader = talking()
    told([event("Newchannel", **SEAT_NAME), says(**SEAT_NAME)], reader)
    assert kinds(reader, event("UserEvent", Channel="PJSIP/trunk-x-00000009", **took)) == []
    (news,) = told([event("UserEvent", Channel=LEG, **took)], reader)
    assert isinstance(news, line_guests.SeatTook)
    assert (news.seat, news.guest, news.leg) == ("8002", GUEST, SEAT_NAME["Channel"])
    assert kinds(reader, event("Hangup", Channel=LEG, Cause="16")) == []
    assert kinds(reader, event("Hangup", Cause="16", **SEAT_NAME), GONE) == ["SeatLeft", "CallGone"]


def test_parked_sent_and_silent() -> None:
    """The seat is told to have left with it; a recording that is paused says so once a word."""
    reader = talking()
    assert kinds(reader, user("HotlineParked")) == ["CallParked", "SeatLeft"]
    reader = talking()
    join = event("QueueCallerJoin", Queue="civil", Position="1", **CITIZEN)
    assert kinds(reader, user("HotlineSent"), join) == ["SeatLeft", "CallerQueued"]
    for state, silent in (("1", True), ("0", False)):
        (paused,) = told([event("MixMonitorMute", State=state, **CITIZEN)], reader)
        assert paused == line_guests.RecordingPaused(hotline_id=ID, at=NOW, paused=silent)


def test_lost_doubled_and_late_messages_make_no_illegal_news() -> None:
    """Two thousand damaged stories: a guest rings, then is in or failed, then gone, or nothing."""
    story = [NEW, RINGING, says(), says(mode="consult"), event("HangupRequest", **NAME)]
    story += [ended("16"), GONE]
    for seed in range(2_000):
        chance = random.Random(seed)
        messages = [one for one in story for _ in range(chance.choice((0, 1, 1, 1, 2)))]
        if len(messages) > 1 and chance.random() < 0.5:
            at = chance.randrange(len(messages) - 1)
            messages[at], messages[at + 1] = messages[at + 1], messages[at]
        state = GuestState.DIALLING
        for one in told(messages, ordered()):
            after = STATES.get(type(one), state)
            assert after is state or (state, after) in MOVES, (seed, state, one)
            state = after


def test_a_snapshot_has_every_guest_and_the_seat_among_them() -> None:
    """Ringing or in, and how; without a seat's leg the seat that was called in has the call."""
    citizen = channel("PJSIP/trunk-a-00000001", "a1-1.1", Context="hotline-room", Exten="consult")

    def guest(state: str, role: str, name: str = NAME["Channel"]) -> AmiMessage:
        said = ("HOTLINE_ID=Ha1-1.1", f"HOTLINE_ROLE={role}", "HOTLINE_MODE=consult")
        headers = {"Channel": name, "Uniqueid": f"g-{GUEST}", "ChannelStateDesc": state}
        return AmiMessage({**headers, "ChanVariable": said[0]}, {"ChanVariable": said})

    seat = channel("PJSIP/seat-8001-00000002", "a1-1.2")
    for state, ringing in (("Ringing", True), ("Up", False)):
        (call,) = build_snapshot((citizen, seat, guest(state, "expert")), (), NOW).calls
        assert (call.held, call.seat, call.ringing) == (True, "8001", False)
        (one,) = call.guests
        assert (one.guest, one.role, one.mode) == (GUEST, GuestRole.EXPERT, GuestMode.CONSULT)
        assert (one.ringing, one.channel) == (ringing, NAME["Channel"])
    taken = guest("Up", "seat", SEAT_NAME["Channel"])
    (call,) = build_snapshot((citizen, taken), (), NOW).calls
    assert (call.seat, call.leg, call.guests) == ("8002", SEAT_NAME["Channel"], ())
    (call,) = build_snapshot((citizen, seat, taken), (), NOW).calls
    assert (call.seat, len(call.guests)) == ("8001", 1)
    parked = channel("PJSIP/trunk-a-00000001", "a1-1.1", Context="hotline-park", Exten="s")
    (call,) = build_snapshot((parked,), (), NOW).calls
    assert (call.parked, call.seat) == (True, "")
    reader = LineReader()
    snapshot = build_snapshot((citizen, seat, guest("Up", "expert")), (), NOW)
    reader.restore(snapshot, since=0.0)
    assert kinds(reader, says(mode="consult"), says(), ended("16")) == ["GuestMoved", "GuestLeft"]
