"""Names that cross to the telephone system are made here or refused."""

from __future__ import annotations

import pytest

from gateway.core.errors import Invalid
from gateway.core.line import PhoneKind
from gateway.telephony.ami_names import (
    checked_channel,
    checked_leg,
    checked_reason,
    checked_word,
    endpoint,
    interface,
    number_of,
    seat_of,
)


def test_there_and_back() -> None:
    """A seat's phone has one name, and the name has one seat."""
    for phone, word in ((PhoneKind.BROWSER, "seat"), (PhoneKind.DESK, "desk")):
        assert endpoint("8001", phone) == f"{word}-8001"
        assert seat_of(interface("8001", phone)) == ("8001", phone)
        assert seat_of(f"PJSIP/{word}-8001-0000001f") == ("8001", phone)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "PJSIP/trunk-a-00000001",
        "SIP/seat-8001",
        "PJSIP/seat-",
        "PJSIP/seat-8001-xyz",
        "seat-8001",
    ],
)
def test_other_names_are_nobodys_seat(name: str) -> None:
    """Not even nearly."""
    assert seat_of(name) is None
    with pytest.raises(Invalid):
        checked_leg(name)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "all",
        "/.*/",
        "PJSIP/a",
        "Local/s@x-0000001f;1",
        "PJSIP/a-0000001f\n",
        "PJSIP/a b-0000001f",
    ],
)
def test_what_is_no_channel_is_refused(name: str) -> None:
    """AMI takes patterns and devices where a channel is meant; we do not give it any."""
    with pytest.raises(Invalid):
        checked_channel(name)


def test_channels_words_and_numbers() -> None:
    """What is allowed comes back as it went in."""
    assert checked_channel("PJSIP/web-citizen-0000001f") == "PJSIP/web-citizen-0000001f"
    assert checked_word("position_1", "prompt") == "position_1"
    for word in ("", "a b", "a&b", "../x", "中", "a\n", "x" * 81):
        with pytest.raises(Invalid):
            checked_word(word, "prompt")
    assert (checked_reason("小休"), checked_reason("")) == ("小休", "")
    for reason in ("a;b", "a|b", "a\nb", "x" * 81):
        with pytest.raises(Invalid):
            checked_reason(reason)
    assert (number_of("+8613800001111"), number_of("anonymous"), number_of("1" * 21)) == (
        "+8613800001111",
        "",
        "",
    )
