"""Whatever happens to the flow, a caller reaches a person (P3, P4)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial
from pathlib import Path

import pytest

from gateway.clock import SystemClock
from tests.asterisk_world import asterisk_world, tone
from tests.eventually import eventually
from tests.peers.flow_peers import deciding, flow, full_backlog, killed, silent
from tests.worlds.talk import NUMBER, citizen_phone, enlist, registered, talk, told_in_no_log

pytestmark = pytest.mark.asterisk
GUARD_SECONDS = 3
SAID_HZ, SAID_SECONDS = 1000, 4


@asynccontextmanager
async def nobody(_: int) -> AsyncIterator[None]:
    """No flow is running: connections are refused."""
    yield


def fault(name: str, port: int) -> AbstractAsyncContextManager[object]:
    """Each way in which the flow can fail a caller."""
    faults: dict[str, Callable[[], AbstractAsyncContextManager[object]]] = {
        "refused": lambda: nobody(port),
        "syn-dropped": lambda: full_backlog(port),
        "silent": lambda: flow(port, silent),
        "killed": lambda: flow(port, killed),
        "no verdict": lambda: flow(port, deciding({"GW_QUEUE": "civil", "GW_PRIO": "5"})),
        "other verdict": lambda: flow(port, deciding({"GW_QUEUE": "civil", "GW_VERDICT": "yes"})),
        "no queue": lambda: flow(port, deciding({"GW_VERDICT": "queue"})),
        "unknown queue": lambda: flow(port, deciding({"GW_QUEUE": "x", "GW_VERDICT": "queue"})),
        "hostile queue": lambda: flow(
            port, deciding({"GW_QUEUE": "civil,ci,,,1)&Hangup(", "GW_VERDICT": "queue"})
        ),
    }
    return faults[name]()


@pytest.mark.parametrize(
    ("name", "reason", "within_seconds"),
    [
        ("refused", "FAILURE", 3),
        ("syn-dropped", "FAILURE", 4),
        ("silent", "GUARD", GUARD_SECONDS + 2),
        ("killed", "", 3),
        ("no verdict", "", 3),
        ("other verdict", "", 3),
        ("no queue", "QUEUE", 3),
        ("unknown queue", "QUEUE", 3),
        ("hostile queue", "QUEUE", 3),
    ],
)
async def test_a_caller_reaches_a_person_without_the_flow(
    tmp_path: Path, name: str, reason: str, within_seconds: float
) -> None:
    """P4: in ``fallback`` within 5 s and talking, with sound at both ears, whatever fails."""
    seats = [str(number) for number in range(8001, 8013)]
    async with asterisk_world(tmp_path, seats=seats, guard_seconds=GUARD_SECONDS) as world:
        await enlist(world, "8012", "fallback", 50)  # the static members are the first ten
        async with (
            fault(name, world.agi_port),
            registered(world, "8012") as desk,
            citizen_phone(world) as phone,
        ):
            started = asyncio.get_running_loop().time()
            call = await phone.call("12345")
            seat = await desk.next_call(within_seconds + 1)
            assert seat.started_at - started < within_seconds
            await talk(call, seat)
            failed = await world.ami.event("UserEvent", UserEvent="HotlineFailOpen")
            assert f"HOTLINE_ID={failed['HotlineId']}" in failed["ChanVariable"]
            assert seat.far_user == NUMBER  # nobody else can tell the operator now
            if reason:
                assert failed["Reason"] == reason
            assert (await world.ami.event("QueueCallerJoin"))["Queue"] == "fallback"
            assert told_in_no_log(world, NUMBER)  # the phone was told, nothing was written


async def test_without_the_flow_callers_hear_what_is_on_until_its_end(tmp_path: Path) -> None:
    """Then they wait as usual; what is over is not heard, however late its end is told."""
    async with (
        asterisk_world(tmp_path) as world,
        registered(world, "8001") as desk,
        citizen_phone(world) as phone,
    ):
        tone(world.dirs.recordings / "incidents" / "a1.wav", SAID_HZ, SAID_SECONDS)

        async def kept(until: int) -> None:
            value = {"Variable": "HOTLINE_INCIDENT_12345", "Value": f"{until}-a1"}
            assert (await world.ami.action("Setvar", **value))["Response"] == "Success"

        now = int(SystemClock().now().timestamp())
        for until, heard in ((now + 60, True), (now, False)):
            await kept(until)
            call = await phone.call("12345")
            if heard:
                await eventually(partial(call.heard.hears, SAID_HZ))
            seat = await desk.next_call()
            assert (seat.started_at - call.started_at > SAID_SECONDS) is heard
            await talk(call, seat)
            await call.hang_up()
            await seat.ended()
        assert len(world.ami.seen("UserEvent", UserEvent="HotlineFailOpen")) == 2


async def test_a_restarted_telephone_system_that_forgot_everyone_still_finds_a_person(
    tmp_path: Path,
) -> None:
    """The static members of ``fallback`` need no gateway and no memory."""
    async with asterisk_world(tmp_path) as world:
        members = await world.ami.listing("QueueStatus", Queue="fallback")
        static = [one for one in members if one["Event"] == "QueueMember"]
        assert {one["Membership"] for one in static} == {"static"}
        async with registered(world, "8003") as desk, citizen_phone(world) as phone:
            call = await phone.call("12345")
            await talk(call, await desk.next_call())


async def test_the_verdict_of_the_flow_is_respected(tmp_path: Path) -> None:
    """Queue and rank are the flow's; the call is not marked as failed open."""
    async with asterisk_world(tmp_path) as world:
        await enlist(world, "8001", "civil")
        verdict = {"GW_QUEUE": "civil", "GW_PRIO": "7", "GW_VERDICT": "queue"}
        async with (
            flow(world.agi_port, deciding(verdict)) as told,
            registered(world, "8001") as desk,
            citizen_phone(world) as phone,
        ):
            call = await phone.call("12345")
            seat = await desk.next_call()
            await talk(call, seat)
            assert (await world.ami.event("QueueCallerJoin"))["Queue"] == "civil"
            assert not world.ami.seen("UserEvent", UserEvent="HotlineFailOpen")
            arrived = await world.ami.event("UserEvent", UserEvent="HotlineArrived")
            assert arrived["HotlineId"] == f"H{arrived['Uniqueid']}"
            assert (arrived["Number"], arrived["Did"], arrived["Origin"]) == (
                "13800001234",
                "12345",
                "trunk",
            )
            # the number is for the gateway alone, unless there is none
            assert told[0]["agi_callerid"] == NUMBER
            assert seat.far_user == "12345"
            assert told_in_no_log(world, NUMBER)
