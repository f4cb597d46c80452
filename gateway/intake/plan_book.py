"""The plan in the store: what it is now, what a change makes of its rows, what was before.

Works with or without a running telephone system; ``admin`` brings it to a running one.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from gateway.core.errors import Invalid, Problem, Unknown
from gateway.core.facts import Fact, FactKind, Scalar
from gateway.core.number import GREETING_TITLES
from gateway.core.operator import Operator
from gateway.core.plan import (
    MOST_COMMENT,
    MOST_NEW_LOGINS,
    Person,
    Plan,
    is_planned,
    normal,
    plan_of,
)
from gateway.core.plan_check import FieldRules, Verdict, check
from gateway.core.plan_diff import Change, diff, take_back
from gateway.core.publishing import UndoBlocked
from gateway.core.revision import Published, Removal, Revision
from gateway.core.seat import Seat
from gateway.intake.passwords import Hashing, made_up
from gateway.intake.seed import FirstLogin
from gateway.ports import Clock, Row, Store

OUTSIDE = "—"
"""Who changed what stands in the store without having been published: nobody knows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    """Who publishes."""

    operator_id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Newcomer:
    """A new login: its first password, and what is kept of it."""

    person: Person
    password: str
    password_hash: str


class PlanBook:
    """Over the store. ``greetings`` are the prompts that may greet."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        rules: FieldRules,
        greetings: Collection[str] = tuple(GREETING_TITLES),
        hashing: Hashing | None = None,
    ) -> None:
        self.store = store
        self.greetings = frozenset(greetings)
        self._clock, self._rules = clock, rules
        self._hashing = hashing or Hashing()

    async def current(self) -> Published:
        """The plan as the store has it, and the revision that made it so.

        What was changed in the store without being published (a login added while the gateway was
        away, the first start) becomes a revision of its own here: nothing goes unrecorded.
        """
        store = self.store
        plan = plan_of(
            await store.queues(),
            await store.numbers(),
            await store.seats(),
            await store.operators(),
        )
        last = await store.published()
        if last is not None and last.plan == plan:
            return last
        now = Published(
            revision=Revision(
                number=last.revision.number + 1 if last else 1,
                at=self._clock.now(),
                operator_id="",
                by=OUTSIDE,
                changes=diff(last.plan, plan) if last else (),
            ),
            plan=plan,
        )
        await store.record(now)
        return now

    def verdict(self, plan: Plan, before: Plan) -> Verdict:
        """Everything wrong with it, and what should be thought of."""
        return check(plan, before, self._rules, self.greetings)

    async def newcomers(self, plan: Plan, before: Plan) -> tuple[Newcomer, ...]:
        """First passwords for whoever is new; raises Invalid for too many, or a taken login."""
        known = {one.login.casefold() for one in before.operators}
        new = [one for one in plan.operators if one.login.casefold() not in known]
        if len(new) > MOST_NEW_LOGINS:
            zh, en = f"一次最多新增 {MOST_NEW_LOGINS} 人", f"at most {MOST_NEW_LOGINS} new people"
            raise Invalid(Problem("operators", "too-many", zh, en))
        made = []
        for person in new:
            taken = await self.store.operator_by_login(person.login)
            if taken is not None and is_planned(replace(taken, removed=False)) is False:
                zh, en = (
                    "此登录名由系统使用，请换一个",
                    "this login is the system's; choose another",
                )
                path = f"operators[{plan.operators.index(person)}].login"
                raise Invalid(Problem(path, "taken", zh, en))
            password = made_up()
            hashed = await self._hashing.hash(password)
            made.append(Newcomer(person=person, password=password, password_hash=hashed))
        return tuple(made)

    async def rows(
        self,
        before: Published,
        plan: Plan,
        by: Author,
        *,
        newcomers: Iterable[Newcomer],
        seats: Mapping[str, Seat],
        comment: str = "",
        undoes: int = 0,
    ) -> tuple[Published, tuple[Row, ...]]:
        """The next revision, and everything to record for it in one transaction.

        ``seats`` are those that there are now, with whoever sits there.
        """
        if len(comment) > MOST_COMMENT:
            zh, en = (
                f"说明最多 {MOST_COMMENT} 字",
                f"the comment has at most {MOST_COMMENT} characters",
            )
            raise Invalid(Problem("comment", "length", zh, en))
        plan, was = normal(plan), before.plan
        changes = diff(was, plan)
        now = self._clock.now()
        number = before.revision.number + 1
        revision = Revision(
            number=number,
            at=now,
            operator_id=by.operator_id,
            by=by.name,
            comment=comment,
            undoes=undoes,
            changes=changes,
        )
        published = Published(revision=revision, plan=plan)
        data: dict[str, Scalar] = {"revision": number, "changes": len(changes), "by": by.name}
        fact = Fact(
            kind=FactKind.PLAN_UNDONE if undoes else FactKind.PLAN_PUBLISHED,
            at=now,
            operator_id=by.operator_id,
            data=data | ({"undoes": undoes} if undoes else {}),
        )
        gone = [
            Removal(change.kind, change.name)
            for change in changes
            if change.action == "remove" and change.kind != "operator"
        ]
        people = await self._people(was, plan, {one.person.login: one for one in newcomers})
        return published, (
            *gone,
            *(one for one in plan.queues if one not in was.queues),
            *(one for one in plan.numbers if one not in was.numbers),
            *(
                replace(seats.get(one.number, Seat(number=one.number)), title=one.title)
                for one in plan.seats
                if one not in was.seats
            ),
            *people,
            *(
                self._told(change, one.id, by)
                for one in people
                for change in changes
                if change.kind == "operator" and change.name == one.login.casefold()
            ),
            published,
            fact,
        )

    async def _people(
        self, was: Plan, plan: Plan, new: Mapping[str, Newcomer]
    ) -> tuple[Operator, ...]:
        """Everyone whose row changes; rows of people who are removed stay, marked."""
        there = {one.login.casefold(): one for one in await self.store.operators()}
        wanted = {one.login.casefold(): one for one in plan.operators}
        before = {one.login.casefold(): one for one in was.operators}
        made = [
            replace(there[login], removed=True, active=False)
            for login in before.keys() - wanted.keys()
            if login in there
        ]
        for login, person in wanted.items():
            if before.get(login) == person:
                continue
            row = there.get(login) or Operator(
                id=secrets.token_hex(8), login=person.login, name=person.name, role=person.role
            )
            changed = replace(
                row,
                name=person.name,
                role=person.role,
                active=person.active,
                skills=dict(person.skills),
                removed=False,
            )
            if newcomer := new.get(person.login):
                hashed = newcomer.password_hash
                changed = replace(changed, password_hash=hashed, must_change_password=True)
            made.append(changed)
        return tuple(made)

    def _told(self, change: Change, operator_id: str, by: Author) -> Fact:
        what = {"add": "added", "remove": "removed"}.get(change.action, change.field)
        data = {"what": what, "role": "", "by": by.name}
        return Fact(
            kind=FactKind.OPERATOR_CHANGED,
            at=self._clock.now(),
            operator_id=operator_id,
            data=data,
        )

    async def without(self, number: int, now: Published) -> Plan:
        """The plan without revision ``number``; raises Unknown, and UndoBlocked with the reason."""
        step = await self.store.published(number) if number > 1 else None
        before = await self.store.published(number - 1) if step else None
        if step is None or before is None:
            raise Unknown("revision", str(number))
        plan, touched = take_back(before.plan, step.plan, now.plan)
        if touched:
            raise UndoBlocked(number, touched)
        return plan


def first_logins(newcomers: Iterable[Newcomer]) -> tuple[FirstLogin, ...]:
    """What is shown once."""
    return tuple(FirstLogin(one.person.login, one.person.role, one.password) for one in newcomers)
