"""The link to Asterisk is half open, or everything dies at once: noticed, told, put right."""

import asyncio
import os
import signal
from pathlib import Path

import pytest

from gateway.app import opened_store
from gateway.core.call import Outcome
from gateway.core.contact import ContactQuery
from gateway.simulate.phone import SipPhone
from gateway.simulate.policy import Answer
from tests.eventually import eventually
from tests.gateway_world import gateway_world
from tests.store_world import call_of
from tests.walks.people import citizen, connected, operator, they_hear_each_other
from tests.worlds.test_asterisk_restarts import asterisk_pid

pytestmark = pytest.mark.asterisk
NOTICED_SECONDS = 10.0
ROOM_SECONDS = 5.0
"""For a machine that is busy with other tests."""


async def test_a_peer_that_is_silent_is_noticed_and_cuts_nobody_off(tmp_path: Path) -> None:
    """Asterisk stands still: consoles know in 10 s; as it goes on, so does the talk, unlisted."""
    loop = asyncio.get_running_loop()
    async with (
        gateway_world(tmp_path) as world,
        operator(world, "li", "8001") as li,
        citizen(world, "13800000061") as call,
    ):
        seat_call = await connected(call, li)
        await they_hear_each_other(call, seat_call)
        contact = li.console.call
        assert contact
        pid = asterisk_pid(world)
        os.kill(pid, signal.SIGSTOP)
        try:
            began = loop.time()
            await eventually(lambda: li.console.state["link"] == "down", 30)
            noticed = loop.time() - began
        finally:
            os.kill(pid, signal.SIGCONT)
        assert noticed < NOTICED_SECONDS + ROOM_SECONDS
        await eventually(lambda: li.console.state["link"] == "up", 30)
        await they_hear_each_other(call, seat_call)
        seen = await li.console.sees("talking")
        assert seen["contact_id"] == contact["contact_id"]
        assert li.console.state["callbacks"] == 0
        await call.hang_up()
        ended = await li.console.sees("ended")
        assert (ended["outcome"], ended["callback_id"]) == ("answered", "")
        await li.console.post("/api/v1/seat/finish-wrap-up")


async def test_after_the_machine_fell_everybody_who_was_cut_is_listed(tmp_path: Path) -> None:
    """Keeper, gateway and Asterisk die in one moment: the next start finds what was, and says so.

    The talking seat is wrapping up, the seat at lunch is at lunch, in its queue.
    """
    async with gateway_world(tmp_path) as world:
        for login in ("li", "chen"):
            await world.add(login, skills={"civil": 0})
        assert world.process
        async with world.console("chen") as chen:
            await chen.sit("8003")
            await chen.post("/api/v1/seat/break", {"reason": "meal"})
        password = await world.phone_password("8001")
        phone = SipPhone("desk-8001", world.sip, password, on_invite=Answer(after_seconds=0.3))
        async with phone, citizen(world, "13800000062") as call:
            await phone.register()
            async with world.console("li") as li:
                await li.sit("8001")
                await li.ready()
                seat_call = await phone.next_call(20)
                await li.sees("talking")
                await they_hear_each_other(call, seat_call)
            for pid in (world.process.pid, world.gateway_pid(), asterisk_pid(world)):
                os.kill(pid, signal.SIGKILL)
            await world.process.wait()
            await world.start()
        async with world.console("li") as again, world.console("chen") as lunch:
            seen = await again.sees("ended", 30)
            assert (seen["outcome"], bool(seen["callback_id"])) == ("lost", True)
            assert again.seat_state == "wrapping_up"
            assert (lunch.seat_state, lunch.state["seat"]["reason"]) == ("not_ready", "meal")
            assert again.state["callbacks"] == 1
        async with opened_store(world.settings()) as store:
            (record,) = await store.contacts(ContactQuery())
        assert call_of(record).outcome is Outcome.LOST
