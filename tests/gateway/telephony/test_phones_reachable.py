"""Whether a phone is there is asked of Asterisk, whose device states come after its own events."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from gateway.core import line
from gateway.telephony.ami_link import LinkState
from gateway.telephony.ami_links import AmiLinks
from gateway.telephony.ami_users import secrets_from
from gateway.telephony.phones import SETTLES_SECONDS, AsteriskPhones
from tests.eventually import eventually
from tests.gateway.telephony.link_world import FAST
from tests.peers.ami_peer import AmiPeer, ami_peer
from tests.turned_clock import TurnedClock

PATIENT = replace(FAST, ping_every_seconds=60, action_seconds=10)
"""A busy machine is no lost link."""
STATES = {True: b"NOT_INUSE", False: b"UNAVAILABLE"}
CONTACTS = {True: b"NonQualified", False: b"Removed"}


class Asked:
    """Phones over a peer that says what it is told to say, and a clock that we turn."""

    def __init__(self, peer: AmiPeer, links: AmiLinks) -> None:
        self.peer, self.clock = peer, TurnedClock()
        self.phones = AsteriskPhones(links, self.clock)
        self.news: list[line.News] = []

    async def listen(self) -> None:
        """Read the news until the link is closed."""
        async for each in self.phones.news():
            self.news.append(each)

    def state(self, here: bool) -> None:
        """From now on the device state says this."""
        self.peer.answers["Getvar"] = (
            b"Response: Success\r\nActionID: %s\r\nVariable: x\r\nValue: " + STATES[here]
        ) + b"\r\n\r\n"

    async def told(self, here: bool) -> None:
        """The contact's event came, and was news."""
        await self.peer.say(
            b"Event: ContactStatus\r\nEndpointName: desk-8001\r\nURI: sip:a\r\nTimestamp: 2.5\r\n"
            b"ContactStatus: " + CONTACTS[here] + b"\r\n\r\n"
        )
        await eventually(lambda: self.last is here)

    @property
    def last(self) -> bool | None:
        """The last news of the phone."""
        news = [one.reachable for one in self.news if isinstance(one, line.SeatPhoneChanged)]
        return news[-1] if news else None

    async def waits(self, asks: int) -> None:
        """Asked so many times, and now it gives Asterisk a moment."""
        await eventually(lambda: (self.asks, self.clock.sleepers) == (asks, 1))

    @property
    def asks(self) -> int:
        """How often the device state was asked."""
        return sum(one["Action"] == "Getvar" for one in self.peer.actions)

    async def reachable(self) -> bool:
        """The question that this is about."""
        return await self.phones.reachable("8001", line.PhoneKind.DESK)


@asynccontextmanager
async def asking() -> AsyncIterator[Asked]:
    """Links that are up, with their snapshot read."""
    async with ami_peer() as peer:
        secrets = secrets_from(lambda _: peer.secret)
        links = AmiLinks(host="127.0.0.1", port=peer.port, secrets=secrets, limits=PATIENT)
        async with asyncio.TaskGroup() as tasks, links:
            one = Asked(peer, links)
            tasks.create_task(one.listen())
            await eventually(lambda: set(links.states.values()) == {LinkState.UP} and one.news)
            yield one


@pytest.mark.parametrize("here", [True, False])
async def test_a_device_state_that_lags_behind_the_contact_is_asked_again(here: bool) -> None:
    """Come or gone: what was told is not denied because another part of Asterisk is slower."""
    async with asking() as one, asyncio.TaskGroup() as tasks:
        if not here:
            await one.told(True)
        await one.told(here)
        one.state(not here)
        answer = tasks.create_task(one.reachable())
        await one.waits(1)
        one.state(here)
        one.clock.turn(max(SETTLES_SECONDS))
        assert await answer is here
        assert one.asks == 2


async def test_a_device_state_that_stays_is_the_truth() -> None:
    """An event may be missed; after a moment the state that Asterisk rings by counts."""
    async with asking() as one, asyncio.TaskGroup() as tasks:
        await one.told(True)
        one.state(False)
        answer = tasks.create_task(one.reachable())
        for nth, pause in enumerate(SETTLES_SECONDS, 1):
            await one.waits(nth)
            one.clock.turn(pause)
        assert await answer is False


async def test_where_both_say_the_same_or_nothing_was_told_it_is_asked_once() -> None:
    """No time passes."""
    async with asking() as one:
        for here in (True, False):
            one.state(here)
            assert await one.reachable() is here
        for here in (True, False):
            one.state(here)
            await one.told(here)
            assert await one.reachable() is here
        assert one.asks == 4
