"""The number on a receipt: what people read out, and what it stands for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.core.contact import RECEIPT_DIGITS, receipt_number, receipt_of


@given(st.text("0123456789abcdef", min_size=32, max_size=32))
def test_a_receipt_leads_back_to_its_contact(contact_id: str) -> None:
    """However it is written: capitals or not, in groups, with spaces, in one piece."""
    number = receipt_number(contact_id)
    for written in (number, number.lower(), number.replace("-", " "), number.replace("-", "")):
        assert receipt_of(f" {written} ") == contact_id[:RECEIPT_DIGITS]


@pytest.mark.parametrize(
    "written", ["", "13800001234", "0193A1B2C3D4E5F6", "R0193-A1B2-C3D4", "R0193-A1B2-C3D4-E5FG"]
)
def test_what_is_no_receipt_is_none(written: str) -> None:
    """A telephone number, a part, and letters that no id has."""
    assert receipt_of(written) == ""
