"""What a rule allows, and what it does not."""

import pytest

from config.allowed import host_port


@pytest.mark.parametrize(
    "value",
    ["sip.city.example", "10.0.0.5", "10.0.0.5:5070", "[2001:db8::1]", "[2001:db8::1]:5070", "a:1"],
)
def test_a_far_side_has_a_name_or_an_address_and_perhaps_a_port(value: str) -> None:
    """As RFC 3986 writes hosts and ports."""
    assert host_port(value) is None


@pytest.mark.parametrize(
    "value",
    ["", ":5060", "a:0", "a:65536", "a:b", "2001:db8::1", "[x]", "a b", "a\n", "a;x=1", "u@a"],
)
def test_nothing_else_is_one(value: str) -> None:
    """Nothing that could add to the address that Asterisk is given."""
    assert host_port(value) is not None
