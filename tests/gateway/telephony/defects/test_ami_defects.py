"""Every defect of plain panoramisk's manager interface: seen there, and not through our door.

Each test shows both, with one peer that does the same to both. The first half fails when a release
mends the defect; then the table (table.py) and our detour can be looked at again.
"""

from __future__ import annotations

import ast
import asyncio
from collections.abc import Awaitable
from dataclasses import replace
from pathlib import Path

import pytest

from gateway.core.errors import Invalid, PhonesUnavailable
from gateway.telephony.ami_codec import AmiMessage
from gateway.telephony.ami_link import LOGIN_REFUSED, LinkDown, LinkState, LinkUp
from tests.eventually import eventually
from tests.gateway.telephony.defects.world import plain
from tests.gateway.telephony.link_world import FAST, Listening, listening
from tests.gateway.telephony.test_ami_protocol import Connection, connected
from tests.peers.ami_peer import AmiPeer, ami_peer

PATIENT = replace(FAST, ping_every_seconds=60, action_seconds=10)
"""No pong in the middle of what the peer says; a slow machine is no lost link."""
CHECKOUT = Path(__file__).resolve().parents[4]
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


def heard(world: Listening, event: str) -> list[AmiMessage]:
    """The events of this name."""
    found = [each for each in world.heard if isinstance(each, AmiMessage)]
    return [each for each in found if each.event == event]


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
        found = await one.said("found")
        assert found["connected"]
        assert found["pending"] >= 3
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
        await asyncio.sleep(0)
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


async def test_a_callback_with_a_bug_ends_the_connection() -> None:
    """With what else stood in the segment; ours counts the fault and reads on."""
    poison = b"".join(b"Event: Poison\r\nN: %d\r\n\r\n" % n for n in (1, 2, 3))
    async with ami_peer() as peer, plain("callback_raises", peer.port) as one:
        await one.said("up")
        await peer.say(poison)
        assert await one.said("found") == {"heard": ["1"], "closed": True}

    numbers: list[str] = []

    def heed(message: AmiMessage) -> None:
        numbers.append(message["N"])
        if message["N"] == "1":
            raise ValueError

    async with ami_peer() as peer, connected(peer, Connection(heed)) as connection:
        await peer.say(poison)
        await eventually(lambda: numbers == ["1", "2", "3"])
        assert (connection.counters.faults, connection.lost) == (1, [])
        assert (await connection.protocol.send({"Action": "Ping"}))[0].ok


async def test_callbacks_overtake_each_other() -> None:
    """Coroutines run side by side; ours hands out one after the other, however slow who hears."""
    story = b"".join(b"Event: Numbered\r\nN: %d\r\n\r\n" % n for n in range(10))
    async with ami_peer() as peer, plain("disorder", peer.port) as one:
        await one.said("up")
        await peer.say(story)
        order = (await one.said("found"))["order"]
        assert sorted(order) == list(range(10)) != order
    async with ami_peer() as peer, listening(peer, PATIENT) as world:
        await world.up()
        world.reading.clear()
        await peer.say(story)
        await eventually(lambda: len(world.link._heard) >= 9)
        world.reading.set()
        await eventually(lambda: len(heard(world, "Numbered")) == 10)
        assert [each["N"] for each in heard(world, "Numbered")] == [str(n) for n in range(10)]


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


async def test_a_character_split_over_two_segments_vanishes() -> None:
    """张三投诉噪音 loses 噪 or 投; ours waits for the whole message."""
    event = "Event: UserEvent\r\nText: 张三投诉噪音\r\n\r\n".encode()

    async def dribble(peer: AmiPeer) -> None:
        for at in range(len(event)):
            await peer.say(event[at : at + 1])
            await asyncio.sleep(0.005)

    async with ami_peer() as peer, plain("hears", peer.port) as one:
        await one.said("up")
        await dribble(peer)
        assert (await one.said("event")).get("Text") != "张三投诉噪音"
    async with ami_peer() as peer, listening(peer, PATIENT) as world:
        await world.up()
        await dribble(peer)
        await eventually(lambda: heard(world, "UserEvent"))
        assert heard(world, "UserEvent")[0]["Text"] == "张三投诉噪音"


async def test_gb18030_vanishes() -> None:
    """An old PBX's words are gone without a trace; ours reads them."""
    event = b"Event: UserEvent\r\nText: %s\r\nX: 1\r\n\r\n" % "中文".encode("gb18030")
    async with ami_peer() as peer, plain("hears", peer.port) as one:
        await one.said("up")
        await peer.say(event)
        assert (await one.said("event"))["Text"] == ""
    async with ami_peer() as peer, listening(peer, PATIENT) as world:
        await world.up()
        await peer.say(event)
        await eventually(lambda: heard(world, "UserEvent"))
        assert heard(world, "UserEvent")[0]["Text"] == "中文"


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
        with pytest.raises(AssertionError):
            await eventually(lambda: peer.connections > seen, 2.3)


async def test_before_connect_it_stumbles_over_itself() -> None:
    """AttributeError of None; ours says that the telephone system is away."""
    async with plain("not_connected", 9) as one:
        assert await one.said("found") == {"raised": "AttributeError"}
    async with ami_peer() as peer:
        await peer.stop()
        async with listening(peer, PATIENT) as world:
            assert await failure(world.link.act("Ping")) == "down"
        await peer.start()


async def test_a_header_changes_its_type_when_it_comes_twice() -> None:
    """A str, then a list, and getdict() throws on one; ours is the same for none, one and two."""
    async with plain("repeated") as one:
        assert await one.said("found") == {
            "one": "A=1",
            "two": ["A=1", "B=2"],
            "raised": "TypeError",
        }
    async with ami_peer() as peer, listening(peer, PATIENT) as world:
        await world.up()
        for lines in (b"", b"ChanVariable: A=1\r\n", b"ChanVariable: A=1\r\nChanVariable: B=2\r\n"):
            await peer.say(b"Event: E\r\n" + lines + b"\r\n")
        await eventually(lambda: len(heard(world, "E")) == 3)
        found = [each.variables() for each in heard(world, "E")]
        assert found == [{}, {"A": "1"}, {"A": "1", "B": "2"}]


async def test_headers_are_changed_merged_and_lost() -> None:
    """Result is unquoted, case is folded, the last empty one is dropped, a typo reads as empty."""
    event = b"Event: UserEvent\r\nResult: 50%25 off\r\nName: a\r\nNAME: b\r\nEmpty: \r\n\r\n"
    async with ami_peer() as peer, plain("hears", peer.port) as one:
        await one.said("up")
        await peer.say(event)
        found = await one.said("event")
        assert found == {"Event": "UserEvent", "Result": "50% off", "NAME": "b", "content": ""}
    async with ami_peer() as peer, listening(peer, PATIENT) as world:
        await world.up()
        await peer.say(event)
        await eventually(lambda: heard(world, "UserEvent"))
        message = heard(world, "UserEvent")[0]
        assert message.first == {
            "Event": "UserEvent",
            "Result": "50%25 off",
            "Name": "a",
            "NAME": "b",
            "Empty": "",
        }
        with pytest.raises(KeyError):
            message["Typo"]


async def test_news_with_an_actions_id_reaches_nobody_else() -> None:
    """Callbacks never hear OriginateResponse; with ours it is news for everybody."""
    response = b"Event: OriginateResponse\r\nActionID: %s\r\nResponse: Failure\r\n\r\n"
    async with ami_peer() as peer, plain("swallowed", peer.port) as one:
        peer.answers["Originate"] = QUEUED + response
        assert await one.said("found") == {"answered": True, "heard": []}
    async with ami_peer() as peer, listening(peer, PATIENT) as world:
        await world.up()
        peer.answers["Originate"] = QUEUED + response
        assert (await world.link.act("Originate")).ok
        await eventually(lambda: "OriginateResponse" in world.events())


async def test_its_call_manager_mixes_the_calls_of_one_second() -> None:
    """Two calls are one; we have no road to it (the law below), calls are told by HOTLINE_ID."""
    async with plain("one_second") as one:
        assert await one.said("found") == {"calls": 1}
    assert used_of_panoramisk() == {"gateway/telephony/ami_link.py": {"panoramisk.Manager"}}


async def test_a_stream_kept_by_name_ends_the_login() -> None:
    """Bytes into a text file: TypeError at the first byte. We keep no stream."""
    async with ami_peer() as peer, plain("save_stream", peer.port) as one:
        assert await one.said("found") == {"authenticated": False}
    source = (CHECKOUT / "gateway/telephony/ami_link.py").read_text("utf-8")
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    (made,) = [one for one in calls if isinstance(one.func, ast.Name) and "_Conn" in one.func.id]
    assert {each.arg for each in made.keywords} == {"loop", "host", "port", "protocol_factory"}


def used_of_panoramisk() -> dict[str, set[str]]:
    """Which of its names are used where, in everything we ship."""
    used: dict[str, set[str]] = {}
    for folder in ("gateway", "ivr", "config"):
        for path in (CHECKOUT / folder).rglob("*.py"):
            tree = ast.parse(path.read_text("utf-8"))
            found = {
                f"panoramisk.{node.attr}"
                for node in ast.walk(tree)
                if isinstance(node, ast.Attribute)
                and isinstance(node.value, ast.Name)
                and node.value.id == "panoramisk"
            }
            found |= {
                str(node.module)
                for node in ast.walk(tree)
                if isinstance(node, ast.ImportFrom) and str(node.module).startswith("panoramisk")
            }
            if found and not str(path).startswith(str(CHECKOUT / "gateway/bench")):
                used[str(path.relative_to(CHECKOUT))] = found
    return used
