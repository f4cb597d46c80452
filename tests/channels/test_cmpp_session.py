"""One CMPP connection: logged in both ways, tried when idle, and nothing said that is not so."""

import struct

import pytest

from channels.cmpp_events import (
    Again,
    Arrived,
    Ended,
    LoggedIn,
    NotNow,
    Refused,
    Strayed,
    Taken,
)
from channels.cmpp_session import MOST_UNANSWERED, WINDOW
from tests.channels.cmpp_line import SECRET, STAMP, SUBMIT, Line
from tests.peers import ismg_wire as wire

both = pytest.mark.parametrize("three", [False, True])


@both
def test_who_we_are_is_proven_to_the_gateway(three: bool) -> None:
    """The number, the proof, the version and the time stand in CONNECT."""
    body = Line(three=three).connect
    addr, proof, version, stamp = struct.unpack(">6s16sBI", body)
    assert (addr, version, stamp) == (b"900001", 0x30 if three else 0x20, STAMP)
    assert proof == wire.connect_proof(b"900001", SECRET, STAMP)


@both
@pytest.mark.parametrize("wide", [False, True])
def test_the_gateway_proves_itself_in_either_way(three: bool, wide: bool) -> None:
    """Status as one byte in its proof or as four."""
    assert Line(three=three).log_in(wide=wide) == [LoggedIn(proven=True)]


@both
def test_a_gateway_that_does_not_prove_itself_is_told_of_or_left(three: bool) -> None:
    """Some of 3.0 answer a wrong proof; whether that matters the admin says."""
    assert Line(three=three).log_in(secret=b"wrong") == [LoggedIn(proven=False)]
    strict = Line(three=three, strict=True)
    assert strict.log_in(secret=b"wrong") == [Ended(reason="login-ismg")]
    with pytest.raises(NotNow):
        strict.session.submit("a", SUBMIT, 0)


@both
def test_a_refusal_says_why_whichever_version_it_is_in(three: bool) -> None:
    """3 is the secret, 4 the version; a gateway that lets us in by another layout is not ours."""
    assert Line(three=three).log_in(status=3) == [Ended(reason="login-3")]
    assert Line(three=three).log_in(status=4, three=not three) == [Ended(reason="login-4")]
    assert Line(three=three).log_in(three=not three) == [Ended(reason="login-version")]


def test_before_the_login_nothing_else_is_listened_to() -> None:
    """Nor does one wait for ever."""
    line = Line()
    early = wire.frame(
        wire.DELIVER, 1, wire.Delivery(msg_id=1, src=b"1", content=b"").body(three=False)
    )
    assert line.hears(early) == [Ended(reason="login-Deliver")]
    line = Line()
    assert line.session.tick(59.9) == []
    assert line.session.tick(60) == [Ended(reason="no-login")]
    assert line.said() == []
    line = Line()
    assert line.hears(wire.frame(wire.CONNECT | wire.RESP, 1, b"")) == [
        Ended(reason="unreadable-short")
    ]


@both
def test_a_submit_is_taken_refused_or_to_be_tried_again(three: bool) -> None:
    """By its number, in any order. 8 is too fast: a second later. 3 is a number that was had."""
    line = Line(three=three).opened()
    for handle in "abcd":
        line.session.submit(handle, SUBMIT, 0)
    a, b, c, d = (number for _, number, _ in line.said())
    assert line.hears(line.resp(c, 8), line.resp(a), line.resp(b, 13), line.resp(d, 3)) == [
        Again(handle="c", code="8", seconds=1.0),
        Taken(handle="a", msg_id=77),
        Refused(handle="b", code="13"),
        Again(handle="d", code="3"),
    ]


def test_sixteen_are_under_way_at_most() -> None:
    """What is answered makes room."""
    line = Line().opened()
    for handle in range(WINDOW):
        line.session.submit(handle, SUBMIT, 0)
    assert WINDOW == 16
    with pytest.raises(NotNow):
        line.session.submit("more", SUBMIT, 0)
    line.hears(line.resp(line.said()[0][1]))
    assert line.session.room == 1


def test_a_submit_that_nobody_answers_is_tried_again() -> None:
    """After T; an answer that comes later still tells that it was taken, and nothing twice."""
    line = Line().opened()
    line.session.submit("a", SUBMIT, 10)
    [(_, number, _)] = line.said()
    assert line.session.deadline() == 70
    assert line.session.tick(70) == [Again(handle="a", code="no-answer", unknown=True)]
    assert line.hears(line.resp(number)) == [Taken(handle="a", msg_id=77, late=True)]
    assert line.hears(line.resp(number)) == [Strayed(reason="SubmitResp")]


def test_answers_to_what_was_never_asked_are_not_believed() -> None:
    """A wrong number takes nothing from anybody."""
    line = Line().opened()
    line.session.submit("a", SUBMIT, 0)
    [(_, number, _)] = line.said()
    assert line.hears(line.resp(number + 1), line.resp(0)) == [Strayed(reason="SubmitResp")] * 2
    again = wire.frame(wire.TERMINATE | wire.RESP, 1)
    assert line.hears(again, wire.frame(99, 1)) == [
        Strayed(reason="TerminateResp"),
        Strayed(reason="unreadable-command"),
    ]
    assert line.hears(line.resp(number)) == [Taken(handle="a", msg_id=77)]


@both
def test_a_delivery_is_answered_once_it_is_recorded(three: bool) -> None:
    """Not before; delivered again meanwhile it is one and answered once."""
    line = Line(three=three).opened()
    body = wire.Delivery(msg_id=5, src=b"13800000001", content=b"a").body(three=three)
    frame = wire.frame(wire.DELIVER, 9, body)
    [arrived] = line.hears(frame)
    assert isinstance(arrived, Arrived)
    assert line.hears(frame) == []
    assert line.said() == []
    line.session.answer(arrived)
    line.session.answer(arrived)
    answer = wire.result(wire.DELIVER, 9, 5, 0, three=three)
    assert line.session.take_bytes() == answer
    assert line.hears(frame) == [arrived]


def test_deliveries_under_one_number_are_not_taken_for_one_another() -> None:
    """A gateway that counts wrong loses nothing: only what was recorded is answered."""
    line = Line().opened()
    first, second = (
        wire.frame(
            wire.DELIVER, 9, wire.Delivery(msg_id=5, src=b"1", content=text).body(three=False)
        )
        for text in (b"a", b"b")
    )
    events = line.hears(first, second)
    assert [event.deliver.msg_content for event in events if isinstance(event, Arrived)] == [
        b"a",
        b"b",
    ]
    assert isinstance(events[1], Arrived)
    line.session.answer(events[1])
    assert len(line.said()) == 1


def test_a_gateway_that_keeps_to_no_window_is_told_so() -> None:
    """What is too much is not kept and not acknowledged."""
    line = Line().opened()
    frames = [
        wire.frame(
            wire.DELIVER, n, wire.Delivery(msg_id=n, src=b"1", content=b"").body(three=False)
        )
        for n in range(MOST_UNANSWERED + 1)
    ]
    events = line.hears(*frames)
    assert [type(event) for event in events] == [Arrived] * MOST_UNANSWERED + [Strayed]
    assert line.session.take_bytes() == wire.result(
        wire.DELIVER, MOST_UNANSWERED, MOST_UNANSWERED, 8, three=False
    )


def test_a_delivery_that_cannot_be_read_is_refused_with_its_reason() -> None:
    """1, structure; the connection goes on."""
    line = Line().opened()
    body = wire.Delivery(msg_id=5, src=b"1", content=b"").body(three=True)
    assert line.hears(wire.frame(wire.DELIVER, 9, body)) == [Strayed(reason="unreadable-long")]
    assert line.session.take_bytes() == wire.result(wire.DELIVER, 9, 5, 1, three=False)
    assert line.session.open


def test_an_idle_link_is_tried_three_times_and_left() -> None:
    """C is 180 s, T 60 s, N 3; whatever is heard begins it anew."""
    line = Line().opened()
    assert line.session.tick(179.9) == []
    assert line.said() == []
    for second in (180, 240, 300):
        assert line.session.deadline() == second
        assert line.session.tick(second) == []
        [(command, number, _)] = line.said()
        assert command == wire.ACTIVE_TEST
    assert line.hears(wire.frame(wire.ACTIVE_TEST | wire.RESP, number, b"\0"), now=301) == []
    assert line.session.deadline() == 481
    for second in (481, 541, 601):
        assert line.session.tick(second) == []
    assert line.session.tick(661) == [Ended(reason="silent")]


def test_the_gateways_own_tests_are_answered() -> None:
    """At once, under their number."""
    line = Line().opened()
    assert line.hears(wire.frame(wire.ACTIVE_TEST, 44)) == []
    assert line.said() == [(wire.ACTIVE_TEST | wire.RESP, 44, b"\0")]


def test_a_gateway_may_end_it() -> None:
    """It is answered; what was under way is to be tried again."""
    line = Line().opened()
    line.session.submit("a", SUBMIT, 0)
    line.said()
    assert line.hears(wire.frame(wire.TERMINATE, 45)) == [
        Again(handle="a", code="lost", unknown=True),
        Ended(reason="terminated"),
    ]
    assert line.said() == [(wire.TERMINATE | wire.RESP, 45, b"")]
    assert line.hears(wire.frame(wire.ACTIVE_TEST, 44)) == []
    assert line.session.tick(1000) == []
    assert line.session.lost() == []


@pytest.mark.parametrize("answered", [False, True])
def test_we_may_end_it(answered: bool) -> None:
    """Nothing new is submitted; answers still count; a gateway that is silent is not waited for."""
    line = Line().opened()
    line.session.submit("a", SUBMIT, 0)
    line.session.submit("b", SUBMIT, 0)
    (_, number, _), _ = line.said()
    line.session.goodbye(10)
    assert [command for command, _, _ in line.said()] == [wire.TERMINATE]
    assert line.session.room == 0
    assert line.hears(line.resp(number), now=11) == [Taken(handle="a", msg_id=77)]
    ends = [Again(handle="b", code="lost", unknown=True), Ended(reason="goodbye")]
    if answered:
        assert line.hears(wire.frame(wire.TERMINATE | wire.RESP, 1), now=12) == ends
    else:
        assert line.session.deadline() == 13
        assert line.session.tick(13) == ends


def test_bytes_that_are_no_cmpp_end_it() -> None:
    """From a length that cannot be on, nothing can be told apart."""
    line = Line().opened()
    assert line.hears(b"GET / HTTP/1.1\r\n") == [Ended(reason="unreadable-length")]
