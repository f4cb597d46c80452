"""A busy hour in a minute: two hundred calls, twenty seats, and everything that can go wrong."""

from dataclasses import replace
from pathlib import Path

import pytest

from gateway.app import opened_store
from gateway.cli.simulate_call import StoreBackstage
from gateway.clock import SystemClock
from gateway.core.call import Call, Outcome
from gateway.core.contact import ContactQuery, ContactRecord
from gateway.core.facts import Fact, FactKind
from gateway.core.operator import Role
from gateway.core.seat import SeatState
from gateway.core.statistics import Figures, recomputed
from gateway.simulate.mix import busy_hour
from gateway.simulate.scenario import Plan, simulate
from gateway.simulate.tally import Tally
from gateway.store.store import SqlStore
from tests.eventually import eventually
from tests.gateway_world import GatewayWorld, gateway_world
from tests.peers.console import Console
from tests.walks.busy_hour import wrongs
from tests.worlds.truth import asterisk_of

pytestmark = [pytest.mark.asterisk, pytest.mark.alone, pytest.mark.timeout(280)]

CALLS, A_SECOND, SEATS, SEED = 200, 8, 20, 12345
QUIET_SECONDS = 40.0
"""Vanished phones are given up after 5 s without sound, seats after their rings and breaks."""


async def test_a_busy_hour_leaves_true_figures_and_nothing_else(tmp_path: Path) -> None:
    """No seat has two calls, no pop is on a wrong screen, each call ends once, in one way.

    The figures on the wall are those recomputed from all facts and those counted from the calls'
    own records; every answered call has its recording; nothing is left in Asterisk or the queues.
    """
    queue = {"ring_seconds": 5, "wrap_up_seconds": 2, "max_wait_seconds": 40}
    asterisk = {"rtp_timeout_seconds": 5, "max_calls": 200}
    async with gateway_world(tmp_path, queue=queue, asterisk=asterisk) as world:
        await world.add("chen", Role.SUPERVISOR)
        tally = await _hour(world)
        assert (tally.started, tally.waiting, tally.talking) == (CALLS, 0, 0)
        assert (tally.doubled, tally.wrong_pops, tally.missing_pops) == (0, 0, 0), tally.as_json()
        assert tally.vanished, "the mix holds them"
        assert tally.declined, "the mix holds them"
        async with opened_store(world.settings()) as store, world.console("chen") as chen:
            await _quiet(world, store)
            records = await _records(store)
            facts = await _facts(store)
            assert wrongs(facts) == []
            assert len(records) == CALLS
            await _figures_agree(chen, facts, [one.call for one in records])
            answered = [one for one in records if one.call.answered_at]
            assert len(answered) >= tally.answered > CALLS / 2
            assert all(one.recording and one.recording.seconds > 0 for one in answered)


async def _hour(world: GatewayWorld) -> Tally:
    tally = Tally()
    plan = Plan(
        url=world.url,
        sip=world.sip,
        did="12345",
        calls=CALLS,
        rate=A_SECOND,
        seats=SEATS,
        talk_seconds=1.0,
        patience_seconds=60.0,
        mix=replace(busy_hour(SEED), no_answer=0.01),
    )
    async with opened_store(world.settings()) as store:
        await simulate(plan, StoreBackstage(store), tally)
    return tally


async def _quiet(world: GatewayWorld, store: SqlStore) -> None:
    """Nobody is on the line, nobody sits, no queue has a member that is not there for ever."""
    console = asterisk_of(world)

    async def no_call_is_open() -> bool:
        return not await store.open_calls()

    async def everybody_has_gone() -> bool:
        return {seat.state for seat in await store.seats()} == {SeatState.SIGNED_OUT}

    async def no_channel_is_left() -> bool:
        said = await console.command("core show channels concise")
        return not [line for line in said.splitlines() if "!" in line]

    async def no_ghost_is_a_member() -> bool:
        return "(dynamic)" not in await console.command("queue show")

    for check in (no_call_is_open, everybody_has_gone, no_channel_is_left, no_ghost_is_a_member):
        await eventually(check, QUIET_SECONDS)

    async def recorded() -> bool:
        records = await _records(store)
        return all(one.recording for one in records if one.call.answered_at)

    await eventually(recorded, 20)


async def _records(store: SqlStore) -> list[ContactRecord]:
    first = await store.contacts(ContactQuery(limit=200))
    rest = await store.contacts(ContactQuery(limit=200, before=first[-1].id)) if first else ()
    return [one for one in (*first, *rest) if isinstance(one, ContactRecord)]


async def _facts(store: SqlStore) -> list[Fact]:
    facts: list[Fact] = []
    while page := await store.facts(after_seq=facts[-1].seq if facts else 0, limit=2000):
        facts += page
    return facts


async def _figures_agree(chen: Console, facts: list[Fact], calls: list[Call]) -> None:
    """Three counts of one hour: the live board, all facts anew, and the calls' own records."""
    board = await chen.get("/api/v1/board")
    whole = recomputed(facts, SystemClock().now()).whole
    day = board["last_24h"]
    assert {name: day[name] for name in ("arrived", "answered", "abandoned", "lost", "open")} == {
        "arrived": whole.arrived,
        "answered": whole.answered,
        "abandoned": whole.abandoned,
        "lost": whole.lost,
        "open": 0,
    }
    assert day["answered_in_15s"] == whole.in_time
    assert day["connect_rate"] == round(whole.connect_rate or 0, 4)
    assert day["average_wait_seconds"] == round(whole.average_wait_seconds or 0, 1)
    assert sum(hour["arrived"] for hour in board["hours"]) == whole.arrived
    assert whole == _counted(calls, facts)


def _counted(calls: list[Call], facts: list[Fact]) -> Figures:
    """From the calls' rows, which the facts know nothing of."""
    waits = [call.wait_seconds for call in calls if call.answered_at]
    queued = {fact.contact_id for fact in facts if fact.kind is FactKind.CALL_QUEUED}
    stayed = [call for call in calls if call.id in queued or call.wait_seconds > 5]
    outcomes = [call.outcome for call in calls]
    return Figures(
        arrived=len(calls),
        answered=outcomes.count(Outcome.ANSWERED),
        abandoned=outcomes.count(Outcome.ABANDONED),
        lost=outcomes.count(Outcome.LOST),
        overflowed=outcomes.count(Outcome.OVERFLOWED),
        open=outcomes.count(Outcome.OPEN),
        over=sum(call.ended_at is not None for call in calls),
        failed_open=sum(call.failed_open for call in calls),
        asked=len(stayed),
        reached=len(waits),
        in_time=sum(wait <= 15 for wait in waits),
        wait_ms=sum(int(1000 * wait + 1e-6) for wait in waits),
    )


def test_a_broken_day_is_found_out() -> None:
    """The laws bite: a doubled answer, a pop elsewhere, a lost end, an end too many."""
    now = SystemClock().now()

    def fact(kind: FactKind, call: str, seat: str = "") -> Fact:
        return Fact(kind=kind, at=now, contact_id=call, seat=seat)

    good = [
        fact(FactKind.CALL_ARRIVED, "a"),
        fact(FactKind.CALL_QUEUED, "a"),
        fact(FactKind.CALL_OFFERED, "a", "8001"),
        fact(FactKind.POP_SHOWN, "a", "8001"),
        fact(FactKind.CALL_ANSWERED, "a", "8001"),
        fact(FactKind.SEAT_LEFT_CALL, "a", "8001"),
        fact(FactKind.CALL_ENDED, "a", "8001"),
    ]
    assert wrongs(good) == []
    other = [
        fact(FactKind.CALL_ARRIVED, "b"),
        fact(FactKind.CALL_OFFERED, "b", "8001"),
        fact(FactKind.CALL_ANSWERED, "b", "8001"),
    ]
    broken = {
        "one seat in two calls": [*good[:5], *other, fact(FactKind.CALL_ENDED, "b"), *good[5:]],
        "one call at two seats": [
            *good[:5],
            fact(FactKind.CALL_OFFERED, "a", "8002"),
            fact(FactKind.CALL_ANSWERED, "a", "8002"),
            *good[5:],
        ],
        "a pop elsewhere": [*good[:4], fact(FactKind.POP_SHOWN, "a", "8002"), *good[4:]],
        "a lost ring": [*good[:2], *good[4:]],
        "a lost end": good[:-1],
        "a doubled end": [*good, good[-1]],
        "a lost arrival": good[1:],
        "an answer after the end": [*good, good[4]],
    }
    for name, facts in broken.items():
        assert wrongs(facts), name


def test_the_mix_of_this_seed_holds_them_all() -> None:
    """Every behaviour that the walk speaks of is there."""
    mix = busy_hour(SEED)
    moods = [mix.citizen(number, 1, 60) for number in range(CALLS)]
    assert sum(mood.vanishes for mood in moods) > 3
    assert sum(mood.patience_seconds < 60 for mood in moods) > 10
