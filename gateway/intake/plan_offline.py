"""The plan of a hotline that does not run: the store alone is changed, the next start shows it."""

from __future__ import annotations

from gateway.core.errors import Invalid
from gateway.core.plan import Plan, normal
from gateway.core.plan_check import Verdict
from gateway.core.plan_diff import Change, diff
from gateway.core.publishing import PublishedMeanwhile
from gateway.core.revision import Published, Revision
from gateway.intake.admin import Outcome
from gateway.intake.plan_book import Author, PlanBook, first_logins


class OfflinePlan:
    """As ``admin.Admin``, but for drift: there is nothing running to differ."""

    def __init__(self, book: PlanBook) -> None:
        self.book = book

    async def current(self) -> Published:
        """The plan and its revision."""
        return await self.book.current()

    async def revisions(self, before: int, limit: int) -> tuple[Revision, ...]:
        """Newest first."""
        return await self.book.store.revisions(before=before, limit=limit)

    async def check(self, base: int, plan: Plan) -> tuple[Verdict, tuple[Change, ...]]:
        """What is wrong, what would change; raises PublishedMeanwhile."""
        now = await self._at(base)
        return self.book.verdict(plan, now.plan), diff(now.plan, normal(plan))

    async def publish(self, by: Author, base: int, plan: Plan, comment: str) -> Outcome:
        """Into the store; raises Invalid, PublishedMeanwhile, StoreUnavailable."""
        return await self._record(by, await self._at(base), plan, comment, 0)

    async def undo(self, by: Author, number: int, comment: str) -> Outcome:
        """Take one revision back; raises Unknown, UndoBlocked, too."""
        now = await self.book.current()
        return await self._record(by, now, await self.book.without(number, now), comment, number)

    async def _at(self, base: int) -> Published:
        now = await self.book.current()
        if now.revision.number != base:
            raise PublishedMeanwhile(now.revision.number)
        return now

    async def _record(
        self, by: Author, now: Published, plan: Plan, comment: str, undoes: int
    ) -> Outcome:
        plan = normal(plan)
        if found := self.book.verdict(plan, now.plan).problems:
            raise Invalid(*found)
        if plan == now.plan:
            return Outcome(revision=now.revision.number)
        newcomers = await self.book.newcomers(plan, now.plan)
        published, rows = await self.book.rows(
            now,
            plan,
            by,
            newcomers=newcomers,
            seats={seat.number: seat for seat in await self.book.store.seats()},
            comment=comment,
            undoes=undoes,
        )
        await self.book.store.record(*rows)
        return Outcome(
            revision=published.revision.number,
            changes=published.revision.changes,
            first_logins=first_logins(newcomers),
        )
