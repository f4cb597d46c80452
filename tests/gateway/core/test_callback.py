"""Who is to be called back."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from gateway.core.callback import (
    Callback,
    CallbackReason,
    CallbackState,
    done,
    due,
    entry_of,
    merged,
    settled,
)
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


@pytest.mark.parametrize("reason", [CallbackReason.ABANDONED, CallbackReason.MISSED])
def test_a_wait_in_vain_is_listed_beside_nothing_else(reason: CallbackReason) -> None:
    """Whatever of them stands there says more; another person's says nothing."""
    assert merged(replace(CUT, id="b2", reason=reason), [CUT]) is None
    other = replace(CUT, number="13900005678")
    new = replace(CUT, id="b2", reason=reason)
    assert merged(new, [other]) == new


@pytest.mark.parametrize(
    "reason", [CallbackReason.KEPT_PLACE, CallbackReason.VOICEMAIL, CallbackReason.CUT]
)
def test_a_wait_in_vain_becomes_whatever_comes_after_it(reason: CallbackReason) -> None:
    """One entry of this person, with the new reason, the new contact and the new place."""
    vain = replace(CUT, reason=CallbackReason.ABANDONED, tries=2, next_try_at=NOON)
    later = replace(
        CUT, id="b2", contact_id="c2", reason=reason, since=NOON + timedelta(hours=1), queue="civil"
    )
    assert merged(later, [vain]) == replace(later, id="b1")


def test_a_place_is_kept_once_and_where_it_was() -> None:
    """Who presses the key again keeps the place they have; a message stays beside it."""
    kept = replace(CUT, reason=CallbackReason.KEPT_PLACE)
    again = replace(kept, id="b2", since=NOON + timedelta(minutes=9))
    assert merged(again, [kept]) is None
    message = replace(CUT, reason=CallbackReason.VOICEMAIL)
    assert merged(again, [message]) == again


def test_whom_we_gave_up_is_tried_anew_when_they_call_again() -> None:
    """The same entry, open, without tries; one about something else stays beside it."""
    lost = replace(CUT, reason=CallbackReason.MISSED, state=CallbackState.FAILED, tries=3)
    new = replace(CUT, id="b2", reason=CallbackReason.ABANDONED)
    assert merged(new, [lost]) == replace(new, id="b1")
    cut = replace(CUT, state=CallbackState.FAILED, tries=3)
    assert merged(new, [cut]) == new


def test_a_talk_settles_what_was_waited_for_and_nothing_else() -> None:
    """A message and a cut want an answer of their own."""
    listed = [
        replace(CUT, id=reason.value, number="+8613800001234", reason=reason)
        for reason in CallbackReason
    ]
    assert {one.reason for one in settled("13800001234", listed)} == {
        CallbackReason.KEPT_PLACE,
        CallbackReason.ABANDONED,
        CallbackReason.MISSED,
    }
    assert settled("", [replace(one, number="") for one in listed]) == ()
