"""More callers than the hotline holds: told so, counted once, and nobody inside is touched (P3)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest

from gateway.simulate.call import Call
from gateway.simulate.errors import Refused
from gateway.simulate.phone import SipPhone
from gateway.telephony.ami_users import AmiUser
from gateway.telephony.asterisk_config import told_at_once
from tests.asterisk_world import PROMPT_HZ, AsteriskWorld, asterisk_world
from tests.eventually import eventually
from tests.raw_ami import raw_ami
from tests.worlds.talk import SEAT_HZ, citizen_phone, registered, talk
from tests.worlds.unbroken import unbroken

pytestmark = pytest.mark.asterisk
HOLDS = 3
BUSY_HERE = 486
USER_BUSY = 17


@asynccontextmanager
async def full(world: AsteriskWorld) -> AsyncIterator[tuple[SipPhone, list[Call], Call]]:
    """One citizen talks with a seat, the others wait; not one more would fit."""
    async with AsyncExitStack() as stack:
        desk = await stack.enter_async_context(registered(world, "8001"))
        phone = await stack.enter_async_context(citizen_phone(world))
        calls = [await phone.call("12345", from_number="13800001000")]
        seat = await desk.next_call()
        await seat.answered()
        for number in range(1, HOLDS):
            calls.append(await phone.call("12345", from_number=f"1380000100{number}"))
            await calls[-1].answered()
        await talk(calls[0], seat)
        yield phone, calls, seat


async def told(world: AsteriskWorld, call: Call) -> str:
    """Answered, told, and hung up on; what the dialplan says it told."""
    await call.answered()
    await eventually(lambda: call.heard.hears(PROMPT_HZ, 0.3))
    await call.ended(10)
    assert call.cause == USER_BUSY
    return world.ami.seen("UserEvent", UserEvent="HotlineOverflow")[-1]["Told"]


async def inside(world: AsteriskWorld, citizens: int) -> None:
    """Wait until so many citizens, and the one seat, are all there is."""

    async def so_many() -> bool:
        return len(await world.ami.listing("CoreShowChannels")) == citizens + 1

    await eventually(so_many, 10)


async def test_one_too_many_is_told_so_and_the_others_keep_their_sound(tmp_path: Path) -> None:
    """Without a gateway nothing is promised; with one and a number we call back. P4."""
    async with (
        asterisk_world(tmp_path, max_calls=HOLDS) as world,
        full(world) as (phone, calls, seat),
    ):
        assert await told(world, await phone.call("12345", from_number="13800002000")) == "later"
        secret = world.ami_secrets[AmiUser.EVENTS]
        async with raw_ami(world.ami_port, AmiUser.EVENTS, secret):
            call = await phone.call("12345", from_number="13800002000")
            assert await told(world, call) == "callback"
            call = await phone.call("12345", from_number="anonymous")
            assert await told(world, call) == "later"
        await talk(calls[0], seat)
        assert not any(call.has_ended for call in calls)

        await calls[-1].hang_up()
        await inside(world, HOLDS - 1)  # a place is free again
        call = await phone.call("12345", from_number="13800002001")
        await call.answered()
        await world.ami.event("QueueCallerJoin", CallerIDNum="12345")
        assert len(world.ami.seen("UserEvent", UserEvent="HotlineOverflow")) == 3


async def test_many_too_many_hear_the_busy_tone_unanswered(tmp_path: Path) -> None:
    """Each is counted exactly once; a crowd that is told does not grow without end.

    Ten times as many as the hotline holds arrive while one talks: not a packet of that talk is
    missing or damaged.
    """
    crowd = 10 * HOLDS
    async with (
        asterisk_world(tmp_path, max_calls=HOLDS) as world,
        full(world) as (phone, calls, seat),
    ):
        before = calls[0].heard.packets
        flood = [
            await phone.call("12345", from_number=f"1390000{number:04}") for number in range(crowd)
        ]

        async def outcome(call: Call) -> int:
            try:
                await call.answered()
            except Refused as refused:
                return refused.code
            await call.ended(15)
            return 200

        async with asyncio.TaskGroup() as tasks:
            ends = [tasks.create_task(outcome(call)) for call in flood]
        codes = [end.result() for end in ends]
        assert set(codes) == {200, BUSY_HERE}
        assert codes.count(200) >= told_at_once(HOLDS)
        assert not any(call.has_ended for call in calls)
        seconds = (calls[0].heard.packets - before) * 0.02
        assert seconds > 1
        assert unbroken(calls[0].heard.samples(seconds), SEAT_HZ).slips == 0
        await talk(calls[0], seat)

        said = world.ami.seen("UserEvent", UserEvent="HotlineOverflow")
        arrived = world.ami.seen("UserEvent", UserEvent="HotlineArrived")
        ids = [event["HotlineId"] for event in said]
        assert len(ids) == len(set(ids)) == crowd
        assert [event["Told"] for event in said].count("busy") == codes.count(BUSY_HERE)
        assert len({event["HotlineId"] for event in arrived}) == HOLDS + crowd

        await inside(world, HOLDS)
