"""What a browser may say to the telephone system."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.web.sip_guard import CitizenGuard, KeepAlive, Pass, Refuse, SeatGuard
from gateway.web.sip_message import parse

SECRET = "s3cret"


def sip(method: str, uri: str = "sip:12345@hotline", **changes: str) -> str:
    """A request as a browser's SIP stack writes it."""
    fields = {
        "Via": "SIP/2.0/WS abc.invalid;branch=z9hG4bK77",
        "Max-Forwards": "69",
        "To": "<sip:12345@hotline>",
        "From": '"张三" <sip:me@hotline>;tag=f1',
        "Call-ID": "call-1",
        "CSeq": f"1 {method}",
        "Contact": "<sip:abc@abc.invalid;transport=ws;ob>",
    }
    fields |= {key.replace("_", "-"): value for key, value in changes.items()}
    body = fields.pop("body", "")
    lines = [f"{method} {uri} SIP/2.0", *(f"{k}: {v}" for k, v in fields.items() if v)]
    return "\r\n".join(lines) + "\r\n\r\n" + body


def response(status: int, method: str = "INVITE", **changes: str) -> str:
    """What somebody answers."""
    first, rest = sip(method, **changes).split("\r\n", 1)
    assert first
    return f"SIP/2.0 {status} Reason\r\n{rest}"


def citizen() -> CitizenGuard:
    """A fresh guard of one ticket."""
    return CitizenGuard(dids=frozenset({"12345"}), secret=SECRET, visit="v1")


def in_call() -> CitizenGuard:
    """A guard whose call is up."""
    guard = citizen()
    assert isinstance(guard.judge(sip("INVITE")), Pass)
    guard.heard(response(200, To="<sip:12345@hotline>;tag=t1"))
    return guard


IN_CALL = {"To": "<sip:12345@hotline>;tag=t1"}


def test_a_citizen_calls_our_number_as_a_call_from_the_web() -> None:
    """The telephone system sees our mark and no name or number of the browser's choosing."""
    verdict = citizen().judge(sip("INVITE", body="v=0"))
    assert isinstance(verdict, Pass)
    sent = parse(verdict.text)
    assert sent.one("x-hotline-web") == SECRET
    assert sent.one("x-hotline-visit") == "v1"
    assert sent.one("from") == "<sip:web@hotline.invalid>;tag=f1"
    assert sent.body == "v=0"
    assert "张三" not in verdict.text


@pytest.mark.parametrize(
    "name",
    [
        "X-Hotline-Web", "x-hotline-visit", "X-HOTLINE-QUEUE", "P-Asserted-Identity",
        "P-Preferred-Identity", "Remote-Party-ID", "Diversion", "History-Info", "Referred-By",
        "Refer-To", "r", "Replaces", "Join", "Alert-Info", "Call-Info", "Route", "Path", "Require",
        "Proxy-Require", "Event", "Privacy", "Identity", "y", "b",
    ],
)  # fmt: skip
def test_headers_that_claim_or_divert_do_not_pass(name: str) -> None:
    """Only listed headers go through, whoever speaks."""
    evil = sip("INVITE").replace("Max-Forwards", f"{name}: evil-value\r\nMax-Forwards", 1)
    for verdict in (citizen().judge(evil), SeatGuard("seat-8001").judge(response(200))):
        assert isinstance(verdict, Pass)
        assert "evil-value" not in verdict.text


@pytest.mark.parametrize(
    ("uri", "to"),
    [
        ("sip:99999@hotline", "<sip:12345@hotline>"),
        ("sip:12345@hotline", "<sip:99999@hotline>"),
        ("sip:seat-8001@hotline", "<sip:seat-8001@hotline>"),
        ("sip:1%32345@hotline", "<sip:1%32345@hotline>"),
        ("sip:12345%00@hotline", "<sip:12345@hotline>"),
        ("sip:12345;x=y@hotline", "<sip:12345@hotline>"),
        ("sip:hotline", "<sip:12345@hotline>"),
    ],
)
def test_a_citizen_calls_nothing_but_our_numbers(uri: str, to: str) -> None:
    """Request-URI and To must both be one of the numbers, letter by letter."""
    verdict = citizen().judge(sip("INVITE", uri, To=to))
    assert isinstance(verdict, Refuse)
    assert verdict.answer.startswith("SIP/2.0 403 ")


@pytest.mark.parametrize(
    "method", ["REGISTER", "REFER", "SUBSCRIBE", "MESSAGE", "NOTIFY", "PUBLISH", "OPTIONS", "FOO"]
)
def test_methods_that_are_not_of_a_call_are_refused(method: str) -> None:
    """Before and during the call, for citizen and seat; the browser gets a proper 4xx."""
    for guard in (citizen(), in_call()):
        for to in ("<sip:12345@hotline>", IN_CALL["To"]):
            verdict = guard.judge(sip(method, To=to))
            assert isinstance(verdict, Refuse)
            assert parse(verdict.answer).status in (403, 481)
    if method != "REGISTER":
        assert isinstance(SeatGuard("me").judge(sip(method, **IN_CALL)), Refuse)


@pytest.mark.parametrize("method", ["ACK", "BYE", "UPDATE", "PRACK", "INVITE"])
def test_the_methods_of_a_call_pass_in_it(method: str) -> None:
    """Hold, hang up and so on, for citizen and seat."""
    assert isinstance(in_call().judge(sip(method, **IN_CALL)), Pass)
    assert isinstance(SeatGuard("seat-8001").judge(sip(method, **IN_CALL)), Pass)


def test_keys_pass_as_info_and_nothing_else_does() -> None:
    """INFO carries key presses only."""
    keys = sip("INFO", Content_Type="application/dtmf-relay", body="Signal=1", **IN_CALL)
    other = sip("INFO", Content_Type="application/media_control+xml", **IN_CALL)
    for guard in (in_call(), SeatGuard("seat-8001")):
        assert isinstance(guard.judge(keys), Pass)
        assert isinstance(guard.judge(other), Refuse)


def test_a_ticket_is_one_call() -> None:
    """A second Call-ID is refused, and after the end so is the first."""
    guard = in_call()
    assert isinstance(guard.judge(sip("INVITE", Call_ID="call-2")), Refuse)
    assert isinstance(guard.judge(sip("BYE", Call_ID="call-2", **IN_CALL)), Refuse)
    assert not guard.over
    assert isinstance(guard.judge(sip("BYE", **IN_CALL)), Pass)
    assert guard.over
    assert isinstance(guard.judge(sip("INVITE")), Refuse)


def test_the_end_is_heard_from_the_other_side() -> None:
    """Their BYE or their refusal ends the call; a refused re-INVITE does not."""
    guard = in_call()
    guard.heard(response(488, **IN_CALL))
    assert not guard.over
    guard.heard(sip("BYE", **IN_CALL))
    assert guard.over
    busy = citizen()
    busy.judge(sip("INVITE"))
    busy.heard(response(486, Call_ID="call-9"))
    assert not busy.over
    busy.heard(response(486))
    assert busy.over


def test_a_browser_that_vanishes_is_said_goodbye_for() -> None:
    """In the call a BYE to the other side's contact, before it a CANCEL of the INVITE, once."""
    guard = citizen()
    assert guard.farewell() == ""
    guard.judge(sip("INVITE"))
    guard.heard(response(200, Contact="<sip:asterisk@127.0.0.1:5060;transport=ws>", **IN_CALL))
    guard.judge(sip("ACK", **IN_CALL))
    guard.judge(sip("INFO", CSeq="7 INFO", Content_Type="application/dtmf", **IN_CALL))
    bye = parse(guard.farewell())
    assert (bye.method, bye.uri) == ("BYE", "sip:asterisk@127.0.0.1:5060;transport=ws")
    assert (bye.cseq_number, bye.called.tag, bye.caller.tag) == (8, "t1", "f1")
    assert bye.one("x-hotline-web") == SECRET
    assert guard.over
    assert guard.farewell() == ""
    ringing = citizen()
    invite = ringing.judge(sip("INVITE", CSeq="3 INVITE"))
    assert isinstance(invite, Pass)
    cancel, sent = parse(ringing.farewell()), parse(invite.text)
    assert cancel.method == "CANCEL"
    assert (cancel.uri, cancel.one("via")) == (sent.uri, sent.one("via"))
    assert (cancel.cseq_number, cancel.called.tag) == (3, "")


def test_a_call_that_is_over_needs_no_goodbye() -> None:
    """Whoever ended it."""
    guard = in_call()
    guard.judge(sip("BYE", **IN_CALL))
    assert guard.farewell() == ""


def test_a_refused_ack_is_not_answered() -> None:
    """RFC 3261 17: an ACK gets no response."""
    verdict = citizen().judge(sip("ACK", **IN_CALL))
    assert verdict == Refuse("", "another call")


def test_a_seat_registers_as_itself_only() -> None:
    """From and To of REGISTER are both this seat."""
    guard = SeatGuard("seat-8001")
    own, other = "<sip:seat-8001@hotline>", "<sip:seat-8002@hotline>"
    assert isinstance(guard.judge(sip("REGISTER", From=own + ";tag=1", To=own)), Pass)
    assert isinstance(guard.judge(sip("REGISTER", From=own + ";tag=1", To=other)), Refuse)
    assert isinstance(guard.judge(sip("REGISTER", From=other + ";tag=1", To=own)), Refuse)


def test_a_seat_dials_nothing() -> None:
    """An INVITE outside a call gets 403."""
    verdict = SeatGuard("seat-8001").judge(sip("INVITE"))
    assert isinstance(verdict, Refuse)
    assert verdict.answer.startswith("SIP/2.0 403 ")


def test_keep_alives_are_answered_here() -> None:
    """A double CRLF asks for one CRLF, a single one is an answer (RFC 5626)."""
    assert citizen().judge("\r\n\r\n") == KeepAlive("\r\n")
    assert citizen().judge("\r\n") == KeepAlive("")
    assert citizen().judge("") == KeepAlive("")


HEADER = st.sampled_from(["X-Hotline-Web", "Replaces", "From", "f", "To", "Via", "Contact", "l"])
PIECE = st.sampled_from(
    ["\r\n", "\n", "\r", ":", " ", "\t", "<", ">", '"', ";tag=", ",", "\x00", "%", "张",
     "X-Hotline-Web: evil", "INVITE sip:99999@hotline SIP/2.0", "\r\n\r\n", "Replaces: evil"]
)  # fmt: skip


@given(st.lists(st.tuples(st.integers(0, 600), PIECE), max_size=6), st.booleans())
def test_no_mutant_carries_a_forbidden_header_or_number(
    edits: list[tuple[int, str]], is_open: bool
) -> None:
    """Whatever is spliced into a good message, what passes has our mark once and calls us."""
    text = sip("INVITE" if is_open else "BYE", **({} if is_open else IN_CALL))
    for at, piece in edits:
        text = text[: at % len(text)] + piece + text[at % len(text) :]
    verdict = (citizen() if is_open else in_call()).judge(text)
    if not isinstance(verdict, Pass):
        return
    sent = parse(verdict.text)
    head = verdict.text.partition("\r\n\r\n")[0]
    assert sent.all("x-hotline-web") == (SECRET,)
    assert not sent.all("replaces")
    assert head.replace("\r\n", "").isprintable() or "\t" in head
    assert "\n" not in head.replace("\r\n", "")
    if is_open:
        assert sent.uri.startswith("sip:12345@")
    assert sent.caller.user == "web"


@given(st.text(max_size=300))
def test_any_text_gets_a_verdict(text: str) -> None:
    """Nothing raises."""
    assert citizen().judge(text)
    assert SeatGuard("seat-8001").judge(text)
