"""Whom we owe a call back: who was cut off, whom we could not take, who left a message."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from gateway.core.citizen import normalise_number
from gateway.core.errors import IllegalMove


class CallbackReason(StrEnum):
    """Why we owe it; never renamed."""

    CUT = "cut"
    """The telephone system died under the call."""
    OVERFLOW = "overflow"
    """More calls than the hotline can hold."""
    VOICEMAIL = "voicemail"
    """They left a message instead of waiting."""
    PROMISE = "promise"
    """An expert who could not be reached owes them an answer."""


class CallbackState(StrEnum):
    """待回拨 · 已回拨."""

    OPEN = "open"
    DONE = "done"


@dataclass(frozen=True, slots=True, kw_only=True)
class Callback:
    """One person to be called back.

    ``number`` and ``note`` are personal data and appear in no log. ``contact_id`` is the contact
    that was cut, turned away or left a message, ``since`` when; ``done_by`` is an operator's id.
    """

    id: str
    contact_id: str
    number: str
    reason: CallbackReason
    since: datetime
    state: CallbackState = CallbackState.OPEN
    done_by: str = ""
    done_at: datetime | None = None
    note: str = ""


def due(number: str, reason: CallbackReason, listed: Iterable[Callback]) -> bool:
    """Whether a person with ``number`` is to be listed beside ``listed``.

    Once for each reason while it is open, however often they are cut off; without a number nobody
    can be called, but a message may say one.
    """
    if not normalise_number(number):
        return reason is CallbackReason.VOICEMAIL
    return entry_of(number, reason, listed) is None


def entry_of(number: str, reason: CallbackReason, listed: Iterable[Callback]) -> Callback | None:
    """The open entry of this person; None when there is none."""
    wanted = normalise_number(number)
    open_ones = (one for one in listed if one.state is CallbackState.OPEN and one.reason is reason)
    return next((one for one in open_ones if normalise_number(one.number) == wanted), None)


def done(callback: Callback, operator_id: str, now: datetime, note: str = "") -> Callback:
    """They were called back; raises IllegalMove when somebody did so before."""
    if callback.state is not CallbackState.OPEN:
        raise IllegalMove("callback", callback.state, "done")
    return replace(callback, state=CallbackState.DONE, done_by=operator_id, done_at=now, note=note)
