"""Where sound is wanted."""

from __future__ import annotations

from gateway.simulate.sdp import describe, destination


def test_what_we_describe_is_understood() -> None:
    """Round trip."""
    assert destination(describe("127.0.0.1", 4000, 1)) == ("127.0.0.1", 4000)


def test_no_line_or_a_refused_one_is_no_destination() -> None:
    """Port 0 refuses (RFC 3264 section 6)."""
    assert destination("") is None
    assert destination(describe("127.0.0.1", 0, 1)) is None
    assert destination("c=IN IP6 ::1\r\nm=audio 5 RTP/AVP 8\r\n") is None
