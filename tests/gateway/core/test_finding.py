"""What is the same text to somebody who searches."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.core.errors import Invalid
from gateway.core.finding import folded, marks, wanted_words

WORDS = st.text(max_size=30)


@pytest.mark.parametrize(
    ("written", "same"),
    [
        ("楼 下，夜间 施工！", "楼下夜间施工"),
        ("ＡＢＣ１２３", "abc123"),
        ("Straße", "STRASSE"),
        ("电话138****1234", "电话1381234"),
        ("㎡", "m2"),
        ("。 \t\n", ""),
    ],
)
def test_the_same_text_in_other_dress(written: str, same: str) -> None:
    """Width, case, spaces and punctuation make no difference."""
    assert folded(written) == folded(same)


@given(WORDS)
def test_folding_twice_changes_nothing(text: str) -> None:
    """There is one form of each text, so what is folded already is found as well."""
    assert folded(folded(text)) == folded(text)


@given(WORDS, WORDS, WORDS)
def test_a_part_is_found_where_it_stands(before: str, part: str, after: str) -> None:
    """Whatever was put into a text is marked in it, and what is marked is that part."""
    text = before + part + after
    found = marks(text, part)
    if not folded(part):
        assert found == ()
        return
    assert found
    for begin, length in found:
        assert folded(part) in folded(text[begin : begin + length])


def test_marks_name_places_in_the_text_as_it_is_shown() -> None:
    """Begin and length count the characters that are seen, punctuation within included."""
    assert marks("夜间，施工；夜 间施工。", "夜间施工") == ((0, 5), (6, 5))
    assert marks("哈哈哈哈哈", "哈哈") == ((0, 2), (2, 2))
    assert marks("没有", "夜间") == ()


@pytest.mark.parametrize("text", ["", "水", " 水 。", "，。", "水" * 41])
def test_too_little_and_too_much_is_refused(text: str) -> None:
    """One character cannot be searched, and the refusal says what can."""
    with pytest.raises(Invalid) as refused:
        wanted_words(text)
    (problem,) = refused.value.problems
    assert (problem.pointer, problem.code) == ("/text", "words-length")
    assert "2 to 40" in problem.en
    assert "2 至 40" in problem.zh


def test_what_may_be_looked_for_is_folded() -> None:
    """Two characters are enough."""
    assert wanted_words(" 水 管 ") == "水管"
    assert wanted_words("水" * 40) == "水" * 40
