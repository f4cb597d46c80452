"""The strict reading of SIP."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.web.sip_message import NotSip, parse, party

GOOD = (
    "BYE sip:x@1.2.3.4;transport=ws SIP/2.0\r\n"
    "Via: SIP/2.0/WS a.invalid;branch=z9hG4bK1\r\n"
    'f: "Li \\"x\\" <y>" <sip:seat-8001@hotline>;tag=aa\r\n'
    "To : <sip:x@hotline>;tag=bb\r\n"
    "i: 77\r\nCSeq: 2 BYE\r\nContent-Length: 999\r\n\r\nabc张"
)


def test_a_message_is_read_with_compact_and_spaced_names() -> None:
    """Compact forms and a blank before the colon are the same header (RFC 3261 7.3)."""
    message = parse(GOOD)
    assert message.caller.user == "seat-8001"
    assert message.called.tag == "bb"
    assert message.one("call-id") == "77"


def test_the_length_is_counted_anew() -> None:
    """A wrong Content-Length would let a second message ride behind the first one."""
    for name in ("Content-Length", "l", "CONTENT-LENGTH "):
        again = parse(GOOD.replace("Content-Length", name)).text()
        assert "Content-Length: 6\r\n" in again
        assert "999" not in again


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("CSeq: 2 BYE", "CSeq: 2 INVITE"),
        ("i: 77", "i: 77\r\nCall-ID: 78"),
        ("i: 77", "i: 77\r\n folded: x"),
        ("i: 77", "i: 77\nX-Hotline-Web: s"),
        ("i: 77", "i: 77\rX-Hotline-Web: s"),
        ("i: 77", "i: 7\x007"),
        ("i: 77", "X-Only: 1"),
        (";tag=aa", ""),
        ("BYE sip:", "BYE tel:"),
        ("@1.2.3.4;transport=ws", "@1.2.3.4?Replaces=x"),
        ("BYE sip", "bye sip"),
        ("SIP/2.0\r\nVia", "SIP/2.0\r\nContact: <sip:a@b>, <sip:c@d>\r\nVia"),
        ("SIP/2.0\r\nVia", "SIP/2.0\r\nContact: <sip:a@b>\r\nm: <sip:c@d>\r\nVia"),
        ("abc", "a\x00c"),
        ("\r\n\r\n", "\r\n"),
        ("abc", "a" * 17000),
        ("i: 77", "i: 77" + "\r\nX-A: 1" * 70),
    ],
)
def test_anything_readable_in_two_ways_is_no_sip(old: str, new: str) -> None:
    """What another parser could read differently is refused whole."""
    assert old in GOOD
    with pytest.raises(NotSip):
        parse(GOOD.replace(old, new, 1))


def test_an_address_gives_its_user_and_tag() -> None:
    """Display names, brackets and parameters are told apart."""
    assert party("sip:12345@hotline;tag=x").tag == "x"
    assert party('"<sip:fake@x>;tag=f" <sip:12345@hotline>;tag=real').user == "12345"
    assert party('"<sip:fake@x>;tag=f" <sip:12345@hotline>;tag=real').tag == "real"


@given(st.text(max_size=400))
def test_any_text_is_read_or_refused(text: str) -> None:
    """No input raises anything but NotSip."""
    try:
        parse(text)
    except NotSip:
        return


@given(st.integers(0, len(GOOD) - 1), st.text(max_size=5))
def test_a_mutant_that_is_read_reads_the_same_again(at: int, noise: str) -> None:
    """What we write out parses to what we meant: one reading only."""
    try:
        message = parse(GOOD[:at] + noise + GOOD[at + 1 :])
    except NotSip:
        return
    again = parse(message.text())
    assert (again.caller, again.called, again.body) == (
        message.caller,
        message.called,
        message.body,
    )
