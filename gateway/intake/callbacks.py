"""待回拨: people who were cut off, or could not be taken, until somebody has called them."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import datetime

from gateway.core.call import Call, CallState
from gateway.core.callback import Callback, CallbackReason, done, due, merged
from gateway.core.errors import Invalid, Problem, Unknown
from gateway.core.facts import Fact, FactKind
from gateway.core.operator import Operator
from gateway.intake.floor import Floor
from gateway.intake.records import checked_reason

NOTE_CHARACTERS = 1_000


def owed(
    call: Call, reason: CallbackReason, at: datetime, listed: Iterable[Callback]
) -> tuple[list[Callback], list[Fact]]:
    """The callback that is due for ``call`` and its fact; nothing when they stand there already.

    One that says less of the same person becomes this one (``core.callback.merged``).
    ``listed`` are the open ones, with those of this very transaction.
    """
    kept = reason is CallbackReason.KEPT_PLACE
    new = Callback(
        id=secrets.token_hex(16),
        contact_id=call.id,
        number=call.number,
        reason=reason,
        since=(call.queued_at or call.arrived_at) if kept else at,
        queue=call.queue,
        did=call.did,
        tags=call.tags,
    )
    callback = merged(new, listed)
    if callback is None:
        return [], []
    fact = Fact(
        kind=FactKind.CALLBACK_OPENED,
        at=at,
        contact_id=call.id,
        data={"callback_id": callback.id, "reason": reason.value},
    )
    return [callback], [fact]


def cut_off(
    call: Call, at: datetime, listed: Iterable[Callback]
) -> tuple[list[Callback], list[Fact]]:
    """What is written of a call that was cut off: how far it had come, and what is owed.

    Whoever gave no number is not reachable, and the fact says so.
    """
    came_to = CallState.GREETING
    if call.queued_at:
        came_to = CallState.WAITING
    if call.answered_at:
        came_to = CallState.TALKING
    lost = Fact(
        kind=FactKind.CALL_LOST,
        at=at,
        contact_id=call.id,
        seat=call.seat,
        operator_id=call.operator_id,
        data={"state": came_to.value, "reachable": due(call.number, CallbackReason.CUT, ())},
    )
    callbacks, facts = owed(call, CallbackReason.CUT, at, listed)
    return callbacks, [lost, *facts]


def done_fact(finished: Callback, at: datetime, *, called_again: bool = False) -> Fact:
    """Nothing is owed to them any more: we called, or (``called_again``) they did."""
    return Fact(
        kind=FactKind.CALLBACK_DONE,
        at=at,
        contact_id=finished.contact_id,
        operator_id=finished.done_by,
        data={
            "callback_id": finished.id,
            "reason": finished.reason.value,
            "waited_seconds": (at - finished.since).total_seconds(),
            "called_again": called_again,
        },
    )


class Callbacks:
    """The list, and crossing out."""

    def __init__(self, floor: Floor) -> None:
        self.floor = floor

    def open(self) -> tuple[Callback, ...]:
        """Who is to be called, who waits longest first."""
        return tuple(sorted(self.floor.callbacks.values(), key=lambda one: (one.since, one.id)))

    async def reveal(self, operator: Operator, callback_id: str, reason: str) -> str:
        """The whole number of somebody who is still to be called, noted with the reason each time.

        Whoever takes calls may call back, so this asks for no other tie to the contact. Raises
        Unknown, also when it is done, and Invalid.
        """
        reason = checked_reason(reason)
        callback = self.floor.callbacks.get(callback_id)
        if callback is None or self.floor.barred(operator.id, callback.contact_id):
            raise Unknown("callback", callback_id)
        fact = Fact(
            kind=FactKind.NUMBER_REVEALED,
            at=self.floor.clock.now(),
            contact_id=callback.contact_id,
            operator_id=operator.id,
            data={"reason": reason},
        )
        await self.floor.store.record(fact)
        return callback.number

    async def done(self, operator: Operator, callback_id: str, note: str) -> Callback:
        """Somebody has called. Raises Unknown, IllegalMove (done before), Invalid."""
        if len(note) > NOTE_CHARACTERS:
            raise Invalid(
                Problem(
                    "/note",
                    "too-long",
                    f"最多 {NOTE_CHARACTERS} 字。",
                    f"At most {NOTE_CHARACTERS} characters.",
                )
            )
        async with self.floor.turn:
            callback = self.floor.callbacks.get(callback_id)
            callback = callback or await self.floor.store.callback(callback_id)
            if callback is None or self.floor.barred(operator.id, callback.contact_id):
                raise Unknown("callback", callback_id)
            now = self.floor.clock.now()
            finished = done(callback, operator.id, now, note)
            fact = done_fact(finished, now)
            await self.floor.commit(finished, fact, must=True)
        return finished
