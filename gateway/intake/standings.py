"""处置: procedures as they are now. People decide; the clock only ends and forgets.

Each move is recorded with its fact before it is so. What the citizen hears under a measure is
spoken beforehand, in a file of the procedure's name; where no voice can, a prompt says it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, tzinfo

from gateway.core.chat import Chat
from gateway.core.citizen import normalise_number
from gateway.core.contact import ChatRecord, ContactRecord
from gateway.core.errors import HotlineError, Invalid, NotAllowed, StoreUnavailable, Unknown
from gateway.core.facts import Fact, FactKind
from gateway.core.operator import Operator, Right, may
from gateway.core.standing import (
    MEASURES,
    ConductRules,
    Standing,
    StandingMove,
    approved,
    proposed,
    rejected,
)
from gateway.core.standing_ends import Met, aged, appealed, heard, lifted, met
from gateway.core.standing_words import spoken, written
from gateway.intake.at_hand import PHONE
from gateway.intake.complained_of import shielded
from gateway.intake.floor import Floor
from gateway.ports import Row
from gateway.ports.modes import Announcements

LOOK_EVERY_SECONDS = 20.0
AGAIN_AFTER_SECONDS = 2.0
LOOK_UP_SECONDS = 0.5
SHOWN = 50
"""Of those that are over, on the screen."""

BURDENS = frozenset(
    {
        StandingMove.REMIND,
        StandingMove.PERSIST,
        StandingMove.PROPOSE,
        StandingMove.APPROVE,
        StandingMove.GRANT,
        StandingMove.DENY,
    }
)
"""Not for whoever the citizen complains of: no retaliation (S0 article 33); hearing is judging."""

Made = Callable[[Standing, datetime], Standing]


class Standings:
    """``open`` it first, ``run`` it."""

    def __init__(
        self, floor: Floor, sounds: Announcements, rules: ConductRules, zone: tzinfo
    ) -> None:
        self.floor = floor
        self.rules = rules
        self._sounds = sounds
        self._zone = zone
        self._open: dict[str, Standing] = {}
        self._spoken: dict[str, str] = {}
        self._appeals: list[Fact] = []
        self._changed = asyncio.Event()
        floor.listeners.append(self._listen)
        floor.measures = self
        floor.chats.held_back = self._held_back

    async def open(self) -> None:
        """Those that go on; also appeals that a gateway before us only noted. StoreUnavailable."""
        self._open = {one.id: one for one in await self.floor.store.standings_open()}
        since = min((one.measured_at for one in self._measured() if one.measured_at), default=None)
        if since is not None:
            kinds = (FactKind.APPEAL_SAID,)
            said = await self.floor.store.audit(kinds=kinds, since=since, limit=200)
            self._appeals += reversed(said)

    # ---- what a citizen meets ----

    def met_by(self, identity_id: str) -> Met | None:
        """The measure that holds against this identity now."""
        return met(self._of(identity_id), self.floor.clock.now())

    def _held_back(self, chat: Chat) -> bool:
        """Whoever is suspended reaches no seat by messages either; an emergency always does."""
        how = None if chat.emergency else self.met_by(chat.identity_id)
        return how is not None and not how.person

    async def met_at(self, number: str) -> Met | None:
        """The same of a caller; whom nobody can look up in time is met as everybody."""
        if not number or not self._measured():
            return None
        with suppress(StoreUnavailable, TimeoutError):
            async with asyncio.timeout(LOOK_UP_SECONDS):
                who = await self.floor.store.identity("", PHONE, normalise_number(number))
                return self.met_by(who.id) if who else None
        return None

    def told(self, standing: Standing, *, chinese: bool) -> str:
        """What they read."""
        return written(standing, self.rules, self._zone, chinese=chinese)

    def spoken(self, standing: Standing) -> str:
        """What they hear."""
        return spoken(standing, self.rules, self._zone)

    # ---- supervisors ----

    async def propose(self, by: Operator, id_: str, days: int, reason: str) -> Standing:
        """The next measure, for so many days. Raises Unknown, NotAllowed, IllegalMove, Invalid."""

        def made(one: Standing, now: datetime) -> Standing:
            return proposed(one, by.id, now, days=days, reason=reason, rules=self.rules)

        return await self._decide(by, id_, StandingMove.PROPOSE, made)

    async def reject(self, by: Operator, id_: str) -> Standing:
        """The proposal comes to nothing. Raises as ``propose``."""
        return await self._decide(
            by, id_, StandingMove.REJECT, lambda one, _now: rejected(one, by.id)
        )

    async def approve(self, by: Operator, id_: str) -> Standing:
        """It holds from now on. Raises as ``propose``."""

        def made(one: Standing, now: datetime) -> Standing:
            return approved(one, by.id, now, self.rules)

        return await self._decide(by, id_, StandingMove.APPROVE, made)

    async def lift(self, by: Operator, id_: str) -> Standing:
        """The measure is taken back. Raises as ``propose``."""
        return await self._decide(
            by, id_, StandingMove.LIFT, lambda one, now: lifted(one, by.id, now)
        )

    async def hear(self, by: Operator, id_: str, *, grant: bool, answer: str) -> Standing:
        """The appeal is decided. Raises as ``propose``."""
        what = StandingMove.GRANT if grant else StandingMove.DENY

        def made(one: Standing, now: datetime) -> Standing:
            return heard(one, by.id, now, grant=grant, answer=answer)

        return await self._decide(by, id_, what, made)

    async def _decide(self, by: Operator, id_: str, what: StandingMove, made: Made) -> Standing:
        if not may(by.role, Right.SUPERVISE):
            raise NotAllowed(Right.SUPERVISE.value)
        await self.must_not_retaliate(by, self.one(id_).identity_id, what)
        async with self.floor.turn:
            one = self.one(id_)
            moved = made(one, self.floor.clock.now())
            await self.keep(moved, what, operator_id=by.id)
        self._changed.set()
        return moved

    async def must_not_retaliate(
        self, by: Operator, identity_id: str, what: StandingMove = StandingMove.PERSIST
    ) -> None:
        """Nobody burdens a citizen whose complaint about them is open; others may.

        Raises NotAllowed, which does not say why.
        """
        if what in BURDENS and await shielded(self.floor, by.id, identity_id):
            raise NotAllowed(Right.SUPERVISE.value)

    # ---- what is kept ----

    def one(self, id_: str) -> Standing:
        """An open procedure. Raises Unknown."""
        found = self._open.get(id_)
        if found is None:
            raise Unknown("standing", id_)
        return found

    def open_of(self, identity_id: str) -> Standing | None:
        """The procedure that goes on against this identity; there is one at most."""
        return next(iter(self._of(identity_id)), None)

    def listed(self) -> tuple[Standing, ...]:
        """All that go on, the oldest first."""
        return tuple(sorted(self._open.values(), key=lambda one: (one.opened_at, one.id)))

    async def keep(
        self,
        standing: Standing,
        what: StandingMove,
        *beside: Row,
        operator_id: str = "",
        contact_id: str = "",
    ) -> None:
        """Record a move with its fact; whoever calls holds ``floor.turn``. StoreUnavailable."""
        fact = Fact(
            kind=FactKind.STANDING_MOVED,
            at=self.floor.clock.now(),
            contact_id=contact_id,
            operator_id=operator_id,
            data={
                "standing_id": standing.id,
                "move": what.value,
                "state": standing.state.value,
                "until": standing.until.isoformat() if standing.until else "",
            },
        )
        await self.floor.commit(standing, *beside, fact, must=True)
        if standing.closed_at is None:
            self._open[standing.id] = standing
        else:
            self._open.pop(standing.id, None)
        self.floor.chats.look_again(standing.identity_id)

    def _of(self, identity_id: str) -> list[Standing]:
        return [one for one in self._open.values() if one.identity_id == identity_id]

    def _measured(self) -> list[Standing]:
        return [one for one in self._open.values() if one.state in MEASURES]

    # ---- over time ----

    def _listen(self, fact: Fact) -> None:
        """Whoever appeals says so on the telephone or in a message: a fact of its own."""
        if fact.kind is FactKind.APPEAL_SAID:
            self._appeals.append(fact)
            self._changed.set()

    async def run(self) -> None:
        """End what is over, take appeals, let measures be spoken, for ever."""
        while True:
            self._changed.clear()
            try:
                await self.look()
            except StoreUnavailable:
                await self.floor.clock.sleep(AGAIN_AFTER_SECONDS)
                continue
            async with asyncio.TaskGroup() as group:
                timer = group.create_task(self.floor.clock.sleep(LOOK_EVERY_SECONDS))
                changed = group.create_task(self._changed.wait())
                await asyncio.wait((timer, changed), return_when=asyncio.FIRST_COMPLETED)
                timer.cancel()
                changed.cancel()

    async def look(self) -> None:
        """Everything that is due now. Raises StoreUnavailable: it is done later."""
        while self._appeals:
            await self._appealed(self._appeals[0])
            self._appeals.pop(0)
        async with self.floor.turn:
            now = self.floor.clock.now()
            for one in tuple(self._open.values()):
                after = aged(one, now, self.rules)
                if after is not one:
                    ended = one.state in MEASURES
                    await self.keep(after, StandingMove.END if ended else StandingMove.FORGET)
        await self._speak()

    async def _appealed(self, said: Fact) -> None:
        contact_id = said.contact_id
        record = await self.floor.store.contact(contact_id)
        if record is None:
            return
        identity_id = await self.identity_of(record)
        async with self.floor.turn:
            one = self.open_of(identity_id)
            if one is None or one.state not in MEASURES:
                return
            moved = appealed(one, contact_id, said.at)
            if moved is not one:
                await self.keep(moved, StandingMove.APPEAL, contact_id=contact_id)

    async def identity_of(self, record: ContactRecord | ChatRecord) -> str:
        """Whose contact it is; empty for a caller without a number. Raises StoreUnavailable."""
        if isinstance(record, ChatRecord):
            return record.chat.identity_id
        number = normalise_number(record.number)
        who = await self.floor.store.identity("", PHONE, number) if number else None
        return who.id if who else ""

    async def _speak(self) -> None:
        """Every measure has its sound, and nothing else has one."""
        wanted = {one.id: self.spoken(one) for one in self._measured()}
        for id_ in self._spoken.keys() - wanted.keys():
            await self._sounds.drop(id_)
            del self._spoken[id_]
        for id_, text in wanted.items():
            if self._spoken.get(id_) != text:
                with suppress(Invalid, HotlineError, OSError):
                    await self._sounds.spoken(id_, text)
                self._spoken[id_] = text  # without a voice the prompt says it
