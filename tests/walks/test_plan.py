"""An admin changes the running hotline, and the next citizen meets the change."""

import asyncio
import json
import re
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
import yaml

from gateway.core.operator import Role
from gateway.simulate.phone import SipPhone
from tests.asterisk_world import test_program
from tests.eventually import eventually
from tests.gateway_world import GatewayWorld, environment, gateway_world
from tests.peers.console import Console
from tests.walks.people import citizen, connected, operator, they_hear_each_other

pytestmark = [pytest.mark.asterisk, pytest.mark.asyncio(loop_scope="module")]

Json = dict[str, Any]
PLAN = "/api/v1/admin/plan"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[GatewayWorld]:
    """One hotline and its admin."""
    async with gateway_world(tmp_path_factory.mktemp("plan")) as world:
        await world.add("guan", Role.ADMIN)
        await world.add("li")
        yield world


async def publish(admin: Console, now: Json, plan: Json, comment: str = "") -> Json:
    """Check it first, as the page does; then publish."""
    base = {"base_revision": now["revision"], "plan": plan}
    checked = await admin.post(f"{PLAN}/check", base)
    assert checked["problems"] == []
    done: Json = await admin.post(f"{PLAN}/publish", base | {"comment": comment})
    assert done["read_back"] == {"in_step": True, "differences": []}
    assert done["changes"] == checked["changes"]
    return done


def tax(plan: Json) -> Json:
    """With a tax queue, its number, a seat and an operator."""
    queue = {"name": "tax", "title_zh": "税务", "title_en": "Tax", "strategy": "fewestcalls"}
    return {
        "queues": [*plan["queues"], queue],
        "numbers": [
            *plan["numbers"],
            {"did": "12366", "queue": "tax", "title_zh": "税务热线", "greeting": "greeting_plain"},
        ],
        "seats": [*plan["seats"], {"number": "9001", "title": "税务席"}],
        "operators": [
            *plan["operators"],
            {"login": "zhao", "name": "赵税务", "role": "operator", "skills": {"tax": 0}},
        ],
    }


async def test_a_new_number_is_answered_by_the_new_operator_at_the_new_seat(
    world: GatewayWorld,
) -> None:
    """Queue, number, seat and login are published while two talk; they hear each other all along.

    The next citizen dials the number and talks with the new operator. Undone, the number is
    nobody's; the two still talk.
    """
    async with (
        world.console("guan") as guan,
        operator(world, "li", "8001") as li,
        citizen(world) as talking,
    ):
        seat_call = await connected(talking, li)
        await they_hear_each_other(talking, seat_call)
        now = await guan.get(PLAN)
        done = await publish(guan, now, tax(now["plan"]), "税务热线并入")
        (first,) = done["first_logins"]
        await they_hear_each_other(talking, seat_call)
        await take_password(world, first)
        async with operator(world, "zhao", "9001") as zhao:
            async with citizen(world, "13900000002", "12366") as second:
                rung = await connected(second, zhao)
                await they_hear_each_other(second, rung)
                assert zhao.console.call
                told = (zhao.console.call["did"], zhao.console.call["queue"])
                assert told == ("12366", "tax")
                await second.hang_up()
            await zhao.console.seat_becomes("wrapping_up")
            busy = {"base_revision": done["revision"], "plan": now["plan"]}
            refused = (await guan.post(f"{PLAN}/check", busy))["problems"]
            assert {one["path"] for one in refused} >= {"seats"}
        await eventually(lambda: signed_out(guan, "9001"), 10)
        undone = await guan.post(f"/api/v1/admin/revisions/{done['revision']}/undo", {})
        assert undone["read_back"]["in_step"]
        assert (await guan.get(PLAN))["plan"] == now["plan"]
        async with SipPhone("13900000003", world.sip) as phone:
            call = await phone.call("12366")
            await call.ended()
            assert not call.heard.loudness()
        listed = (await guan.get("/api/v1/admin/revisions"))["items"]
        assert [one["undoes"] for one in listed[:2]] == [done["revision"], 0]
        assert (listed[1]["by"], listed[1]["comment"]) == ("话务员guan", "税务热线并入")
        await they_hear_each_other(talking, seat_call)
        await talking.hang_up()


async def signed_out(admin: Console, number: str) -> bool:
    """Whether nobody sits there."""
    seats = await admin.get("/api/v1/seats")
    return [one["state"] for one in seats if one["number"] == number] == ["signed_out"]


async def take_password(world: GatewayWorld, first: Json) -> None:
    """The new operator logs in with the password shown once, and must change it."""
    headers = {"Origin": world.url, "Sec-Fetch-Site": "same-origin"}
    jar = aiohttp.CookieJar(unsafe=True)
    async with aiohttp.ClientSession(cookie_jar=jar, headers=headers) as http:
        one = Console(world.url, http)
        me = await one.post("/api/v1/session", first)
        assert me["must_change_password"]
        world.passwords["zhao"] = "correct horse zhao 9"
        words = {"old": first["password"], "new": world.passwords["zhao"]}
        await one.post("/api/v1/session/password", words)


async def test_skills_change_at_once(world: GatewayWorld) -> None:
    """A seat that is signed in serves the queue from the moment of the publish, and no longer."""
    await world.add("wu", skills={"civil": 0})
    async with world.console("guan") as guan, operator(world, "wu", "8002") as wu:
        now = await guan.get(PLAN)
        plan = {**now["plan"], "operators": [dict(one) for one in now["plan"]["operators"]]}
        mine = next(one for one in plan["operators"] if one["login"] == "wu")
        mine["skills"] = {"enterprise": 0}
        await publish(guan, now, plan)
        drift = await guan.get("/api/v1/admin/drift")
        assert drift["in_step"], drift
        assert wu.console.seat_state == "ready"


async def test_drift_is_seen_and_mended(world: GatewayWorld) -> None:
    """Somebody works on Asterisk itself: a member that no seat explains."""
    async with world.console("guan") as guan:
        assert (await guan.get("/api/v1/admin/drift"))["in_step"]
        await asterisk(world, "queue add member Local/1@from-seat to civil")
        drift = await guan.get("/api/v1/admin/drift")
        (one,) = drift["differences"]
        assert (one["kind"], one["name"], one["running"]) == ("queue", "civil", "Local/1@from-seat")
        assert await doctor_says(world) == "warn"
        assert (await guan.post("/api/v1/admin/drift/mend"))["in_step"]
        assert await doctor_says(world) == "ok"


async def doctor_says(world: GatewayWorld) -> str:
    """What ``hotline doctor`` finds of the published plan."""
    _, out, said = await command(world, "doctor", "--json")
    (plan,) = [row for row in json.loads(out) if row["check"] == "plan"]
    assert "Traceback" not in said
    return str(plan["grade"])


async def asterisk(world: GatewayWorld, command: str) -> str:
    """What its console answers."""
    program = test_program()
    conf: Path = world.data_dir / "asterisk" / "etc" / "asterisk.conf"
    asking = await asyncio.create_subprocess_exec(
        *program.argv,
        *("-C", str(conf), "-rx", command),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    out, _ = await asking.communicate()
    return out.decode()


async def command(world: GatewayWorld, *words: str, stdin: str = "") -> tuple[int, str, str]:
    """``hotline`` with the world's settings: exit code, what it prints, what it says."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-P", "-m", "gateway", *words, "--config", str(world.config)),
        env=environment(),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, said = await process.communicate(stdin.encode())
    assert process.returncode is not None
    return process.returncode, out.decode(), said.decode()


async def test_the_command_line_publishes_on_the_running_hotline(world: GatewayWorld) -> None:
    """The whole plan as a file, single changes, problems all at once; on record with who did it."""
    code, text, _ = await command(world, "plan", "show")
    assert code == 0
    plan = yaml.safe_load(text)
    added = text.replace("queues:", "queues:\n- {name: night, title_zh: 夜间, title_en: Night}")
    code, shown, _ = await command(world, "plan", "diff", "-", stdin=added)
    assert code == 0
    assert shown.startswith("+ queue night")
    code, _, said = await command(world, "plan", "publish", "-", "--yes", stdin=added)
    assert code == 0, said
    code, _, said = await command(world, "plan", "publish", "-", "--yes", stdin=added)
    assert code == 1, "made from a revision that is not the last any more"
    code, _, said = await command(
        world, "queue", "set", "night", "hours=1-5 18:00-08:00", "key=0", "rank=x", "--yes"
    )
    assert code == 2
    code, _, said = await command(
        world, "queue", "set", "night", "hours=1-5 18:00-08:00", "key=0", "--yes"
    )
    assert code == 1
    assert {"queues[2].key", "queues[2].closed_queue"} <= set(re.findall(r"✗ ([^:]+):", said))
    code, out, said = await command(world, "user", "add", "qian", "--skill", "night", "--json")
    assert code == 0, said
    assert json.loads(out)["login"] == "qian"
    code, _, said = await command(world, "number", "add", "12366", "queue=night", "--yes")
    assert code == 0, said
    code, out, _ = await command(world, "plan", "drift", "--json")
    assert (code, json.loads(out)["in_step"]) == (0, True)
    code, out, _ = await command(world, "plan", "history", "--json")
    steps = json.loads(out)
    assert all(one["by"].startswith("cli:") for one in steps[:3])
    for one in steps[:3]:
        code, _, said = await command(world, "plan", "undo", str(one["revision"]), "--yes")
        assert code == 0, said
    code, text, _ = await command(world, "plan", "show")
    after = yaml.safe_load(text)
    assert {k: v for k, v in after.items() if k != "revision"} == {
        k: v for k, v in plan.items() if k != "revision"
    }


async def test_the_plan_survives_the_gateway_and_asterisk(world: GatewayWorld) -> None:
    """All is stopped and started; the number is still answered, and nothing drifts."""
    async with world.console("guan") as guan:
        now = await guan.get(PLAN)
        number = {"did": "12315", "queue": "enterprise"}
        plan = {**now["plan"], "numbers": [*now["plan"]["numbers"], number]}
        await publish(guan, now, plan)
    await world.stop()
    code, _, said = await command(world, "seat", "add", "9002", "--yes")
    assert code == 0, said
    assert (await command(world, "plan", "drift"))[0] == 3
    await world.start()
    async with world.console("guan") as guan, operator(world, "li", "8003") as li:
        plan = (await guan.get(PLAN))["plan"]
        assert [one["did"] for one in plan["numbers"]] == ["12315", "12345"]
        assert "9002" in {one["number"] for one in plan["seats"]}
        async with citizen(world, did="12315") as call:
            await connected(call, li)
            await call.hang_up()
        assert (await guan.get("/api/v1/admin/drift"))["in_step"]
