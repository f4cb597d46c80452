"""Signed sessions: nobody makes one but us, none lasts for ever, keys change by themselves."""

import hmac
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.web.visits import PERIOD_SECONDS, VISIT_SECONDS, Visits

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


def key(purpose: str) -> bytes:
    """A key of each purpose."""
    return hmac.digest(b"master", purpose.encode(), "sha256")


VISITS = Visits(key)


def test_a_token_is_read_back_until_it_is_over() -> None:
    """The same visitor; at its end nobody."""
    visit = VISITS.begin(bytes(range(16)), NOW)
    token = VISITS.token(visit, NOW)
    assert VISITS.read(token, NOW) == visit
    last = NOW + timedelta(seconds=VISIT_SECONDS - 1)
    assert VISITS.read(token, last) == visit
    assert VISITS.read(token, last + timedelta(seconds=1)) is None


def test_a_renewed_one_is_the_same_visitor_for_longer() -> None:
    """At half of its time it is stale; renewed it is the same id."""
    visit = VISITS.begin(bytes(16), NOW)
    later = NOW + timedelta(seconds=VISIT_SECONDS / 2 + 1)
    assert not VISITS.stale(visit, NOW)
    assert VISITS.stale(visit, later)
    renewed = VISITS.renewed(visit, later)
    assert renewed.id == visit.id
    assert renewed.expires_at > visit.expires_at


def test_keys_change_every_week_and_the_last_one_still_holds() -> None:
    """A token outlives the change of keys, and no token outlives two."""
    before = datetime.fromtimestamp(PERIOD_SECONDS * 3000 - 10, UTC)
    visit = VISITS.begin(bytes(16), before)
    token = VISITS.token(visit, before)
    after = before + timedelta(seconds=60)
    assert VISITS.read(token, after) == visit
    assert VISITS.token(visit, after).split(".")[1] != token.split(".")[1]
    kid, rest = "2998", token.split(".", 2)[2].rpartition(".")[0]
    said = f"v1.{kid}.{rest}"
    mac = VISITS._mac(int(kid), said)
    assert VISITS.read(f"{said}.{mac}", after) is None, "a key of two weeks ago opens nothing"


def test_a_token_says_nothing_of_anybody() -> None:
    """A random id, a number of a key, a time, and the proof of these."""
    parts = VISITS.token(VISITS.begin(bytes(16), NOW), NOW).split(".")
    assert [len(part) for part in parts] == [2, 4, 22, 10, 43]


@given(st.data())
def test_any_change_of_a_token_makes_it_nobodys(data: st.DataObject) -> None:
    """One character is enough."""
    token = VISITS.token(VISITS.begin(bytes(range(16)), NOW), NOW)
    at = data.draw(st.integers(0, len(token) - 1))
    other = data.draw(st.characters(exclude_characters=token[at]))
    changed = token[:at] + other + token[at + 1 :]
    assert VISITS.read(changed, NOW) is None or changed[-1:] != token[-1:]


@given(st.text(max_size=200))
def test_whatever_comes_nothing_raises(text: str) -> None:
    """A cookie may hold anything."""
    assert VISITS.read(text, NOW) is None


def test_a_session_never_outlives_its_keys() -> None:
    """Longer than a week is refused where it is made."""
    with pytest.raises(ValueError, match=str(PERIOD_SECONDS + 1)):
        Visits(key, PERIOD_SECONDS + 1)
