"""Several users, one line: up means heard and able to act, and the ends of both are one end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import pytest

from gateway.core.errors import PhonesUnavailable
from gateway.telephony.ami_codec import AmiMessage
from gateway.telephony.ami_link import LOGIN_REFUSED, LinkDown, LinkState, LinkUp
from gateway.telephony.ami_links import CANNOT_ACT, AmiLinks
from gateway.telephony.ami_users import AmiUser, secrets_of
from tests.eventually import eventually
from tests.gateway.telephony.link_world import FAST, Heard
from tests.peers.ami_peer import AmiPeer, ami_peer


class Reading:
    """Links and everything they said."""

    def __init__(self, links: AmiLinks) -> None:
        self.links, self.heard = links, Heard()

    async def read(self) -> None:
        """Until they are closed."""
        async for each in self.links.messages():
            self.heard.append(each)

    def changes(self) -> list[LinkUp | LinkDown]:
        """Up and down so far."""
        return [each for each in self.heard if not isinstance(each, AmiMessage)]


@asynccontextmanager
async def reading(peer: AmiPeer, wrong: Mapping[str, str] | None = None) -> AsyncIterator[Reading]:
    """Links to the peer, and a reader; ``wrong`` are secrets that the peer does not know."""
    secrets = {**peer.secrets, **(wrong or {})}
    links = AmiLinks(host="127.0.0.1", port=peer.port, secrets=secrets, limits=FAST)
    async with asyncio.TaskGroup() as tasks, links:
        both = Reading(links)
        tasks.create_task(both.read())
        yield both


@asynccontextmanager
async def users_peer() -> AsyncIterator[AmiPeer]:
    """A peer that knows each user by its own secret."""
    async with ami_peer() as peer:
        peer.secrets = secrets_of("root")
        yield peer


async def test_each_thing_goes_over_its_own_connection() -> None:
    """Snapshots where the events are, changes and originates each by a user of their own."""
    async with users_peer() as peer, reading(peer) as world:
        await eventually(lambda: LinkUp() in world.changes())
        await eventually(lambda: world.links.voice.state is LinkState.UP)
        await world.links.events.act("CoreShowChannels")
        await world.links.calls.act("QueueAdd")
        await world.links.voice.act("Originate")
        asked = {each["Action"]: each["ActionID"].rpartition("-")[0] for each in peer.actions}
        assert asked == {
            "CoreShowChannels": AmiUser.EVENTS,
            "QueueAdd": AmiUser.CALLS,
            "Originate": AmiUser.VOICE,
        }
        assert peer.deaf == {AmiUser.CALLS, AmiUser.VOICE}


async def test_another_links_answer_is_news_and_nobodys_answer() -> None:
    """Ids differ between links: an OriginateResponse never lands in a list that is gathered."""
    async with users_peer() as peer, reading(peer) as world:
        await eventually(lambda: LinkUp() in world.changes())
        await eventually(lambda: world.links.voice.state is LinkState.UP)
        await world.links.voice.act("Originate")
        begun = b"Response: Success\r\nActionID: %s\r\nEventList: start\r\n\r\n"
        foreign = b"Event: OriginateResponse\r\nActionID: " + peer.actions[-1]["ActionID"].encode()
        done = b"\r\n\r\nEvent: Done\r\nActionID: %s\r\nEventList: Complete\r\n\r\n"
        peer.answers["QueueStatus"] = begun + foreign + done
        assert await world.links.events.act_list("QueueStatus") == []
        events = [each.event for each in world.heard if isinstance(each, AmiMessage)]
        assert events == ["OriginateResponse"]


async def test_without_a_link_to_act_over_the_line_is_not_up() -> None:
    """Its user is refused: said so, not up; the right secret brings it up."""
    async with users_peer() as peer, reading(peer, {"hotline-calls": "old"}) as world:
        await eventually(lambda: LinkDown(LOGIN_REFUSED) in world.changes())
        await eventually(lambda: world.links.calls.counters.refusals >= 3)
        assert world.changes() == [LinkDown(LOGIN_REFUSED)]
        assert world.links.states[AmiUser.CALLS] is LinkState.REFUSED
        peer.secrets["hotline-calls"] = "old"
        await eventually(lambda: LinkUp() in world.changes())


async def test_when_the_link_to_act_over_is_lost_a_fresh_snapshot_follows() -> None:
    """Down and up again for the reader, though the events' own connection was well."""
    async with users_peer() as peer, reading(peer) as world:
        await eventually(lambda: LinkUp() in world.changes())
        world.links.calls.drop("test")
        await eventually(lambda: world.changes().count(LinkUp()) == 2)
        assert world.changes() == [LinkUp(), LinkDown(CANNOT_ACT), LinkUp()]


async def test_announcements_alone_hold_nobody_up() -> None:
    """Their user is refused: calls go on, an announcement says that it cannot."""
    async with users_peer() as peer, reading(peer, {"hotline-voice": "old"}) as world:
        await eventually(lambda: LinkUp() in world.changes())
        await eventually(lambda: world.links.voice.state is LinkState.REFUSED)
        assert (await world.links.calls.act("QueueAdd")).ok
        with pytest.raises(PhonesUnavailable):
            await world.links.voice.act("Originate")
        assert world.changes() == [LinkUp()]


async def test_closed_they_stay_closed_and_what_the_body_raises_comes_out() -> None:
    """Every link ends with the block; nothing wraps the body's own error."""
    async with users_peer() as peer:
        links = AmiLinks(host="127.0.0.1", port=peer.port, secrets=peer.secrets, limits=FAST)
        with pytest.raises(LookupError):
            async with links:
                raise LookupError
        assert set(links.states.values()) == {LinkState.CLOSED}
