"""Whom we owe a call back: who was cut off, whom nobody took, who kept a place, left a message."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from gateway.core.citizen import normalise_number
from gateway.core.errors import IllegalMove
from gateway.core.tags import UNTAGGED, Tags


class CallbackReason(StrEnum):
    """Why we owe it; never renamed."""

    KEPT_PLACE = "kept_place"
    """保留排队位置: they pressed a key while waiting; we call when their turn has come."""
    CUT = "cut"
    """The telephone system died under the call."""
    OVERFLOW = "overflow"
    """More calls than the hotline can hold."""
    ABANDONED = "abandoned"
    """They hung up after a real wait."""
    MISSED = "missed"
    """They wanted a person, and the call ended while they stood in no queue any more."""
    VOICEMAIL = "voicemail"
    """They left a message instead of waiting."""
    PROMISE = "promise"
    """An expert who could not be reached owes them an answer."""


WAITED = frozenset({CallbackReason.KEPT_PLACE, CallbackReason.ABANDONED, CallbackReason.MISSED})
"""They wanted to talk, and nothing else: whoever is answered later has what they wanted."""
IN_VAIN = frozenset({CallbackReason.ABANDONED, CallbackReason.MISSED})
"""Gives way to every other reason: it says least."""
AUTOMATIC = frozenset({CallbackReason.KEPT_PLACE, CallbackReason.CUT})
"""Offered to a seat as soon as it is their turn; the others are called by hand."""


class CallbackState(StrEnum):
    """待回拨 · 已回拨 · 多次未接通."""

    OPEN = "open"
    DONE = "done"
    FAILED = "failed"
    """Tried as often as we try; still listed, for whoever wants to try once more by hand."""


LISTED = frozenset({CallbackState.OPEN, CallbackState.FAILED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Callback:
    """One person to be called back.

    ``number`` and ``note`` are personal data and appear in no log. ``contact_id`` is the contact
    that was cut, turned away, left or kept its place, ``since`` when; with KEPT_PLACE it is the
    begin of that wait, and so their place. ``queue`` is where they waited (empty: in none), ``did``
    the number they dialled. ``tries`` counts the calls that did not reach them, before
    ``next_try_at`` there is no other. ``done_by`` is an operator's id, ``done_contact_id`` the call
    in which they were talked to. ``tags`` are the contact's, and the new call's.
    """

    id: str
    contact_id: str
    number: str
    reason: CallbackReason
    since: datetime
    state: CallbackState = CallbackState.OPEN
    queue: str = ""
    did: str = ""
    tags: Tags = UNTAGGED
    emergency: bool = False
    tries: int = 0
    next_try_at: datetime | None = None
    done_by: str = ""
    done_at: datetime | None = None
    done_contact_id: str = ""
    note: str = ""


def due(number: str, reason: CallbackReason, listed: Iterable[Callback]) -> bool:
    """Whether a person with ``number`` is to be listed beside ``listed``.

    Once for each reason while it is open, however often they are cut off, and for having waited in
    vain only when nothing of them stands there. Without a number nobody can be called, but a
    message may say one.
    """
    if not normalise_number(number):
        return reason is CallbackReason.VOICEMAIL
    theirs = of_person(number, listed)
    return not any(one.reason is reason or reason in IN_VAIN for one in theirs)


def of_person(number: str, listed: Iterable[Callback]) -> tuple[Callback, ...]:
    """The open entries of whoever has this number."""
    wanted = normalise_number(number)
    return tuple(
        one
        for one in listed
        if wanted and one.state is CallbackState.OPEN and normalise_number(one.number) == wanted
    )


def entry_of(number: str, reason: CallbackReason, listed: Iterable[Callback]) -> Callback | None:
    """The open entry of this person; None when there is none."""
    return next((one for one in of_person(number, listed) if one.reason is reason), None)


def merged(new: Callback, listed: Iterable[Callback]) -> Callback | None:
    """``new`` as it is to be written beside ``listed``; None when they stand there already.

    One that says only that they waited in vain, or that we gave up on them, becomes the new one:
    they are one entry.
    """
    listed = tuple(listed)
    if not due(new.number, new.reason, listed):
        return None
    wanted = normalise_number(new.number)
    for one in listed:
        weak = one.state is CallbackState.FAILED or one.reason in IN_VAIN
        listed_still = one.state in LISTED and (one.reason in WAITED or one.reason is new.reason)
        if wanted and normalise_number(one.number) == wanted and weak and listed_still:
            return replace(new, id=one.id)
    return new


def settled(number: str, listed: Iterable[Callback]) -> tuple[Callback, ...]:
    """What is owed no more to a person who talks with us now."""
    return tuple(one for one in of_person(number, listed) if one.reason in WAITED)


def done(
    callback: Callback, operator_id: str, now: datetime, note: str = "", contact_id: str = ""
) -> Callback:
    """They were called back; raises IllegalMove when somebody did so before."""
    if callback.state not in LISTED:
        raise IllegalMove("callback", callback.state, "done")
    return replace(
        callback,
        state=CallbackState.DONE,
        done_by=operator_id,
        done_at=now,
        note=note,
        done_contact_id=contact_id,
        next_try_at=None,
    )
