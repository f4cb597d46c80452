"""Every defect of plain panoramisk in what is asked: seen there, not through our door.

Each test shows both, with one peer that does the same to both. The first half fails when a release
mends the defect; then the table (table.py) and our detour can be looked at again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from dataclasses import replace

import pytest

from gateway.core.errors import Invalid, PhonesUnavailable
from gateway.telephony.ami_link import LOGIN_REFUSED, LinkDown, LinkState, LinkUp
from tests.eventually import eventually, others_run, remains
from tests.gateway.telephony.defects.world import plain
from tests.gateway.telephony.link_world import FAST, listening
from tests.gateway.telephony.test_ami_protocol import Connection, connected
from tests.peers.ami_peer import AmiPeer, ami_peer

PATIENT = replace(FAST, ping_every_seconds=60, action_seconds=10)
"""No pong in the middle of what the peer says; a slow machine is no lost link."""
ADDED = b"Response: Success\r\nActionID: %s\r\nMessage: Added interface to queue\r\n\r\n"
QUEUED = b"Response: Success\r\nActionID: %s\r\nMessage: Originate successfully queued\r\n\r\n"
FOLLOWS = b"Response: Success\r\nActionID: %s\r\nMessage: Output will follow\r\n\r\n"
BEGUN = b"Response: Success\r\nActionID: %s\r\nEventList: start\r\nMessage: x\r\n\r\n"
ITEM = b"Event: Item\r\nActionID: %s\r\n\r\n"


def names(peer: AmiPeer) -> list[str]:
    """The actions that came, in order."""
    return [action["Action"] for action in peer.actions]


async def failure(asked: Awaitable[object]) -> str:
    """Why this could not be done; empty when it could."""
    try:
        await asked
    except PhonesUnavailable as fault:
        return fault.reason
    return ""


async def test_an_unanswered_originate_is_sent_again() -> None:
    """Two calls out of one; ours fails at once and stays unsent."""
    async with ami_peer() as peer, plain("replay", peer.port):
        peer.mute.add("Originate")
        await eventually(lambda: names(peer) == ["Originate"], 20)
        peer.drop()
        await eventually(lambda: names(peer) == ["Originate", "Originate"], 20)
    async with ami_peer() as peer, listening(peer) as world, asyncio.TaskGroup() as tasks:
        peer.mute.add("Originate")
        await world.up()
        asked = tasks.create_task(failure(world.link.act("Originate", Channel="PJSIP/x")))
        await eventually(lambda: names(peer) == ["Originate"])
        peer.drop()
        await world.up(2)
        assert await asked
        await world.link.act("After")
        assert names(peer) == ["Originate", "After"]


async def test_a_frozen_peer_is_never_noticed() -> None:
    """It pings on and counts itself connected; ours is down at the first missing pong."""
    async with ami_peer() as peer, plain("half_open", peer.port) as one:
        await one.said("up")
        peer.thawed.clear()
        assert await one.said("found") == {"connected": True, "pending": True}
    async with ami_peer() as peer, listening(peer) as world:
        await world.up()
        peer.thawed.clear()
        await eventually(lambda: LinkDown("no pong") in world.changes())
        peer.thawed.set()
        await world.up(2)


async def test_what_is_never_answered_waits_for_ever() -> None:
    """Also a list cut in its middle, also after a reconnect; ours ends at its deadline or loss."""
    async with ami_peer() as peer, plain("no_deadline", peer.port) as one:
        peer.mute.add("Quiet")
        peer.answers["Cut"] = BEGUN + ITEM
        await one.said("asked")
        await eventually(lambda: len(peer.actions) == 2)
        peer.drop()
        assert await one.said("found") == {"quiet": False, "cut": False, "connected": True}
    async with ami_peer() as peer, listening(peer) as world, asyncio.TaskGroup() as tasks:
        peer.mute.add("Quiet")
        peer.answers["Cut"] = BEGUN + ITEM
        await world.up()
        assert await failure(world.link.act("Quiet")) == "no answer in time"
        cut = tasks.create_task(failure(world.link.act_list("Cut")))
        await eventually(lambda: "Cut" in names(peer))
        peer.drop()
        assert await cut


async def test_queue_add_is_never_answered_and_never_forgotten() -> None:
    """It waits for a list that does not come; ours has its one answer and keeps nothing."""
    async with ami_peer() as peer, plain("queue_add", peer.port) as one:
        peer.answers["QueueAdd"] = ADDED
        found = await one.said("found")
        assert not found["answered"]
        assert found["left"] >= 20
    async with ami_peer() as peer, connected(peer, Connection()) as connection:
        peer.answers["QueueAdd"] = ADDED
        for _ in range(20):
            assert (await connection.protocol.send({"Action": "QueueAdd"}))[0].ok
        await others_run()
        assert connection.protocol._pending == {}


async def test_who_wants_one_answer_gets_none() -> None:
    """``as_list=False`` is overwritten on the way; with ours who asks decides."""
    async with ami_peer() as peer, plain("as_list", peer.port) as one:
        peer.answers["Command"] = FOLLOWS
        assert await one.said("found") == {"answered": False}
    async with ami_peer() as peer, listening(peer, PATIENT) as world:
        await world.up()
        peer.answers["Command"] = FOLLOWS
        assert (await world.link.act("Command")).ok


async def test_an_agi_command_is_never_answered_and_its_event_vanishes() -> None:
    """Asterisk tells the outcome in an event with the command's id; ours answers and tells both."""
    done = b"Event: AsyncAGIExec\r\nActionID: %s\r\nResult: 200%20result=0\r\n\r\n"
    answer = ADDED.replace(b"interface", b"AGI command") + done
    async with ami_peer() as peer, plain("agi_command", peer.port) as one:
        peer.answers["AGI"] = answer
        assert await one.said("found") == {"answered": False, "heard": []}
    async with ami_peer() as peer, listening(peer, PATIENT) as world:
        await world.up()
        peer.answers["AGI"] = answer
        assert (await world.link.act("AGI", Command="NOOP")).ok
        await eventually(lambda: "AsyncAGIExec" in world.events())


async def test_a_synchronous_originate_ends_the_connection() -> None:
    """KeyError in data_received; ours is answered and goes on."""
    async with ami_peer() as peer, plain("sync_originate", peer.port) as one:
        peer.answers["Originate"] = QUEUED
        assert await one.said("found") == {"answered": False, "closed": True}
    async with ami_peer() as peer, listening(peer, PATIENT) as world:
        await world.up()
        peer.answers["Originate"] = QUEUED
        assert (await world.link.act("Originate")).ok
        assert (await world.link.act("After")).ok
        assert world.changes() == [LinkUp()]


async def test_a_line_break_in_a_value_is_a_second_action() -> None:
    """A caller's name writes Asterisk's database; ours refuses the value and sends nothing."""
    async with ami_peer() as peer, plain("injection", peer.port):
        await eventually(lambda: names(peer) == ["Setvar", "DBPut"], 20)
        assert peer.actions[1]["Family"] == "pwned"
    async with ami_peer() as peer, listening(peer, PATIENT) as world:
        await world.up()
        long = "x" * 1_100
        for value in ("x\r\n\r\nAction: DBPut\r\nFamily: pwned", "x\ny", "x\0y", "x\ry", long):
            with pytest.raises(Invalid):
                await world.link.act("Setvar", Variable="NAME", Value=value)
        with pytest.raises(Invalid):
            await world.link.act("Setvar", **{"Name\r\nAction": "DBPut"})
        await world.link.act("After")
        assert names(peer) == ["After"]


async def test_a_refused_login_says_nothing() -> None:
    """No exception, no callback, and it counts itself connected; ours says so once."""
    async with ami_peer() as peer, plain("refused", peer.port) as one:
        assert await one.said("found") == {"told": [], "connected": True}
    async with ami_peer() as peer, listening(peer, PATIENT, secret="no") as world:
        await eventually(lambda: world.link.state is LinkState.REFUSED)
        assert world.changes() == [LinkDown(LOGIN_REFUSED)]


async def test_closed_it_comes_back() -> None:
    """``close`` while it waits to connect again is forgotten; ours stays closed."""
    async with ami_peer() as peer, plain("close_in_vain", peer.port) as one:
        await one.said("up")
        await peer.stop()
        await one.said("closed")
        seen = peer.connections
        await peer.start()
        await eventually(lambda: peer.connections > seen, 20)
    async with ami_peer() as peer:
        async with listening(peer, PATIENT) as world:
            await world.up()
            await peer.stop()
            await eventually(lambda: world.link.state is LinkState.DOWN)
        seen = peer.connections
        await peer.start()
        await remains(lambda: peer.connections == seen, 2.3)


async def test_before_connect_it_stumbles_over_itself() -> None:
    """AttributeError of None; ours says that the telephone system is away."""
    async with plain("not_connected", 9) as one:
        assert await one.said("found") == {"raised": "AttributeError"}
    async with ami_peer() as peer:
        await peer.stop()
        async with listening(peer, PATIENT) as world:
            assert await failure(world.link.act("Ping")) == "down"
        await peer.start()
