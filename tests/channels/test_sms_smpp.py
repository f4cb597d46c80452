"""Short messages over SMPP, with an SMSC of our own and with one that others wrote."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from channels.errors import RecipientGone, SendFailed, TryLater, Unreachable
from channels.message import Kind, Outbound, ReceiptState, Sent
from channels.options import Options
from channels.smpp_link import Pace
from channels.sms_signature import Terms
from channels.sms_smpp import SmppAccount, open_account
from channels.sms_text import Alphabet, joined, segments, without_header
from tests.eventually import eventually
from tests.peers.feed_peer import FeedPeer
from tests.peers.smsc_smpp_peer import PASSWORD, SYSTEM_ID, OwnSmsc, Smsc, node_smsc, own_smsc

QUICK = Pace(enquire=0.2, answer=0.5, connect=2.0, first_pause=0.05, longest_pause=0.2)
TERMS = Terms(name="苏州12345热线", mils_per_part=45)
LIMIT_SECONDS = 20.0
TO = "13800138000"


def account(folder: Path, port: int, pace: Pace = QUICK, **more: str) -> SmppAccount:
    """An account at this SMSC."""
    secret = folder / "password"
    secret.write_text(more.pop("password", PASSWORD))
    options = Options(
        {
            "host": "127.0.0.1",
            "port": str(port),
            "system_id": SYSTEM_ID,
            "password_file": str(secret),
            "number": "10612345",
            **more,
        }
    )
    made = open_account(options, "smpp", TERMS)
    options.close()
    assert isinstance(made, SmppAccount)
    return SmppAccount(made._account, TERMS, pace)


@asynccontextmanager
async def fed(smpp: SmppAccount, peer: FeedPeer) -> AsyncIterator[FeedPeer]:
    """An account that runs."""
    async with asyncio.timeout(60), smpp, asyncio.TaskGroup() as tasks:
        feeding = tasks.create_task(smpp.feed(peer, peer))
        await eventually(lambda: smpp._link is not None and smpp._link.bound.is_set())
        try:
            yield peer
        finally:
            feeding.cancel()


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
        with pytest.raises(Unreachable):
            await smpp.send(outbound("您好"))
    async with own_smsc() as smsc, account(tmp_path, smsc.port) as smpp:
        (found,) = await smpp.check()
        assert found.good


async def test_an_smsc_that_falls_silent_is_left(tmp_path: Path) -> None:
    """Asked after the quiet, left after the silence, bound again when it speaks."""
    async with own_smsc() as smsc, fed(account(tmp_path, smsc.port), FeedPeer()):
        await eventually(lambda: smsc.enquiries > 1)
        assert smsc.binds == 1
        smsc.silent = True
        await eventually(lambda: not smsc.bound.is_set())
        smsc.silent = False
        await eventually(lambda: smsc.binds >= 2)


async def test_an_answer_under_a_wrong_number_is_no_answer(tmp_path: Path) -> None:
    """The message is tried again later, on the same line."""
    async with own_smsc() as smsc:
        smpp = account(tmp_path, smsc.port)
        async with fed(smpp, FeedPeer()):
            smsc.late = True
            with pytest.raises(Unreachable):
                await smpp.send(outbound("您好"))
            smsc.late = False
            assert (await smpp.send(outbound("您好"))).parts
            assert smsc.binds == 1


async def test_a_second_try_goes_on_where_the_first_broke_off(tmp_path: Path) -> None:
    """No citizen reads the first part twice."""
    async with own_smsc() as smsc:
        smpp = account(tmp_path, smsc.port)
        async with fed(smpp, FeedPeer()):
            long = "好" * 150

            async def refuse_after_one() -> None:
                await smsc.submitted.get()
                smsc.status = 0x58

            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(refuse_after_one())
                with pytest.raises(TryLater):
                    await smpp.send(outbound(long))
            smsc.status = 0
            sent = await smpp.send(outbound(long))
            assert len(sent.parts) == 3
            left = [smsc.submitted.get_nowait() for _ in range(smsc.submitted.qsize())]
            numbers = [without_header(one.data)[0] for one in left]
            assert numbers[-1] is not None
            assert numbers[-1].number == 3
            assert all(one is not None and one.number > 1 for one in numbers)


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
    options = Options({"host": "", "port": "0", "number": "10612345", "system_id": "x" * 16})
    open_account(options, "smpp", TERMS)
    assert {key for key, _, _ in options.problems} == {
        "host",
        "port",
        "system_id",
        "password_file",
    }
