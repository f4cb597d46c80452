"""Lines of queue_log as whole calls: these are lines that Asterisk 22 wrote."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.core import line
from gateway.core.call import CallState, Outcome
from gateway.core.call_moves import advance, arrive
from gateway.core.gap import LoggedCall
from gateway.telephony.queue_log import MAX_CALLS, MAX_LINE_BYTES, QueueLogReader

BEGIN = """\
1795261821|NONE|NONE|NONE|QUEUESTART|
1795261822|h9d-1795261822.0|NONE|NONE|HOTLINEIN|12345|trunk|Hh9d-1795261822.0.wav
1795261822|h9d-1795261822.0|civil|NONE|ENTERQUEUE||12345|1
1795261825|h9d-1795261822.0|civil|8001|CONNECT|3|h9d-1795261822.1|2
"""
CITIZEN = "PJSIP/trunk-local-00000000"


def read(text: str, reader: QueueLogReader | None = None) -> list[LoggedCall]:
    """Every call in these lines, then those that go on."""
    reader = reader or QueueLogReader()
    calls = [call for raw in text.encode().splitlines() for call in reader.feed(raw, 0)]
    return calls + reader.rest()


def kinds(call: LoggedCall) -> list[str]:
    """The names of its events."""
    return [type(event).__name__ for event in call.events]


def gone(call: LoggedCall) -> line.CallGone:
    """How it ended."""
    last = call.events[-1]
    assert isinstance(last, line.CallGone)
    return last


def test_an_answered_call_is_told_whole() -> None:
    """By whom, when, how long; every event is legal for the table."""
    text = BEGIN + (
        "1795261885|h9d-1795261822.0|civil|8001|COMPLETECALLER|3|60|1\n"
        f"1795261885|h9d-1795261822.0|NONE|NONE|HOTLINEOUT|{CITIZEN}|16\n"
    )
    (told,) = read(text)
    assert told.whole
    assert told.ended
    arrived, *rest = told.events
    assert isinstance(arrived, line.CallArrived)
    call, _ = arrive(arrived, "c1")
    for event in rest:
        call, _ = advance(call, event)
    assert (call.state, call.outcome, call.seat) == (CallState.ENDED, Outcome.ANSWERED, "8001")
    assert (call.wait_seconds, call.talk_seconds) == (3.0, 60.0)
    assert (call.did, call.recording_file) == ("12345", "Hh9d-1795261822.0.wav")
    assert gone(told).by_citizen


@pytest.mark.parametrize(
    ("event", "why"),
    [
        ("ABANDON|2|3|25", line.QueueExit.ABANDONED),
        ("EXITWITHTIMEOUT|2|3|25", line.QueueExit.TIMED_OUT),
        ("EXITEMPTY|2|3|25", line.QueueExit.LEFT),
    ],
)
def test_who_left_a_queue_left_for_a_reason(event: str, why: line.QueueExit) -> None:
    """Gave up, timed out, or was let out; place and wait are told."""
    text = "".join(BEGIN.splitlines(keepends=True)[:3])
    (told,) = read(text + f"1795261850|h9d-1795261822.0|civil|NONE|{event}\n")
    left = told.events[-1]
    assert isinstance(left, line.CallerLeftQueue)
    assert (left.why, left.position, left.hold_seconds) == (why, 2, 25.0)
    assert not told.ended


def test_a_kill_cuts_off_everybody() -> None:
    """The next run begins: who was there was cut off, then."""
    (told,) = read(BEGIN + "1795261830|NONE|NONE|NONE|QUEUESTART|\n")
    assert gone(told).cut
    assert gone(told).at == datetime.fromtimestamp(1795261830, UTC)
    assert kinds(told)[-2:] == ["SeatLeft", "CallGone"]


ORDERED = """\
1795261830|h9d-1795261822.0|civil|8001|COMPLETECALLER|0|1|1
1795261830|h9d-1795261829.2|civil|NONE|ABANDON|1|1|0
1795261830|h9d-1795261829.2|NONE|NONE|HOTLINEOUT||0
1795261830|h9d-1795261822.0|NONE|NONE|HOTLINEOUT||16
"""
SECOND = """\
1795261829|h9d-1795261829.2|NONE|NONE|HOTLINEIN|12345|trunk|x.wav
1795261829|h9d-1795261829.2|civil|NONE|ENTERQUEUE||12345|1
"""


def test_an_ordered_restart_cuts_off_everybody_too() -> None:
    """Nobody hung up, and the next run follows: what app_queue wrote of them is not so."""
    both = read(BEGIN + SECOND + ORDERED + "1795261834|NONE|NONE|NONE|QUEUESTART|\n")
    assert [gone(call).cut for call in both] == [True, True]
    left = [e.why for call in both for e in call.events if isinstance(e, line.CallerLeftQueue)]
    assert left == [line.QueueExit.LEFT]


def test_who_was_hung_up_on_by_us_was_not_cut_off() -> None:
    """The same ends, and life goes on after them: a lost line, a hang-up by command."""
    both = read(BEGIN + SECOND + ORDERED + "1795261840|NONE|civil|8001|PAUSE|meal\n")
    assert [gone(call).cut for call in both] == [False, False]
    both = read(BEGIN + SECOND + ORDERED)
    assert [gone(call).cut for call in both] == [False, False]


def test_who_hung_up_before_the_end_was_not_cut_off() -> None:
    """The citizen's own hang-up stands, whatever follows."""
    text = BEGIN + f"1795261829|h9d-1795261822.0|NONE|NONE|HOTLINEOUT|{CITIZEN}|16\n"
    (told,) = read(text + "1795261830|NONE|NONE|NONE|QUEUESTART|\n")
    assert not gone(told).cut
    assert gone(told).by_citizen


def test_a_line_that_comes_late_opens_no_call() -> None:
    """A hang-up by command is written before the queue's own line."""
    text = BEGIN + (
        f"1795261885|h9d-1795261822.0|NONE|NONE|HOTLINEOUT|{CITIZEN}|16\n"
        "1795261885|h9d-1795261822.0|civil|8001|COMPLETECALLER|3|60|1\n"
    )
    (told,) = read(text)
    assert kinds(told)[-3:] == ["SeatAnswered", "SeatLeft", "CallGone"]


def test_a_turned_away_caller_and_a_failed_flow_are_told() -> None:
    """The dialplan's own lines."""
    first = "1|h9d-1.0|NONE|NONE|HOTLINEIN|12345|web|\n"
    (full,) = read(first + "1|h9d-1.0|NONE|NONE|HOTLINEFULL|callback\n")
    assert isinstance(full.events[-1], line.CallOverflowed)
    (failed,) = read(first + "1|h9d-1.0|NONE|NONE|HOTLINEOPEN|FAILURE\n")
    assert isinstance(failed.events[-1], line.FlowFailedOpen)


def test_what_cannot_be_understood_is_counted_and_left() -> None:
    """Half lines, other years, other alphabets, a megabyte: the call around them is whole."""
    reader = QueueLogReader()
    odd = (
        b"",
        b"|",
        b"x|y|z|a|b|c",
        b"\xff\xfe\x00|||||",
        "１７|h9d-1.0|a|b|CONNECT|".encode(),
        b"99999999999999999999|h9d-1.0|a|b|CONNECT|",
        b"1|h9d-1.0|civil|8001|CONNECT|" + b"9" * MAX_LINE_BYTES,
    )
    for raw in odd:
        assert reader.feed(raw, 0) == []
    assert reader.skipped == len(odd)
    for raw in (
        b"1|../../etc|civil|8001|CONNECT|1",
        b"1|h9d-1.0|civil|PJSIP/desk-8001|CONNECT|1",
        b"1|h9d-1.0|civil;DROP|8001|ENTERQUEUE|1",
        b"1|h9d-1.0|civil|8001|UNKNOWN|1",
    ):
        reader.feed(raw, 0)
    assert len(read(BEGIN, reader)) == 1


@given(st.lists(st.binary(max_size=80) | st.sampled_from(BEGIN.encode().splitlines()), max_size=40))
def test_no_line_ends_the_reading(lines: list[bytes]) -> None:
    """Whatever stands in the file, every call that comes out has events."""
    reader = QueueLogReader()
    out = [call for raw in lines for call in reader.feed(raw, 0)] + reader.rest()
    assert all(call.events for call in out)


def test_memory_is_bounded() -> None:
    """Calls that never end are given up, the oldest first, and counted."""
    reader = QueueLogReader()
    for n in range(MAX_CALLS + 10):
        reader.feed(f"1|h9d-1.{n}|NONE|NONE|HOTLINEIN|12345|trunk|x.wav".encode(), n)
    assert reader.given_up == 10
    assert len(reader.rest()) == MAX_CALLS
    assert reader.from_byte(10**6) == 10


SLOW = """\
1795261822|h9d-1795261822.0|NONE|NONE|HOTLINEIN|12345|trunk|Hh9d-1795261822.0.wav
1795261830|h9d-1795261822.0|civil|NONE|HOTLINESLOW
"""


def test_who_waits_beside_a_queue_waits_in_it_and_gives_up_there() -> None:
    """Queued once, from the beginning; the end of the call is the end of the wait."""
    ends = f"1795261885|h9d-1795261822.0|NONE|NONE|HOTLINEOUT|{CITIZEN}|16\n"
    (call,) = read(SLOW + ends)
    assert kinds(call)[2:] == ["CallerQueued", "CallerLeftQueue", "CallGone"]
    left = call.events[-2]
    assert isinstance(left, line.CallerLeftQueue)
    assert (left.why, left.queue, left.hold_seconds) == (line.QueueExit.ABANDONED, "civil", 55)
    served = SLOW + "1795261850|h9d-1795261822.0|civil|NONE|ENTERQUEUE||12345|1\n"
    served += "1795261855|h9d-1795261822.0|civil|8001|CONNECT|3|h9d-1795261822.1|2\n"
    (call,) = read(served + ends)
    assert kinds(call)[2:] == ["CallerQueued", "SeatAnswered", "SeatLeft", "CallGone"]
    queued = call.events[2]
    assert isinstance(queued, line.CallerQueued)
    assert queued.slow


def test_a_key_beside_a_queue_leads_out_of_it_and_one_in_a_queue_is_told_once() -> None:
    """The dialplan writes it in both cases, app_queue in one."""
    left = "1795261840|h9d-1795261822.0|civil|NONE|HOTLINELEFT\n"
    ends = f"1795261885|h9d-1795261822.0|NONE|NONE|HOTLINEOUT|{CITIZEN}|16\n"
    stands = "1795261830|h9d-1795261822.0|civil|NONE|ENTERQUEUE||12345|1\n"
    stands += "1795261840|h9d-1795261822.0|civil|NONE|EXITWITHKEY|1|1|1|10\n"
    for text in (SLOW, SLOW.splitlines()[0] + "\n" + stands):
        (call,) = read(text + left + ends)
        assert kinds(call)[2:] == ["CallerQueued", "CallerLeftQueue", "CallGone"]
        (way,) = [one for one in call.events if isinstance(one, line.CallerLeftQueue)]
        assert way.why is line.QueueExit.LEFT


def test_who_was_cut_off_beside_a_queue_gave_up_nothing() -> None:
    """As those in it."""
    (call,) = read(SLOW + "1795261900|NONE|NONE|NONE|QUEUESTART|\n")
    assert gone(call).cut
    left = call.events[-2]
    assert isinstance(left, line.CallerLeftQueue)
    assert left.why is line.QueueExit.LEFT
