"""What leaves over CMPP to a gateway on a socket, in both versions, and what becomes of it."""

import asyncio
from dataclasses import replace

import pytest

from channels.errors import NotConnected, SendFailed
from channels.message import ReceiptState
from channels.sms_cmpp import CmppSms
from tests.channels.cmpp_world import (
    LONG,
    NUMBER,
    account,
    fed,
    outbound,
    submit_numbers,
    world,
)
from tests.eventually import eventually, others_run
from tests.peers import ismg_wire as wire
from tests.peers.feed_peer import FeedPeer
from tests.peers.ismg_peer import IsmgPeer

both = pytest.mark.parametrize("three", [False, True], ids=["2.0", "3.0"])


@both
@pytest.mark.parametrize("early", [True, False])
async def test_a_reply_leaves_with_its_signature_and_its_report_comes_back(
    three: bool, early: bool
) -> None:
    """Before the answer to the submit, after it, and twice: by the id that the submit was given."""
    async with world(three=three) as (peer, sms, feed):
        peer.early = early
        sent = await sms.send(outbound())
        [(msg_id, said)] = peer.submits
        assert said.content.decode("utf-16-be") == "【12345热线】已收到，今晚派人维修。"
        assert (said.to, said.src, said.fmt, said.registered) == (
            (b"13800138000",), NUMBER.encode(), 8, 1,
        )  # fmt: skip
        assert sent.parts == (f"{msg_id:016x}",)
        if not early:
            peer.reports(msg_id, long=three)
        peer.reports(msg_id, b"DELIVRD")
        peer.reports(msg_id, b"MA:0001")
        await eventually(lambda: len(peer.acknowledged) == 3)
        assert [(one.provider_id, one.state, one.code) for one in feed.receipts] == [
            (sent.parts[0], ReceiptState.DELIVERED, ""),
            (sent.parts[0], ReceiptState.DELIVERED, ""),
            (sent.parts[0], ReceiptState.FAILED, "MA:0001"),
        ]


@both
async def test_a_long_reply_is_parts_of_one_with_an_id_each(three: bool) -> None:
    """TP_udhi, Pk_total and Pk_number agree with the header, and the text is whole."""
    async with world(three=three) as (peer, sms, _):
        sent = await sms.send(outbound(LONG))
        assert sent.parts == tuple(f"{msg_id:016x}" for msg_id, _ in peer.submits)
        assert len(sent.parts) == sms.caps.counts(outbound(LONG)) == 4
        text = b""
        for number, (_, said) in enumerate(peer.submits, 1):
            head, part = said.content[:6], said.content[6:]
            assert (head[:3], head[4:]) == (b"\x05\x00\x03", bytes((4, number)))
            assert (said.udhi, said.pk_total, said.pk_number) == (1, 4, number)
            assert len(said.content) <= 140
            text += part
        assert text.decode("utf-16-be") == f"【12345热线】{LONG}"
        assert len({said.content[3] for _, said in peer.submits}) == 1


async def test_a_refusal_is_told_by_its_result() -> None:
    """And nothing is tried again. A text with somebody else's signature does not leave at all."""
    async with world() as (peer, sms, _):
        peer.judge = lambda _: 13
        with pytest.raises(SendFailed) as refused:
            await sms.send(outbound())
        assert (refused.value.provider_code, refused.value.retryable) == ("13", False)
        with pytest.raises(SendFailed):
            await sms.send(outbound("【某银行】点击链接", key="m2"))
        assert peer.submits == []


async def test_who_does_not_wait_for_an_answer_any_more_submits_nothing_twice() -> None:
    """A try under the same key joins the one that is under way."""
    async with world() as (peer, sms, _):
        peer.stalls = True
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.1):
                await sms.send(outbound())
        joined = asyncio.create_task(sms.send(outbound()))
        await others_run(3)
        peer.stalls = False
        one = peer.connections[0]
        [(msg_id, _)] = peer.submits
        [number] = submit_numbers(peer)
        one.say(wire.result(wire.SUBMIT, number, msg_id, 0, three=False))
        assert (await joined).parts == (f"{msg_id:016x}",)


async def test_without_a_connection_nothing_is_thought_sent() -> None:
    """Before the feed runs, and while the gateway is away."""
    async with IsmgPeer(three=False) as peer:
        sms = account(peer)
        with pytest.raises(NotConnected):
            await sms.send(outbound())


async def test_a_gateway_may_want_86_before_a_mobile() -> None:
    """Other numbers stay what they are."""
    async with IsmgPeer(three=False) as peer:
        settings = replace(account(peer)._settings, prefix="86")
        sms = CmppSms(settings)
        async with fed(sms, FeedPeer()):
            await eventually(lambda: sms._links.open == 1)
            await sms.send(outbound())
            await sms.send(replace(outbound(key="m2"), to="10086"))
        assert [said.to for _, said in peer.submits] == [(b"8613800138000",), (b"10086",)]
