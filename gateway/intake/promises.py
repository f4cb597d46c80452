"""承诺时限: answers that we owe, until somebody has given them; warned before, told when overdue.

A promise and its entry in the list of callbacks are written together, and one that is fulfilled
fulfils the other. Each warning is written before it is told, so it is told once, also over a
restart.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from gateway.core.call import Call
from gateway.core.callback import CallbackReason, CallbackState, entry_of
from gateway.core.callback import done as called_back
from gateway.core.errors import Invalid, Problem, StoreUnavailable, Unknown
from gateway.core.expert import Department
from gateway.core.facts import Fact, FactKind
from gateway.core.operator import Operator, Right, may
from gateway.core.promise import (
    Promise,
    PromiseKind,
    PromiseState,
    counted,
    kept,
    next_tick,
    ticked,
    times,
)
from gateway.core.reach import Reach
from gateway.core.workdays import WorkingTime
from gateway.intake.callbacks import NOTE_CHARACTERS, owed
from gateway.intake.experts import Experts
from gateway.intake.floor import Floor
from gateway.intake.ids import new_id
from gateway.ports import Row

LOOK_EVERY_SECONDS, AGAIN_AFTER_SECONDS = 20.0, 2.0
LOOK_BACK = timedelta(days=1)

Json = dict[str, Any]


class Promises:
    """``open`` it first, ``run`` it."""

    def __init__(self, floor: Floor, experts: Experts, office: WorkingTime) -> None:
        self.floor = floor
        self._experts, self._office = experts, office
        self._open: dict[str, Promise] = {}
        self._woken = asyncio.Event()
        self._told: dict[str, Json] = {}
        self._people: dict[str, Operator] = {}
        floor.pictures.append(self.picture)
        floor.listeners.append(self._hear)

    async def open(self) -> None:
        """Those that are owed. Raises StoreUnavailable."""
        self._open = {one.id: one for one in await self.floor.store.promises_open()}

    # ---- made ----

    async def make(
        self, call: Call, target: str, owner_id: str, *, reach_id: str = "", by_hand: bool = False
    ) -> Promise:
        """An answer is promised to whoever is in this call.

        Once for a department while it is owed: asked again, the first one is given back. When the
        store is away it is owed to it; only one made ``by_hand`` raises StoreUnavailable then.
        Raises Unknown for a target that is none.
        """
        department = self._experts.department_of(target)
        if department is None or department.removed:
            raise Unknown("department", target)
        async with self.floor.turn:
            for one in self._open.values():
                if (one.contact_id, one.department_id) == (call.id, department.id):
                    return one
            now = self.floor.clock.now()
            kind = PromiseKind.FOCUS if department.focus else PromiseKind.EXPERT_CALLBACK
            warn_at, due_at = times(kind, now, self._office)
            listed = tuple(self.floor.callbacks.values())
            callbacks, facts = owed(call, CallbackReason.PROMISE, now, listed)
            entry = (
                callbacks[0] if callbacks else entry_of(call.number, CallbackReason.PROMISE, listed)
            )
            promise = Promise(
                id=new_id(now),
                contact_id=call.id,
                kind=kind,
                department_id=department.id,
                owner_id=owner_id,
                made_at=now,
                warn_at=warn_at,
                due_at=due_at,
                callback_id=entry.id if entry else "",
                reach_id=reach_id,
            )
            rows: tuple[Row, ...] = (*callbacks, promise, *facts)
            opened = _fact(FactKind.PROMISE_OPENED, promise, owner_id, now)
            self._open[promise.id] = promise
            try:
                await self.floor.commit(*rows, opened, must=by_hand)
            except StoreUnavailable:
                del self._open[promise.id]
                raise
        self._tell()
        return promise

    async def make_by_hand(self, operator: Operator, contact_id: str, target: str) -> Promise:
        """An operator promises an answer in a call of theirs. Raises Unknown, StoreUnavailable."""
        call = self.floor.calls.get(contact_id)
        if call is None or not self._sees(operator, call.operator_id, contact_id):
            raise Unknown("call", contact_id)
        return await self.make(call, target, operator.id, by_hand=True)

    # ---- seen and kept ----

    def _sees(self, operator: Operator, owner_id: str, contact_id: str) -> bool:
        theirs = owner_id == operator.id or may(operator.role, Right.SEE_ALL_CONTACTS)
        return theirs and not self.floor.barred(operator.id, contact_id)

    def concerning(self, operator: Operator) -> list[Promise]:
        """Those that this person sees, who is due first: their own, or everybody's."""
        every = sorted(self._open.values(), key=lambda one: (one.due_at, one.id))
        return [one for one in every if self._sees(operator, one.owner_id, one.contact_id)]

    def department(self, id_: str) -> Department | None:
        """Who owes an answer, also when the department was removed since."""
        return self._experts.departments.get(id_)

    def overdue(self) -> int:
        """How many of all are overdue."""
        return counted(self._open.values(), self.floor.clock.now()).overdue

    async def done(self, operator: Operator, promise_id: str, note: str) -> Promise:
        """The answer was given. Raises Unknown, IllegalMove (given before), Invalid."""
        if len(note) > NOTE_CHARACTERS:
            zh, en = f"最多 {NOTE_CHARACTERS} 字。", f"At most {NOTE_CHARACTERS} characters."
            raise Invalid(Problem("/note", "too-long", zh, en))
        async with self.floor.turn:
            promise = self._open.get(promise_id) or await self.floor.store.promise(promise_id)
            if promise is None or not self._sees(operator, promise.owner_id, promise.contact_id):
                raise Unknown("promise", promise_id)
            now = self.floor.clock.now()
            finished = kept(promise, operator.id, now, note)
            self._open.pop(promise_id, None)
            rows: list[Row] = [finished, _fact(FactKind.PROMISE_KEPT, finished, operator.id, now)]
            callback = self.floor.callbacks.get(promise.callback_id)
            if callback and not self._others(callback.id):
                rows.append(called_back(callback, operator.id, now))
                rows.append(
                    Fact(
                        kind=FactKind.CALLBACK_DONE,
                        at=now,
                        contact_id=callback.contact_id,
                        operator_id=operator.id,
                        data={
                            "callback_id": callback.id,
                            "reason": callback.reason.value,
                            "waited_seconds": (now - callback.since).total_seconds(),
                        },
                    )
                )
            try:
                await self.floor.commit(*rows, must=True)
            except StoreUnavailable:
                self._open[promise_id] = promise
                raise
        self._tell()
        return finished

    def _others(self, callback_id: str) -> bool:
        return any(one.callback_id == callback_id for one in self._open.values())

    # ---- over time ----

    def _hear(self, fact: Fact) -> None:
        """Somebody was called back, or an expert was not reached: look what that means."""
        called = fact.kind is FactKind.CALLBACK_DONE and fact.data.get("reason") == "promise"
        if called or (fact.kind is FactKind.REACH_FAILED and fact.data.get("role") == "expert"):
            self._woken.set()

    async def owe(self) -> None:
        """Promise an answer wherever an expert was asked for and none came.

        Asked of the store, so that nobody is forgotten by a gateway that died in between. Raises
        StoreUnavailable: it is looked again.
        """
        since = self.floor.clock.now() - LOOK_BACK
        for reach in await self.floor.store.experts_owing(since):
            call = self.floor.calls.get(reach.contact_id)
            call = call or await self.floor.store.call(reach.contact_id)
            department = self._experts.department_of(reach.target)
            if call is None or department is None or await self._covered(reach, department.id):
                continue
            with suppress(Unknown):  # the department was removed meanwhile
                await self.make(call, reach.target, reach.by, reach_id=reach.id)

    async def _covered(self, reach: Reach, department_id: str) -> bool:
        """Whether an answer of this department was owed in this contact when the wish failed."""
        return any(
            one.department_id == department_id
            and (one.done_at is None or reach.ended_at is None or one.done_at >= reach.ended_at)
            for one in await self.floor.store.promises_of(reach.contact_id)
        )

    async def run(self) -> None:
        """Tell what becomes due, and close what was called back, for ever."""
        while True:
            self._woken.clear()
            try:
                await self.owe()
                await self.look()
            except StoreUnavailable:
                await self.floor.clock.sleep(AGAIN_AFTER_SECONDS)
                continue
            await self._sleep()

    async def _sleep(self) -> None:
        """Until the next moment at which something is due, at most some seconds, or a ring."""
        now, due = self.floor.clock.now(), next_tick(self._open.values())
        seconds = LOOK_EVERY_SECONDS
        if due is not None:
            seconds = min(seconds, max(0.05, (due - now).total_seconds()))
        async with asyncio.TaskGroup() as group:
            timer = group.create_task(self.floor.clock.sleep(seconds))
            woken = group.create_task(self._woken.wait())
            await asyncio.wait((timer, woken), return_when=asyncio.FIRST_COMPLETED)
            timer.cancel()
            woken.cancel()

    async def look(self) -> None:
        """Write and tell what is due now. Raises StoreUnavailable: it is told later."""
        async with self.floor.turn:
            now = self.floor.clock.now()
            rows: list[Row] = []
            after: dict[str, Promise] = {}
            for one in self._open.values():
                callback = self.floor.callbacks.get(one.callback_id)
                if one.callback_id and callback is None:
                    called = await self.floor.store.callback(one.callback_id)
                    if called and called.state is CallbackState.DONE:
                        at = called.done_at or now
                        after[one.id] = kept(one, called.done_by, at)
                        rows.append(after[one.id])
                        fact = _fact(FactKind.PROMISE_KEPT, after[one.id], called.done_by, now)
                        rows.append(fact)
                        continue
                told = ticked(one, now)
                if told is not one:
                    after[one.id] = told
                    late = told.overdue_at is not None
                    kind = FactKind.PROMISE_OVERDUE if late else FactKind.PROMISE_DUE_SOON
                    rows += [told, _fact(kind, told, one.owner_id, now)]
            if rows:
                await self.floor.commit(*rows, must=True)
                for id_, one in after.items():
                    if one.state is PromiseState.OPEN:
                        self._open[id_] = one
                    else:
                        self._open.pop(id_, None)
        self._tell()

    # ---- screens ----

    def picture(self, operator: Operator) -> Json:
        """The counts of one person, for a snapshot."""
        self._people[operator.id] = operator
        self._told[operator.id] = self._counts(operator)
        return {"promises": self._told[operator.id]}

    def _counts(self, operator: Operator) -> Json:
        found = counted(self.concerning(operator), self.floor.clock.now())
        return {"open": found.open, "soon": found.soon, "overdue": found.overdue}

    def _tell(self) -> None:
        for id_, operator in self._people.items():
            counts = self._counts(operator)
            if self._told.get(id_) != counts:
                self._told[id_] = counts
                self.floor.hub.tell(id_, "promises", counts)


def _fact(kind: FactKind, promise: Promise, operator_id: str, at: datetime) -> Fact:
    return Fact(
        kind=kind,
        at=at,
        contact_id=promise.contact_id,
        operator_id=operator_id,
        data={
            "promise_id": promise.id,
            "kind": promise.kind.value,
            "department_id": promise.department_id,
            "state": promise.state.value,
        },
    )
