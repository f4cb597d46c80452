"""An account over CMPP with a gateway of tests.peers.ismg_peer, to be used in tests."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace

from channels.cmpp_events import Login, Pace
from channels.cmpp_fields import Version
from channels.cmpp_links import Ismg, Retry
from channels.message import Outbound
from channels.sms_cmpp import CmppSettings, CmppSms
from channels.sms_signature import Terms
from channels.sms_text import segments
from tests.eventually import eventually
from tests.peers import ismg_wire as wire
from tests.peers.feed_peer import FeedPeer
from tests.peers.ismg_peer import IsmgPeer

NUMBER = "10699912345"
CITIZEN = b"8613800138000"
LONG = "路灯不亮，" * 40
QUICK = Retry(first=0.02, most=0.1, refused=0.2)


def account(peer: IsmgPeer, *, answer_seconds: float = 5.0, connections: int = 1) -> CmppSms:
    """An account with this gateway."""
    return account_at(
        peer.port, three=peer.three, answer_seconds=answer_seconds, connections=connections
    )


def account_at(
    port: int, *, three: bool, answer_seconds: float = 5.0, connections: int = 1
) -> CmppSms:
    """An account with the gateway at this port of our own machine."""
    version = Version.V30 if three else Version.V20
    ismg = Ismg(
        host="127.0.0.1",
        port=port,
        login=Login(source_addr="900001", secret=b"swordfish", version=version),
        connections=connections,
        pace=Pace(idle_seconds=30, answer_seconds=answer_seconds, tries=2),
        retry=QUICK,
    )
    return CmppSms(CmppSettings(ismg=ismg, number=NUMBER, terms=Terms(name="12345热线")))


@asynccontextmanager
async def fed(sms: CmppSms, feed: FeedPeer) -> AsyncIterator[None]:
    """While it runs."""

    async def run() -> None:
        await sms.feed(feed, feed)

    task = asyncio.create_task(run())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


@asynccontextmanager
async def world(
    *, three: bool = False, answer_seconds: float = 5.0, connections: int = 1
) -> AsyncIterator[tuple[IsmgPeer, CmppSms, FeedPeer]]:
    """Gateway, account and what is recorded; logged in."""
    async with IsmgPeer(three=three) as peer:
        sms, feed = (
            account(peer, answer_seconds=answer_seconds, connections=connections),
            FeedPeer(),
        )
        async with fed(sms, feed):
            await eventually(lambda: len(peer.connections) == connections)
            await eventually(lambda: sms._links.open == connections)
            yield peer, sms, feed


def outbound(text: str = "已收到，今晚派人维修。", key: str = "m1") -> Outbound:
    """Words for the citizen."""
    return Outbound(key=key, scheme="msisdn", to="13800138000", text=text)


def written(peer: IsmgPeer, text: str, **more: object) -> wire.Delivery:
    """A citizen's message in UCS-2."""
    one = wire.Delivery(msg_id=peer.next_id(), src=CITIZEN, content=text.encode("utf-16-be"))
    return replace(one, **more)  # type: ignore[arg-type]


def long_parts(peer: IsmgPeer, text: str) -> list[wire.Delivery]:
    """A citizen's long message."""
    return [
        wire.Delivery(msg_id=peer.next_id(), src=CITIZEN, content=part.data, udhi=1)
        for part in segments(text, 7)
    ]


def submit_numbers(peer: IsmgPeer) -> list[int]:
    """Sequence_Id of each submit that it saw."""
    return [
        int.from_bytes(frame[8:12], "big")
        for ours, frame in peer.capture
        if ours and frame[7] == wire.SUBMIT
    ]
