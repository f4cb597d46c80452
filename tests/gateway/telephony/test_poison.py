"""Fifty broken events between those of a call: counted and left, and nothing else changes."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

from gateway.clock import SystemClock
from gateway.core import line
from gateway.telephony.ami_link import LinkState
from gateway.telephony.ami_links import AmiLinks
from gateway.telephony.ami_users import secrets_from
from gateway.telephony.phones import AsteriskPhones
from tests.eventually import eventually
from tests.gateway.telephony.link_world import FAST
from tests.gateway.telephony.phones_world import story
from tests.peers.ami_peer import ami_peer

CITIZEN, LEG = "PJSIP/trunk-local-00000001", "PJSIP/desk-8001-00000002"
CALL: tuple[dict[str, str], ...] = (
    {"Event": "UserEvent", "UserEvent": "HotlineArrived", "Channel": CITIZEN, "Uniqueid": "h-1.1"}
    | {"HotlineId": "Hh-1.1", "Number": "13800001234", "Did": "12345", "Origin": "trunk"},
    {"Event": "QueueCallerJoin", "Channel": CITIZEN, "Queue": "civil", "Position": "1"},
    {"Event": "AgentCalled", "Channel": CITIZEN, "Interface": "PJSIP/desk-8001"}
    | {"DestChannel": LEG, "DestChannelStateDesc": "Ringing"},
    {"Event": "Newstate", "Channel": LEG, "ChannelStateDesc": "Up"},
    {"Event": "AgentConnect", "Channel": CITIZEN, "DestChannel": LEG, "HoldTime": "2"},
    {"Event": "HangupRequest", "Channel": CITIZEN},
    {"Event": "Hangup", "Channel": CITIZEN, "Cause": "16"},
)
STORY = ["CallArrived", "queued civil", "rang 8001", "answered 8001", "seat left 8001"]


def raw(headers: dict[str, str]) -> bytes:
    """One event as it comes over the wire."""
    lines = {**headers, "Timestamp": "1795201155.24"}.items()
    return "".join(f"{name}: {value}\r\n" for name, value in lines).encode() + b"\r\n"


def without(headers: dict[str, str], name: str) -> bytes:
    """The event with one header missing, of another call."""
    other = {key: value for key, value in headers.items() if key != name}
    return raw(other).replace(b"00000001", b"000000ff").replace(b"h-1.1", b"h-9.9")


def poison() -> Iterator[bytes]:
    """Missing headers, wrong numbers, bytes that are no UTF-8, 200 kB in a line, odd names."""
    for event in CALL:
        for name in event:
            if name != "UserEvent":
                yield without(event, name)
    known = f"Event: QueueCallerJoin\r\nChannel: {CITIZEN}\r\n".encode()
    yield known + b"\r\n"  # of our call, but into no queue
    for value in (b"-1", b"9" * 40, "１２".encode(), b"0x10", b"1e9", b"", b"\x00"):
        yield b"Event: AgentRingNoAnswer\r\nDestChannel: x\r\nRingTime: " + value + b"\r\n\r\n"
    yield b"Event: \xff\xfe\xfd\r\nChannel: \xc3\x28\r\n\r\n"
    yield b"Event: UserEvent\r\nUserEvent: HotlineArrived\r\nHotlineId: H\xff\r\n\r\n"
    for stamp in (b"x.y", b".", b"99e9.1", b"1" * 400 + b".1"):
        yield b"Event: Newstate\r\nChannel: x\r\nTimestamp: " + stamp + b"\r\n\r\n"
    yield b"Event: Hangup\r\nChannel: " + b"A" * 200_000 + b"\r\n\r\n"
    yield b"Event: Hangup\r\n" + b"X: y\r\n" * 2_000 + b"\r\n"
    yield b"\r\n\r\n\r\n"
    yield b": : :\r\n:::\r\n\r\n"
    yield b"no colon at all\r\n\r\n"
    yield b"Event: Rename\r\n\r\n"
    yield b"Event: DeviceStateChange\r\nDevice: PJSIP/seat-99999999999999999999\r\n\r\n"
    yield b"Event: ContactStatus\r\nEndpointName: ../../etc\r\nContactStatus: Removed\r\n\r\n"
    yield b"Event: SoftHangupRequest\r\nCause: 4\r\n\r\n"
    yield b"Response: Success\r\nActionID: nobody\r\n\r\n"


def ours(news: list[line.News]) -> list[str]:
    """The story of our call; an event without a number may well be another's arrival."""
    return story([one for one in news if getattr(one, "hotline_id", "Hh-1.1") == "Hh-1.1"])


async def test_fifty_broken_events_touch_no_call() -> None:
    """The link stays up, the call's story is whole, what was broken is counted."""
    bad = list(poison())
    assert len(bad) >= 50
    async with ami_peer() as peer:
        secrets = secrets_from(lambda _: peer.secret)
        links = AmiLinks(host="127.0.0.1", port=peer.port, secrets=secrets, limits=FAST)
        async with asyncio.TaskGroup() as tasks, links:
            phones = AsteriskPhones(links, SystemClock())
            news: list[line.News] = []

            async def listen() -> None:
                async for each in phones.news():
                    news.append(each)  # noqa: PERF401 - as they come

            tasks.create_task(listen())
            await eventually(lambda: news)
            for number, event in enumerate(CALL):
                for each in bad[number :: len(CALL)]:
                    await peer.say(each)
                await peer.say(raw(event))
            expected = ["LinkRestored", *STORY, "gone by citizen"]
            await eventually(lambda: ours(news)[-1:] == expected[-1:])
            assert ours(news) == expected
            assert phones.unread + links.events.counters.faults >= 1
            assert links.events.counters.losses == 0
            assert links.events.state is LinkState.UP
