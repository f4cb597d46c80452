"""What the telephone's news mean for those who are to be called back.

Nothing is so before it is recorded: rows are worked out on copies, facts go to whoever asks.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from gateway.core import line, line_guests
from gateway.core.call import Call, CallState, Outcome
from gateway.core.callback import LISTED, Callback, CallbackReason, CallbackState, done, settled
from gateway.core.dialling import (
    CallbackTry,
    DialRules,
    TryState,
    after_failure,
    ended,
)
from gateway.core.facts import Fact, FactKind
from gateway.core.guest_kind import GuestEnd, GuestRole
from gateway.core.reconcile import UNKNOWN_CAUSE
from gateway.intake.callbacks import cut_off, done_fact, owed
from gateway.intake.present import Present

IN_QUEUE = frozenset({CallState.WAITING, CallState.OFFERED})
Rows = tuple[Callback | CallbackTry | Fact, ...]


def not_reached(
    callback: Callback | None,
    tried: CallbackTry,
    at: datetime,
    rules: DialRules,
    *,
    end: GuestEnd,
    cause: int = 0,
    contact_id: str = "",
    by_seat: bool = False,
) -> Rows:
    """What is written of a call back that came to nothing.

    ``by_seat``: it did not come to calling them, which is not held against them.
    """
    over = ended(tried, TryState.FAILED, at, end=end, cause=cause, contact_id=contact_id)
    fact = Fact(
        kind=FactKind.CALLBACK_TRY_FAILED,
        at=at,
        contact_id=callback.contact_id if callback else "",
        seat=tried.seat,
        operator_id=tried.operator_id,
        data={"callback_id": tried.callback_id, "end": end.value, "by_seat": by_seat},
    )
    if callback is None or by_seat or callback.state is not CallbackState.OPEN:
        return (over, fact)
    later = after_failure(callback, at, rules)
    if later.state is CallbackState.OPEN:
        return (over, later, fact)
    given_up = replace(fact, kind=FactKind.CALLBACK_GIVEN_UP, data={"tries": later.tries})
    return (over, later, fact, given_up)


class Owing:
    """The callbacks that one batch of news changes."""

    def __init__(self, floor: Present, facts: list[Fact]) -> None:
        self._floor = floor
        self._facts = facts
        self._changed: dict[str, Callback] = {}
        self._tries: dict[str, CallbackTry] = {}

    def rows(self) -> tuple[Callback | CallbackTry, ...]:
        """What is to be recorded, beside the facts."""
        return (*self._changed.values(), *self._tries.values())

    def wanted(self, call: Call, at: datetime) -> None:
        """They pressed the key that keeps their place."""
        self._owe(call, CallbackReason.KEPT_PLACE, at)

    def failed(self, event: line_guests.CallOutFailed) -> None:
        """Somebody whom we called did not answer, or the seat did not."""
        tried = self._try(event.hotline_id)
        if tried is not None:
            self._not_reached(tried, event.at, event.end, cause=event.cause, seat=event.seat)

    def after(self, before: Call, moved: Call, event: line.LineEvent) -> None:
        """A call moved."""
        if moved.answered_at and before.answered_at is None:
            self._answered(moved, event.at)
        over = moved.state is CallState.ENDED
        tried = self._try(moved.hotline_id)
        if tried is not None:  # one of ours: what is owed is listed already
            if over:
                self._not_reached(tried, event.at, GuestEnd.LEFT, contact_id=moved.id)
        elif moved.outcome is Outcome.LOST:
            callbacks, facts = cut_off(moved, event.at, self._listed())
            urgent = self._wanted_help(moved.id)
            self._take([replace(one, emergency=urgent) for one in callbacks], facts)
        elif isinstance(event, line.CallOverflowed) and event.told is line.Told.CALLBACK:
            self._owe(moved, CallbackReason.OVERFLOW, event.at)
        elif isinstance(event, line.CallGone) and moved.outcome is Outcome.ABANDONED:
            self._in_vain(before, event)

    def _wanted_help(self, contact_id: str) -> bool:
        """Whether an emergency line was being called into this call."""
        reaches = self._floor.reaches.values()
        return any(
            one.contact_id == contact_id and one.role is GuestRole.DISPATCHER for one in reaches
        )

    def _in_vain(self, call: Call, event: line.CallGone) -> None:
        """Nobody answered; a short wait says nothing. Who left is known when we heard the end."""
        least = timedelta(seconds=self._floor.dial_rules.abandoned_seconds)
        if call.queued_at is None or event.at - call.queued_at < least:
            return
        heard = event.by_citizen or event.cause != UNKNOWN_CAUSE
        left = heard and call.state in IN_QUEUE
        self._owe(call, CallbackReason.ABANDONED if left else CallbackReason.MISSED, event.at)

    def _answered(self, call: Call, at: datetime) -> None:
        """A person talks with them now: what they waited for is settled."""
        listed = {one.id: one for one in self._listed()}
        tried, number, mine = self._try(call.hotline_id), call.number, None
        if tried is not None:
            self._put(ended(tried, TryState.ANSWERED, at, contact_id=call.id))
            mine = listed.get(tried.callback_id)
            number = mine.number if mine else number
        theirs = {one.id: one for one in settled(number, listed.values())}
        if mine is not None:
            theirs[mine.id] = mine
        for one in theirs.values():
            finished = done(one, call.operator_id, at, contact_id=call.id)
            self._changed[one.id] = finished
            self._facts.append(done_fact(finished, at, called_again=one is not mine))

    def _not_reached(
        self,
        tried: CallbackTry,
        at: datetime,
        end: GuestEnd,
        *,
        cause: int = 0,
        contact_id: str = "",
        seat: str = "",
    ) -> None:
        listed = {one.id: one for one in self._listed()}
        for row in not_reached(
            listed.get(tried.callback_id),
            tried,
            at,
            self._floor.dial_rules,
            end=end,
            cause=cause,
            contact_id=contact_id,
            by_seat=bool(seat),
        ):
            self._put(row)

    def _owe(self, call: Call, reason: CallbackReason, at: datetime) -> None:
        self._take(*owed(call, reason, at, self._listed()))

    def _take(self, callbacks: Iterable[Callback], facts: Iterable[Fact]) -> None:
        for callback in callbacks:
            self._put(callback)
        self._facts += facts

    def _put(self, row: Callback | CallbackTry | Fact) -> None:
        match row:
            case Callback():
                self._changed[row.id] = row
            case CallbackTry():
                self._tries[row.hotline_id] = row
            case Fact():
                self._facts.append(row)

    def _listed(self) -> list[Callback]:
        """Everybody who is listed after what this batch changed."""
        now = {**self._floor.callbacks, **self._changed}
        return [one for one in now.values() if one.state in LISTED]

    def _try(self, hotline_id: str) -> CallbackTry | None:
        """The call back with this name, while it is under way."""
        tried = self._tries.get(hotline_id) or self._floor.tries.get(hotline_id)
        return tried if tried and tried.state is TryState.DIALLING else None
