"""Numbers as they are compared and as they are shown."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.core.citizen import (
    MAX_DIGITS,
    CallerFlag,
    FlagKind,
    hide_numbers,
    mask_number,
    normalise_number,
    with_flag,
    written_number,
)

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)


@pytest.mark.parametrize(
    ("raw", "number"),
    [
        ("13800001234", "13800001234"),
        ("+86 138-0000-1234", "13800001234"),
        ("008613800001234", "13800001234"),
        ("+85212345678", "+85212345678"),
        ("anonymous", ""),
        ("", ""),
        ("0731-5822 0000", "073158220000"),
    ],
)
def test_one_number_has_one_form(raw: str, number: str) -> None:
    """However a carrier writes it, the same caller is the same caller."""
    assert normalise_number(raw) == number


@given(st.text(max_size=200))
def test_whatever_is_sent_becomes_digits_of_bounded_length(raw: str) -> None:
    """Nothing but digits and a leading + ever comes through."""
    number = normalise_number(raw)
    assert set(number.lstrip("+")) <= set("0123456789")
    assert len(number) <= MAX_DIGITS + 1
    assert normalise_number(number) == number or number.startswith(("0086", "+86", "86"))


@given(st.text("0123456789", min_size=3, max_size=20))
def test_a_mask_keeps_the_length_and_hides_the_middle(number: str) -> None:
    """At least a third of the digits are hidden, never one added."""
    masked = mask_number(number)
    assert len(masked) == len(number)
    assert masked.count("*") * 4 >= len(number)


def test_a_mobile_number_looks_as_people_know_it() -> None:
    """138****1234."""
    assert mask_number("13800001234") == "138****1234"


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("回拨 13800001234 核实", "回拨 * 核实"),
        ("回拨+86 138-0000-1234", "回拨*"),
        ("座机 (0731) 5822 0000。", "座机 (*。"),
        ("手机１３８００００１２３４", "手机*"),
        ("一三八零零零零一二三四", "*"),
        ("12号楼3单元401，09:30 回访", "12号楼3单元401，09:30 回访"),
        ("", ""),
    ],
)
def test_numbers_in_typed_words_are_hidden(typed: str, told: str) -> None:
    """However they are written; houses and times of day stay."""
    assert hide_numbers(typed) == told


@pytest.mark.parametrize(
    ("written", "number"),
    [
        (" +86 138-0000-1234\n", "13800001234"),
        ("(0731) 5822.0000", "073158220000"),
        ("110", "110"),
        ("12", ""),
        ("1" * 20, "1" * 20),
        ("1" * 21, ""),
        ("13800001234 张三", ""),
        ("138O0001234", ""),
        ("１３８００００１２３４", ""),
        ("anonymous", ""),
        ("", ""),
    ],
)
def test_what_people_write_is_a_number_throughout_or_none(written: str, number: str) -> None:
    """Nothing is guessed: a letter too many might be another person's number."""
    assert written_number(written) == number


@given(
    st.lists(
        st.builds(
            CallerFlag,
            number=st.just("13800001234"),
            kind=st.sampled_from(FlagKind),
            note=st.text(max_size=3),
            until=st.sampled_from([None, NOON, NOON + timedelta(seconds=1)]),
        )
    )
)
def test_a_number_has_one_mark_of_each_kind_the_last(written: list[CallerFlag]) -> None:
    """By kind in order, and none that has ended; as the store answers it."""
    flags: tuple[CallerFlag, ...] = ()
    for flag in written:
        flags = with_flag(flags, flag, NOON)
    last = {flag.kind: flag for flag in written}
    assert flags == tuple(last[kind] for kind in sorted(last) if last[kind].until != NOON)
