"""Guessers at the telephone's doors: shut out, on record, let in again."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from gateway.core.bans import BanRules, Bans, DoorRestored, Knock
from gateway.core.facts import FactKind
from gateway.intake.guard import KINDS, TICK_SECONDS, Guard, lifted, outside
from gateway.store import SqlStore, open_store
from tests.eventually import eventually
from tests.peers.door_peer import DoorPeer
from tests.turned_clock import TurnedClock

GUESSER, SOURCE = "198.51.100.7", "198.51.100.7/32"
RULES = BanRules(failures=5)


class Post:
    """A guard at its post, over a real store."""

    def __init__(self, store: SqlStore, clock: TurnedClock) -> None:
        self.store, self.clock, self.door = store, clock, DoorPeer()
        self.guard = Guard(store, self.door, clock, Bans(rules=RULES))

    async def guess(self, times: int = 5, address: str = GUESSER) -> None:
        """So many wrong passwords."""
        for _ in range(times):
            await self.guard.heard(Knock(address=address, got_in=False, at=self.clock.now()))

    async def kinds(self) -> list[FactKind]:
        """The facts so far, in order."""
        return [fact.kind for fact in await self.store.facts()]


@asynccontextmanager
async def post(folder: Path, clock: TurnedClock) -> AsyncIterator[Post]:
    """One life of a gateway."""
    async with open_store("", data_dir=folder, clock=clock) as store:
        yield Post(store, clock)


@pytest.fixture
def clock() -> TurnedClock:
    """A clock that is turned."""
    return TurnedClock()


async def test_a_guesser_is_shut_out_at_once_and_it_is_on_record(
    tmp_path: Path, clock: TurnedClock
) -> None:
    """Four guesses are nothing; the fifth is, with source and end and nothing else."""
    async with post(tmp_path, clock) as one:
        await one.guess(4)
        assert one.door.outside is None
        await one.guess(1)
        assert one.door.outside == [SOURCE]
        (fact,) = await one.store.facts()
        assert fact.kind is FactKind.SOURCE_BANNED
        assert set(fact.data) == {"source", "until", "times"}
        assert [ban.source for ban in await outside(one.store, clock.now())] == [SOURCE]


async def test_whose_phones_are_registered_is_never_shut_out(
    tmp_path: Path, clock: TurnedClock
) -> None:
    """One phone with a wrong password does not cut off the office behind the same address."""
    async with post(tmp_path, clock) as one:
        one.door.phones = frozenset({GUESSER})
        await one.guess(100)
        assert one.door.outside is None
        assert await one.kinds() == []


async def test_a_phone_that_gets_in_forgives_its_address(
    tmp_path: Path, clock: TurnedClock
) -> None:
    """The right password in time."""
    async with post(tmp_path, clock) as one:
        for _ in range(10):
            await one.guess(4)
            await one.guard.heard(Knock(address=GUESSER, got_in=True, at=clock.now()))
        assert one.door.outside is None


async def test_a_ban_ends_by_itself(tmp_path: Path, clock: TurnedClock) -> None:
    """The telephone is told when the time is over, and not before."""
    async with post(tmp_path, clock) as one:
        await one.guess()
        clock.turn(RULES.first_seconds - 1)
        await one.guard.tick()
        assert one.door.outside == [SOURCE]
        clock.turn(2)
        await one.guard.tick()
        assert one.door.outside == []
        assert await outside(one.store, clock.now()) == ()


async def test_another_process_lifts_it_by_a_fact(tmp_path: Path, clock: TurnedClock) -> None:
    """``hotline ban lift`` writes; the guard sees it at its next look, and only that once."""
    async with post(tmp_path, clock) as one:
        await one.guess()
        await one.guard.tick()
        await one.store.record(lifted(SOURCE, clock.now()))
        await one.guard.tick()
        assert one.door.outside == []
        assert await outside(one.store, clock.now()) == ()
        await one.guess()
        await one.guard.tick()
        assert one.door.outside == [SOURCE]


async def test_a_gateway_that_starts_again_holds_what_was_held(
    tmp_path: Path, clock: TurnedClock
) -> None:
    """Until the old end; what was lifted stays lifted; the next ban is the second."""
    async with post(tmp_path, clock) as before:
        await before.guess()
        await before.guess(5, "192.0.2.50")
        await before.store.record(lifted("192.0.2.50/32", clock.now()))
    clock.turn(60)
    async with post(tmp_path, clock) as after, asyncio.TaskGroup() as tasks:
        running = tasks.create_task(after.guard.run())
        after.door.coming.put_nowait(DoorRestored(at=clock.now()))
        await eventually(lambda: after.door.outside == [SOURCE])
        clock.turn(RULES.first_seconds)
        await eventually(lambda: after.door.outside == [])
        await after.guess()
        (ban,) = after.guard.bans.held()
        assert ban.times == 2
        running.cancel()


async def test_a_telephone_that_was_away_is_told_when_it_is_back(
    tmp_path: Path, clock: TurnedClock
) -> None:
    """Whatever it was told before: a new login gets the whole list."""
    async with post(tmp_path, clock) as one:
        await one.guess()
        one.door.outside = None
        await one.guard.heard(DoorRestored(at=clock.now()))
        assert one.door.outside == [SOURCE]
        one.door.away = True
        clock.turn(RULES.first_seconds + 1)
        await one.guard.tick()
        one.door.away = False
        await one.guard.tick()
        assert one.door.outside == []
        told = one.door.told
        await one.guard.tick()
        assert one.door.told == told


async def test_without_a_store_guessers_are_shut_out_all_the_same(
    tmp_path: Path, clock: TurnedClock
) -> None:
    """The fact is owed, and paid once when the store is back."""
    async with post(tmp_path, clock) as closed:
        pass
    await closed.guess()
    await closed.guard.tick()
    assert closed.door.outside == [SOURCE]
    async with post(tmp_path, clock) as back:
        closed.guard.store = back.store
        await closed.guard.tick()
        await closed.guard.tick()
        assert await back.kinds() == [FactKind.SOURCE_BANNED]


def test_the_two_kinds_are_the_guards_alone() -> None:
    """What is read back is what is written; a lift is seen within seconds."""
    assert set(KINDS) == {FactKind.SOURCE_BANNED, FactKind.BAN_LIFTED}
    assert TICK_SECONDS <= 5
