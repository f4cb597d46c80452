"""The plan is changed on a running Asterisk: people talk and wait on, what was published runs."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from gateway.clock import SystemClock
from gateway.core.drift import Difference, PublishFailed, Shape
from gateway.core.queue import Queue
from gateway.telephony.ami_users import AmiUser
from gateway.telephony.publish import AsteriskPublisher
from tests.asterisk_world import MUSIC_HZ, QUEUES, SEATS, AsteriskWorld, asterisk_world
from tests.eventually import eventually
from tests.raw_ami import raw_ami
from tests.worlds.talk import citizen_phone, conversation, enlist, registered, talk

pytestmark = pytest.mark.asterisk

BEFORE = Shape(queues=QUEUES, dids=("12345",), seats=SEATS)
CIVIL, FIRM = QUEUES
TAX = Queue(name="tax", title_zh="税务", title_en="Tax", ring_seconds=20, rank=3)
AFTER = Shape(
    queues=(replace(CIVIL, strategy="fewestcalls", ring_seconds=9), FIRM, TAX),
    dids=("12345", "12366"),
    seats=(*SEATS, "9001"),
)


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[AsteriskWorld]:
    """A real Asterisk."""
    async with asterisk_world(tmp_path) as one:
        yield one


def publisher(world: AsteriskWorld, secret: str = "") -> AsteriskPublisher:
    """As the gateway has it."""
    return AsteriskPublisher(
        host="127.0.0.1",
        port=world.ami_port,
        secret=secret or world.ami_secrets[AmiUser.ADMIN],
        phones=world.phones,
        web_calls=True,
        clock=SystemClock(),
    )


async def queue_params(world: AsteriskWorld, name: str) -> dict[str, str]:
    """What runs as this queue."""
    found = await world.ami.listing("QueueStatus")
    return next((e for e in found if e["Event"] == "QueueParams" and e.get("Queue") == name), {})


async def members(world: AsteriskWorld, queue: str) -> set[str]:
    """Who serves it."""
    found = await world.ami.listing("QueueStatus")
    return {e["Location"] for e in found if e["Event"] == "QueueMember" and e["Queue"] == queue}


async def test_publishing_disturbs_nobody_and_what_is_published_runs(world: AsteriskWorld) -> None:
    """Two talk and hear each other all along, one waits with music and is then answered.

    The new number rings the new seat, the changed strategy runs, dynamic members stay members;
    read back, nothing differs.
    """
    async with (
        conversation(world) as talking,
        citizen_phone(world, "13900000002") as second,
    ):
        await enlist(world, "8002", "enterprise")
        waiting = await second.call("12345")
        await waiting.answered()
        await eventually(lambda: waiting.heard.hears(MUSIC_HZ), 10)
        assert await publisher(world).publish(AFTER) == ()
        await talk(talking.citizen, talking.seat)
        await eventually(lambda: waiting.heard.hears(MUSIC_HZ), 10)
        assert (await queue_params(world, "civil"))["Strategy"] == "fewestcalls"
        assert (await queue_params(world, "fallback"))["Weight"] == "4"
        assert "PJSIP/desk-8002" in await members(world, "enterprise")
        async with registered(world, "9001") as desk, citizen_phone(world, "13900000003") as third:
            rung = await desk.next_call()  # the one who waited
            await rung.answered()
            await talk(waiting, rung, 950)
            await rung.hang_up()
            await waiting.ended()
            await third.call("12366")
            rung = await desk.next_call()
            assert rung.far_user
        await talk(talking.citizen, talking.seat)


async def test_what_was_published_is_there_after_a_restart_of_asterisk(
    world: AsteriskWorld,
) -> None:
    """Its files are the ones that Asterisk wrote itself; dynamic members come back, too."""
    assert await publisher(world).publish(AFTER) == ()
    await enlist(world, "9001", "tax")
    assert world.process.pid
    restarts = world.process.restarts
    await world.process.command("core stop now")
    await eventually(lambda: world.process.restarts > restarts, 20)

    async def as_published() -> bool:
        try:
            return await publisher(world).compare(AFTER) == ()
        except PublishFailed:
            return False

    await eventually(as_published, 30)
    assert "PJSIP/desk-9001" in await world.process.command("queue show tax")


async def test_a_step_back_is_a_publish_too(world: AsteriskWorld) -> None:
    """Queue, number and seat are gone again, and only they."""
    one = publisher(world)
    assert await one.publish(AFTER) == ()
    assert await one.publish(BEFORE) == ()
    assert await queue_params(world, "tax") == {}
    assert (await queue_params(world, "civil"))["Strategy"] == "leastrecent"
    assert "9001" not in await world.process.command("pjsip show endpoints")
    assert "12366" not in await world.process.command("dialplan show hotline-trunk-numbers")
    assert (await queue_params(world, "enterprise"))["Strategy"] == "leastrecent"


async def test_a_queue_with_callers_in_it_stays(world: AsteriskWorld) -> None:
    """Nothing at all is changed then."""
    one = publisher(world)
    async with citizen_phone(world) as phone:
        call = await phone.call("12345")
        await call.answered()
        await world.ami.event("QueueCallerJoin")
        # whoever has no flow waits in the fallback queue; let it stand for any other
        shape = replace(AFTER, queues=(CIVIL,))
        await world.ami.action(
            "Redirect",
            Channel=world.ami.events[-1].get("Channel", "") or await channel(world),
            Context="hotline-queue",
            Exten="q_enterprise",
            Priority="1",
        )

        async def waits() -> bool:
            return (await queue_params(world, "enterprise")).get("Calls") == "1"

        await eventually(waits, 10)
        with pytest.raises(PublishFailed) as refused:
            await one.publish(shape)
        assert refused.value.step == "callers-waiting"
        assert await one.compare(BEFORE) == ()


async def channel(world: AsteriskWorld) -> str:
    """The only caller's channel."""
    found = await world.ami.listing("CoreShowChannels")
    return next(e["Channel"] for e in found if e["Event"] == "CoreShowChannel")


async def test_what_somebody_changes_behind_our_back_is_told_and_mended(
    world: AsteriskWorld,
) -> None:
    """A queue's option, a queue too many, a number taken away, a member nobody knows."""
    one = publisher(world)
    shape = replace(BEFORE, members=())
    assert await one.compare(shape) == ()
    for step in (
        {"Action-000000": "Update", "Cat-000000": "civil", "Var-000000": "timeout"}
        | {"Value-000000": "99"},
        {"Action-000000": "NewCat", "Cat-000000": "rogue"},
    ):
        name = "queues_hotline.conf"
        user = AmiUser.ADMIN
        async with raw_ami(world.ami_port, user, world.ami_secrets[user]) as ami:
            done = await ami.action("UpdateConfig", SrcFilename=name, DstFilename=name, **step)
            assert done["Response"] == "Success", done
    await world.process.command("queue reload all")
    await world.process.command("dialplan remove extension 12345@hotline-trunk-numbers")
    await world.process.command("queue add member Local/1@from-seat to enterprise")
    found = set(await one.compare(shape))
    assert found == {
        Difference(kind="queue", name="civil", field="timeout", published="15", running="99"),
        Difference(kind="queue", name="rogue", running="yes"),
        Difference(kind="number", name="12345", field="dialplan", published="yes", running="no"),
        Difference(kind="queue", name="enterprise", field="member", running="Local/1@from-seat"),
    }
    assert await one.publish(BEFORE) == ()
    left = await one.compare(shape)
    assert [each.field for each in left] == ["member"]


async def test_a_refused_login_says_so_at_once(world: AsteriskWorld) -> None:
    """And a telephone system that is away, too."""
    with pytest.raises(PublishFailed) as refused:
        await publisher(world, secret="wrong").compare(BEFORE)
    assert (refused.value.step, refused.value.reason) == ("connect", "login refused")
