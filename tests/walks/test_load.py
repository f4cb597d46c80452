"""Many calls at once, from sipp: an independent SIP implementation that no one of us wrote."""

import asyncio
import shutil
from collections import Counter
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from gateway.app import opened_store
from gateway.core.call import Outcome
from gateway.core.contact import ContactQuery
from gateway.core.seat import SeatState
from tests.eventually import eventually
from tests.gateway_world import GatewayWorld
from tests.needs import absent
from tests.store_world import call_of
from tests.walks.people import operator

pytestmark = [pytest.mark.asterisk, pytest.mark.alone, pytest.mark.asyncio(loop_scope="module")]

SCENARIO = Path(__file__).parent / "sipp" / "caller.xml"
CALLS, A_SECOND, SEATS = 40, 8, 4
LIMIT_SECONDS = 90


async def sipp(world: GatewayWorld) -> int:
    """Run the scenario; sipp's exit code is 0 when every call went through it to the end."""
    program = shutil.which("sipp")
    if not program:
        absent("sipp")
    host, port = world.sip
    process = await asyncio.create_subprocess_exec(
        program,
        f"{host}:{port}",
        *("-sf", str(SCENARIO), "-s", "12345", "-i", "127.0.0.1", "-nostdin"),
        *("-m", str(CALLS), "-r", str(A_SECOND), "-timeout", f"{LIMIT_SECONDS}s"),
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    async with asyncio.timeout(LIMIT_SECONDS + 10):
        return await process.wait()


async def test_every_call_of_a_rush_has_one_record_with_one_end(world: GatewayWorld) -> None:
    """Forty calls, four seats: no call without a record, none without an end, no seat left over."""
    async with AsyncExitStack() as stack:
        for number in range(SEATS):
            login = f"rush{number}"
            await stack.enter_async_context(operator(world, login, f"80{11 + number}"))
        assert await sipp(world) == 0
        async with opened_store(world.settings()) as store:

            async def all_ended() -> bool:
                return not await store.open_calls()

            await eventually(all_ended, 20)
            found = await store.contacts(ContactQuery(limit=200))
            mine = [call_of(one) for one in found if one.number.startswith("1390000")]
            outcomes = Counter(call.outcome for call in mine)
            assert sum(outcomes.values()) == CALLS
            assert set(outcomes) <= {Outcome.ANSWERED, Outcome.ABANDONED}
            assert outcomes[Outcome.ANSWERED] >= SEATS

            async def all_free() -> bool:
                busy = {SeatState.TALKING, SeatState.OFFERED, SeatState.WRAPPING_UP}
                return not [seat for seat in await store.seats() if seat.state in busy]

            await eventually(all_free, 20)
