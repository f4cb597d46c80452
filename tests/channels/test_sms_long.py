"""Long messages come together whatever happens to their parts on the way."""

import asyncio
import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from channels.errors import NotRecorded
from channels.message import Kind
from channels.sms_long import WAIT, Arriving
from channels.sms_pieces import Came, packed, unpacked
from channels.sms_text import Alphabet, Concat, segments, without_header
from tests.peers.feed_peer import FeedPeer

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
FROM, TO = "8613800138000", "10612345"
TEXTS = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=71, max_size=500
)


def arriving(peer: FeedPeer) -> Arriving:
    """A gateway that has just begun."""
    return Arriving(peer, peer, "secret")


def parts_of(text: str, reference: int = 7, sender: str = FROM, at: datetime = NOW) -> list[Came]:
    """A text as a phone sends it."""
    made = []
    for one in segments(text, reference):
        concat, body = without_header(one.data) if one.header else (None, one.data)
        made.append(
            Came(sender=sender, to=TO, data=body, alphabet=Alphabet.UCS2, at=at, concat=concat)
        )
    return made


async def take(at: Arriving, parts: Sequence[Came]) -> None:
    """One after the other."""
    for one in parts:
        await at.take(one, "key")


@settings(max_examples=60, deadline=None)
@given(TEXTS, st.randoms(use_true_random=False), st.integers(0, 255))
def test_shuffled_and_doubled_it_is_the_text(
    text: str, chance: random.Random, reference: int
) -> None:
    """Over two connections and a restart between any two parts, once and whole."""

    async def play() -> None:
        peer = FeedPeer()
        parts = parts_of(text, reference)
        sent = [*parts, *chance.choices(parts, k=2)]
        chance.shuffle(sent)
        for one in sent:  # each by a gateway that has just begun: nothing is in memory only
            await arriving(peer).take(one, "key")
        await arriving(peer).sweep(NOW + timedelta(hours=1))
        assert peer.texts == [text]
        assert not [note for note in peer.notes if note.startswith("part:")]

    asyncio.run(play())


async def test_a_message_of_one_part_is_recorded_before_it_is_told() -> None:
    """Under the key that came with it, with what came over the wire beside it."""
    peer = FeedPeer()
    (one,) = parts_of("您好")
    await arriving(peer).take(one, "key", b"wire")
    (came,) = peer.came.values()
    assert (came.key, came.text, came.sender.value) == ("key", "您好", "13800138000")
    assert peer.raw == [b"wire"]
    peer.away = True
    with pytest.raises(NotRecorded):
        await arriving(peer).take(one, "other")


async def test_a_part_that_is_not_kept_is_not_taken() -> None:
    """The carrier is not told; it comes again."""
    peer, parts = FeedPeer(), parts_of("好" * 150)
    await take(arriving(peer), parts[:2])
    peer.away = True
    with pytest.raises(NotRecorded):
        await take(arriving(peer), parts[2:])
    peer.away = False
    assert peer.texts == []
    await take(arriving(peer), parts[2:])
    assert peer.texts == ["好" * 150]


async def test_a_crash_between_handing_over_and_forgetting_makes_no_second_message() -> None:
    """The same parts have the same key again."""
    peer, parts = FeedPeer(), parts_of("好" * 150)
    peer.fails_after_delivery = True
    with pytest.raises(NotRecorded):
        await take(arriving(peer), parts)
    peer.away = peer.fails_after_delivery = False
    await take(arriving(peer), parts[2:])
    await arriving(peer).sweep(NOW)
    assert peer.delivered == 2
    assert peer.texts == ["好" * 150]


async def test_every_part_in_its_own_alphabet() -> None:
    """As it was captured from a real phone: three parts UCS-2, the last one ASCII."""
    peer, parts = FeedPeer(), parts_of("好" * 67 + "🙂" * 34)
    last = Came(
        sender=FROM,
        to=TO,
        data=b"http://12345.example/a?b=1",
        alphabet=Alphabet.ASCII,
        at=NOW,
        concat=Concat(reference=7, total=4, number=4),
    )
    gb = Came(
        sender=FROM,
        to=TO,
        data="国标".encode("gb18030"),
        alphabet=Alphabet.GB18030,
        at=NOW,
        concat=Concat(reference=7, total=4, number=3),
    )
    four = [
        Came(
            sender=one.sender,
            to=one.to,
            data=one.data,
            alphabet=one.alphabet,
            at=one.at,
            concat=Concat(reference=7, total=4, number=number),
        )
        for number, one in enumerate(parts, 1)
    ]
    assert len(four) == 3
    await take(arriving(peer), [last, *four[:2], gb])
    assert peer.texts == ["好" * 67 + "🙂" * 33 + "国标http://12345.example/a?b=1"]


async def test_a_character_that_a_phone_cut_in_two_is_whole_again() -> None:
    """Some cut at 134 octets, wherever that is."""
    peer, octets = FeedPeer(), ("好" * 66 + "🙂" * 10).encode("utf-16-be")
    for number, data in enumerate((octets[:134], octets[134:]), 1):
        came = Came(
            sender=FROM,
            to=TO,
            data=data,
            alphabet=Alphabet.UCS2,
            at=NOW,
            concat=Concat(reference=1, total=2, number=number),
        )
        await arriving(peer).take(came, "key")
    assert peer.texts == ["好" * 66 + "🙂" * 10]


async def test_what_misses_a_part_is_handed_over_and_says_so() -> None:
    """After the wait, not before; the part that comes late is handed over, too."""
    peer, parts = FeedPeer(), parts_of("救" * 67 + "命" * 67 + "啊" * 67 + "！")
    await take(arriving(peer), [parts[0], parts[3]])
    await arriving(peer).sweep(NOW + WAIT - timedelta(seconds=1))
    assert peer.texts == []
    await arriving(peer).sweep(NOW + WAIT)
    gap = "〔第2/4段缺失 part 2/4 missing〕"
    assert peer.texts == ["救" * 67 + gap + "！"]
    await take(arriving(peer), [parts[0], parts[1]])  # one again, one at last
    await arriving(peer).sweep(NOW + WAIT)
    assert "命" * 67 in peer.texts[1]


async def test_parts_that_come_again_after_it_was_handed_over_make_nothing() -> None:
    """A carrier that did not hear our answer sends them anew, hours later."""
    peer, text = FeedPeer(), "好" * 150
    await take(arriving(peer), parts_of(text))
    later = NOW + timedelta(hours=3)
    await take(arriving(peer), parts_of(text, at=later)[:1])
    await arriving(peer).sweep(later + WAIT)
    await take(arriving(peer), parts_of(text, at=later))
    assert peer.texts == [text]
    assert [note[:5] for note in peer.notes] == ["done:"]


async def test_a_reference_that_is_used_anew_mixes_nothing() -> None:
    """The one that lost its part is handed over as it is; the new one is whole."""
    peer = FeedPeer()
    await take(arriving(peer), parts_of("甲" * 150)[:2])
    await take(arriving(peer), parts_of("乙" * 150))
    assert peer.texts == ["甲" * 134 + "〔第3/3段缺失 part 3/3 missing〕", "乙" * 150]


async def test_citizens_with_the_same_reference_are_two() -> None:
    """And a second message of one of them, word for word the same, is a second message."""
    peer = FeedPeer()
    one, other = parts_of("好" * 150), parts_of("好" * 150, sender="13900139000")
    await take(arriving(peer), [one[0], other[0], one[1], other[1], other[2], one[2]])
    await take(arriving(peer), parts_of("好" * 150, reference=8))
    assert [came.sender.value for came in peer.came.values()] == [
        "13900139000",
        "13800138000",
        "13800138000",
    ]


async def test_two_connections_at_the_same_moment() -> None:
    """Every part at once: one message."""
    peer = FeedPeer()
    at = arriving(peer)
    async with asyncio.TaskGroup() as tasks:
        for one in parts_of("好" * 600):
            tasks.create_task(at.take(one, "key"))
    assert (peer.texts, peer.delivered) == (["好" * 600], 1)


async def test_no_key_and_no_note_names_who_wrote() -> None:
    """They stand in the clear."""
    peer = FeedPeer()
    await take(arriving(peer), parts_of("好" * 150)[:2])
    await take(arriving(peer), parts_of("坏" * 150, reference=9))
    assert not [key for key in [*peer.notes, *peer.came] if "13800138000" in key]


async def test_what_is_no_text_is_kept_and_rings_nobody() -> None:
    """Settings for a phone, a picture of old."""
    peer = FeedPeer()
    came = Came(sender=FROM, to=TO, data=b"\x01\x02", alphabet=Alphabet.OCTETS, at=NOW)
    await arriving(peer).take(came, "key")
    (one,) = peer.came.values()
    assert (one.kind, one.starts, one.fields) == (Kind.UNKNOWN, False, {"type": "octets"})


def test_a_part_is_kept_as_it_came() -> None:
    """Every field, through a note and back."""
    for one in parts_of("好🙂" * 60):
        assert unpacked(packed(one)) == one
