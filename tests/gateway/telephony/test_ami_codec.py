"""AMI bytes: nothing is lost on the way in, nothing is smuggled on the way out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.core.errors import Invalid, PhonesUnavailable
from gateway.telephony.ami_codec import (
    MAX_HEADERS,
    MAX_LINE_BYTES,
    MAX_MESSAGE_BYTES,
    AmiDecoder,
    encode,
    parse,
)

BANNER = b"Asterisk Call Manager/11.0.0\r\n"
CHINESE = "Event: UserEvent\r\nUserEvent: t\r\nText: 市民热线一二三四五\r\n\r\n".encode()


def decoded(*chunks: bytes) -> list[dict[str, str]]:
    """What one connection makes of these segments."""
    decoder = AmiDecoder()
    return [dict(message.first) for chunk in chunks for message in decoder.feed(chunk)]


@pytest.mark.parametrize("cut", range(1, len(BANNER + CHINESE)))
def test_a_message_cut_anywhere_is_whole(cut: int) -> None:
    """No cut between two TCP segments changes a character."""
    data = BANNER + CHINESE
    (message,) = decoded(data[:cut], data[cut:])
    assert message["Text"] == "市民热线一二三四五"


def test_bytes_that_are_not_utf8_survive() -> None:
    """GB18030 is read as such, line by line; what is neither stays visible and can be stored."""
    gb = "Text: 中文".encode("gb18030")
    message = parse(
        b"Event: X\r\n" + gb + b"\r\nName: " + "张三".encode() + b"\r\nBad: \xff\xfe\x41"
    )
    assert (message["Text"], message["Name"]) == ("中文", "张三")
    assert message["Bad"] == r"\xff\xfeA"
    message["Bad"].encode()


def test_spare_empty_lines_are_no_message() -> None:
    """Asterisk's TestEvent is followed by one empty line too many."""
    data = BANNER + b"Event: A\r\n\r\n\r\nEvent: B\r\n\r\n\r\n\r\nEvent: C\r\n\r\n"
    assert [message["Event"] for message in decoded(data)] == ["A", "B", "C"]


def test_events_nobody_reads_are_dropped_unparsed() -> None:
    """Only the named event, not one whose name begins alike."""
    decoder = AmiDecoder(("VarSet",))
    data = BANNER + b"Event: VarSet\r\nA: 1\r\n\r\nEvent: VarSetX\r\n\r\n"
    assert [message.event for message in decoder.feed(data)] == ["VarSetX"]
    assert decoder.skipped == 1


def test_repeated_headers_are_a_tuple_always() -> None:
    """One or many, ``all`` gives a tuple; a header that is missing is a KeyError."""
    message = parse(b"Event: X\r\nChanVariable: A=1\r\nChanVariable: B=2=3\r\nOne: 1\r\nEmpty: ")
    assert message.all("ChanVariable") == ("A=1", "B=2=3")
    assert message.variables() == {"A": "1", "B": "2=3"}
    assert (message.all("One"), message.all("None"), message["Empty"]) == (("1",), (), "")
    with pytest.raises(KeyError):
        message["one"]


def test_values_come_as_they_are() -> None:
    """Nothing is unquoted, colons belong to the value, a line without one is skipped."""
    message = parse(b"Event: X\r\nResult: 50%25+%0d\r\nContact: sip:a@b:5060\r\nnonsense")
    assert (message["Result"], message["Contact"]) == ("50%25+%0d", "sip:a@b:5060")


@pytest.mark.parametrize(
    "banner", [b"SSH-2.0-OpenSSH\r\n", b"HTTP/1.1 400\r\n", b"Asterisk Call M" * 40]
)
def test_another_service_is_not_a_manager(banner: bytes) -> None:
    """The first line must be Asterisk's."""
    with pytest.raises(PhonesUnavailable):
        decoded(banner)


def test_a_message_without_end_is_refused() -> None:
    """One that passes MAX_MESSAGE_BYTES ends the connection instead of eating memory."""
    chunk = b"x" * 65_536
    with pytest.raises(PhonesUnavailable):
        decoded(BANNER, *[chunk] * (MAX_MESSAGE_BYTES // len(chunk) + 1))


@pytest.mark.parametrize("code", [*range(0x20), *range(0x7F, 0xA0), 0x2028, 0x2029, 0xD800])
def test_no_control_character_goes_out(code: int) -> None:
    """C0, DEL, C1, line separators and lone surrogates are refused in a value and in a name."""
    evil = f"x{chr(code)}Action: Originate"
    with pytest.raises(Invalid) as refused:
        encode("Setvar", "1", {"Value": evil})
    assert "Originate" not in str(refused.value)
    with pytest.raises(Invalid):
        encode("Setvar", "1", {evil: "x"})
    with pytest.raises(Invalid):
        encode(evil, "1", {})


def test_long_lines_are_refused() -> None:
    """1,024 bytes go, 1,025 do not: Asterisk would cut the line."""
    room = MAX_LINE_BYTES - len("Value: ")
    assert len(encode("A", "1", {"Value": "x" * room})) > room
    for value in ("x" * (room + 1), "中" * 340):
        with pytest.raises(Invalid):
            encode("A", "1", {"Value": value})
    with pytest.raises(Invalid):
        encode("A", "1", {"Variable": ("x",) * (MAX_HEADERS - 1)})


@given(
    st.dictionaries(
        st.from_regex(r"[A-Za-z][A-Za-z0-9-]{0,9}", fullmatch=True),
        st.text(max_size=80),
        max_size=6,
    )
)
def test_whatever_is_encoded_is_one_message(headers: dict[str, str]) -> None:
    """What passes the door reads back as exactly one message with the same values."""
    headers = {k: v for k, v in headers.items() if k not in ("Action", "ActionID")}
    try:
        data = encode("Setvar", "7", headers)
    except Invalid:
        return
    decoder = AmiDecoder()
    (message,) = decoder.feed(BANNER + data)
    assert dict(message.first) == {"Action": "Setvar", "ActionID": "7", **headers}


@given(st.lists(st.binary(max_size=200), max_size=8), st.integers(min_value=1, max_value=40))
def test_any_bytes_are_read_the_same_in_any_pieces(parts: list[bytes], size: int) -> None:
    """Noise raises nothing, and where it is cut makes no difference."""
    data = BANNER + b"\r\n\r\n".join(parts)
    pieces = [data[at : at + size] for at in range(0, len(data), size)]
    assert decoded(data) == decoded(*pieces)
