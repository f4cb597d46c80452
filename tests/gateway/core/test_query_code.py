"""Query codes: 66 bits that people can read, type and say."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.core.query_code import code_from, code_hash, shown, typed


@given(st.binary(min_size=16, max_size=32))
def test_a_code_is_read_back_however_it_is_typed(random: bytes) -> None:
    """Grouped, with dashes, in full-width digits of a Chinese keyboard, with spaces around."""
    code = code_from(random)
    assert len(code) == 20
    wide = code.translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    for text in (code, shown(code), shown(code).replace(" ", "-"), wide, f"  {code}\n"):
        assert typed(text) == code


@given(st.text(max_size=60))
def test_whatever_else_is_typed_is_no_code(text: str) -> None:
    """Nothing but twenty digits is one, and nothing raises."""
    code = typed(text)
    assert code == "" or (len(code) == 20 and code.isascii() and code.isdigit())


def test_few_random_bytes_make_no_code() -> None:
    """A code that could be guessed is not made."""
    with pytest.raises(ValueError, match="15"):
        code_from(bytes(15))


def test_codes_and_hashes_differ() -> None:
    """One bit of the random bytes is another code, one digit is another hash; the hash is kept."""
    one, other = code_from(bytes(16)), code_from(bytes(15) + b"\x01")
    assert one != other
    assert code_hash(one) != code_hash(other)
    assert one not in code_hash(one)
