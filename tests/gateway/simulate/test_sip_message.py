"""SIP messages, read and written (RFC 3261)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.simulate.errors import NotSip
from gateway.simulate.sip_message import Request, Response, build, parse, tag_of, uri_of, user_of

INVITE = (
    b"INVITE sip:12345@example.com SIP/2.0\r\n"
    b"v: SIP/2.0/UDP a;branch=z9hG4bK1\r\n"
    b"Via: SIP/2.0/UDP b;branch=z9hG4bK2\r\n"
    b'From: "Zhang" <sip:138@a>;tag=f1\r\n'
    b"t: <sip:12345@example.com>\r\n"
    b"i: abc\r\n"
    b"CSeq: 7 INVITE\r\n"
    b"Subject: a\r\n folded\r\n"
    b"l: 3\r\n\r\nv=0"
)


def test_a_request_is_read() -> None:
    """Short names, folded lines, repeated headers, a body."""
    message = parse(INVITE)
    assert isinstance(message, Request)
    assert (message.method, message.uri, message.body) == (
        "INVITE",
        "sip:12345@example.com",
        "v=0",
    )
    assert message.call_id == "abc"
    assert message.cseq == (7, "INVITE")
    assert message.branch == "z9hG4bK1"
    assert len(message.every("via")) == 2
    assert message.get("subject") == "a folded"
    assert message.get("none") == ""


def test_a_response_copies_what_it_must() -> None:
    """Section 8.2.6: every Via in order, From, To with our tag, Call-ID, CSeq."""
    request = parse(INVITE)
    assert isinstance(request, Request)
    response = parse(build(request.reply(180, "Ringing", tag="t1")))
    assert isinstance(response, Response)
    assert (response.code, response.reason) == (180, "Ringing")
    for name in ("Via", "From", "Call-ID", "CSeq"):
        assert response.every(name) == request.every(name)
    assert tag_of(response.get("To")) == "t1"
    assert build(request.reply(200, "OK", body="v=0\r\n")).endswith(
        b"Content-Type: application/sdp\r\nContent-Length: 5\r\n\r\nv=0\r\n"
    )


def test_names_of_addresses() -> None:
    """With and without a display name, a tag, a user."""
    assert uri_of('"A <b>" <sip:x@y;lr>;tag=1'.replace("<b>", "")) == "sip:x@y;lr"
    assert uri_of("sip:x@y;tag=1") == "sip:x@y"
    assert user_of("<sip:%2B86138@y>") == "%2B86138"
    assert user_of("<sip:y>") == ""
    assert tag_of("<sip:x@y>;expires=3") == ""


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\r\n\r\n",
        b"INVITE sip:x\r\n\r\n",
        b"INVITE sip:x SIP/3.0\r\nCall-ID: a\r\nCSeq: 1 INVITE\r\n\r\n",
        b"INVITE sip:x SIP/2.0\r\nCSeq: 1 INVITE\r\n\r\n",
        b"INVITE sip:x SIP/2.0\r\nCall-ID: a\r\nCSeq: x\r\n\r\n",
        b"INVITE sip:x SIP/2.0\r\nno colon\r\nCall-ID: a\r\nCSeq: 1 INVITE\r\n\r\n",
        b"INVITE sip:x SIP/2.0\r\n" + b"A: b\r\n" * 300 + b"Call-ID: a\r\nCSeq: 1 INVITE\r\n\r\n",
    ],
)
def test_what_is_no_sip_is_refused(data: bytes) -> None:
    """NotSip and nothing else."""
    with pytest.raises(NotSip):
        parse(data)


@given(st.binary(max_size=400))
def test_no_datagram_breaks_the_reader(data: bytes) -> None:
    """Anything is a message or NotSip."""
    for raw in (data, INVITE[:60] + data, INVITE + data):
        try:
            message = parse(raw)
        except NotSip:
            continue
        assert message.call_id
        assert message.cseq[0] >= 0
