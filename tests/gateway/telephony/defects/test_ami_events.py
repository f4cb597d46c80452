"""Every defect of plain panoramisk in what is heard: seen there, not through our door."""

from __future__ import annotations

import ast
from dataclasses import replace
from pathlib import Path

import pytest

from gateway.telephony.ami_codec import AmiMessage
from tests.eventually import eventually, takes
from tests.gateway.telephony.defects.world import plain
from tests.gateway.telephony.link_world import FAST, Listening, listening
from tests.gateway.telephony.test_ami_protocol import Connection, connected
from tests.peers.ami_peer import AmiPeer, ami_peer

PATIENT = replace(FAST, ping_every_seconds=60, action_seconds=10)
"""No pong in the middle of what the peer says; a slow machine is no lost link."""
CHECKOUT = Path(__file__).resolve().parents[4]
QUEUED = b"Response: Success\r\nActionID: %s\r\nMessage: Originate successfully queued\r\n\r\n"


def heard(world: Listening, event: str) -> list[AmiMessage]:
    """The events of this name."""
    found = [each for each in world.heard if isinstance(each, AmiMessage)]
    return [each for each in found if each.event == event]


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


async def test_a_character_split_over_two_segments_vanishes() -> None:
    """张三投诉噪音 loses 噪 or 投; ours waits for the whole message."""
    event = "Event: UserEvent\r\nText: 张三投诉噪音\r\n\r\n".encode()

    async def dribble(peer: AmiPeer) -> None:
        for at in range(len(event)):
            await peer.say(event[at : at + 1])
            await takes(0.005)

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
