"""Who is to be called back."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from gateway.core.callback import Callback, CallbackReason, CallbackState, done, due, entry_of
from gateway.core.errors import IllegalMove

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)
CUT = Callback(
    id="b1", contact_id="c1", number="13800001234", reason=CallbackReason.CUT, since=NOON
)


def test_a_person_is_listed_once() -> None:
    """However the number is written; another reason, or another person, is another entry."""
    assert due("13800001234", CallbackReason.CUT, [])
    assert not due("+86 13800001234", CallbackReason.CUT, [CUT])
    assert due("13800001234", CallbackReason.OVERFLOW, [CUT])
    assert due("13900005678", CallbackReason.CUT, [CUT])


def test_a_person_is_listed_again_after_the_call_back() -> None:
    """One that is done does not hide the next cut."""
    assert due("13800001234", CallbackReason.CUT, [done(CUT, "op-1", NOON)])


@pytest.mark.parametrize("number", ["", "anonymous", "未知"])
def test_without_a_number_nobody_is_listed(number: str) -> None:
    """Nobody could call them."""
    assert not due(number, CallbackReason.CUT, [])


def test_a_message_without_a_number_is_listed_for_itself() -> None:
    """It may say who it is; each is an entry of its own, those of one number are one."""
    nameless = replace(CUT, number="", reason=CallbackReason.VOICEMAIL)
    assert due("", CallbackReason.VOICEMAIL, [nameless])
    known = replace(CUT, reason=CallbackReason.VOICEMAIL)
    assert not due("13800001234", CallbackReason.VOICEMAIL, [known])
    assert entry_of("+8613800001234", CallbackReason.VOICEMAIL, [CUT, known]) == known
    assert entry_of("13800001234", CallbackReason.VOICEMAIL, [CUT]) is None


def test_a_callback_is_done_once() -> None:
    """Who did it, when, and what they wrote stand; a second time is no legal move."""
    finished = done(CUT, "op-1", NOON, "已回电")
    assert finished.state is CallbackState.DONE
    assert (finished.done_by, finished.done_at, finished.note) == ("op-1", NOON, "已回电")
    with pytest.raises(IllegalMove):
        done(finished, "op-2", NOON)
