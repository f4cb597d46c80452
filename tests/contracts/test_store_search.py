"""What every store promises about the search: exactly the places where words stand."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from gateway.core.errors import Invalid
from gateway.core.message import Direction
from gateway.core.transcript import FoundWords, Party, WordsQuery
from gateway.store import SqlStore
from tests.heard_rows import SECOND, a_privacy, a_segment
from tests.message_rows import a_chat, a_message, an_identity
from tests.store_world import NOON, StorePlace, a_call


async def found(store: SqlStore, text: str, **more: Any) -> list[str]:
    """Ids of where it stands."""
    answer = await store.find_words(WordsQuery(text=text, **more))
    return [one.segment_id or one.message_id for one in answer]


async def test_words_are_found_where_they_stand(place: StorePlace) -> None:
    """A segment and a message, with all that a list shows of them, the newest first."""
    async with place.open() as store:
        await store.record(
            an_identity("i1"),
            a_chat("k1", "i1", operator_id="op-7"),
            a_message("m1", "k1", 1, text="楼下夜间施工，太吵了", at=NOON + 9 * SECOND),
            a_call("c1", operator_id="op-1"),
            a_segment("s1", "c1", 1, party=Party.SEAT, text="是夜间 施工吗", operator_id="op-2"),
            a_segment("s2", "c1", 2, text="是施工"),
        )
        message, segment = await store.find_words(WordsQuery(text="夜间施工"))
    assert message == FoundWords(
        cursor=message.cursor,
        contact_id="k1",
        at=NOON + 9 * SECOND,
        channel="wechat",
        operator_id="op-7",
        text="楼下夜间施工，太吵了",
        message_id="m1",
    )
    assert segment == FoundWords(
        cursor=segment.cursor,
        contact_id="c1",
        at=NOON + SECOND,
        channel="phone",
        operator_id="op-2",
        text="是夜间 施工吗",
        segment_id="s1",
        party=Party.SEAT,
        begin_seconds=1.0,
    )


async def test_words_of_the_system_and_notes_are_not_found(place: StorePlace) -> None:
    """What citizen and operator said to each other is; the other's party is told."""
    said: dict[str, dict[str, Any]] = {
        "m1": {"direction": Direction.IN},
        "m2": {"direction": Direction.OUT, "operator_id": "op-1"},
        "m3": {"direction": Direction.OUT},
        "m4": {"direction": Direction.NOTE, "operator_id": "op-1"},
    }
    rows = [
        a_message(name, "k1", n, text="已经受理", **more)
        for n, (name, more) in enumerate(said.items())
    ]
    async with place.open() as store:
        await store.record(an_identity("i1"), a_chat("k1", "i1"), *rows)
        answer = await store.find_words(WordsQuery(text="受理"))
    assert [(one.message_id, one.party) for one in answer] == [
        ("m2", Party.SEAT),
        ("m1", Party.CITIZEN),
    ]


async def test_a_correction_is_found_and_what_was_wrong_is_not(place: StorePlace) -> None:
    """The text that people see counts; taking the correction back counts, too."""
    heard = a_segment("s1", "c1", 1, text="水管保了")
    async with place.open() as store:
        await store.record(a_call("c1"), heard)
        assert await found(store, "保了") == ["s1"]
        await store.record(replace(heard, corrected="水管爆了"))
        assert await found(store, "保了") == []
        assert await found(store, "爆了") == ["s1"]
        await store.record(heard)
        assert (await found(store, "爆了"), await found(store, "保了")) == ([], ["s1"])
        await store.record(replace(heard, text=""))
        assert (await found(store, "水管"), await found(store, "保了")) == ([], [])


async def test_a_confidential_contact_is_not_in_the_index(place: StorePlace) -> None:
    """What was there goes, what comes is kept out, and all of it comes back when it may."""
    async with place.open() as store:
        await store.record(
            an_identity("i1"),
            a_chat("k1", "i1"),
            a_message("m1", "k1", 1, text="门口积水"),
            a_segment("s1", "k1", 1, text="积水很深"),
            a_call("c1"),
            a_segment("s9", "c1", 1, text="别处积水"),
        )
        await store.record(a_privacy("k1"))
        assert await found(store, "积水") == ["s9"]
        await store.record(
            a_message("m2", "k1", 2, text="积水退了"), a_segment("s2", "k1", 2, text="积水退了")
        )
        assert await found(store, "积水") == ["s9"]
        await store.record(replace(a_segment("s1", "k1", 1), corrected="积水不深"))
        assert await found(store, "积水") == ["s9"]
        await store.record(a_privacy("k1", confidential=False))
        assert set(await found(store, "积水")) == {"m1", "m2", "s1", "s2", "s9"}
        assert await found(store, "不深") == ["s1"]


async def test_what_shares_a_commit_counts_one_after_the_other(place: StorePlace) -> None:
    """However wishes and words fall together, the last wish holds for all words."""
    async with place.open() as store:
        await store.record(a_call("c1"), a_call("c2"))
        async with asyncio.TaskGroup() as tasks:
            for contact in ("c1", "c2"):
                last = contact == "c2"
                for row in (
                    a_segment(f"{contact}-1", contact, 1),
                    a_privacy(contact, confidential=last),
                    a_segment(f"{contact}-2", contact, 2),
                    a_privacy(contact, confidential=not last),
                    a_segment(f"{contact}-3", contact, 3),
                ):
                    tasks.create_task(store.record(row))
        assert sorted(await found(store, "施工")) == ["c2-1", "c2-2", "c2-3"]


async def test_pages_follow_each_other_without_gap(place: StorePlace) -> None:
    """The newest first, also among those of one moment; later words move no page."""
    moments = [0, 0, 0, 5, 5, 9]
    rows = [
        a_segment(f"s{n}", "c1", n, at=NOON + second * SECOND)
        for n, second in enumerate(moments, 1)
    ]
    async with place.open() as store:
        await store.record(a_call("c1"), *reversed(rows))
        pages: list[str] = []
        before = ""
        while page := await store.find_words(WordsQuery(text="夜间", limit=2, before=before)):
            pages += [one.segment_id for one in page]
            before = page[-1].cursor
            await store.record(a_segment(f"n{len(pages)}", "c1", 10 + len(pages)))
        assert sorted(pages) == [f"s{n}" for n in range(1, 7)]
        times = {row.id: row.at for row in rows}
        assert [times[one] for one in pages] == sorted(times.values(), reverse=True)


async def test_filters_leave_what_fits_them(place: StorePlace) -> None:
    """Channel, person and time; of many that do not fit, the few that do are found."""
    many = [a_segment(f"s{n}", "c1", n, operator_id="op-1") for n in range(1, 60)]
    async with place.open() as store:
        await store.record(
            a_call("c1"),
            *many,
            a_segment("s0", "c1", 0, operator_id="op-2"),
            an_identity("i1"),
            a_chat("k1", "i1", operator_id="op-2"),
            a_message("m1", "k1", 1, text="夜间施工"),
        )
        assert await found(store, "施工", operator_id="op-2", limit=3) == ["m1", "s0"]
        assert await found(store, "施工", operator_id="op-3") == []
        assert await found(store, "施工", channel="wechat") == ["m1"]
        since, until = NOON + 3 * SECOND, NOON + 5 * SECOND
        assert await found(store, "夜间", since=since, until=until) == ["s4", "s3"]


@pytest.mark.parametrize("text", ["水", "", "，。！", "水" * 41])
async def test_one_character_is_refused(place: StorePlace, text: str) -> None:
    """With the reason, before anything is looked at."""
    async with place.open() as store:
        with pytest.raises(Invalid) as refused:
            await store.find_words(WordsQuery(text=text))
        assert refused.value.problems[0].code == "words-length"


@pytest.mark.parametrize("cursor", ["x", "9" * 30, "1e5"])
async def test_a_cursor_that_is_none_is_refused(place: StorePlace, cursor: str) -> None:
    """It does not become a question to the database."""
    async with place.open() as store:
        with pytest.raises(Invalid):
            await store.find_words(WordsQuery(text="施工", before=cursor))


@pytest.mark.parametrize("text", ['"', 'a" OR b', "a' | 'b", "NEAR(a b)", "a*b:1", "\\\\ab"])
async def test_no_text_is_a_command(place: StorePlace, text: str) -> None:
    """What means something to the database means nothing in a question."""
    async with place.open() as store:
        await store.record(a_call("c1"), a_segment("s1", "c1", 1, text=f"说了{text}这个"))
        if text == '"':
            assert await found(store, f"了{text}这") == ["s1"]
            return
        assert await found(store, text) == ["s1"]
        assert await found(store, f"{text}了") == []


async def test_very_long_texts_are_found_to_their_end(place: StorePlace) -> None:
    """Eight thousand characters, the same pair of letters hundreds of times among them."""
    text = "哈" * 250 + "".join(chr(0x4E00 + n) for n in range(8000)) + "到此为止"
    async with place.open() as store:
        await store.record(
            an_identity("i1"), a_chat("k1", "i1"), a_message("m1", "k1", 1, text=text)
        )
        assert await found(store, "到此为止") == ["m1"]
        assert await found(store, "哈哈哈哈") == ["m1"]
        assert await found(store, text[230:270]) == ["m1"]


async def test_a_change_of_time_changes_the_order(place: StorePlace) -> None:
    """What was said when is the row's word, also when it says something else later."""
    first, second = a_segment("s1", "c1", 1), a_segment("s2", "c1", 2)
    async with place.open() as store:
        await store.record(a_call("c1"), first, second)
        assert await found(store, "施工") == ["s2", "s1"]
        await store.record(replace(first, at=first.at + timedelta(hours=1)))
        assert await found(store, "施工") == ["s1", "s2"]
