"""Calls that came, were answered or gave up, and ended while the gateway was dead are told."""

import asyncio
import signal
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from gateway.app import opened_store
from gateway.core.call import Call, Outcome
from gateway.core.contact import ContactQuery
from gateway.core.facts import Fact, FactKind
from gateway.core.operator import Role
from gateway.simulate.phone import SipPhone
from gateway.simulate.policy import Answer
from tests.eventually import eventually
from tests.external_asterisk import external_gateway
from tests.gateway_world import GatewayWorld
from tests.store_world import call_of
from tests.walks.people import citizen, they_hear_each_other

pytestmark = pytest.mark.asterisk
TALKED, STAYS = "13800000051", "13800000052"
CANARIES = (TALKED, STAYS, "13800000053", "13800000054")


async def test_no_fact_is_lost_while_the_gateway_is_dead(tmp_path: Path) -> None:
    """Answered by whom, when, how long; who gave up; who still talks, since when; in the figures.

    A talk that ended meanwhile ended when it did, not when we looked. Nobody's number is in
    Asterisk's logs or ours.
    """
    loop = asyncio.get_running_loop()
    async with external_gateway(tmp_path) as (world, _):
        await eventually(world.is_ready, 30)
        await world.add("li", skills={"civil": 0})
        password = await world.phone_password("8001")
        answers = Answer(after_seconds=0.3)
        async with SipPhone("desk-8001", world.sip, password, on_invite=answers) as phone:
            await phone.register()
            async with world.console("li") as li:
                await li.sit("8001")
                await li.ready()
                await li.seat_becomes("ready")
                async with citizen(world, TALKED) as known:
                    seat_call = await phone.next_call(20)
                    await li.sees("talking")
                    await they_hear_each_other(known, seat_call)
                    await world.stop(signal.SIGKILL)
                    died = loop.time()
                    await they_hear_each_other(known, seat_call)
                    await known.hang_up()
            await seat_call.ended(10)
            async with citizen(world, CANARIES[2]) as answered:
                seat_call = await phone.next_call(20)
                await they_hear_each_other(answered, seat_call)
                async with citizen(world, CANARIES[3]) as gives_up:
                    await gives_up.answered(20)
                    await eventually(lambda: gives_up.heard.packets > 50, 20)
                    await gives_up.hang_up()
                await answered.hang_up()
            await seat_call.ended(10)
            async with citizen(world, STAYS) as stays:
                seat_call = await phone.next_call(20)
                await they_hear_each_other(stays, seat_call)
                away = loop.time() - died
                await world.start()
                async with world.console("li") as again:
                    seen = await again.sees("talking", 20)
                    assert seen["number_masked"] == "138****0052"
                    assert again.seat_state == "talking"
                    await they_hear_each_other(stays, seat_call)
                    await told_in_the_store(world, away)
                    await stays.hang_up()
                    await again.seat_becomes("wrapping_up")
                    await figures(world)
        logs = [*(tmp_path / "asterisk/log").iterdir(), tmp_path / "gateway.log"]
        for log in logs:
            text = await asyncio.to_thread(log.read_bytes)
            assert not [number for number in CANARIES if number.encode() in text], log.name


async def told_in_the_store(world: GatewayWorld, away: float) -> None:
    """Four contacts: two talks that are over, one who gave up, one talk that goes on."""
    async with opened_store(world.settings()) as store:
        calls = [call_of(record) for record in await store.contacts(ContactQuery())]
        facts = await store.facts(limit=5_000)
    talks_on, gave_up, answered, known = calls
    assert [call.outcome for call in calls] == [
        Outcome.OPEN,
        Outcome.ABANDONED,
        Outcome.ANSWERED,
        Outcome.ANSWERED,
    ]
    assert [call.seat for call in (talks_on, answered, known)] == ["8001"] * 3
    assert {call.operator_id for call in (talks_on, answered, known)} == {known.operator_id}
    assert known.operator_id
    assert [call.number for call in calls] == [STAYS, "", "", TALKED]
    restored = [fact.at for fact in facts if fact.kind is FactKind.LINK_RESTORED][-1]
    for call in (gave_up, answered, known):
        ended = moment(call.ended_at)
        assert 0 < (restored - ended).total_seconds() < away + 60
        assert call.recording_file == f"{call.hotline_id}.wav"
    assert moment(known.ended_at) <= moment(answered.answered_at)
    assert moment(answered.answered_at) <= moment(gave_up.ended_at) <= moment(answered.ended_at)
    assert moment(talks_on.answered_at) < restored
    assert talks_on.wait_seconds < 15
    told = [kind for kind in kinds_of(gave_up, facts) if kind is not FactKind.RECORDING_STORED]
    assert told[-2:] == [FactKind.CALL_ABANDONED, FactKind.CALL_ENDED]
    assert FactKind.CALL_ANSWERED in kinds_of(answered, facts)


def moment(at: datetime | None) -> datetime:
    """A time that must be there."""
    assert at is not None
    return at


def kinds_of(call: Call, facts: tuple[Fact, ...]) -> list[FactKind]:
    """What is told of one call, in order."""
    return [fact.kind for fact in facts if fact.contact_id == call.id]


async def figures(world: GatewayWorld) -> None:
    """The board counts what nobody saw."""
    await world.add("ban", Role.SUPERVISOR)
    async with world.console("ban") as supervisor:

        async def day() -> dict[str, Any]:
            return dict((await supervisor.get("/api/v1/board"))["last_24h"])

        async def told() -> bool:
            now = await day()
            return (now["arrived"], now["answered"], now["abandoned"]) == (4, 3, 1)

        await eventually(told, 10)
