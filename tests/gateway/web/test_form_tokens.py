"""The form's token: ours, of an age, the same code for the same form."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from gateway.web.form_tokens import FORM_SECONDS, FormTokens
from tests.gateway.web.test_visits import key

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
TOKENS = FormTokens(key)


def test_a_token_is_fresh_for_a_day_and_ours_for_ever() -> None:
    """An old one is known as old, so that what was written can be shown again."""
    token = TOKENS.make(bytes(16), NOW)
    read = TOKENS.read(token, NOW + timedelta(seconds=FORM_SECONDS))
    assert read
    assert read.fresh
    old = TOKENS.read(token, NOW + timedelta(seconds=FORM_SECONDS + 1))
    assert old
    assert not old.fresh
    assert old.nonce == read.nonce


def test_one_from_the_future_is_not_fresh() -> None:
    """A minute of two clocks is forgiven."""
    token = TOKENS.make(bytes(16), NOW)
    early = TOKENS.read(token, NOW - timedelta(seconds=61))
    assert early
    assert not early.fresh


def test_the_same_form_has_the_same_code() -> None:
    """A receipt that is loaded again shows what it showed."""
    assert TOKENS.code_bytes("a") == TOKENS.code_bytes("a")
    assert TOKENS.code_bytes("a") != TOKENS.code_bytes("b")


@given(st.text(max_size=140))
def test_whatever_comes_is_not_ours(text: str) -> None:
    """And nothing raises."""
    assert TOKENS.read(text, NOW) is None
