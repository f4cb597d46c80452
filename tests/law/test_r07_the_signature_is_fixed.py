"""The hotline's name may not be misused (a city's hotline regulation, article 28; row 7).

A short message is known by the 【name】 in front of it. It is the account's, put there once, and no
text brings another.
"""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.sms_signature import OwnSignature, Terms

OURS = Terms(name="苏州12345热线", mils_per_part=45)


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=60))
def test_what_leaves_begins_with_our_name_and_no_other(text: str) -> None:
    """Whatever is typed: our signature once, in front, or the text does not leave."""
    try:
        leaves = OURS.signed(text)
    except OwnSignature:
        assert {"【", "】"} <= set(unicodedata.normalize("NFKC", text))
    else:
        assert leaves.startswith("【苏州12345热线】")
        assert not leaves.removeprefix(OURS.prefix).lstrip().startswith("【")


@pytest.mark.parametrize(
    "text",
    [
        "【工商银行】您的账户",
        "您的账户【工商银行】",
        " \t【工商银行】您的账户",
        "\u200b【工商银行】您的账户",
        "\ufeff\u200d【工商银行】您的账户",
        "【】您的账户",
        "【苏州12345热线】【工商银行】您的账户",
        "您的账户【苏州12345热线】",
        "您的账户【工商银行】\n",
    ],
)
def test_a_text_that_brings_a_name_does_not_leave(text: str) -> None:
    """In front or behind, also after what nobody sees; also where the carrier signs for us."""
    for terms in (OURS, Terms()):
        with pytest.raises(OwnSignature):
            terms.signed(text)


def test_our_own_name_is_not_said_twice() -> None:
    """Whoever types it is not refused."""
    assert OURS.signed("【苏州12345热线】您好") == "【苏州12345热线】您好"
    assert OURS.signed("依据《条例》【第三条】答复如下") == (
        "【苏州12345热线】依据《条例》【第三条】答复如下"
    )


def test_the_name_counts_in_the_length() -> None:
    """61 characters and 9 of the name's, with brackets 11, are more than 70."""
    assert len(OURS.prefix) == 11
    assert OURS.parts("好" * 59) == 1
    assert OURS.parts("好" * 60) == 2
    assert Terms().parts("好" * 70) == 1
