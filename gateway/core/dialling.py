"""When a person may be called back, as whom, by which trunk, and what follows from a try. PURE.

dialling ─seat talks with them→ answered
    └─nobody came→ failed
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta, tzinfo
from enum import StrEnum

from gateway.core.callback import AUTOMATIC, LISTED, Callback, CallbackReason, CallbackState
from gateway.core.citizen import CallerFlag, FlagKind, normalise_number
from gateway.core.errors import IllegalMove
from gateway.core.guest_kind import GuestEnd
from gateway.core.tags import UNTAGGED, Tags

HOTLINE_ID = "Hout-"
"""A call that we made is named by the try that made it."""


class First(StrEnum):
    """先接坐席 · 先接市民."""

    SEAT = "seat"
    CITIZEN = "citizen"


class TryState(StrEnum):
    """Where a try stands."""

    DIALLING = "dialling"
    ANSWERED = "answered"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class CallbackTry:
    """One call that we made, or were about to make when we died.

    ``id`` is 32 hex digits. ``seat`` and ``operator_id`` are whose phone rang first, or who asked.
    ``shown`` is one of our own numbers. ``contact_id`` is the call that came of it,
    ``tags`` are that call's from its first moment: those of the contact it goes back to.
    """

    id: str
    callback_id: str
    first: First
    seat: str
    operator_id: str
    shown: str
    trunk: str
    at: datetime
    state: TryState = TryState.DIALLING
    end: GuestEnd = GuestEnd.NONE
    cause: int = 0
    contact_id: str = ""
    ended_at: datetime | None = None
    tags: Tags = UNTAGGED

    @property
    def hotline_id(self) -> str:
        """The telephone system's name of the call."""
        return HOTLINE_ID + self.id


@dataclass(frozen=True, slots=True, kw_only=True)
class DialRules:
    """``quiet_from`` to ``quiet_until`` is local time; the same twice: there are no quiet hours.

    The pause after the n-th try that came to nothing is n times ``retry_seconds``. Who called us
    less than ``fresh_seconds`` ago is awake, and waits for us at any hour. Who waited in vain is
    listed after ``abandoned_seconds`` in a queue.
    """

    quiet_from: time = time(21)
    quiet_until: time = time(8)
    most_tries: int = 3
    retry_seconds: int = 600
    fresh_seconds: int = 3600
    abandoned_seconds: int = 10


class Refusal(StrEnum):
    """Why nobody may be called now."""

    OVER = "over"
    """Done, or tried often enough."""
    BEING_CALLED = "being_called"
    """This number is being called already."""
    NO_CALLS = "no_calls"
    """They asked not to be called."""
    QUIET = "quiet"
    TOO_SOON = "too_soon"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Whether to call; ``at`` is when it will be allowed, None for never."""

    refusal: Refusal | None
    at: datetime | None


def verdict(
    callback: Callback,
    now: datetime,
    rules: DialRules,
    zone: tzinfo,
    *,
    busy: Collection[str] = (),
    flags: Iterable[CallerFlag] = (),
    by_hand: bool = False,
) -> Verdict:
    """Whether this person may be called now.

    ``busy`` are numbers that are being called or talk with us. A person decides ``by_hand`` about
    the pause between tries and about one try more; quiet hours and the wish not to be called bind
    everybody. Who kept a place asked for just this call, and an emergency waits for no morning.
    """
    if callback.state not in LISTED or (callback.state is CallbackState.FAILED and not by_hand):
        return Verdict(refusal=Refusal.OVER, at=None)
    asked = callback.emergency or callback.reason is CallbackReason.KEPT_PLACE
    if not asked and any(flag.kind is FlagKind.NO_CALLS for flag in flags):
        return Verdict(refusal=Refusal.NO_CALLS, at=None)
    at = allowed_at(callback, now, rules, zone, by_hand=by_hand)
    if normalise_number(callback.number) in {normalise_number(one) for one in busy}:
        return Verdict(refusal=Refusal.BEING_CALLED, at=at)
    if at <= now:
        return Verdict(refusal=None, at=now)
    quiet = _quiet_until(callback, now, rules, zone) > now
    return Verdict(refusal=Refusal.QUIET if quiet else Refusal.TOO_SOON, at=at)


def allowed_at(
    callback: Callback, now: datetime, rules: DialRules, zone: tzinfo, *, by_hand: bool = False
) -> datetime:
    """From when on this person may be called, as far as the clock decides; now, or later."""
    at = now if by_hand else max(now, callback.next_try_at or now)
    return _quiet_until(callback, at, rules, zone)


def _quiet_until(callback: Callback, at: datetime, rules: DialRules, zone: tzinfo) -> datetime:
    """The end of the quiet hours around ``at``; ``at`` itself outside of them."""
    fresh = at - callback.since < timedelta(seconds=rules.fresh_seconds)
    if callback.emergency or (fresh and callback.reason in AUTOMATIC):
        return at
    local = at.astimezone(zone)
    begin, end, clock = rules.quiet_from, rules.quiet_until, local.time()
    over_night = begin > end
    quiet = begin <= clock or clock < end if over_night else begin <= clock < end
    if not quiet:
        return at
    days = 1 if over_night and clock >= begin else 0
    morning = datetime.combine(local.date() + timedelta(days=days), end, tzinfo=zone)
    return morning.astimezone(at.tzinfo)


def ended(tried: CallbackTry, to: TryState, now: datetime, **more: object) -> CallbackTry:
    """The try after its end; raises IllegalMove when it ended before."""
    if tried.state is not TryState.DIALLING or to is TryState.DIALLING:
        raise IllegalMove("callback_try", tried.state, to)
    return replace(tried, state=to, ended_at=now, **more)  # type: ignore[arg-type]  # its own fields


def after_failure(callback: Callback, now: datetime, rules: DialRules) -> Callback:
    """The entry after a try that did not reach them: another try later, or none any more."""
    tries = callback.tries + 1
    if tries >= rules.most_tries:
        return replace(callback, tries=tries, state=CallbackState.FAILED, next_try_at=None)
    pause = timedelta(seconds=rules.retry_seconds * tries)
    return replace(callback, tries=tries, next_try_at=now + pause)


def shown_number(callback: Callback, default: str, own: Collection[str]) -> str:
    """As whom we call: the number that they dialled, else the default; always one of our own.

    Empty when neither is: then nobody is called.
    """
    return next((did for did in (callback.did, default) if did and did in own), "")
