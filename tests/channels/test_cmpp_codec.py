"""CMPP's PDUs: exact to the byte against a second reading of the standard, and unbreakable."""

import struct
from dataclasses import fields
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.cmpp_codec import (
    MOST_BYTES,
    Frames,
    authenticator_source,
    decode,
    encode,
    report,
    vouches,
)
from channels.cmpp_fields import BadPdu, Content, Number, Raw, Terminals, Text, Version
from channels.cmpp_pdus import (
    PDUS,
    ActiveTest,
    ActiveTestResp,
    Connect,
    ConnectResp,
    Deliver,
    DeliverResp,
    Pdu,
    Submit,
    SubmitResp,
)
from tests.peers import ismg_wire as wire

BOTH = pytest.mark.parametrize("version", list(Version))
CONNECT = "00000027000000010000001739303030303190d00c1d517abd0b4f65f6bcf8535d16213cdc73be"
"""From the tests of github.com/bigwhite/gocmpp: 900001, secret 888888, 10-21 08:05:10, 2.1."""
ANSWERED = "6c0b846e25bab6daa4ed1c466e0f4bd8"
SUBMIT = Submit(
    msg_fmt=8,
    msg_src="900001",
    service_id="12345",
    src_id="10699912345",
    dest_terminal_ids=("13800000001", "13800000002"),
    msg_content="您好".encode("utf-16-be"),
    tp_udhi=1,
    pk_total=2,
    pk_number=1,
)


def texts(most: int) -> st.SearchStrategy[str]:
    """What an octet string of this length can hold."""
    return st.text(st.characters(min_codepoint=1, max_codepoint=127), max_size=most)


def value_of(field: Any, version: Version) -> st.SearchStrategy[Any]:
    """Anything that fits this field in this version; its nothing where it is not there."""
    match field:
        case Number():
            return st.integers(0, 2 ** (8 * field.size(version)) - 1)
        case Text():
            return texts(field.size(version))
        case Raw():
            return st.binary(min_size=16, max_size=16)
        case Terminals():
            return st.lists(texts(field.size(version)), min_size=1, max_size=99).map(tuple)
        case Content():
            return st.binary(max_size=255)
    raise AssertionError(field)


@st.composite
def pdus(draw: st.DrawFn, version: Version) -> Pdu:
    """Any PDU with any values."""
    kind = draw(st.sampled_from(PDUS))
    named = [field for field in kind.FIELDS if field.name]
    return kind(**{field.name: draw(value_of(field, version)) for field in named})


def test_a_login_is_the_one_of_an_implementation_that_is_not_ours() -> None:
    """CONNECT, and the proof of who answers it."""
    source = authenticator_source("900001", b"888888", 1021080510)
    pdu = Connect(
        source_addr="900001", authenticator_source=source, version=0x21, timestamp=1021080510
    )
    assert encode(pdu, 0x17, Version.V20).hex() == CONNECT
    assert decode(bytes.fromhex(CONNECT), Version.V20) == (0x17, pdu)
    answer = ConnectResp(status=0, authenticator_ismg=bytes.fromhex(ANSWERED), version=0x20)
    assert vouches(answer, source, b"888888")
    assert not vouches(answer, source, b"888889")
    assert not vouches(answer, bytes(16), b"888888")


@pytest.mark.parametrize("wide", [False, True])
@BOTH
def test_a_gateway_of_3_0_may_count_the_status_as_one_byte_or_four(
    version: Version, wide: bool
) -> None:
    """Both are about, so both are believed; a login before 08:00 in January has leading zeros."""
    source = authenticator_source("900001", b"secret", 101_070_809)
    assert source == wire.connect_proof(b"900001", b"secret", 101_070_809)
    three = version is Version.V30
    for status in (0, 3):
        said = wire.connect_resp(
            9, three=three, status=status, source=source, secret=b"secret", wide=wide
        )
        number, answer = decode(said, version)
        assert isinstance(answer, ConnectResp)
        assert (number, answer.status) == (9, status)
        assert vouches(answer, source, b"secret")


@BOTH
def test_a_submit_stands_where_the_standard_puts_it(version: Version) -> None:
    """Each field that matters, read by struct from its table."""
    three = version is Version.V30
    frame = encode(SUBMIT, 5, version)
    assert wire.HEADER.unpack_from(frame) == (len(frame), 4, 5)
    read = wire.submitted(frame[12:], three=three)
    assert read == wire.Submitted(
        pk_total=2,
        pk_number=1,
        registered=1,
        service=b"12345",
        udhi=1,
        fmt=8,
        msg_src=b"900001",
        src=b"10699912345",
        to=(b"13800000001", b"13800000002"),
        content="您好".encode("utf-16-be"),
    )


@BOTH
def test_a_delivery_is_read_where_the_standard_puts_it(version: Version) -> None:
    """73 bytes and the content in 2.0, 97 in 3.0."""
    three = version is Version.V30
    sent = wire.Delivery(
        msg_id=2**63, src=b"8613800000001", content="路灯".encode("gb18030"), fmt=15
    )
    body = sent.body(three=three)
    assert len(body) == (97 if three else 73) + 4
    assert decode(wire.frame(wire.DELIVER, 6, body), version) == (
        6,
        Deliver(
            msg_id=2**63,
            dest_id="10699912345",
            msg_fmt=15,
            src_terminal_id="8613800000001",
            msg_content="路灯".encode("gb18030"),
        ),
    )


@BOTH
def test_answers_have_a_result_of_one_byte_in_2_0_and_of_four_in_3_0(version: Version) -> None:
    """SUBMIT_RESP as it is read, DELIVER_RESP as it is written."""
    three = version is Version.V30
    said = wire.result(wire.SUBMIT, 7, 11, 8, three=three)
    assert decode(said, version) == (7, SubmitResp(msg_id=11, result=8))
    ours = encode(DeliverResp(msg_id=11, result=1), 7, version)
    assert ours == wire.result(wire.DELIVER, 7, 11, 1, three=three)


@BOTH
def test_a_link_is_tried_with_and_without_the_reserved_byte(version: Version) -> None:
    """ACTIVE_TEST has no body; its answer has one byte, which some forget."""
    assert encode(ActiveTest(), 1, version) == wire.frame(wire.ACTIVE_TEST, 1)
    answer = wire.ACTIVE_TEST | wire.RESP
    assert encode(ActiveTestResp(), 1, version) == wire.frame(answer, 1, b"\0")
    for body in (b"", b"\0", b"\7"):
        assert decode(wire.frame(answer, 1, body), version) == (1, ActiveTestResp())


@pytest.mark.parametrize("long", [False, True])
def test_a_report_is_known_by_its_length(long: bool) -> None:
    """60 bytes or 71, whatever the connection speaks; any other length is none."""
    content = wire.report(2**40, b"MA:0001", b"13800000001", long=long)
    read = report(content)
    assert (read.msg_id, read.stat, read.dest_terminal_id) == (2**40, "MA:0001", "13800000001")
    assert (read.done_time, read.smsc_sequence) == ("2611281510", 7)
    for wrong in (content[:-1], content + b"\0", b""):
        with pytest.raises(BadPdu):
            report(wrong)


@BOTH
@given(data=st.data())
def test_every_pdu_is_read_as_it_was_written(version: Version, data: st.DataObject) -> None:
    """In both versions; a byte less or more is no PDU, and nothing is longer than the limit."""
    pdu = data.draw(pdus(version))
    number = data.draw(st.integers(0, 2**32 - 1))
    frame = encode(pdu, number, version)
    assert len(frame) <= MOST_BYTES
    assert decode(frame, version) == (number, pdu)
    cut = data.draw(st.integers(0, len(frame) - 1))
    for wrong in (frame[:cut], frame + b"\0"):
        with pytest.raises(BadPdu):
            decode(wrong, version)
    if isinstance(pdu, ActiveTestResp | ConnectResp):
        return  # the two that are read by their own length
    size = struct.pack(">I", len(frame) + 1)
    with pytest.raises(BadPdu):
        decode(size + frame[4:] + b"\0", version)


@BOTH
@given(body=st.binary(max_size=400), command=st.sampled_from([*(p.COMMAND for p in PDUS), 3, 99]))
def test_no_bytes_break_the_reader(version: Version, body: bytes, command: int) -> None:
    """Of whatever a peer sends, what can be read is written again just so; all else is BadPdu."""
    for frame in (body, wire.frame(command, 1, body)):
        try:
            number, pdu = decode(frame, version)
        except BadPdu:
            continue
        try:
            again = encode(pdu, number, version)
        except BadPdu:
            continue  # Latin-1, which is read and never written
        assert decode(again, version) == (number, pdu)


@given(content=st.binary(max_size=80))
def test_no_bytes_break_the_reader_of_reports(content: bytes) -> None:
    """BadPdu, or a report."""
    try:
        assert len(content) in (60, 71) if report(content) else False
    except BadPdu:
        assert len(content) not in (60, 71)


@pytest.mark.parametrize(
    "wrong",
    [
        {"msg_content": bytes(256)},
        {"dest_terminal_ids": ()},
        {"dest_terminal_ids": ("1" * 33,)},
        {"dest_terminal_ids": ("13800000001",) * 100},
        {"src_id": "1" * 22},
        {"src_id": "热线"},
        {"service_id": "a\0b"},
        {"pk_total": 256},
        {"msg_fmt": -1},
    ],
)
@BOTH
def test_what_fits_no_field_is_not_written(version: Version, wrong: dict[str, Any]) -> None:
    """Nothing is cut in silence."""
    values = {one.name: getattr(SUBMIT, one.name) for one in fields(SUBMIT)}
    with pytest.raises(BadPdu):
        encode(Submit(**values | wrong), 1, version)
    with pytest.raises(BadPdu):
        encode(SUBMIT, 2**32, version)


@given(data=st.data())
def test_a_stream_is_cut_into_the_frames_it_was_made_of(data: st.DataObject) -> None:
    """However it arrives, byte by byte or all at once."""
    count = data.draw(st.integers(1, 5))
    made = [encode(data.draw(pdus(Version.V30)), n, Version.V30) for n in range(count)]
    stream, frames = b"".join(made), Frames()
    got: list[bytes] = []
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=8)))
    for start, end in zip([0, *cuts], [*cuts, len(stream)], strict=True):
        got += frames.feed(stream[start:end])
    assert got == made


@pytest.mark.parametrize("length", [0, 11, MOST_BYTES + 1, 2**32 - 1])
def test_a_length_that_cannot_be_ends_the_stream(length: int) -> None:
    """Nobody can make us wait for, or keep, more than one PDU."""
    with pytest.raises(BadPdu):
        list(Frames().feed(struct.pack(">I", length)))
