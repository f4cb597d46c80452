"""The link is honest: up or down, answered or not, in order, never twice."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from gateway.core.errors import Invalid, PhonesUnavailable
from gateway.telephony.ami_codec import AmiMessage
from gateway.telephony.ami_link import (
    LOGIN_REFUSED,
    AmiLink,
    LinkDown,
    LinkLimits,
    LinkState,
    LinkUp,
    retry_pause,
)
from gateway.telephony.ami_protocol import ActionRefused
from tests.eventually import eventually
from tests.peers.ami_peer import AmiPeer, ami_peer

FAST = LinkLimits(
    connect_seconds=1,
    boot_seconds=1,
    action_seconds=0.5,
    ping_every_seconds=0.1,
    pong_seconds=0.3,
    retry_first_seconds=0.01,
    retry_last_seconds=0.05,
    refused_retry_seconds=0.05,
    heard_messages=100,
)
Heard = list[AmiMessage | LinkUp | LinkDown]


class Listening:
    """A link and everything it said."""

    def __init__(self, link: AmiLink) -> None:
        self.link, self.heard = link, Heard()
        self.reading = asyncio.Event()
        self.reading.set()

    async def read(self) -> None:
        """Read until the link is closed; ``reading`` holds the reader up."""
        async for each in self.link.messages():
            self.heard.append(each)
            await self.reading.wait()

    def events(self) -> list[str]:
        """The names of the events so far."""
        return [each.event for each in self.heard if isinstance(each, AmiMessage)]

    def changes(self) -> list[LinkUp | LinkDown]:
        """Up and down so far."""
        return [each for each in self.heard if not isinstance(each, AmiMessage)]

    async def up(self, times: int = 1) -> None:
        """Wait until the link came up so many times."""
        await eventually(lambda: self.changes().count(LinkUp()) >= times)


@asynccontextmanager
async def listening(
    peer: AmiPeer, limits: LinkLimits = FAST, secret: str = ""
) -> AsyncIterator[Listening]:
    """A link to the peer and a reader."""
    link = AmiLink(
        host="127.0.0.1", port=peer.port, user="u", secret=secret or peer.secret, limits=limits
    )
    async with asyncio.TaskGroup() as tasks:
        async with link:
            both = Listening(link)
            tasks.create_task(both.read())
            yield both
        both.reading.set()


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
            await asyncio.sleep(0)
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


async def test_nothing_is_sent_again_after_a_reconnect() -> None:
    """What had no answer when the link broke fails at once and stays unsent for ever."""
    async with ami_peer() as peer, listening(peer) as world:
        await world.up()
        peer.mute.add("Originate")
        async with asyncio.TaskGroup() as tasks:
            pending = tasks.create_task(_failure(world.link.act("Originate")))
            await eventually(lambda: peer.actions)
            peer.drop()
        assert pending.result() != "no answer in time"
        await world.up(2)
        peer.mute.clear()
        await world.link.act("Now")
        assert [action["Action"] for action in peer.actions] == ["Originate", "Now"]


async def test_while_down_an_action_is_refused_at_once() -> None:
    """Nothing is kept for later."""
    async with ami_peer() as peer, listening(peer) as world:
        await world.up()
        await peer.stop()
        await eventually(lambda: world.link.state is LinkState.DOWN)
        with pytest.raises(PhonesUnavailable, match="down"):
            await world.link.act("Originate")
        world.link.tell("Hangup", Channel="x")
        await peer.start()
        await world.up(2)
        assert peer.actions == []


async def test_a_frozen_peer_is_noticed() -> None:
    """No pong in time: the connection is cut, a new one is made."""
    async with ami_peer() as peer, listening(peer) as world:
        await world.up()
        peer.thawed.clear()
        await eventually(lambda: LinkDown("no pong") in world.changes(), within_seconds=2)
        peer.thawed.set()
        await world.up(2)


def test_a_frozen_peer_is_noticed_within_ten_seconds() -> None:
    """The limits that are used outside tests keep the promise."""
    limits = LinkLimits()
    assert limits.ping_every_seconds + limits.pong_seconds <= 10
    assert limits.action_seconds == 5


async def test_a_refused_login_says_so() -> None:
    """It is told once, shown in the state, and tried again slowly."""
    async with ami_peer() as peer, listening(peer, secret="wrong") as world:
        await eventually(lambda: world.link.state is LinkState.REFUSED)
        await eventually(lambda: world.link.counters.refusals >= 2)
        assert world.changes() == [LinkDown(LOGIN_REFUSED)]
        with pytest.raises(PhonesUnavailable):
            await world.link.act("Ping")


async def test_a_wrong_port_says_so() -> None:
    """Something else that answers there is not Asterisk."""
    async with ami_peer() as peer:
        peer.banner = b"220 smtp ready\r\n"
        async with listening(peer) as world:
            await eventually(lambda: LinkDown("not a manager port") in world.changes())


async def test_before_asterisk_is_fully_booted_the_link_is_not_up() -> None:
    """Lists asked earlier would be empty and pass for the truth."""
    async with ami_peer() as peer:
        peer.booted = False
        async with listening(peer, replace(FAST, boot_seconds=0.2)) as world:
            await eventually(lambda: LinkDown("not booted") in world.changes())
            assert LinkUp() not in world.changes()
            peer.booted = True
            await world.up()


async def test_events_come_in_order_and_none_before_up() -> None:
    """LinkUp first, then as Asterisk sent them."""
    async with ami_peer() as peer, listening(peer) as world:
        await world.up()
        await peer.say(b"".join(b"Event: E%d\r\n\r\n" % n for n in range(50)))
        await eventually(lambda: len(world.events()) == 50)
        assert world.events() == [f"E{n}" for n in range(50)]
        assert world.heard[0] == LinkUp()


async def test_a_slow_reader_loses_the_link_not_memory() -> None:
    """Over the limit everything heard is dropped, counted, and the reader starts afresh."""
    async with ami_peer() as peer, listening(peer) as world:
        await world.up()
        world.reading.clear()
        await peer.say(b"Event: Old\r\n\r\n" * 150)
        await eventually(lambda: world.link.counters.overflows == 1)
        await eventually(lambda: peer.logins == 2)
        world.reading.set()
        await world.up(2)
        assert LinkDown("too slow") in world.changes()
        assert world.events().count("Old") <= 1


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


async def test_close_really_ends_it() -> None:
    """No connection is tried afterwards, also when it was waiting to try again."""
    async with ami_peer() as peer:
        async with listening(peer) as world:
            await world.up()
            peer.drop()
            await world.up(2)
            await peer.stop()
            await eventually(lambda: LinkDown("cannot connect") in world.changes())
        assert world.link.state is LinkState.CLOSED
        seen = peer.connections
        await peer.start()
        # panoramisk's own Manager would be back 2 s after each refusal
        with pytest.raises(AssertionError):
            await eventually(lambda: peer.connections > seen, within_seconds=2.3)


async def test_what_the_body_raises_comes_out_as_it_is() -> None:
    """The link's own tasks do not wrap it."""
    async with ami_peer() as peer:
        with pytest.raises(LookupError):
            async with AmiLink(host="127.0.0.1", port=peer.port, user="u", secret="x"):
                raise LookupError


def test_retries_wait_longer_and_not_alike() -> None:
    """From 0.2 s to 5 s, spread by chance; a long outage does not overflow."""
    limits = LinkLimits()
    for attempt in (0, 1, 3, 10, 10_000):
        low, high = (retry_pause(attempt, limits, chance) for chance in (0.0, 1.0))
        assert 0.2 <= low <= high <= 5.0
    assert retry_pause(0, limits, 1.0) == 0.2
    assert retry_pause(10_000, limits, 1.0) == 5.0


async def _failure(asked: Awaitable[object]) -> str:
    try:
        await asked
    except PhonesUnavailable as fault:
        return fault.reason
    return ""
