"""Long texts in parts that WeChat takes and people can read."""

from __future__ import annotations

import unicodedata

from hypothesis import given, settings
from hypothesis import strategies as st

from channels.wechat_split import MOST_BYTES, split


@given(st.text(max_size=4000), st.integers(64, 512))
@settings(max_examples=200, deadline=None)
def test_nothing_is_lost_and_no_part_is_too_long(text: str, most: int) -> None:
    """Only white space at the cuts goes."""
    text = text.encode("utf-8", "ignore").decode()
    parts = split(text, most)
    assert all(part.strip() and len(part.encode()) <= most for part in parts)
    assert "".join("".join(parts).split()) == "".join(text.split())


def test_a_short_text_is_one_part() -> None:
    """As it is, without white space around it."""
    assert split(" 您好。 ") == ("您好。",)
    assert split("  ") == ()
    assert split("好" * 682) == ("好" * 682,)


def test_it_is_cut_where_a_reader_pauses() -> None:
    """Paragraph, line, sentence, comma, in this order of preference."""
    paragraph = "第一段。" * 30
    assert split(f"{paragraph}\n\n{paragraph}", 400) == (paragraph, paragraph)
    sentence = "请您提供具体地址和联系方式，我们会尽快核实处理。"
    parts = split(sentence * 100)
    assert len(parts) == 4
    assert all(part.endswith("。") for part in parts)
    words = split("word " * 1000)
    assert all(part.startswith("word") and part.endswith("word") for part in words)


def test_what_stands_together_stays_together() -> None:
    """Neither an accent nor a family of joined emoji is torn apart."""
    family = "👨‍👩‍👧‍👦"
    for part in split(family * 200, 1000):
        assert part[0] not in "\u200d\ufe0f"
        assert part[-1] != "\u200d"
    for part in split("é" * 3000, 1000):
        assert not unicodedata.combining(part[0])


def test_the_platforms_own_limit() -> None:
    """2,048 bytes are one message; one more is two."""
    assert len(split("a" * MOST_BYTES)) == 1
    assert len(split("a" * (MOST_BYTES + 1))) == 2
