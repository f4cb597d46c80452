"""What a telecom admin does to a running hotline: check, publish, undo, look for drift, mend it.

One job at a time, and each to its end: a browser that goes away in the middle changes nothing.
The telephone system first, read back; then the store, in one transaction; then the floor. The
store is the truth: what a crash leaves half done in the telephone system is mended from it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import structlog

from gateway.core.drift import Difference, PublishFailed, Shape, shape_of
from gateway.core.errors import HotlineError, Invalid, StoreUnavailable
from gateway.core.facts import Fact, FactKind
from gateway.core.operator import Operator
from gateway.core.plan import Plan, normal
from gateway.core.plan_check import Verdict
from gateway.core.plan_diff import Change, diff
from gateway.core.publishing import PublishedMeanwhile
from gateway.core.revision import Published, Revision
from gateway.core.seat import SeatState
from gateway.intake.floor import Floor
from gateway.intake.job_line import JobLine
from gateway.intake.plan_book import Author, PlanBook, first_logins
from gateway.intake.plan_use import in_use
from gateway.intake.publisher import Publisher
from gateway.intake.seating import Seating
from gateway.intake.seed import FirstLogin

LOOK_EVERY_SECONDS = 300.0
TRY_AGAIN_SECONDS = 10.0
SECOND_LOOK_SECONDS = 1.0
"""Seats come and go: a member that differs is looked at twice."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a publish came to."""

    revision: int
    changes: tuple[Change, ...] = ()
    first_logins: tuple[FirstLogin, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """What differed when it was looked at."""

    at: datetime
    differences: tuple[Difference, ...]


class Admin:
    """Runs the jobs one after the other (``run``); everything else asks for one."""

    def __init__(
        self,
        floor: Floor,
        seating: Seating,
        publisher: Publisher,
        book: PlanBook,
        sign_out: Callable[[str], Awaitable[object]],
    ) -> None:
        self.book = book
        self._floor, self._seating, self._publisher = floor, seating, publisher
        self._sign_out = sign_out
        self._jobs = JobLine()
        self._known: frozenset[Difference] = frozenset()
        self._owes_mending = True  # whoever was here before may have died in the middle

    async def run(self) -> None:
        """Do the jobs for ever; between them look for drift, and mend what a crash left."""
        while True:
            pause, job = LOOK_EVERY_SECONDS, self._look_again
            if self._owes_mending:
                try:
                    await self._mend_ours()
                except HotlineError as fault:
                    log.warning("not_mended_yet", code=fault.code)
                    pause, job = TRY_AGAIN_SECONDS, _nothing
            await (await self._jobs.next(pause, job))()

    # ---- what can be asked ----

    async def current(self) -> Published:
        """The plan and its revision."""
        return await self._jobs.ask(self.book.current)

    async def revisions(self, before: int, limit: int) -> tuple[Revision, ...]:
        """What was published, newest first."""
        return await self.book.store.revisions(before=before, limit=limit)

    async def check(self, base: int, plan: Plan) -> tuple[Verdict, tuple[Change, ...]]:
        """What is wrong with it, and what it would change; raises PublishedMeanwhile."""
        now = await self.current()
        _same_base(base, now)
        verdict = self.book.verdict(plan, now.plan)
        busy = tuple(in_use(self._floor, plan, now.plan))
        return replace(verdict, problems=verdict.problems + busy), diff(now.plan, normal(plan))

    async def publish(self, by: Operator, base: int, plan: Plan, comment: str) -> Outcome:
        """Make it so. Raises Invalid with every problem, PublishedMeanwhile, PublishFailed."""

        async def job() -> Outcome:
            now = await self.book.current()
            _same_base(base, now)
            return await self._publish(by, now, plan, comment, 0)

        return await self._jobs.ask(job)

    async def undo(self, by: Operator, number: int, comment: str) -> Outcome:
        """Take one revision back; as ``publish``, and raises Unknown or UndoBlocked."""

        async def job() -> Outcome:
            now = await self.book.current()
            plan = await self.book.without(number, now)
            return await self._publish(by, now, plan, comment, number)

        return await self._jobs.ask(job)

    async def drift(self) -> Drift:
        """Look now; raises PublishFailed when the telephone system cannot be asked."""
        return await self._jobs.ask(self._look)

    async def mend(self, by: Operator) -> Drift:
        """Publish the current revision again."""

        async def job() -> Drift:
            await self._mend(by.id)
            return await self._look()

        return await self._jobs.ask(job)

    # ---- jobs ----

    async def _publish(
        self, by: Operator, now: Published, plan: Plan, comment: str, undoes: int
    ) -> Outcome:
        plan = normal(plan)
        problems = (
            *self.book.verdict(plan, now.plan).problems,
            *in_use(self._floor, plan, now.plan),
        )
        if problems:
            raise Invalid(*problems)
        if plan == now.plan:
            return Outcome(revision=now.revision.number)
        newcomers = await self.book.newcomers(plan, now.plan)
        author = Author(operator_id=by.id, name=by.name)
        old, new = shape_of(now.plan), shape_of(plan)
        self._floor.leaving = {q.name for q in now.plan.queues} - {q.name for q in plan.queues}
        try:
            if new != old:
                await self._bring(new, old)
            async with self._floor.turn:
                published, rows = await self.book.rows(
                    now,
                    plan,
                    author,
                    newcomers=newcomers,
                    seats=self._floor.seats,
                    comment=comment,
                    undoes=undoes,
                )
                await self._record(rows, new, old)
                await self._floor.reload_plan()
        finally:
            self._floor.leaving = set()
        await self._follow(plan)
        return Outcome(
            revision=published.revision.number,
            changes=published.revision.changes,
            first_logins=first_logins(newcomers),
        )

    async def _record(self, rows: Collection[Any], new: Shape, old: Shape) -> None:
        try:
            await self._floor.commit(*rows, must=True)
        except StoreUnavailable as away:
            failed = PublishFailed("store", away.reason)
            raise await self._put_back(failed, old) if new != old else failed from None

    async def _bring(self, new: Shape, old: Shape) -> None:
        """The telephone system to ``new``; with any fault back to ``old``, and PublishFailed."""
        try:
            left = await self._publisher.publish(new)
        except PublishFailed as failed:
            if failed.step in ("connect", "callers-waiting"):
                raise  # nothing was touched
            raise await self._put_back(failed, old) from None
        if left:
            one = left[0]
            said = f"{len(left)}: {one.kind} {one.name} {one.field} {one.running}"
            raise await self._put_back(PublishFailed("read-back", said), old)

    async def _put_back(self, failed: PublishFailed, old: Shape) -> PublishFailed:
        try:
            left = await self._publisher.publish(old)
        except PublishFailed:
            left = (Difference(kind="", name=""),)
        if left:
            self._owes_mending = True
            return PublishFailed(failed.step, failed.reason, put_back=False)
        return failed

    async def _follow(self, plan: Plan) -> None:
        """Seats' queues as their people's skills are now; who may not work any more leaves."""
        active = {one.login.casefold() for one in plan.operators if one.active}
        for seat in tuple(self._floor.seats.values()):
            operator = self._floor.operators.get(seat.operator_id)
            if operator is None or seat.state is SeatState.SIGNED_OUT or operator.simulated:
                continue
            if operator.login.casefold() not in active:
                try:
                    await self._sign_out(operator.id)
                except HotlineError as fault:
                    log.warning("not_signed_out", seat=seat.number, code=fault.code)
        await self._seating.enforce(everyone=True)

    # ---- drift ----

    async def _look(self) -> Drift:
        now = await self.book.current()
        differences = await self._publisher.compare(self._shape_with_members(now.plan))
        if any(one.field == "member" for one in differences):
            await self._floor.clock.sleep(SECOND_LOOK_SECONDS)
            again = await self._publisher.compare(self._shape_with_members(now.plan))
            differences = tuple(one for one in differences if one in again)
        await self._note(differences, mended=False)
        return Drift(at=self._floor.clock.now(), differences=differences)

    async def _look_again(self) -> None:
        try:
            await self._look()
        except HotlineError as fault:
            log.warning("drift_unknown", code=fault.code)

    async def _mend_ours(self) -> None:
        """At a start, and after a publish that could not be put back: the store is right."""
        now = await self.book.current()
        differences = await self._publisher.compare(shape_of(now.plan))
        if differences:
            await self._note(differences, mended=True)
            await self._mend("")
        self._owes_mending = False

    async def _mend(self, operator_id: str) -> None:
        now = await self.book.current()
        left = await self._publisher.publish(shape_of(now.plan))
        for one in await self._publisher.compare(self._shape_with_members(now.plan)):
            if one.field == "member" and one.running:
                await self._seating.phones.expel(one.name, one.running)
        await self._seating.enforce(everyone=True)
        await self._note(left, mended=True, operator_id=operator_id)

    async def _note(
        self, differences: Collection[Difference], *, mended: bool, operator_id: str = ""
    ) -> None:
        """A fact for drift that is new, and for each mending."""
        found = frozenset(differences)
        if mended or (found and found != self._known):
            first = min(found, default=None)
            fact = Fact(
                kind=FactKind.PLAN_DRIFTED,
                at=self._floor.clock.now(),
                operator_id=operator_id,
                data={
                    "differences": len(found),
                    "first": f"{first.kind} {first.name} {first.field}".strip() if first else "",
                    "mended": mended,
                },
            )
            await self.book.store.record(fact)
        self._known = found

    def _shape_with_members(self, plan: Plan) -> Shape:
        floor = self._floor
        members = {
            (queue, seat.number)
            for seat in floor.seats.values()
            if seat.state is not SeatState.SIGNED_OUT
            for queue in self._seating.skills(seat)
        }
        return replace(shape_of(plan), members=members)


def _same_base(base: int, now: Published) -> None:
    if base != now.revision.number:
        raise PublishedMeanwhile(now.revision.number)


async def _nothing() -> None:
    """No job came."""
