"""An end in order may be cut off in any of its steps: nobody is dropped, nothing is lost."""

from __future__ import annotations

import asyncio
import json
import signal
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from config.settings import Settings
from gateway.app import opened_store
from gateway.app.opening import steps_of
from gateway.app.parts import Parts
from gateway.core.facts import FactKind
from tests.eventually import eventually, takes
from tests.gateway_world import GatewayWorld
from tests.peers.console import Console
from tests.walks.people import citizen, they_hear_each_other
from tests.worlds.test_gateway_faults import (
    REBUILT_SECONDS,
    TALKER,
    WAITER,
    alone,
    hears_all_the_time,
    settle,
)

pytestmark = [pytest.mark.asterisk, pytest.mark.timeout(300)]
STEPS = steps_of(Parts(Settings(), None))
TRAPPED = """
import asyncio, os, signal, sys
from contextlib import asynccontextmanager
from dataclasses import replace
from gateway.__main__ import main
from gateway.app import opening

number, listed = int(sys.argv.pop(1)), opening.steps_of

def trapped(parts):
    steps = listed(parts)
    return tuple(replace(s, part=dying(s.part)) if s.number == number else s for s in steps)

def dying(part):
    @asynccontextmanager
    async def dies_while_it_closes():
        async with part():
            yield
            asyncio.get_running_loop().call_soon(os.kill, os.getpid(), signal.SIGKILL)
        await asyncio.Event().wait()
    return dies_while_it_closes

opening.steps_of = trapped
main()
"""


@dataclass
class Ledger:
    """Writes marks on one contact without end and counts those that were acknowledged."""

    console: Console
    contact_id: str
    acknowledged: int = 0
    refused: int = 0

    async def write(self) -> None:
        """For ever, whether somebody listens or not."""
        path = f"{self.console.url}/api/v1/contacts/{self.contact_id}/flags"
        while True:
            body = {"kind": "care", "note": f"note {self.acknowledged}"}
            try:
                async with self.console.http.post(path, json=body) as answer:
                    if answer.status == 200:
                        self.acknowledged += 1
                    else:
                        self.refused += 1
                        assert answer.status == 503, await answer.text()
                        assert answer.headers["Retry-After"]
            except aiohttp.ClientError:
                await takes(0.05)
            await takes(0.03)


async def marks_kept(world: GatewayWorld, contact_id: str) -> int:
    """How many marks the store has been told of, one fact each."""
    count = seq = 0
    async with opened_store(world.settings()) as store:
        while page := await store.facts(contact_id=contact_id, after_seq=seq):
            count += sum(fact.kind is FactKind.NUMBER_FLAGGED for fact in page)
            seq = page[-1].seq
    return count


def steps_said(world: GatewayWorld) -> list[tuple[str, int]]:
    """The steps in the log, in order."""
    said: list[dict[str, Any]] = [
        json.loads(line) for line in world.log().splitlines() if line.startswith("{")
    ]
    return [(line["event"], line["step"]) for line in said if "step" in line]


async def test_killed_in_any_step_of_its_end_it_loses_neither_calls_nor_rows(
    tmp_path: Path,
) -> None:
    """One talks, one waits, somebody writes; the next gateway finds it all, every time."""
    loop = asyncio.get_running_loop()
    async with alone(tmp_path) as town, AsyncExitStack() as stack:
        world = town.world
        await town.open(stack)
        talker = await stack.enter_async_context(citizen(world, TALKER))
        talk = await town.phones["li"].next_call(20)
        await they_hear_each_other(talker, talk)
        waiter = await stack.enter_async_context(citizen(world, WAITER))
        await town.in_application("Queue", 2)
        seen = await town.consoles["li"].sees("talking")
        ledger = Ledger(town.consoles["li"], seen["contact_id"])
        tasks = await stack.enter_async_context(asyncio.TaskGroup())
        writing = tasks.create_task(ledger.write())
        began = loop.time()
        await world.stop()
        assert steps_said(world)[-1] == ("step_closed", 1)
        for step in reversed(STEPS):
            await world.start(program=("-c", TRAPPED, str(step.number)))
            await eventually(town.is_so, REBUILT_SECONDS)
            before = ledger.acknowledged
            await eventually(lambda: ledger.acknowledged > before + 5, 20)  # noqa: B023
            await world.stop()
            assert world.process
            assert world.process.returncode == -signal.SIGKILL, step.name
            assert steps_said(world)[-1] == ("step_closing", step.number)
            hears_all_the_time(talker, began)
            hears_all_the_time(waiter, began)
            began = loop.time()  # an ear remembers a minute
        await world.start()
        await eventually(town.is_so, REBUILT_SECONDS)
        writing.cancel()
        assert 0 < ledger.acknowledged <= await marks_kept(world, ledger.contact_id)
        await they_hear_each_other(talker, talk)
        await they_hear_each_other(waiter, await town.serve_next(talker))
        await waiter.hang_up()
        await settle(town, (TALKER, WAITER))
