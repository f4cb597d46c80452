"""Ours, or another site's."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.settings import Web
from gateway.web.origins import Origins

PUBLIC = Origins.of(Web(public_url="https://12345.example.gov.cn"))
BY_HOST = Origins.of(Web())


@pytest.mark.parametrize(
    ("origin", "ours"),
    [
        ("https://12345.example.gov.cn", True),
        ("https://12345.EXAMPLE.gov.cn:443", True),
        ("http://12345.example.gov.cn", False),
        ("https://12345.example.gov.cn:8443", False),
        ("https://12345.example.gov.cn.evil.example", False),
        ("https://evil.example/12345.example.gov.cn", False),
        ("https://12345.example.gov.cn@evil.example", False),
        ("null", False),
        ("", False),
        (None, False),
        ("https://[bad", False),
        ("https://x:99999", False),
        ("file://", False),
    ],
)
def test_a_public_address_is_the_only_origin(origin: str | None, ours: bool) -> None:
    """Whatever the Host header says."""
    assert PUBLIC.ours(origin, "evil.example") is ours
    assert PUBLIC.secure


def test_without_one_the_host_decides() -> None:
    """The page came from the same host and port."""
    assert BY_HOST.ours("http://127.0.0.1:8012", "127.0.0.1:8012")
    assert not BY_HOST.ours("http://127.0.0.1:8013", "127.0.0.1:8012")
    assert not BY_HOST.ours("http://127.0.0.1:8012", "")
    assert not BY_HOST.secure


def test_both_words_must_say_yes() -> None:
    """Sec-Fetch-Site and Origin: one no is a no, no word is a no."""
    ours, host = "http://h:1", "h:1"
    assert BY_HOST.may_change("same-origin", ours, host)
    assert BY_HOST.may_change("same-origin", None, host)
    assert BY_HOST.may_change(None, ours, host)
    assert not BY_HOST.may_change(None, None, host)
    assert not BY_HOST.may_change("same-site", ours, host)
    assert not BY_HOST.may_change("same-origin", "http://evil", host)


@given(st.text(max_size=60), st.text(max_size=20))
def test_nothing_raises_and_only_the_public_origin_is_ours(origin: str, host: str) -> None:
    """Any header."""
    BY_HOST.ours(origin, host)
    ours = PUBLIC.ours(origin, host)
    assert not ours or "12345.example.gov.cn" in origin.lower()
