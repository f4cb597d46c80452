"""What a gateway delivers is read, whatever it is; times and states are those that it means."""

from dataclasses import fields
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.cmpp_fields import Version
from channels.cmpp_pdus import Deliver, Report
from channels.cmpp_words import CHINA, came_of, id_of, receipt_of, sent_at
from channels.message import ReceiptState
from channels.sms_long import inbound_of
from channels.sms_pieces import Whole, packed, unpacked
from channels.sms_text import decode
from tests.channels.test_cmpp_codec import value_of

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def id_at(at: datetime) -> int:
    """A Msg_Id that a gateway made then."""
    local = at.astimezone(CHINA)
    parts = ((local.month, 60), (local.day, 55), (local.hour, 50), (local.minute, 44))
    return sum(value << bit for value, bit in (*parts, (local.second, 38))) | 7


@given(data=st.data(), version=st.sampled_from(Version))
def test_every_delivery_becomes_something_that_can_be_kept(
    data: st.DataObject, version: Version
) -> None:
    """No bytes of a gateway stop what comes behind them."""
    named = {one.name: one for one in Deliver.FIELDS if one.name}
    values = {one.name: data.draw(value_of(named[one.name], version)) for one in fields(Deliver)}
    came = came_of(Deliver(**values), NOW)
    assert not came.long or unpacked(packed(came)) == came
    assert came.at <= NOW
    whole = Whole(
        key="k", text=decode(came.data, came.alphabet), sender=came.sender, to=came.to, at=came.at
    )
    assert "\0" not in inbound_of(whole).text
    assert inbound_of(whole).sender.value


@pytest.mark.parametrize(
    ("at", "believed"),
    [
        (NOW - timedelta(minutes=3), True),
        (NOW - timedelta(days=6), True),
        (NOW - timedelta(days=8), False),
        (NOW + timedelta(days=40), False),
    ],
    ids=["just now", "last year", "long ago", "to come"],
)
def test_a_message_has_the_time_at_which_the_gateway_took_it(at: datetime, believed: bool) -> None:
    """The year is the one that fits; what cannot be is now."""
    assert sent_at(id_at(at), NOW) == (at if believed else NOW)


def test_a_gateway_whose_clock_is_ahead_sends_nothing_from_the_future() -> None:
    """By minutes it is believed as now."""
    assert sent_at(id_at(NOW + timedelta(minutes=20)), NOW) == NOW


@pytest.mark.parametrize("number", [0, 2**64 - 1, 13 << 60, 2 << 60 | 30 << 55])
def test_a_message_id_that_holds_no_time_is_no_time(number: int) -> None:
    """Some gateways count instead."""
    assert sent_at(number, NOW) == NOW
    assert id_of(number) == f"{number:x}".zfill(16)


@pytest.mark.parametrize(
    ("stat", "state", "code"),
    [
        ("DELIVRD", ReceiptState.DELIVERED, ""),
        ("EXPIRED", ReceiptState.EXPIRED, "EXPIRED"),
        ("UNDELIV", ReceiptState.FAILED, "UNDELIV"),
        ("DELETED", ReceiptState.FAILED, "DELETED"),
        ("REJECTD", ReceiptState.FAILED, "REJECTD"),
        ("MA:0001", ReceiptState.FAILED, "MA:0001"),
        ("ACCEPTD", ReceiptState.SENT, "ACCEPTD"),
        ("UNKNOWN", ReceiptState.SENT, "UNKNOWN"),
    ],
)
def test_a_report_says_how_far_a_message_has_come(
    stat: str, state: ReceiptState, code: str
) -> None:
    """Delivered only when it is; what carriers call by codes of their own has failed."""
    said = receipt_of(Report(msg_id=1, stat=stat, done_time="2601021100"), NOW)
    assert (said.state, said.code) == (state, code)
    assert said.at == datetime(2026, 1, 2, 3, 0, tzinfo=UTC)


@pytest.mark.parametrize("stamp", ["", "2613011100", "2601021x00", "9912312359", "٢٦٠١٠٢١١٠٠"])
def test_a_report_without_a_time_is_of_now(stamp: str) -> None:
    """And so is one from the future."""
    assert receipt_of(Report(msg_id=1, stat="DELIVRD", done_time=stamp), NOW).at == NOW
