"""Keeps guessers away from the telephone's doors for a while (facts: SOURCE_BANNED, BAN_LIFTED).

The facts are the state: a gateway that starts reads them and goes on, and ``hotline ban lift`` in
another process writes one which is seen here within seconds. A ban holds at once, before it is
written; when the store is away the facts are owed to it.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterable
from datetime import datetime, timedelta

import structlog

from gateway.core.bans import Ban, Bans, DoorRestored, Knock, source_of
from gateway.core.errors import PhonesUnavailable, StoreUnavailable
from gateway.core.facts import Fact, FactKind
from gateway.ports import Clock, Door, Store

TICK_SECONDS = 2.0
OWED_FACTS = 1000
KINDS = (FactKind.SOURCE_BANNED, FactKind.BAN_LIFTED)
READ_BACK = timedelta(hours=48)
"""The longest ban, and the time after it in which a next one would be longer still."""
PAGE = 200

log = structlog.get_logger()


class Guard:
    """Hears who tries, decides, shuts out, lets in again."""

    def __init__(self, store: Store, door: Door, clock: Clock, bans: Bans) -> None:
        self.store, self._door, self._clock, self.bans = store, door, clock, bans
        self._owed: deque[Fact] = deque(maxlen=OWED_FACTS)
        self._turn = asyncio.Lock()
        self._seen = 0
        self._dirty = False

    async def run(self) -> None:
        """Guard for ever."""
        await self._remember()
        async with asyncio.TaskGroup() as both:
            both.create_task(self._listen(), name="guard-ear")
            both.create_task(self._tend(), name="guard-clock")

    async def _listen(self) -> None:
        async for heard in self._door.knocks():
            await self.heard(heard)

    async def _tend(self) -> None:
        while True:
            await self.tick()
            await self._clock.sleep(TICK_SECONDS)

    async def heard(self, heard: Knock | DoorRestored) -> None:
        """One try, or the word that the list must be told anew."""
        async with self._turn:
            if isinstance(heard, DoorRestored):
                self._dirty = True
                await self._tell_door()
            elif heard.got_in:
                self.bans.forgive(heard.address)
            elif source := self.bans.failed(heard.address, heard.at):
                await self._shut_out(source, heard)

    async def tick(self) -> None:
        """Let in whose time is over or who was let in by hand; tell what is still owed."""
        async with self._turn:
            try:
                await self._pay()
                for fact in await self._news():
                    if fact.kind is FactKind.BAN_LIFTED:
                        self._dirty |= self.bans.lift(str(fact.data.get("source")))
            except StoreUnavailable:
                log.warning("guard_without_store")
            self._dirty |= self.bans.end(self._clock.now())
            await self._tell_door()

    async def _shut_out(self, source: str, knock: Knock) -> None:
        """Unless a phone of ours stands behind that very address: its people would be cut off."""
        try:
            ours = await self._door.phones_at()
        except PhonesUnavailable:
            return  # and could not be told anyway; the next failure asks again
        if source in {source_of(address) for address in ours}:
            self.bans.forgive(knock.address)
            log.warning("guesses_beside_our_phones")
            return
        ban = self.bans.ban(source, knock.at)
        self._dirty = True
        await self._tell_door()
        seconds = (ban.until - ban.since).total_seconds()
        log.warning("source_banned", count=ban.times, seconds=seconds)
        self._owed.append(banned(ban))
        try:
            await self._pay()
        except StoreUnavailable:
            log.warning("guard_without_store")

    async def _tell_door(self) -> None:
        if not self._dirty:
            return
        try:
            await self._door.shut_out([one.source for one in self.bans.held()])
        except PhonesUnavailable:
            return  # told again at the next tick, and after each login
        self._dirty = False

    async def _pay(self) -> None:
        while self._owed:
            await self.store.record(self._owed[0])
            self._owed.popleft()

    async def _remember(self) -> None:
        """Who was outside when the gateway before us ended."""
        now = self._clock.now()
        facts = await _all_of(self.store, now - READ_BACK)
        self._seen = max((fact.seq for fact in facts), default=0)
        self.bans.restore(standing(facts), now)
        self._dirty = True

    async def _news(self) -> list[Fact]:
        """The facts that came since the last look, oldest first."""
        page = await self.store.audit(kinds=KINDS, limit=PAGE)
        new = [fact for fact in reversed(page) if fact.seq > self._seen]
        self._seen = max((fact.seq for fact in new), default=self._seen)
        return new


async def outside(store: Store, now: datetime) -> tuple[Ban, ...]:
    """Who is shut out at this moment, as the facts say."""
    return tuple(ban for ban in standing(await _all_of(store, now - READ_BACK)) if ban.until > now)


def standing(facts: Iterable[Fact]) -> tuple[Ban, ...]:
    """The last ban of each source that was not lifted after; ``facts`` are in order."""
    last: dict[str, Ban] = {}
    for fact in facts:
        source = str(fact.data.get("source"))
        last.pop(source, None)
        if fact.kind is FactKind.SOURCE_BANNED:
            last[source] = _ban(fact)
    return tuple(last.values())


def banned(ban: Ban) -> Fact:
    """The fact of a ban. An address of the network is told, never a name that was tried."""
    return Fact(
        kind=FactKind.SOURCE_BANNED,
        at=ban.since,
        data={"source": ban.source, "until": ban.until.isoformat(), "times": ban.times},
    )


def lifted(source: str, now: datetime) -> Fact:
    """The fact that somebody let a source in before its time."""
    return Fact(kind=FactKind.BAN_LIFTED, at=now, data={"source": source})


def _ban(fact: Fact) -> Ban:
    return Ban(
        source=str(fact.data.get("source")),
        since=fact.at,
        until=datetime.fromisoformat(str(fact.data.get("until"))),
        times=int(fact.data.get("times") or 1),
    )


async def _all_of(store: Store, since: datetime) -> list[Fact]:
    """Every fact of a ban since then, in order."""
    found: list[Fact] = []
    while page := await store.audit(
        kinds=KINDS, since=since, before_seq=found[-1].seq if found else 0, limit=PAGE
    ):
        found += page
    return found[::-1]
