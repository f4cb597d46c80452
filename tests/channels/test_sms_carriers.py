"""Short messages over a carrier's own protocol, whichever it is: one contract for SMPP and CMPP.

Over two connections, with restarts, with gateways that vanish, stall and answer wrongly.
"""

import asyncio
import random
from collections.abc import AsyncIterator
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from channels.errors import SendFailed, TryLater, Unreachable
from channels.message import Outbound, ReceiptState
from tests.channels.carriers import NAMES, Carrier, Phone, carrier_of, fed
from tests.eventually import eventually, remains
from tests.peers.feed_peer import FeedPeer

TEXT = "救命，有人落水，" * 40
LONG = "您反映的问题已派单，" * 20
CHANCE = random.Random(7)


@pytest.fixture(params=NAMES)
async def carrier(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Carrier]:
    """Each of them."""
    async with carrier_of(request.param, tmp_path) as one:
        yield one


def outbound(text: str = "已收到", key: str = "m1") -> Outbound:
    """Words for the citizen."""
    return Outbound(key=key, scheme="msisdn", to="13800138000", text=text)


def acknowledged(carrier: Carrier, many: int) -> bool:
    """So many deliveries were."""
    return carrier.acknowledged == many


async def test_a_long_message_comes_whole_over_two_connections_and_a_restart(
    carrier: Carrier,
) -> None:
    """Shuffled, doubled, one part in another alphabet, some of it before a restart: once."""
    feed, parts = FeedPeer(), Phone().writes(TEXT)
    whole = TEXT[: 67 * (len(parts) - 1)] + "near the bridge"
    parts[-1] = parts[-1].says("near the bridge")
    sent = [*parts, parts[1], parts[-1]]
    CHANCE.shuffle(sent)
    for begin, end in ((0, 3), (3, len(sent))):
        async with fed(carrier, carrier.account(connections=2), feed, 2):
            for number, one in enumerate(sent[begin:end]):
                carrier.brings(one, over=number % 2)
            await eventually(partial(acknowledged, carrier, end))
    assert feed.texts == [whole]


async def test_what_misses_a_part_is_handed_over_after_the_wait_and_says_so(
    carrier: Carrier,
) -> None:
    """Also when the hotline began anew meanwhile."""
    feed, parts = FeedPeer(), Phone().writes(TEXT)
    async with fed(carrier, carrier.account(connections=2), feed, 2):
        carrier.brings(parts[0], *parts[2:])
        await eventually(lambda: carrier.acknowledged == len(parts) - 1)
        await remains(lambda: feed.texts == [], 0.02)
    async with fed(carrier, carrier.account(wait=timedelta(0)), feed):
        [text] = await eventually(lambda: feed.texts)
    assert f"〔第2/{len(parts)}段缺失 part 2/{len(parts)} missing〕" in text
    assert text.startswith(TEXT[:67])
    assert text.endswith(TEXT[67 * 2 :])


async def test_after_hours_away_the_backlog_comes_in_its_order(carrier: Carrier) -> None:
    """More than one window of it, once each, whatever breaks in between."""
    phone, feed, texts = Phone(), FeedPeer(), [f"第 {n} 条" for n in range(40)]
    async with fed(carrier, carrier.account(), feed):
        await carrier.closes()
        carrier.brings(*(part for text in texts for part in phone.writes(text)))
        await carrier.opens()
        await eventually(lambda: len(feed.texts) > 5)
        carrier.cut()
        await eventually(lambda: carrier.acknowledged >= len(texts))
        assert feed.texts == texts


async def test_the_same_words_twice_are_two_over_whatever_connections(carrier: Carrier) -> None:
    """And what was recorded but not acknowledged comes again as what it was."""
    phone, feed = Phone(), FeedPeer()
    async with fed(carrier, carrier.account(connections=2), feed, 2):
        for over in (0, 1, 1):
            carrier.brings(*phone.writes("1"), over=over)
        await eventually(lambda: carrier.acknowledged == 3)
        assert feed.texts == ["1"] * 3
        feed.away = True
        carrier.brings(*phone.writes("有人落水"), over=0)
        await remains(lambda: carrier.acknowledged == 3, 0.05)
        carrier.cut(0)
        feed.away = False
        await eventually(lambda: carrier.acknowledged == 4)
        assert feed.texts == [*["1"] * 3, "有人落水"]


async def test_when_one_of_two_connections_is_cut_the_other_carries_on(carrier: Carrier) -> None:
    """Both ways, and the one that was cut is there again."""
    phone, feed, sms = Phone(), FeedPeer(), carrier.account(connections=2)
    async with fed(carrier, sms, feed, 2):
        carrier.cut(0)
        await eventually(lambda: carrier.links(sms) < 2)
        assert (await sms.send(outbound())).parts
        carrier.brings(*phone.writes("路灯坏了"))
        await eventually(lambda: feed.texts == ["路灯坏了"])
        await eventually(lambda: carrier.links(sms) == carrier.stands() == 2)
        assert all(one.good for one in await sms.check())


@pytest.mark.parametrize("early", [True, False], ids=["early", "late"])
async def test_a_report_finds_its_message_before_the_answer_after_it_and_twice(
    carrier: Carrier, early: bool
) -> None:
    """By the id that the submit was given."""
    feed, sms = FeedPeer(), carrier.account(connections=2)
    async with fed(carrier, sms, feed, 2):
        carrier.behaves(early=early)
        sent = await sms.send(outbound())
        carrier.reports(sent.parts[0])
        if not early:
            carrier.reports(sent.parts[0])
        await eventually(lambda: len(feed.receipts) == 2)
        assert {one.provider_id for one in feed.receipts} == set(sent.parts)
        assert {one.state for one in feed.receipts} == {ReceiptState.DELIVERED}


async def test_a_second_try_sends_only_what_was_not_taken(carrier: Carrier) -> None:
    """No citizen reads the first part twice."""
    sms = carrier.account(connections=2)
    async with fed(carrier, sms, FeedPeer(), 2):
        carrier.behaves(lambda number: number != 3)
        with pytest.raises(TryLater):
            await sms.send(outbound(LONG))
        carrier.behaves()
        sent = await sms.send(outbound(LONG))
        taken = carrier.submits()
        assert sorted(one.number for one in taken) == list(range(1, len(taken) + 1))
        assert {one.id for one in taken} == set(sent.parts)
        in_order = "".join(one.text for one in sorted(taken, key=lambda one: one.number))
        assert in_order.endswith(LONG)


async def test_a_gateway_that_vanishes_in_mid_submit_is_asked_again(carrier: Carrier) -> None:
    """Whether it took the message nobody knows; it may arrive twice, and is not lost."""
    sms, asked = carrier.account(), asyncio.Event()
    async with fed(carrier, sms, FeedPeer()):

        def never(_: int) -> None:
            asked.set()

        carrier.behaves(never)
        sending = asyncio.create_task(sms.send(outbound()))
        await asked.wait()
        carrier.cut()
        with pytest.raises(Unreachable):
            await sending
        carrier.behaves()
        await eventually(lambda: carrier.links(sms) == 1)
        await sms.send(outbound())
        assert len(carrier.submits()) == 1


async def test_a_gateway_that_stalls_is_left_and_dialled_again(carrier: Carrier) -> None:
    """It is tried when nothing was heard for long, and given up when it does not answer."""
    sms = carrier.account(soon=True)
    async with fed(carrier, sms, FeedPeer()):
        carrier.behaves(stalls=True)
        await eventually(lambda: not carrier.stands())
        carrier.behaves()
        await eventually(lambda: carrier.links(sms) == 1)
        assert (await sms.send(outbound())).parts


@pytest.mark.parametrize("shift", [1000, -1])
async def test_an_answer_under_a_wrong_number_is_none(carrier: Carrier, shift: int) -> None:
    """It is tried again, under the same key, and arrives."""
    sms = carrier.account(soon=True)
    async with fed(carrier, sms, FeedPeer()):
        carrier.behaves(shift=shift)
        with pytest.raises(Unreachable):
            await sms.send(outbound())
        carrier.behaves()
        sent = await sms.send(outbound())
        assert sent.parts == (carrier.submits()[-1].id,)


async def test_an_answer_that_comes_after_its_time_is_believed(carrier: Carrier) -> None:
    """The next try knows that it was taken, and submits nothing."""
    sms = carrier.account(soon=True)
    async with fed(carrier, sms, FeedPeer()):
        carrier.behaves(lambda _: None)
        with pytest.raises(Unreachable):
            await sms.send(outbound())
        carrier.behaves(lambda _: False)
        carrier.answers_late()

        async def tried() -> bool:
            try:
                return (await sms.send(outbound())).parts == (carrier.submits()[0].id,)
            except SendFailed:
                return False

        await eventually(tried)
        assert len(carrier.submits()) == 1
