"""Bodies of WeChat: bounded before they are believed, XML and JSON alike."""

from __future__ import annotations

import json
import tracemalloc
from time import perf_counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from channels.errors import Malformed
from channels.wechat_body import MOST_BYTES, MOST_DEPTH, MOST_FIELDS, read
from tests.peers.wechat_words import as_xml

LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "lol">'
    + b"".join(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9))
    + b"]><xml><Content>&j;</Content></xml>"
)
QUADRATIC = (
    b'<!DOCTYPE x [<!ENTITY a "' + b"a" * 20_000 + b'">]><xml>' + b"&a;" * 10_000 + b"</xml>"
)
BOMBS = {
    "laughs": LAUGHS,
    "quadratic": QUADRATIC,
    "file": b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><xml><a>&e;</a></xml>',
    "parameter": b'<!DOCTYPE x SYSTEM "http://192.0.2.1/x.dtd"><xml><a>1</a></xml>',
    "doctype": b"<!DOCTYPE xml><xml><a>1</a></xml>",
    "unknown entity": b"<xml><a>&nope;</a></xml>",
    "deep": b"<xml>" + b"<a>" * 20_000 + b"</a>" * 20_000 + b"</xml>",
    "deep and short": b"<xml>" + b"<a>" * 9_000 + b"</a>" * 9_000 + b"</xml>",
    "deep and open": b"<a>" * 20_000,
    "many": b"<xml>" + b"<a/>" * 15_000 + b"</xml>",
    "long names": (b"<" + b"a" * 2_000 + b">") * 30,
    "attributes": b"<xml " + b" ".join(b'a%d="1"' % n for n in range(7_000)),
    "large": b"<xml><a>" + b"x" * MOST_BYTES + b"</a></xml>",
    "json deep": b'{"a":' * 10_000 + b"1" + b"}" * 10_000,
    "json list deep": b'{"a":' + b"[" * 30_000 + b"]" * 30_000 + b"}",
    "json many": json.dumps({str(n): 1 for n in range(MOST_FIELDS + 1)}).encode(),
    "json digits": b'{"a":' + b"9" * 60_000 + b"}",
    "json open": b'{"a":"' + b"\\u0041" * 9_000,
    "json not text": b'{"a":"\xff\xfe"}',
    "utf-7": b'<?xml version="1.0" encoding="utf-7"?><xml>+ADw-a+AD4-</xml',
    "utf-16": "<xml><a>1</a></xml>".encode("utf-16"),
    "nothing": b"",
    "words": b"hello",
    "null": b"\0" * 100,
}


@pytest.mark.parametrize("name", BOMBS)
def test_bombs_are_refused_quickly_and_cheaply(name: str) -> None:
    """A 4xx, without the memory or the time that was hoped for."""
    tracemalloc.start()
    begun = perf_counter()
    try:
        with pytest.raises(Malformed) as raised:
            read(BOMBS[name])
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert raised.value.answer.status in {400, 413}
    assert peak < 10 * 1024 * 1024
    assert perf_counter() - begun < 5, "20 ms on an idle machine"


def test_as_deep_as_one_may() -> None:
    """The limit itself is allowed, one more is not."""
    for depth, good in ((MOST_DEPTH, True), (MOST_DEPTH + 1, False)):
        xml = b"<a>" * depth + b"x" + b"</a>" * depth
        if good:
            assert read(xml).deep == [("/".join(["a"] * (depth - 1)), "x")]
        else:
            with pytest.raises(Malformed):
                read(xml)


def test_the_first_of_two_top_fields_counts() -> None:
    """A second <MsgType> does not change what the first one said."""
    assert read(b"<xml><T>1</T><T>2</T></xml>").top == {"T": "1"}


def test_text_is_as_it_was_written() -> None:
    """CDATA, entities that XML itself has, line ends, emoji."""
    body = read("<xml><a><![CDATA[<b>&\n😀]]></a><c>&lt;&amp;&#x4f60;</c></xml>".encode())
    assert body.top == {"a": "<b>&\n😀", "c": "<&你"}


NAMES = st.text(alphabet="abcDEF", min_size=1, max_size=8)
LEAVES = st.one_of(
    st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"]), max_size=30), st.integers()
)
TREES = st.dictionaries(
    NAMES, st.one_of(LEAVES, st.dictionaries(NAMES, LEAVES, min_size=1, max_size=4)), max_size=6
)


@given(TREES)
@settings(max_examples=200, deadline=None)
def test_xml_and_json_say_the_same(tree: dict[str, object]) -> None:
    """One push, two encodings, the same fields."""
    xml, parsed = read(as_xml(tree).encode()), read(json.dumps(tree).encode())
    assert xml.top == parsed.top
    assert xml.deep == parsed.deep


@given(st.binary(max_size=400), st.sampled_from([b"", b"<", b"<xml>", b"{", b'{"a":']))
@settings(max_examples=500, deadline=None)
def test_garbage_is_malformed_or_read(garbage: bytes, start: bytes) -> None:
    """One error, never another; what is read is text that can be stored."""
    try:
        body = read(start + garbage)
    except Malformed:
        return
    for name, text in [*body.top.items(), *body.deep]:
        (name + text).encode()
        assert "\0" not in text
