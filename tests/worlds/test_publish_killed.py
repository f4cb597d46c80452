"""The gateway is killed in the middle of a publish: the next start makes it what the store says."""

import asyncio
import os
import signal
from contextlib import suppress
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from gateway.core.operator import Role
from gateway.simulate.phone import SipPhone
from gateway.simulate.policy import Answer
from tests.eventually import eventually
from tests.gateway_world import GatewayWorld, gateway_world
from tests.walks.people import citizen, they_hear_each_other

pytestmark = pytest.mark.asterisk

PLAN = "/api/v1/admin/plan"


async def test_a_publish_that_was_killed_is_whole_or_not_there(tmp_path: Path) -> None:
    """SIGKILL as soon as Asterisk has written the first file: two talk on and hear each other.

    The next gateway finds the half that Asterisk has, makes it what the store says, and notes it.
    """
    async with gateway_world(tmp_path) as world:
        await world.add("guan", Role.ADMIN)
        await world.add("li")
        password = await world.phone_password("8001")
        async with (
            SipPhone(
                "desk-8001", world.sip, password, on_invite=Answer(after_seconds=0.3)
            ) as phone,
            citizen(world) as talking,
        ):
            await phone.register()
            async with world.console("li") as li:
                await li.sit("8001")
                await li.ready()
                seat_call = await phone.next_call(20)
                await they_hear_each_other(talking, seat_call)
            await kill_in_the_middle(world)
            await they_hear_each_other(talking, seat_call)
            await eventually(world.is_ready, 60)
            async with world.console("guan") as guan:
                now = await guan.get(PLAN)
                asked = "tax19" in {one["name"] for one in now["plan"]["queues"]}
                assert ("12366" in {one["did"] for one in now["plan"]["numbers"]}) == asked
                drift = await guan.get("/api/v1/admin/drift")
                assert drift["in_step"], drift
                text = await asyncio.to_thread(first_file(world).read_text, "utf-8")
                assert ("[seat-9010]" in text) == asked
            await they_hear_each_other(talking, seat_call)
            await talking.hang_up()


def first_file(world: GatewayWorld) -> Path:
    """What Asterisk writes first: the phones."""
    return world.data_dir / "asterisk" / "etc" / "pjsip_hotline.conf"


async def kill_in_the_middle(world: GatewayWorld) -> None:
    """Publish much; kill when the first of the three files is new."""
    async with world.console("guan") as guan:
        now = await guan.get(PLAN)
        plan = much(now["plan"])
        before = first_file(world).stat().st_mtime_ns
        body = {"base_revision": now["revision"], "plan": plan, "comment": "killed"}
        asking = asyncio.create_task(publish(guan.http, world.url, body))
        pid = world.gateway_pid()
        await eventually(lambda: first_file(world).stat().st_mtime_ns != before, 30)
        os.kill(pid, signal.SIGKILL)
        await asking
        await eventually(lambda: world.gateway_pid(other_than=pid), 30)


def much(plan: dict[str, Any]) -> dict[str, Any]:
    """Twenty queues, a number, ten seats more."""
    queues = [
        {"name": f"tax{n}", "title_zh": "税务", "title_en": "Tax", "ring_seconds": 9}
        for n in range(20)
    ]
    return {
        **plan,
        "queues": [*plan["queues"], *queues],
        "numbers": [*plan["numbers"], {"did": "12366", "queue": "tax19"}],
        "seats": [*plan["seats"], *({"number": str(9001 + n)} for n in range(10))],
    }


async def publish(http: aiohttp.ClientSession, url: str, body: dict[str, Any]) -> None:
    """Nobody answers in the end."""
    with suppress(aiohttp.ClientError):
        async with http.post(f"{url}{PLAN}/publish", json=body) as answer:
            await answer.read()
