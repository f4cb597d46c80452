"""What simulated citizens write."""

from gateway.simulate.matters import ASKS, FORM_ANSWER, GOODBYE, MARK, MATTERS, REGISTERED, THANKS
from gateway.simulate.replies import THANKED
from gateway.web.form_fields import FormValues, problems_of


def test_every_matter_says_that_it_is_simulated_and_is_a_good_form() -> None:
    """Nobody takes it for a real one, and the form takes it without a name."""
    for matter in MATTERS:
        assert matter.said[0].startswith(MARK)
        values = FormValues(matter=matter.said[0], place=matter.place, want_feedback=False)
        assert not problems_of(values)


def test_thanks_are_understood_and_no_answer_is_taken_for_thanks() -> None:
    """A conversation ends when the citizen thanks, not before."""
    assert THANKED in THANKS
    early = [text for matter in MATTERS for text in matter.said[:-1]]
    assert not [text for text in early if THANKED in text]
    assert all((GOODBYE, FORM_ANSWER, *ASKS, *REGISTERED))
