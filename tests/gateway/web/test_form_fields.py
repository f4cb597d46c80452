"""The form's fields: what is kept, and what is told beside them."""

from hypothesis import given
from hypothesis import strategies as st

from gateway.web.form_fields import (
    MOST_MATTER,
    MOST_PLACE,
    FormValues,
    problems_of,
    valid_phone,
    values_of,
)
from gateway.web.shape import CONTROL

GOOD = FormValues(matter="路灯坏了", want_feedback=False)


def test_telephone_numbers_people_write() -> None:
    """Mobile and landline, with what people put between the digits."""
    for good in (
        "13800001234",
        "138 0000 1234",
        "+86 138-0000-1234",
        "010-12345678",
        "0755 8888888",
    ):
        assert valid_phone(good), good
    for bad in ("12", "abc", "138x0001234", "sip:1@x", "12345", "1" * 30):
        assert not valid_phone(bad), bad


def test_every_problem_is_told_at_once() -> None:
    """Nobody has to hand a form in five times to learn five things."""
    worst = FormValues(
        matter="", place="x" * (MOST_PLACE + 1), name="", phone="abc", want_feedback=True
    )
    assert set(problems_of(worst)) == {"matter", "place", "name", "phone"}
    long = FormValues(matter="长" * (MOST_MATTER + 1), want_feedback=False)
    assert str(MOST_MATTER + 1) in problems_of(long)["matter"].zh


def test_a_wrong_number_is_told_also_to_who_wants_no_answer() -> None:
    """What is kept should be true."""
    values = FormValues(matter="路灯坏了", want_feedback=False, phone="12")
    assert set(problems_of(values)) == {"phone"}


@given(st.text(max_size=300))
def test_what_nobody_can_see_is_taken_out(text: str) -> None:
    """Control and bidirectional characters; line ends stay in the matter and nowhere else."""
    values = values_of(lambda _: text)
    for kept in (values.matter, values.place, values.name):
        assert not CONTROL.search(kept)
    assert "\n" not in values.place


def test_what_is_kept_names_only_what_was_given() -> None:
    """No empty field stands in a record."""
    assert GOOD.kept() == {"want_feedback": "no"}
