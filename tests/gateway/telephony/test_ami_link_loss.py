"""The link is up or says why not; after each loss it comes back, and closed it stays closed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable
from dataclasses import replace

import pytest

from gateway.core.errors import PhonesUnavailable
from gateway.telephony.ami_codec import AmiMessage
from gateway.telephony.ami_limits import LinkLimits, retry_pause
from gateway.telephony.ami_link import LOGIN_REFUSED, AmiLink, LinkDown, LinkState, LinkUp
from tests.eventually import eventually, remains
from tests.gateway.telephony.link_world import FAST, listening
from tests.peers.ami_peer import ami_peer


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
        await remains(lambda: peer.connections == seen, 2.3)


async def test_a_reader_that_comes_later_begins_with_up() -> None:
    """Whoever reads anew needs a snapshot first, not the middle of a story."""
    async with ami_peer() as peer, listening(peer) as world:
        await world.up()
        world.reading.clear()
        await peer.say(b"Event: Old\r\n\r\n" * 3)
        await eventually(lambda: len(world.link._heard) >= 2)
        second = world.link.messages()
        assert await anext(second) == LinkUp()
        await peer.say(b"Event: New\r\n\r\n")
        message = await anext(second)
        assert isinstance(message, AmiMessage)
        assert message.event == "New"
        assert isinstance(second, AsyncGenerator)
        await second.aclose()


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
