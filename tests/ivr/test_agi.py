"""FastAGI bytes: whatever comes is read or refused, whatever goes is one command."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.agi import MAX_REQUEST_BYTES, Note, Reply, ReplyReader, encode, parse_request
from ivr.errors import ProtocolFault, Unsafe


def test_a_request_is_the_agi_variables() -> None:
    """Names lose their prefix, the first of two wins, odd bytes do no harm."""
    request = parse_request(
        b"agi_network: yes\nagi_network_script: intake\nagi_uniqueid: a1-1.1\n"
        b"agi_callerid: +8613800001111\nagi_callerid: 1\nagi_calleridname: \xd5\xc5\n\n"
    )
    assert (request.script, request.uniqueid, request.number) == (
        "intake",
        "a1-1.1",
        "+8613800001111",
    )


@pytest.mark.parametrize("claimed", ["unknown", "", "<script>", "1" * 21, "a@b", "１２３"])
def test_a_number_is_digits_or_nothing(claimed: str) -> None:
    """What else a caller claims to be is no number."""
    assert parse_request(f"agi_callerid: {claimed}\n\n".encode()).number == ""


@pytest.mark.parametrize(
    ("channel", "trunk"),
    [
        ("PJSIP/trunk-carrier-0000001f", "carrier"),
        ("PJSIP/trunk-two-words-0000001f", "two-words"),
        ("PJSIP/web-citizen-0000001f", ""),
        ("Local/trunk-carrier-0000001f", ""),
        ("PJSIP/trunk-carrier", ""),
    ],
)
def test_the_trunk_is_the_channels_endpoint(channel: str, trunk: str) -> None:
    """What is no trunk's channel came by none."""
    assert parse_request(f"agi_channel: {channel}\n\n".encode()).trunk == trunk


@pytest.mark.parametrize(("length", "asserted"), [("", False), ("0", False), ("31", True)])
def test_a_number_is_vouched_for_by_who_says_so(length: str, asserted: bool) -> None:
    """The dialplan hands over how long the header is, never what stands in it."""
    assert parse_request(f"agi_arg_1: {length}\n\n".encode()).asserted is asserted


@pytest.mark.parametrize(
    "raw", [b"GET / HTTP/1.1\n\n", b"\n\n", b"agi_x: 1\nnonsense\n\n", b"x" * 9_000]
)
def test_what_is_no_request_is_refused(raw: bytes) -> None:
    """A port scan, a web browser, a flood."""
    with pytest.raises(ProtocolFault):
        parse_request(raw)


def test_commands_are_quoted_where_needed() -> None:
    """Blanks, quotes and backslashes arrive as they were."""
    assert encode("SET VARIABLE", "GW_QUEUE", "civil") == b"SET VARIABLE GW_QUEUE civil\n"
    assert encode("SET VARIABLE", "A", 'x "y" \\z') == b'SET VARIABLE A "x \\"y\\" \\\\z"\n'
    assert encode("STREAM FILE", "hotline/greeting", "") == b'STREAM FILE hotline/greeting ""\n'


@pytest.mark.parametrize("code", [*range(0x20), *range(0x7F, 0xA0), 0x2028, 0x2029, 0xD800])
def test_no_second_command_can_be_smuggled(code: int) -> None:
    """Control characters are refused, and so is a line that is too long."""
    with pytest.raises(Unsafe):
        encode("SET VARIABLE", "A", f"x{chr(code)}HANGUP")
    with pytest.raises(Unsafe):
        encode("SET VARIABLE", "A", "中" * 400)


@given(st.lists(st.text(max_size=40), max_size=5))
def test_whatever_goes_out_is_one_line(words: list[str]) -> None:
    """One newline, at the end; read by Asterisk's rules it is the same words."""
    try:
        data = encode("SET VARIABLE", *words)
    except Unsafe:
        return
    assert data.count(b"\n") == 1
    assert data.endswith(b"\n")
    assert asterisk_words(data.decode().rstrip("\n")) == ["SET", "VARIABLE", *words]


def asterisk_words(line: str) -> list[str]:
    """A command as res_agi's parse_args() splits it."""
    words, word, quoted, escaped, inside = [], "", False, False, False
    for char in line:
        if escaped:
            word, escaped = word + char, False
        elif char == "\\":
            escaped = inside = True
        elif char == '"':
            quoted, inside = not quoted, True
        elif char in " \t" and not quoted:
            words += [word] if inside else []
            word, inside = "", False
        else:
            word, inside = word + char, True
    return [*words, word] if inside else words


def test_replies() -> None:
    """Digits, time-outs, variables with brackets, endpos, hang-up."""
    reader = ReplyReader()
    for line, reply in {
        b"200 result=0\n": Reply("0"),
        b"200 result=5 (timeout)\n": Reply("5", "timeout"),
        b"200 result= (timeout)\r\n": Reply("", "timeout"),
        b"200 result=\n": Reply(""),
        b"200 result=1 (a (b) c)\n": Reply("1", "a (b) c"),
        b"200 result=0 endpos=8000\n": Reply("0"),
        b"200 result=-1\n": Reply("-1"),
        b"200 result=#\n": Reply("#"),
    }.items():
        assert reader.feed(line) == reply
    assert reader.feed(b"200 result=-1") == Reply("-1")
    assert Reply("-1").failed


def test_lines_that_are_no_reply() -> None:
    """Empty lines and provisional ones are read over; HANGUP is a word of its own."""
    reader = ReplyReader()
    assert reader.feed(b"\n") is Note.NOTHING
    assert reader.feed(b"100 Trying...\n") is Note.NOTHING
    assert reader.feed(b"HANGUP\n") is Note.HANGUP
    assert reader.feed(b"200 result=0\n") == Reply("0")


def test_a_usage_text_is_one_refusal() -> None:
    """520 over many lines raises once, at its end; the next reply is read again."""
    reader = ReplyReader()
    lines = [b"520-Invalid command syntax.  Proper usage follows:\n", b"Usage: GET DATA\n", b"\n"]
    lines.append(b"200 result=0 is an example\n")
    assert [reader.feed(line) for line in lines] == [Note.NOTHING] * 4
    with pytest.raises(ProtocolFault, match="520"):
        reader.feed(b"520 End of proper usage.\n")
    assert reader.feed(b"200 result=0\n") == Reply("0")


@pytest.mark.parametrize("line", [b"510 Invalid or unknown command\n", b"511 Dead\n", b"hello\n"])
def test_refusals_and_nonsense_raise(line: bytes) -> None:
    """Nothing is taken for a reply that is none."""
    with pytest.raises(ProtocolFault):
        ReplyReader().feed(line)


@given(st.lists(st.binary(max_size=60), max_size=30))
def test_any_line_is_a_reply_a_note_or_a_fault(lines: list[bytes]) -> None:
    """Nothing else comes out, whatever goes in."""
    reader = ReplyReader()
    for line in lines:
        try:
            assert isinstance(reader.feed(line), Reply | Note)
        except ProtocolFault:
            continue


@given(st.binary(max_size=MAX_REQUEST_BYTES + 10))
def test_any_bytes_are_a_request_or_a_fault(raw: bytes) -> None:
    """The same for the first block."""
    try:
        assert parse_request(raw).variables
    except ProtocolFault:
        return
