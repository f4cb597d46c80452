"""Short messages over SMPP, with an SMSC of our own and with one that others wrote."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from channels.errors import NotConnected, RecipientGone, SendFailed, TryLater, Unreachable
from channels.message import Kind, Outbound, ReceiptState, Sent
from channels.options import Options
from channels.sms_smpp import open_account
from channels.sms_smpp_check import findings
from channels.sms_text import Alphabet, joined, segments, without_header
from tests.channels.smpp_world import QUICK, TERMS, account, fed
from tests.eventually import eventually
from tests.peers.feed_peer import FeedPeer
from tests.peers.smsc_smpp_peer import OwnSmsc, Smsc, node_smsc, own_smsc

LIMIT_SECONDS = 20.0
TO = "13800138000"


@pytest.fixture(params=["own", "npm smpp"])
async def smsc(request: pytest.FixtureRequest) -> AsyncIterator[Smsc]:
    """Each of them."""
    async with own_smsc() if request.param == "own" else node_smsc() as one:
        yield one


def ucs2(text: str) -> bytes:
    """As a phone writes it."""
    return text.encode("utf-16-be")


def outbound(text: str, key: str = "k1") -> Outbound:
    """To a citizen."""
    return Outbound(key=key, scheme="msisdn", to=TO, text=text)


# ---- what every SMSC and we agree on ----


async def test_what_comes_is_recorded_and_only_then_acknowledged(
    smsc: Smsc, tmp_path: Path
) -> None:
    """Without a store the SMSC is told to come again, and it is there once when it does."""
    async with fed(account(tmp_path, smsc.port), FeedPeer()) as peer:
        assert await smsc.deliver(ucs2("井盖丢了🙂")) == 0
        (one,) = peer.came.values()
        assert (one.text, one.sender.value, one.kind) == ("井盖丢了🙂", TO, Kind.TEXT)
        peer.away = True
        assert await smsc.deliver(ucs2("有人落水")) == 0x64
        peer.away = False
        assert await smsc.deliver(ucs2("有人落水")) == 0
        assert peer.texts == ["井盖丢了🙂", "有人落水"]


async def test_every_alphabet_that_a_carrier_uses(smsc: Smsc, tmp_path: Path) -> None:
    """GSM 03.38, ASCII, UCS-2, GB 18030; what is no text is kept as unknown."""
    async with fed(account(tmp_path, smsc.port), FeedPeer()) as peer:
        assert await smsc.deliver(b"\x00 12345 \x1b\x65", data_coding=0) == 0
        assert await smsc.deliver(b"help", data_coding=1) == 0
        assert await smsc.deliver("国标".encode("gb18030"), data_coding=15) == 0
        assert await smsc.deliver(b"\x01\x02\xff", data_coding=4) == 0
        assert peer.texts == ["@ 12345 €", "help", "国标", ""]
        assert list(peer.came.values())[-1].kind is Kind.UNKNOWN


async def test_long_messages_by_header_by_fields_and_by_payload(smsc: Smsc, tmp_path: Path) -> None:
    """The three ways of SMPP: UDH, sar_* parameters, message_payload."""
    text = "我家楼下的路灯坏了三天了" * 12
    async with fed(account(tmp_path, smsc.port), FeedPeer()) as peer:
        for one in reversed(segments(text, 9)):
            assert await smsc.deliver(one.data, esm_class=0x40) == 0
        for one in segments(text + "。", 10):
            fields: dict[str, Any] = {
                "sar_msg_ref_num": 4097,
                "sar_total_segments": one.total,
                "sar_segment_seqnum": one.number,
            }
            assert await smsc.deliver(without_header(one.data)[1], **fields) == 0
        assert peer.texts == [text, text + "。"]
        if isinstance(smsc, OwnSmsc):
            assert await smsc.deliver(b"", message_payload=ucs2(text + "！").hex()) == 0
            assert peer.texts[2:] == [text + "！"]


async def test_what_leaves_is_signed_cut_and_asks_for_a_receipt(smsc: Smsc, tmp_path: Path) -> None:
    """Short and long; the ids are the SMSC's, one for each part."""
    smpp = account(tmp_path, smsc.port)
    async with fed(smpp, FeedPeer()):
        assert await smpp.send(outbound("已派单")) == Sent(parts=("m1",))
        one = await smsc.submitted.get()
        assert (one.source, one.to, one.coding, one.udhi) == ("10612345", f"86{TO}", 8, False)
        assert (one.data.decode("utf-16-be"), one.receipt) == ("【苏州12345热线】已派单", 1)
        long = "您反映的问题已经转交城管部门🙂" * 10
        sent = await smpp.send(outbound(long, "k2"))
        parts = [await smsc.submitted.get() for _ in sent.parts]
        assert len(parts) == smpp.caps.counts(outbound(long)) == 3
        assert all(part.udhi and len(part.data) <= 140 for part in parts)
        read = [without_header(part.data) for part in parts]
        assert [found.number for found, _ in read if found] == [1, 2, 3]
        assert joined([(Alphabet.UCS2, body) for _, body in read]) == f"【苏州12345热线】{long}"


async def test_receipts_by_text_and_by_parameters(smsc: Smsc, tmp_path: Path) -> None:
    """Delivered, expired, refused; a citizen's own "stat:DELIVRD" is a citizen's text."""
    said = (
        "id:m1 sub:001 dlvrd:001 submit date:2603020800 done date:2603020801 stat:{} err:{} text:"
    )
    async with fed(account(tmp_path, smsc.port), FeedPeer()) as peer:
        fields: dict[str, Any] = {"esm_class": 4, "data_coding": 0}
        assert await smsc.deliver(said.format("DELIVRD", "000").encode(), **fields) == 0
        assert await smsc.deliver(said.format("UNDELIV", "0E1").encode(), **fields) == 0
        fields |= {"receipted_message_id": "m7", "message_state": 3}
        assert await smsc.deliver(b"x", **fields) == 0
        assert [(one.provider_id, one.state, one.code) for one in peer.receipts] == [
            ("m1", ReceiptState.DELIVERED, ""),
            ("m1", ReceiptState.FAILED, "UNDELIV:0E1"),
            ("m7", ReceiptState.EXPIRED, "EXPIRED"),
        ]
        text = said.format("DELIVRD", "000")
        assert await smsc.deliver(text.encode(), data_coding=1) == 0
        assert (peer.texts, len(peer.receipts)) == ([text], 3)


async def test_what_they_refuse_is_said_by_its_cause(smsc: Smsc, tmp_path: Path) -> None:
    """Too much, not now, nobody there, no; also a status that no standard names."""
    smpp = account(tmp_path, smsc.port)
    causes = {
        0x58: TryLater,
        0x14: TryLater,
        0x08: TryLater,
        0x0B: RecipientGone,
        0x45: SendFailed,
        0x0421: SendFailed,
    }
    async with fed(smpp, FeedPeer()):
        for status, cause in causes.items():
            await smsc.says(status)
            with pytest.raises(SendFailed) as refused:
                await smpp.send(outbound("您好"))
            assert type(refused.value) is cause
            assert refused.value.provider_code == f"smpp-{status:#x}"
        await smsc.says(0)
        assert (await smpp.send(outbound("您好"))).parts


async def test_a_line_that_is_cut_is_there_again(smsc: Smsc, tmp_path: Path) -> None:
    """By itself; what is delivered on it meanwhile comes over the new one."""
    smpp = account(tmp_path, smsc.port)
    async with fed(smpp, FeedPeer()) as peer:
        async with asyncio.timeout(LIMIT_SECONDS):
            await smsc.bound.wait()
        for number in range(3):
            await smsc.drop()
            async with asyncio.timeout(LIMIT_SECONDS):
                await smsc.bound.wait()
            assert await smsc.deliver(ucs2(f"第{number}次")) == 0
        assert peer.texts == ["第0次", "第1次", "第2次"]


# ---- what only our own can be told to do ----


async def test_a_password_that_is_wrong_lets_nobody_in_and_is_said(tmp_path: Path) -> None:
    """Found by the check, with how to mend it; the password is in no word."""
    async with own_smsc() as smsc, account(tmp_path, smsc.port, password="wrong") as smpp:
        (found,) = await smpp.check()
        assert not found.good
        assert "0xe" in found.en
        assert "wrong" not in f"{found}"
        with pytest.raises(NotConnected):
            await smpp.send(outbound("您好"))
    async with own_smsc() as smsc, account(tmp_path, smsc.port) as smpp:
        (found,) = await smpp.check()
        assert found.good


async def test_an_smsc_that_falls_silent_is_left(tmp_path: Path) -> None:
    """Asked after the quiet, left after the silence, bound again when it speaks."""
    async with own_smsc() as smsc, fed(account(tmp_path, smsc.port, QUICK), FeedPeer()):
        await eventually(lambda: smsc.enquiries > 1)
        assert smsc.binds == 1
        smsc.silent = True
        await eventually(lambda: not smsc.bound.is_set())
        smsc.silent = False
        await eventually(lambda: smsc.binds >= 2)


async def test_the_same_words_twice_are_two_messages_and_once_again_are_one(
    tmp_path: Path,
) -> None:
    """A citizen may say "1" twice; an SMSC that lost our answer says it anew on a new line."""
    async with own_smsc() as smsc, fed(account(tmp_path, smsc.port), FeedPeer()) as peer:
        for _ in range(2):
            assert await smsc.deliver(ucs2("1")) == 0
        assert len(peer.came) == 2
        await smsc.drop()
        await smsc.bound.wait()
        assert await smsc.deliver(ucs2("1")) == 0
        assert len(peer.came) == 2


async def test_nothing_that_an_smsc_sends_is_lost_or_ends_us(tmp_path: Path) -> None:
    """A deliver_sm that cannot be read is kept; requests that we do not know are said to be so."""
    async with own_smsc() as smsc, fed(account(tmp_path, smsc.port), FeedPeer()) as peer:
        assert await smsc.send(0x05, b"\1\2\3") == 0
        (one,) = peer.came.values()
        assert (one.kind, one.starts, peer.raw) == (Kind.UNKNOWN, False, [b"\1\2\3"])
        assert await smsc.send(0x0103, b"data_sm") == 0x80000003
        assert smsc.binds == 1
        smsc.write(b"\xff" * 16)  # 4 GB, it says
        await eventually(lambda: smsc.binds == 2)


async def test_bind_settings_that_cannot_be_are_said_at_once() -> None:
    """Every problem, before anything is opened."""
    options = Options(
        {"host": "", "port": "0", "number": "10612345", "system_id": "x" * 16}
        | {"connections": "9", "bind": "receiver"}
    )
    open_account(options, "smpp", TERMS)
    assert {key for key, _, _ in options.problems} == {
        "host",
        "port",
        "system_id",
        "password_file",
        "connections",
        "bind",
    }


async def test_an_answer_to_something_else_is_no_answer(tmp_path: Path) -> None:
    """Under the right number, and yet nothing was taken: it is tried again later."""
    async with own_smsc() as smsc:
        smsc.wrong = 0x11  # enquire_link_resp
        smpp = account(tmp_path, smsc.port, QUICK)
        async with fed(smpp, FeedPeer()):
            with pytest.raises(Unreachable):
                await smpp.send(outbound("您好"))
            smsc.wrong = 0
            assert (await smpp.send(outbound("您好"))).parts


async def test_a_fault_of_ours_ends_no_line_and_the_message_comes_again(tmp_path: Path) -> None:
    """The SMSC is told to bring it again; what comes behind it is recorded."""
    async with own_smsc() as smsc, fed(account(tmp_path, smsc.port), FeedPeer()) as peer:
        peer.broken = True
        assert await smsc.deliver(ucs2("甲")) == 0x64
        peer.broken = False
        assert await smsc.deliver(ucs2("乙")) == 0
        assert await smsc.deliver(ucs2("甲")) == 0
        assert (peer.texts, smsc.binds) == (["乙", "甲"], 1)


async def test_a_connection_that_is_missing_is_said(tmp_path: Path) -> None:
    """How many stand, of how many, and how to mend it."""
    smsc = account(tmp_path, 2775, connections="2")._account.smsc
    for open_, good in ((2, True), (1, False)):
        (found,) = await findings(smsc, QUICK, open_, len(smsc.roles))
        assert (found.good, bool(found.fix_zh and found.fix_en)) == (good, not good)
        assert f"{open_}/2" in found.zh
