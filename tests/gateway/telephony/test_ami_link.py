"""The link is honest: what is asked is answered or fails, what is heard comes whole, in order."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable

import pytest

from gateway.core.errors import Invalid, PhonesUnavailable
from gateway.telephony.ami_codec import AmiMessage
from gateway.telephony.ami_link import (
    LinkUp,
)
from gateway.telephony.ami_protocol import ActionRefused
from tests.eventually import eventually, others_run
from tests.gateway.telephony.link_world import listening
from tests.peers.ami_peer import ami_peer


async def test_an_action_is_answered_and_a_no_is_an_answer() -> None:
    """``act`` returns what Asterisk said, yes or no."""
    async with ami_peer() as peer, listening(peer) as world:
        await world.up()
        peer.answers["QueueRemove"] = (
            b"Response: Error\r\nActionID: %s\r\nMessage: Not there\r\n\r\n"
        )
        assert (await world.link.act("QueueAdd", Queue="civil", Penalty=3)).ok
        answer = await world.link.act("QueueRemove", Queue="civil")
        assert (answer.ok, answer["Message"]) == (False, "Not there")
        assert peer.actions[0]["Penalty"] == "3"


async def test_nothing_is_smuggled() -> None:
    """A line break in a value is refused before anything is sent."""
    async with ami_peer() as peer, listening(peer) as world:
        await world.up()
        with pytest.raises(Invalid):
            await world.link.act("Setvar", Value="x\r\n\r\nAction: Originate\r\nActionID: 1")
        await world.link.act("After")
        assert [action["Action"] for action in peer.actions] == ["After"]


async def test_a_character_split_over_segments_is_whole() -> None:
    """Segments that arrive apart make one text."""
    event = "Event: UserEvent\r\nText: 张三投诉噪音\r\n\r\n".encode()
    async with ami_peer() as peer, listening(peer) as world:
        await world.up()
        for at in range(len(event)):
            await peer.say(event[at : at + 1])
            await others_run()
        await eventually(lambda: "UserEvent" in world.events())
        message = world.heard[-1]
        assert isinstance(message, AmiMessage)
        assert message["Text"] == "张三投诉噪音"


async def test_an_action_without_answer_ends_at_its_deadline() -> None:
    """And its late answer disturbs nobody."""
    async with ami_peer() as peer, listening(peer) as world:
        await world.up()
        peer.mute.add("Redirect")
        with pytest.raises(PhonesUnavailable, match="no answer in time"):
            await world.link.act("Redirect")
        id_ = peer.actions[-1]["ActionID"].encode()
        await peer.say(b"Response: Success\r\nActionID: %s\r\n\r\n" % id_)
        await eventually(lambda: world.link.counters.late_answers == 1)
        assert (await world.link.act("Next")).ok


async def test_events_come_in_order_and_none_before_up() -> None:
    """LinkUp first, then as Asterisk sent them."""
    async with ami_peer() as peer, listening(peer) as world:
        await world.up()
        await peer.say(b"".join(b"Event: E%d\r\n\r\n" % n for n in range(50)))
        await eventually(lambda: len(world.events()) == 50)
        assert world.events() == [f"E{n}" for n in range(50)]
        assert world.heard[0] == LinkUp()


async def test_events_with_an_actions_id_reach_the_action_and_everybody() -> None:
    """OriginateResponse is news, although it carries the id of its action."""
    async with ami_peer() as peer, listening(peer) as world:
        await world.up()
        peer.answers["Originate"] = (
            b"Event: Hangup\r\nActionID: %s\r\nCause: 17\r\n\r\n"
            b"Response: Success\r\nActionID: %s\r\n\r\n"
            b"Event: OriginateResponse\r\nActionID: %s\r\nReason: 4\r\n\r\n"
        )
        assert (await world.link.act("Originate")).ok
        await eventually(lambda: world.events() == ["Hangup", "OriginateResponse"])


async def test_a_list_is_gathered_whole() -> None:
    """Its items do not mix with events, nor reach the reader."""
    async with ami_peer() as peer, listening(peer) as world:
        await world.up()
        peer.answers["QueueStatus"] = (
            b"Response: Success\r\nActionID: %s\r\nEventList: start\r\n\r\n"
            b"Event: QueueMember\r\nActionID: %s\r\nName: 8001\r\n\r\n"
            b"Event: Other\r\n\r\n"
            b"Event: QueueMember\r\nActionID: %s\r\nName: 8002\r\n\r\n"
            b"Event: QueueStatusComplete\r\nActionID: %s\r\nEventList: Complete\r\n\r\n"
        )
        items = await world.link.act_list("QueueStatus")
        assert [item["Name"] for item in items] == ["8001", "8002"]
        await eventually(lambda: world.events() == ["Other"])


async def test_a_list_may_be_refused_empty_or_cut() -> None:
    """A no raises; a Success without a list is empty; a link that breaks in the middle raises."""
    async with ami_peer() as peer, listening(peer) as world:
        await world.up()
        peer.answers["No"] = (
            b"Response: Error\r\nActionID: %s\r\nMessage: Permission denied\r\n\r\n"
        )
        with pytest.raises(ActionRefused) as refused:
            await world.link.act_list("No")
        assert refused.value.message == "Permission denied"
        assert await world.link.act_list("Empty") == []
        peer.answers["Cut"] = b"Response: Success\r\nActionID: %s\r\nEventList: start\r\n\r\n"
        async with asyncio.TaskGroup() as tasks:
            pending = tasks.create_task(_failure(world.link.act_list("Cut")))
            await eventually(lambda: peer.actions[-1]["Action"] == "Cut")
            peer.drop()
        assert pending.result() == "connection closed"


async def _failure(asked: Awaitable[object]) -> str:
    try:
        await asked
    except PhonesUnavailable as fault:
        return fault.reason
    return ""
