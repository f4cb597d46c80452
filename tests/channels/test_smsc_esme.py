"""The SMSC that our tests stand on, with an ESME that others wrote: Kannel reads it as we do.

tests/channels/test_sms_smpp.py asks the same of our ESME with an SMSC that others wrote.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from channels.sms_text import Alphabet, joined, segments, without_header
from tests.eventually import eventually
from tests.peers.kannel_peer import ACKNOWLEDGED, DELIVERED, FAILED, Kannel, kannel
from tests.peers.smsc_smpp_peer import OwnSmsc, own_smsc, receipt_body

CITIZEN = "8613800138000"
LONG = "您反映的问题🙂不 会  丢，已转交城管部门" * 8


@asynccontextmanager
async def world(folder: Path) -> AsyncIterator[tuple[OwnSmsc, Kannel]]:
    """Kannel, bound to our SMSC."""
    async with own_smsc() as smsc, kannel(folder, smsc.port) as peer:
        await eventually(lambda: smsc.lines, 20)
        yield smsc, peer


def ucs2(text: str) -> bytes:
    """As a phone writes it."""
    return text.encode("utf-16-be")


async def test_what_an_esme_of_others_submits_is_read_and_answered(tmp_path: Path) -> None:
    """Short and long, with optional parameters; each report finds the id that we gave."""
    async with world(tmp_path) as (smsc, peer):
        assert await peer.send("已派单", CITIZEN) == 202
        one = await smsc.submitted.get()
        assert (one.source, one.to, one.coding, one.udhi) == ("10612345", CITIZEN, 8, False)
        assert (one.data.decode("utf-16-be"), one.receipt & 1) == ("已派单", 1)
        await eventually(lambda: peer.reports == [(ACKNOWLEDGED, one.id)])
        assert await smsc.send(0x05, receipt_body(one.id, "DELIVRD")) == 0
        await eventually(lambda: peer.reports[1:] == [(DELIVERED, one.id)])
        assert await peer.send(LONG, CITIZEN) == 202
        parts = [await smsc.submitted.get() for _ in segments(LONG, 1)]
        assert all(part.udhi and len(part.data) <= 140 for part in parts)
        assert joined([(Alphabet.UCS2, without_header(part.data)[1]) for part in parts]) == LONG
        asked = next(part for part in parts if part.receipt & 1)
        assert await smsc.send(0x05, receipt_body(asked.id, "UNDELIV")) == 0
        await eventually(lambda: peer.reports[-1] == (FAILED, asked.id))


async def test_what_our_smsc_delivers_is_read_by_an_esme_of_others(tmp_path: Path) -> None:
    """UCS-2 and GSM 03.38; a long one by its headers, shuffled, and by its octets, none lost."""
    async with world(tmp_path) as (smsc, peer):
        assert await smsc.deliver(ucs2("不见了，不 是  🙂")) == 0
        await eventually(lambda: peer.came == [(CITIZEN, "不见了，不 是  🙂")])
        assert await smsc.deliver(b"\x00 12345 \x1b\x65", data_coding=0) == 0
        await eventually(lambda: peer.came[1:] == [(CITIZEN, "@ 12345 €")])
        for part in reversed(segments(LONG, 9)):
            assert await smsc.deliver(part.data, esm_class=0x40) == 0
        await eventually(lambda: peer.came[2:] == [(CITIZEN, LONG)])


async def test_a_line_that_is_cut_is_bound_again_and_watched(tmp_path: Path) -> None:
    """What was submitted meanwhile arrives; whoever does not know the password does not get in."""
    async with world(tmp_path) as (smsc, peer):
        await smsc.drop()
        assert await peer.send("已派单", CITIZEN) == 202
        assert (await smsc.submitted.get()).data.decode("utf-16-be") == "已派单"
        await eventually(lambda: smsc.enquiries)
        assert smsc.binds == 2
    async with own_smsc() as smsc, kannel(tmp_path, smsc.port, "wrong"):
        await eventually(lambda: smsc.refusals)
        assert not smsc.lines
