"""Whom to count."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.web.addresses import UNKNOWN, counted_address, is_proxy, networks

PROXIES = networks(["10.0.0.0/8", "::1"])


@pytest.mark.parametrize(
    ("peer", "forwarded", "counted"),
    [
        ("203.0.113.5", "", "203.0.113.5"),
        ("203.0.113.5", "198.51.100.1", "203.0.113.5"),
        ("10.1.2.3", "198.51.100.1", "198.51.100.1"),
        ("10.1.2.3", "6.6.6.6, 198.51.100.1, 10.9.9.9", "198.51.100.1"),
        ("10.1.2.3", "198.51.100.1, rubbish", UNKNOWN),
        ("10.1.2.3", "", "10.1.2.3"),
        ("::ffff:203.0.113.5", "", "203.0.113.5"),
        ("2001:db8:1:2:3::4", "", "2001:db8:1:2::/64"),
        ("::1", "2001:db8::9", "2001:db8::/64"),
        ("fe80::1%eth0", "", "fe80::/64"),
        ("", "", UNKNOWN),
    ],
)
def test_only_a_named_proxy_is_believed(peer: str, forwarded: str, counted: str) -> None:
    """And of what it says only the last hop that is no proxy of ours."""
    assert counted_address(peer, forwarded, PROXIES) == counted


def test_a_proxy_is_known_by_its_network() -> None:
    """For the cap of connections."""
    assert is_proxy("10.200.0.1", PROXIES)
    assert not is_proxy("11.0.0.1", PROXIES)
    assert not is_proxy("", PROXIES)


@given(st.text(max_size=40), st.text(max_size=200))
def test_any_text_gives_an_address(peer: str, forwarded: str) -> None:
    """Nothing raises."""
    assert counted_address(peer, forwarded, PROXIES)
