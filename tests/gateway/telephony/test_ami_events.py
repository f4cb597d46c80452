"""Messages that a real Asterisk 22 sent, read again: the same news, and nothing remembered."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.core import line
from gateway.core.call import MOVES, CallState
from gateway.telephony.ami_codec import AmiMessage, parse
from gateway.telephony.ami_events import LineReader
from tests.gateway.telephony.phones_world import story

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
RECORDED = (Path(__file__).parent / "fixtures" / "ami_calls.txt").read_bytes()
ARRIVED = ["CallArrived", "RecordingStarted", "queued civil"]
CITIZEN_ENDS = ["seat left 8001", "gone by citizen"]
FALLBACK_ABANDONED = ["left fallback abandoned", "gone by citizen"]
ABANDONED = ["left civil abandoned", "gone by citizen"]


def scenes() -> dict[str, list[AmiMessage]]:
    """The recording's scenes by name, in order."""
    found: dict[str, list[AmiMessage]] = {}
    for raw in RECORDED.split(b"\r\n\r\n"):
        if raw.startswith(b"# "):
            found[raw[2:].decode()] = []
        elif raw:
            found[list(found)[-1]].append(parse(raw))
    return found


SCENES = scenes()
EVERYTHING = [message for messages in SCENES.values() for message in messages]


def told(messages: Iterable[AmiMessage], reader: LineReader | None = None) -> list[line.News]:
    """What a reader makes of these messages."""
    reader = reader or LineReader()
    return [each for message in messages for each in reader.feed(message, NOW)]


def event(name: str, **headers: str) -> AmiMessage:
    """One event."""
    return AmiMessage({"Event": name, **headers}, {})


CITIZEN = {"Channel": "PJSIP/trunk-local-00000001", "Uniqueid": "a1-1.1"}
LEG = "PJSIP/seat-8001-00000002"


def user(name: str, **headers: str) -> AmiMessage:
    """An event of the dialplan on the citizen's channel."""
    return event("UserEvent", UserEvent=name, HotlineId="Ha1-1.1", **CITIZEN, **headers)


def arrived() -> LineReader:
    """A reader that knows one call."""
    reader = LineReader()
    told([user("HotlineArrived", Number="13800001111", Did="12345", Origin="trunk")], reader)
    return reader


@pytest.mark.parametrize(
    ("scene", "expected"),
    [
        (
            "answered, citizen hangs up",
            [*ARRIVED, "rang 8001", "answered 8001", *CITIZEN_ENDS],
        ),
        (
            "answered, seat hangs up",
            [*ARRIVED, "rang 8001", "answered 8001", "seat left 8001", "gone"],
        ),
        (
            "hold and retrieve",
            [*ARRIVED, "rang 8001", "answered 8001", "CallHeld", "CallRetrieved", *CITIZEN_ENDS],
        ),
        (
            "abandoned while ringing",
            [*ARRIVED, "rang 8001", "declined 8001 withdrawn", *ABANDONED],
        ),
        ("no answer", [*ARRIVED, "rang 8001", "declined 8001 no_answer", *ABANDONED]),
        ("busy", [*ARRIVED, "rang 8001", "declined 8001 busy", *ABANDONED]),
        ("rejected", [*ARRIVED, "rang 8001", "declined 8001 rejected", *ABANDONED]),
        ("unreachable", [*ARRIVED, "rang 8001", "declined 8001 unreachable", *ABANDONED]),
        (
            "timed out",
            [*ARRIVED, "left civil timed_out", "queued fallback", *FALLBACK_ABANDONED],
        ),
    ],
)
def test_each_recorded_call(scene: str, expected: list[str]) -> None:
    """One call, one story; afterwards the reader has forgotten it."""
    reader = LineReader()
    assert story(told(SCENES[scene], reader)) == expected
    assert (len(reader.tracks), reader.tracks.channels) == (0, 0)


def test_ring_times_are_seconds() -> None:
    """AgentRingNoAnswer counts milliseconds, AgentConnect seconds."""
    (declined,) = [
        each for each in told(SCENES["no answer"]) if isinstance(each, line.SeatDeclined)
    ]
    assert declined.ring_seconds == 2.0


def test_many_calls_leave_nothing() -> None:
    """A thousand recorded calls through one reader: nothing stays."""
    reader = LineReader()
    for _ in range(112):
        told(EVERYTHING, reader)
    assert (len(reader.tracks), reader.tracks.channels, reader.tracks.forgotten) == (0, 0, 0)


@settings(max_examples=300, deadline=None)
@given(st.integers(), st.sampled_from([0, 0.02, 0.1, 0.4]), st.sampled_from([0, 0.02, 0.1, 0.4]))
def test_lost_doubled_and_late_messages_make_no_illegal_news(
    seed: int, lost: float, late: float
) -> None:
    """Whatever is missing, doubled or out of order, a call never makes a move it does not have."""
    chance = random.Random(seed)
    messages: list[AmiMessage] = []
    for message in EVERYTHING:
        if chance.random() < lost:
            continue
        messages += [message] * chance.choice((1, 1, 1, 2))
        if len(messages) > 1 and chance.random() < late:
            messages[-1], messages[-2] = messages[-2], messages[-1]
    states: dict[str, CallState] = {}
    for each in told(messages):
        if isinstance(each, line.CallArrived):
            states[each.hotline_id] = CallState.GREETING
        elif isinstance(each, line.LineEvent):
            before = states[each.hotline_id]
            after = MOVES.get((before, type(each)))
            assert after is not None, (before, each)
            states[each.hotline_id] = after


def test_only_the_citizens_own_channel_speaks_for_a_call() -> None:
    """A UserEvent raised elsewhere with a call's id says nothing."""
    reader = arrived()
    foreign = event(
        "UserEvent", UserEvent="HotlineHeld", HotlineId="Ha1-1.1", Channel=LEG, Uniqueid="a1-1.2"
    )
    assert told([foreign], reader) == []
    other = event(
        "UserEvent", UserEvent="HotlineArrived", HotlineId="Hx", Channel=LEG, Uniqueid="y"
    )
    assert told([other], LineReader()) == []


def test_numbers_are_digits_or_nothing() -> None:
    """What a caller claims to be cannot carry anything else."""
    for claimed, number in {
        "+8613800001111": "+8613800001111",
        "<script>": "",
        "1" * 21: "",
    }.items():
        news = told([user("HotlineArrived", Number=claimed, Did="12345'", Origin="web")])
        (call,) = [each for each in news if isinstance(each, line.CallArrived)]
        assert (call.number, call.did, call.origin) == (number, "", line.Origin.WEB)


def test_a_recording_is_a_plain_file_name() -> None:
    """A path is no recording."""
    reader = arrived()
    assert told([user("HotlineRecording", File="../../etc/passwd")], reader) == []
    assert story(told([user("HotlineRecording", File="Ha1-1.1.wav")], reader)) == [
        "RecordingStarted"
    ]


def test_a_flow_that_failed_open_is_told() -> None:
    """With its reason, cut to a length."""
    (news,) = told([user("HotlineFailOpen", Reason="FAILURE" * 20)], arrived())
    assert isinstance(news, line.FlowFailedOpen)
    assert news.reason.startswith("FAILURE")
    assert len(news.reason) == 64


@pytest.mark.parametrize("what", list(line.Told))
def test_a_caller_who_was_turned_away_is_told(what: line.Told) -> None:
    """With what they heard; an unknown word is no news, nor is one of a call that has a place."""
    (news,) = told([user("HotlineOverflow", Told=what.value)], arrived())
    assert isinstance(news, line.CallOverflowed)
    assert news.told is what
    assert not told([user("HotlineOverflow", Told="nothing")], arrived())
    waits = arrived()
    told([event("QueueCallerJoin", Queue="civil", Position="1", **CITIZEN)], waits)
    assert not told([user("HotlineOverflow", Told=what.value)], waits)


def test_a_caller_who_leaves_by_the_dialplan() -> None:
    """Neither a time-out nor a hang-up: left."""
    reader = arrived()
    told([event("QueueCallerJoin", Queue="civil", Position="1", **CITIZEN)], reader)
    told(
        [event("QueueCallerAbandon", Queue="civil", Position="1", HoldTime="7", **CITIZEN)], reader
    )
    (left,) = told([user("HotlineQueueLeft", Queue="civil", Status="LEAVEEMPTY")], reader)
    assert isinstance(left, line.CallerLeftQueue)
    assert (left.why, left.position, left.hold_seconds) == (line.QueueExit.LEFT, 1, 7.0)


def test_who_waits_beside_a_queue_waits_in_it() -> None:
    """Told once, also when they come to stand in it; who hangs up, or presses a key, left it."""
    reader = arrived()
    (waits,) = told([user("HotlineSlow", Queue="civil")], reader)
    assert isinstance(waits, line.CallerQueued)
    assert (waits.queue, waits.slow) == ("civil", True)
    assert not told([user("HotlineSlow", Queue="civil")], reader)
    assert not told([event("QueueCallerJoin", Queue="civil", Position="1", **CITIZEN)], reader)
    (left,) = told([user("HotlineQueueLeft", Queue="civil", Status="KEY")], reader)
    assert isinstance(left, line.CallerLeftQueue)
    assert left.why is line.QueueExit.LEFT
    reader = arrived()
    told([user("HotlineSlow", Queue="civil")], reader)
    request = event("HangupRequest", **CITIZEN)
    left, _ = told([request, event("Hangup", Cause="16", **CITIZEN)], reader)
    assert isinstance(left, line.CallerLeftQueue)
    assert left.why is line.QueueExit.ABANDONED
    assert not told([user("HotlineSlow", Queue="; no queue")], arrived())


def test_a_renamed_channel_is_the_same_call() -> None:
    """A masquerade changes a channel's name, not whose it is."""
    reader = arrived()
    told(
        [event("Rename", Channel=CITIZEN["Channel"], Newname="PJSIP/trunk-local-00000009")], reader
    )
    gone = event("Hangup", Channel="PJSIP/trunk-local-00000009", Uniqueid="a1-1.1", Cause="16")
    assert story(told([gone], reader)) == ["gone"]


def live_call(**changes: Any) -> line.LiveCall:
    """A call that is being talked on."""
    fields: dict[str, Any] = {
        "hotline_id": "Ha1-1.1",
        "channel": CITIZEN["Channel"],
        "number": "",
        "did": "12345",
        "origin": line.Origin.TRUNK,
        "queue": "civil",
        "position": 0,
        "seat": "8001",
        "leg": LEG,
        "ringing": False,
        "held": False,
    }
    return line.LiveCall(**fields | changes)


def test_after_a_snapshot_only_what_is_newer_is_news() -> None:
    """Older messages are in the snapshot already; what they say of who hung up still counts."""
    reader = LineReader()
    snapshot = line.LineSnapshot(at=NOW, calls=(live_call(),), members=())
    reader.restore(snapshot, since=100.0)
    join = {"Queue": "civil", "Position": "1", **CITIZEN}
    old = [
        event("QueueCallerJoin", Timestamp="99.5", **join),
        event("DeviceStateChange", Timestamp="99.9", Device="PJSIP/seat-8001", State="INUSE"),
        event("HangupRequest", Timestamp="99.9", **CITIZEN),
    ]
    assert told(old, reader) == []
    assert reader.talks(LEG)
    gone = event("Hangup", Timestamp="100.1", Cause="16", **CITIZEN)
    assert story(told([gone], reader)) == ["seat left 8001", "gone by citizen"]


def test_a_clock_that_is_set_back_makes_nobody_deaf() -> None:
    """Only what came before the first newer message is old."""
    reader = LineReader()
    reader.restore(line.LineSnapshot(at=NOW, calls=(live_call(),), members=()), since=100.0)
    told([event("Anything", Timestamp="100.2")], reader)
    gone = event("Hangup", Timestamp="3.0", Cause="16", **CITIZEN)
    assert story(told([gone], reader)) == ["seat left 8001", "gone"]


def test_a_leg_talks_as_soon_as_the_phone_answers() -> None:
    """The queue says so later; a leg that is up is never withdrawn."""
    reader = LineReader()
    call = live_call(ringing=True, position=1)
    reader.restore(line.LineSnapshot(at=NOW, calls=(call,), members=()), since=0.0)
    told([event("Newstate", Channel=LEG, ChannelStateDesc="Ringing")], reader)
    assert not reader.talks(LEG)
    told([event("Newstate", Channel=LEG, ChannelStateDesc="Up")], reader)
    assert reader.talks(LEG)
    assert not reader.talks("PJSIP/seat-8001-000000ff")


def test_a_ringing_call_goes_on_after_a_snapshot() -> None:
    """Its ring is known, and the answer that follows is understood."""
    reader = LineReader()
    call = live_call(ringing=True, position=1)
    reader.restore(line.LineSnapshot(at=NOW, calls=(call,), members=()), since=0.0)
    assert not reader.talks(LEG)
    connect = event("AgentConnect", DestChannel=LEG, HoldTime="9", RingTime="3", **CITIZEN)
    (answered,) = told([connect], reader)
    assert isinstance(answered, line.SeatAnswered)
    assert (answered.seat, answered.queue, answered.hold_seconds) == ("8001", "civil", 9.0)
    assert reader.talks(LEG)


def test_noise_is_no_news() -> None:
    """Unknown events, missing headers and odd numbers change nothing."""
    noise = [event(name) for name in set(re.findall(r"Event: (\w+)", RECORDED.decode()))]
    assert told([*noise, event("Nothing"), AmiMessage({}, {})]) == []
