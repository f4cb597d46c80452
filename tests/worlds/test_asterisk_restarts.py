"""Asterisk dies or is restarted: calls are cut, and nothing and nobody is forgotten."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from gateway.app import opened_store
from gateway.core.call import Outcome
from gateway.core.contact import ContactQuery
from gateway.core.facts import FactKind
from tests.asterisk_world import test_program
from tests.eventually import eventually
from tests.gateway_world import GatewayWorld, gateway_world
from tests.walks.people import Seated, citizen, connected, operator, they_hear_each_other

pytestmark = pytest.mark.asterisk
TALKING, HELD, WAITING, HUNG_UP = "13800000041", "13800000042", "13800000043", "13800000044"
NEXT = "13800000045"


def asterisk_pid(world: GatewayWorld) -> int:
    """The Asterisk below the keeper; 0 while there is none."""
    assert world.process
    children = Path(f"/proc/{world.process.pid}/task/{world.process.pid}/children")
    for pid in map(int, children.read_text("ascii").split()):
        with suppress(OSError):  # it ended while we looked
            if b"asterisk.conf" in Path(f"/proc/{pid}/cmdline").read_bytes():
                return pid
    return 0


async def asked(world: GatewayWorld, line: str) -> str:
    """What Asterisk's console answers."""
    program = test_program()
    process = await asyncio.create_subprocess_exec(
        *(*program.argv, "-C", str(world.data_dir / "asterisk/etc/asterisk.conf"), "-rx", line),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env=dict(os.environ) | dict(program.env),
    )
    out, _ = await process.communicate()
    return out.decode("utf-8", "replace")


async def members(world: GatewayWorld) -> dict[str, str]:
    """Queue and phone of each member that is not in a file, and whether and why it is paused."""
    found: dict[str, str] = {}
    queue = ""
    for line in (await asked(world, "queue show")).splitlines():
        if line[:1].strip():
            queue = line.partition(" ")[0]
        if "PJSIP/" in line and "(dynamic)" in line:
            phone = line.partition("PJSIP/")[2].partition(")")[0].partition(" ")[0]
            paused = line.partition("(paused")[2].partition("was")[0].strip(": ")
            penalty = line.partition("with penalty ")[2].partition(" ")[0]
            found[f"{queue} {phone}"] = f"{penalty}|{paused}" if "(paused" in line else penalty
    return found


async def killed(world: GatewayWorld) -> None:
    """Kill -9."""
    os.kill(asterisk_pid(world), signal.SIGKILL)


async def restarted(world: GatewayWorld) -> None:
    """An admin's ``core restart now``."""
    await asked(world, "core restart now")


@dataclass
class Cut:
    """What was there when the telephone system went down."""

    li: Seated
    wang: Seated
    chen: Seated
    contacts: dict[str, str]
    before: dict[str, str]


@asynccontextmanager
async def busy_floor(world: GatewayWorld) -> AsyncIterator[Cut]:
    """Li talks, Wang holds, Chen is at lunch; one waits, one without a number, one has hung up."""
    async with AsyncExitStack() as stack:
        enter = stack.enter_async_context
        li = await enter(operator(world, "li", "8001", skills={"civil": 0}))
        talking = await enter(citizen(world, TALKING))
        await they_hear_each_other(talking, await connected(talking, li))
        wang = await enter(operator(world, "wang", "8002", skills={"civil": 3}))
        async with citizen(world, HUNG_UP) as gone:
            await connected(gone, wang)
            await gone.hang_up()
            await wang.console.seat_becomes("wrapping_up")
        await wang.console.post("/api/v1/seat/finish-wrap-up")
        held = await enter(citizen(world, HELD))
        await connected(held, wang)
        contact = wang.console.call
        assert contact
        await wang.console.post(f"/api/v1/calls/{contact['contact_id']}/hold")
        await wang.console.sees("held")
        chen = await enter(operator(world, "chen", "8003", skills={"enterprise": 1}))
        await chen.console.post("/api/v1/seat/break", {"reason": "meal"})
        await enter(citizen(world, WAITING))
        await enter(citizen(world, "anonymous"))
        await eventually(lambda: waiting(li) == 2, 20)
        contacts = {}
        for seated in (li, wang):
            assert seated.console.call
            contacts[seated.seat] = seated.console.call["contact_id"]
        yield Cut(li, wang, chen, contacts, await members(world))


def waiting(seated: Seated) -> int:
    """How many wait, as this console shows it."""
    return sum(queue["waiting"] for queue in seated.console.state["queues"])


@pytest.mark.parametrize("how", [killed, restarted])
async def test_everything_but_the_calls_outlives_the_telephone_system(
    tmp_path: Path, how: Callable[[GatewayWorld], Awaitable[None]]
) -> None:
    """Each who was cut is on the list, once; seats, pauses and queues are as before, unasked.

    Who had hung up before is not listed, and who gave no number cannot be. Then the next citizen
    talks with the same seat.
    """
    loop = asyncio.get_running_loop()
    async with gateway_world(tmp_path) as world, busy_floor(world) as cut:
        began = loop.time()
        await how(world)
        await eventually(lambda: cut.li.console.state["link"] == "down", 20)
        await eventually(lambda: cut.li.console.state["link"] == "up", 30)
        print(f"{how.__name__}: link back after {loop.time() - began:.1f} s")  # noqa: T201 - a measurement
        for seated in (cut.li, cut.wang):
            seen = await seated.console.sees("ended", 30)
            assert seen["contact_id"] == cut.contacts[seated.seat]
            assert seen["outcome"] == "lost"
            assert seen["callback_id"]
            await seated.console.seat_becomes("wrapping_up")
        await eventually(lambda: cut.li.console.state["callbacks"] == 3, 30)
        print(f"{how.__name__}: all listed after {loop.time() - began:.1f} s")  # noqa: T201 - a measurement
        listed = await cut.li.console.get("/api/v1/callbacks")
        assert {one["number_masked"] for one in listed["items"]} == {
            "138****0041",
            "138****0042",
            "138****0043",
        }
        assert (cut.chen.console.seat_state, reason(cut.chen)) == ("not_ready", "meal")
        await eventually(lambda: same_members(world, cut), 30)
        for seated in (cut.li, cut.wang):
            await seated.console.post("/api/v1/seat/finish-wrap-up")
        async with citizen(world, NEXT) as call:
            await they_hear_each_other(call, await connected(call, cut.li))
            await call.hang_up()
            await cut.li.console.seat_becomes("wrapping_up")
        await the_facts_agree(world)
        await eventually(lambda: sounds_kept(world), 30)
        logs = [*(world.data_dir / "asterisk/log").iterdir(), tmp_path / "gateway.log"]
        texts = [await asyncio.to_thread(log.read_bytes) for log in logs]
        numbers = (TALKING, HELD, WAITING, HUNG_UP, NEXT)
        assert not [one for one in numbers for text in texts if one.encode() in text]


def reason(seated: Seated) -> Any:
    """Why the seat takes no calls."""
    return seated.console.state["seat"]["reason"]


async def same_members(world: GatewayWorld, cut: Cut) -> bool:
    """Queues and penalties; Chen's pause with its reason. The others wrap up now."""
    now = await members(world)
    return penalties(now) == penalties(cut.before) and now["enterprise desk-8003"] == "1|meal"


def penalties(members: dict[str, str]) -> dict[str, str]:
    """Of each member."""
    return {name: said.partition("|")[0] for name, said in members.items()}


async def sounds_kept(world: GatewayWorld) -> bool:
    """Every call has its recording, those that were cut, too."""
    async with opened_store(world.settings()) as store:
        records = await store.contacts(ContactQuery())
    return len(records) == 6 and all(one.recording and one.recording.seconds > 0 for one in records)


async def the_facts_agree(world: GatewayWorld) -> None:
    """The facts say the same as the screens."""
    async with opened_store(world.settings()) as store:
        facts = await store.facts(limit=5_000)
        lost = [fact for fact in facts if fact.kind is FactKind.CALL_LOST]
        assert sorted(str(fact.data["state"]) for fact in lost) == [
            "talking",
            "talking",
            "waiting",
            "waiting",
        ]
        assert [fact.data["reachable"] for fact in lost].count(False) == 1
        ends = {
            fact.contact_id: str(fact.data["outcome"])
            for fact in facts
            if fact.kind is FactKind.CALL_ENDED
        }
        assert sorted(ends.values()) == [Outcome.ANSWERED] * 2 + [Outcome.LOST] * 4
