"""What is known of taps, and what is asked of the manager interface for them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from gateway.core.errors import Invalid, PhonesUnavailable
from gateway.core.line import LiveTap, TapEnded
from gateway.telephony.ami_codec import AmiMessage, parse
from gateway.telephony.ami_link import LinkState
from gateway.telephony.ami_links import AmiLinks
from gateway.telephony.ami_snapshot import build_snapshot
from gateway.telephony.ami_users import secrets_of
from gateway.telephony.taps import Taps
from tests.eventually import eventually, others_run
from tests.gateway.telephony.link_world import FAST
from tests.peers.ami_peer import AmiPeer, ami_peer

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
LEG = "PJSIP/trunk-a-00000001"
EAR = ("127.0.0.1", 9092)


def event(name: str, **headers: str) -> AmiMessage:
    """An event as it comes."""
    lines = [f"Event: {name}", *(f"{key}: {value}" for key, value in headers.items())]
    return parse("\r\n".join(lines).encode())


@asynccontextmanager
async def taps(peer: AmiPeer) -> AsyncIterator[Taps]:
    """Over links that are up."""
    peer.secrets = secrets_of("root")
    links = AmiLinks(host="127.0.0.1", port=peer.port, secrets=peer.secrets, limits=FAST)

    async def read() -> None:
        async for _ in links.messages():
            pass

    async with asyncio.TaskGroup() as tasks, links:
        tasks.create_task(read())
        await eventually(lambda: set(links.states.values()) == {LinkState.UP})
        yield Taps(links)


def asked(peer: AmiPeer, action: str) -> list[str]:
    """The channels of these actions, in order."""
    return [one.get("Channel", "") for one in peer.actions if one["Action"] == action]


async def test_a_tap_is_asked_of_the_one_who_may_originate() -> None:
    """One leg, one direction, ended with it, and under a name by which it is found again."""
    async with ami_peer() as peer, taps(peer) as ours:
        stream = str(uuid4())
        await ours.start(LEG, stream, EAR)
        (order,) = (one for one in peer.actions if one["Action"] == "Originate")
        assert order["Channel"] == f"AudioSocket/127.0.0.1:9092/{stream}"
        assert (order["Context"], order["Variable"]) == ("hotline-tap", f"HOTLINE_TAPPED={LEG}")
        assert (order["ChannelId"], order["Async"]) == (f"tap-{stream}", "true")
        ours.stop(stream)
        await eventually(lambda: asked(peer, "Hangup") == [f"tap-{stream}"])


async def test_the_end_of_a_tap_is_told_once() -> None:
    """Taken up or not; the events of other channels, and of taps nobody ordered, say nothing."""
    async with ami_peer() as peer, taps(peer) as ours:
        begun, unmade = (str(uuid4()) for _ in range(2))
        for stream in (begun, unmade):
            await ours.start(LEG, stream, EAR)
        assert ours.running == 2
        over = event("Hangup", Uniqueid=f"tap-{begun}")
        assert ours.heard(over, NOW) == [TapEnded(stream=begun, at=NOW)]
        assert not ours.heard(over, NOW)
        name = f"AudioSocket/127.0.0.1:9092/{unmade}"
        failed = event("OriginateResponse", Response="Failure", Channel=name)
        assert ours.heard(failed, NOW) == [TapEnded(stream=unmade, at=NOW)]
        for other in (f"tap-{uuid4()}", "a1-1.1", "whisper-1"):
            assert not ours.heard(event("Hangup", Uniqueid=other), NOW)
        assert ours.running == 0


async def test_after_the_link_was_lost_the_snapshot_says_which_taps_there_are() -> None:
    """One whose leg is gone, and one that was ordered and never came, are ended; the rest runs."""
    async with ami_peer() as peer, taps(peer) as ours:
        kept, zombie, ordered = (str(uuid4()) for _ in range(3))
        await ours.start(LEG, ordered, EAR)
        there = event("CoreShowChannel", Channel=LEG, Uniqueid="a1-1.1")
        found = [
            event(
                "CoreShowChannel",
                Channel=f"AudioSocket/127.0.0.1:9092-{stream}",
                Uniqueid=f"tap-{stream}",
                Application="ChanSpy",
                ApplicationData=f"{leg},uqoESl",
            )
            for stream, leg in ((kept, LEG), (zombie, "PJSIP/trunk-a-00000002"))
        ]
        snapshot = build_snapshot([*found, there], (), NOW)
        assert snapshot.taps == (
            LiveTap(stream=kept, channel=LEG),
            LiveTap(stream=zombie, channel=""),
        )
        assert snapshot.calls == ()
        ours.restore(snapshot.taps)
        wanted = {f"tap-{zombie}", f"tap-{ordered}"}
        await eventually(lambda: set(asked(peer, "Hangup")) == wanted)
        over = ours.heard(event("Hangup", Uniqueid=f"tap-{kept}"), NOW)
        assert over == [TapEnded(stream=kept, at=NOW)]


async def test_a_tap_that_was_not_ordered_is_not_remembered() -> None:
    """Refused, or no answer in time: the caller is told; one that was heard late is ended."""
    async with ami_peer() as peer, taps(peer) as ours:
        peer.answers["Originate"] = b"Response: Error\r\nActionID: %s\r\nMessage: no\r\n\r\n"
        with pytest.raises(PhonesUnavailable, match="refused"):
            await ours.start(LEG, str(uuid4()), EAR)
        peer.mute.add("Originate")
        late = str(uuid4())
        with pytest.raises(PhonesUnavailable):
            await ours.start(LEG, late, EAR)
        await eventually(lambda: asked(peer, "Hangup") == [f"tap-{late}"])
        assert ours.running == 0


@pytest.mark.parametrize(
    ("leg", "stream", "address"),
    [
        ("PJSIP/trunk-a", "", EAR),
        (f"{LEG},w", "", EAR),
        (LEG, "tap", EAR),
        (LEG, "{c0ffee00-0000-4000-8000-000000000000}", EAR),
        (LEG, "", ("127.0.0.1/x", 9092)),
        (LEG, "", ("127.0.0.1\r\nAction: Hangup", 9092)),
        (LEG, "", ("127.0.0.1", 0)),
    ],
)
async def test_nothing_but_names_goes_into_the_order(
    leg: str, stream: str, address: tuple[str, int]
) -> None:
    """A channel, a UUID, a host and a port; anything else is Invalid and nothing is asked."""
    async with ami_peer() as peer, taps(peer) as ours:
        with pytest.raises(Invalid):
            await ours.start(leg, stream or str(uuid4()), address)
        await others_run()
        assert not asked(peer, "Originate")
        assert ours.running == 0
