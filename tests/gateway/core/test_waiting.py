"""What a waiting caller is told."""

from datetime import UTC, datetime, timedelta

from gateway.core.waiting import expected_wait, prompts

NOW = datetime(2026, 11, 20, tzinfo=UTC)


def test_a_wait_is_guessed_only_from_enough_answers() -> None:
    """Fewer than three answers in the window say nothing."""
    answers = [NOW - timedelta(seconds=s) for s in (60, 120)]
    assert expected_wait(1, answers, NOW) is None
    answers.append(NOW - timedelta(seconds=180))
    assert expected_wait(2, answers, NOW) == timedelta(seconds=120)


def test_old_answers_do_not_count() -> None:
    """The queue of an hour ago is another queue."""
    answers = [NOW - timedelta(hours=1, seconds=s) for s in range(10)]
    assert expected_wait(1, answers, NOW) is None


def test_positions_and_minutes_stay_within_what_was_recorded() -> None:
    """Only prompts that exist are named."""
    assert prompts(3, None) == ("position_3",)
    assert prompts(99, timedelta(minutes=99)) == ("position_30", "wait_long")
    assert prompts(1, timedelta(seconds=5)) == ("position_1", "wait_1")


def test_only_keys_that_lead_somewhere_are_told() -> None:
    """To be called back needs a number; voicemail may be switched off."""
    assert prompts(1, None, callback=True) == ("position_1", "callback_hint")
    both = ("position_1", "callback_hint", "leave_hint")
    assert prompts(1, None, voicemail=True, callback=True) == both
