"""What a channel hands over, in the store's words: cut to size, and looked at once."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from channels.message import Datum, Grant, Inbound, Kind, Location, ReceiptState, Route, Sender
from gateway.core import place
from gateway.core.message import MessageKind
from gateway.core.outbound import OutRoute, OutState
from gateway.intake.inbound import (
    FIELD_CHARACTERS,
    MOST_FIELDS,
    TEXT_CHARACTERS,
    Ids,
    grant_of,
    is_chinese,
    is_urgent,
    message_of,
    numbers_in,
    starts,
)

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)
IDS = Ids(contact="c", message="m", files=())


def an_inbound(text: str = "", **more: Any) -> Inbound:
    """Something written at noon."""
    defaults: dict[str, Any] = {
        "key": "k",
        "sender": Sender(scheme="openid", value="z"),
        "kind": Kind.TEXT,
        "sent_at": NOON,
        "text": text,
    }
    return Inbound(**defaults | more)


def test_the_channels_words_are_the_stores_words() -> None:
    """Neither knows the other and both are right: the channels are a leaf, core is at the bottom.

    So the lists stand twice; whatever one side can say the other has a word for.
    """
    assert [*Kind] == [*MessageKind]
    assert [*Datum] == [*place.Datum]
    assert [*ReceiptState] == [*OutState]
    assert [*Route] == [OutRoute.REPLY, OutRoute.NOTICE]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("电话13800001234谢谢", ("13800001234",)),
        ("+86 138-0000-1234", ("13800001234",)),
        ("138 0000 1234，或13900005678", ("13800001234", "13900005678")),
        ("13800001234 13800001234", ("13800001234",)),
        ("订单号9913800001234567", ()),
        ("身份证110101199003071234", ()),
        ("12345", ()),
    ],
)
def test_mobile_numbers_are_found_and_nothing_else(text: str, found: tuple[str, ...]) -> None:
    """As people write them; longer numbers hold none."""
    assert numbers_in(an_inbound(text)) == found


def test_a_number_in_a_forms_field_counts() -> None:
    """The citizen gave it there."""
    assert numbers_in(an_inbound(fields={"phone": "13800001234"})) == ("13800001234",)


def test_danger_is_heard_wherever_it_is_written() -> None:
    """In the text, a field, the address; or marked by the citizen."""
    words = ("着火", "help")
    assert is_urgent(an_inbound("楼里着火了"), words)
    assert is_urgent(an_inbound("please HELP me"), words)
    assert is_urgent(an_inbound(fields={"detail": "着火"}), words)
    place = Location(latitude=1, longitude=1, datum=Datum.GCJ02, address="着火的仓库")
    assert is_urgent(an_inbound(location=place), words)
    assert is_urgent(an_inbound(fields={"urgent": "yes"}), words)
    assert not is_urgent(an_inbound("着急，火车站"), words)


def test_what_is_too_long_is_cut() -> None:
    """The raw event keeps it whole."""
    fields = {f"f{n}": "长" * 9999 for n in range(99)}
    long = an_inbound("长" * 99_999, fields=fields)
    kept = message_of(long, IDS, contact_id="c", seq=1, now=NOON)
    assert len(kept.text) == TEXT_CHARACTERS
    assert len(kept.fields) == MOST_FIELDS
    assert {len(value) for value in kept.fields.values()} == {FIELD_CHARACTERS}


def test_a_right_to_reply_counts_from_the_platforms_time() -> None:
    """A platform whose clock runs ahead gives no longer right."""
    grant = Grant(quota=5, seconds=60)
    late = grant_of(an_inbound(grant=grant), "g", "i", NOON + timedelta(seconds=30))
    assert late
    assert late.expires_at == NOON + timedelta(seconds=60)
    early = grant_of(an_inbound(grant=grant), "g", "i", NOON - timedelta(seconds=30))
    assert early
    assert early.expires_at == NOON + timedelta(seconds=30)
    assert grant_of(an_inbound(), "g", "i", NOON) is None


def test_events_ring_nobody() -> None:
    """Nor what the channel says starts nothing."""
    assert starts(an_inbound("hi"))
    assert not starts(an_inbound(kind=Kind.EVENT, event="subscribe"))
    assert not starts(an_inbound(starts=False))


def test_the_language_of_an_answer() -> None:
    """Chinese, unless somebody wrote words without a Chinese character."""
    assert is_chinese("")
    assert is_chinese("12345!")
    assert is_chinese("我的ID是abc")
    assert not is_chinese("Where is the office?")
