"""What was said becomes segments, masked and numbered without a gap, and partials that pass."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from asr import wire
from gateway.core.facts import FactKind
from gateway.core.transcript import Party, Source
from gateway.intake.heard_book import HeardBook
from gateway.intake.hub import Subscription
from tests.eventually import eventually, remains
from tests.gateway.intake.floor_world import floor_world
from tests.gateway.intake.hearing_world import HearingWorld, hearing, hearing_world
from tests.heard_rows import a_segment
from tests.peers.ears_peer import EarsPeer
from tests.store_world import a_call


async def test_words_are_kept_with_whose_they_are_and_when(heard: HearingWorld) -> None:
    """Times count from the arrival, whenever the tap began; one fact a voice, without a word."""
    world = heard.world
    await world.seated("li", "8001")
    call = await world.arrives()
    world.clock.turn(2)
    citizen = await heard.begins(call)
    await world.rings(call, "8001")
    await world.answers(call, "8001")
    world.clock.turn(3)
    seat = await heard.begins(call, Party.SEAT)
    heard.says(citizen, "我 要 投诉", begin=4.0)
    heard.says(seat, "您好", begin=0.5)
    first, second = await heard.segments(call, 2)
    assert (first.seq, first.party, first.begin_seconds, first.text) == (
        1,
        Party.CITIZEN,
        6.0,
        "我要投诉",
    )
    assert [(w.text, w.begin_seconds) for w in first.words] == [
        ("我", 6.0),
        ("要", 6.3),
        ("投诉", 6.6),
    ]
    assert (first.raw, first.model, first.source) == ("我 要 投诉", "demo-8k", Source.LIVE)
    assert (first.at - call.arrived_at).total_seconds() == 6.0
    assert (second.seq, second.party, second.begin_seconds) == (2, Party.SEAT, 5.5)
    assert second.operator_id == "id-li"
    heard.says(citizen, "谢谢", begin=9.0)
    await heard.segments(call, 3)
    facts = [f for f in await world.store.facts() if f.kind is FactKind.SEGMENT_HEARD]
    assert [fact.data["party"] for fact in facts] == ["citizen", "seat"]
    assert "投诉" not in str(facts)


async def test_numbers_are_hidden_also_when_they_are_said_in_two_breaths(
    heard: HearingWorld,
) -> None:
    """In text and words alike; the original is kept whole."""
    call = await heard.world.arrives()
    stream = await heard.begins(call)
    heard.says(stream, "电话 是 138 0013 8000")
    heard.says(stream, "或者 138", begin=10)
    heard.says(stream, "0013 8000", begin=13)
    whole, begin, end = await heard.segments(call, 3)
    assert whole.text == "电话是138****8000"
    assert [word.text for word in whole.words] == ["电话", "是", "138", "****", "8000"]
    assert whole.original == "电话是13800138000"
    assert (begin.text, end.text) == ("或者138", "******00")
    assert end.original == "00138000"


async def test_numbering_goes_on_after_a_restart(tmp_path: Path) -> None:
    """No gap and no number twice, however many segments there were."""
    async with floor_world(tmp_path) as world:
        call = await world.arrives()
        for _ in range(2):
            ears = EarsPeer()
            ears.up()
            async with hearing(world, ears) as heard:
                stream = await heard.begins(call)
                before = len(await world.store.segments(call.id))
                for number in range(3):
                    heard.says(stream, f"第 {number}", begin=number)
                found = await heard.segments(call, before + 3)
        assert [one.seq for one in found] == [1, 2, 3, 4, 5, 6]


async def test_a_store_that_is_away_is_owed_the_words(tmp_path: Path) -> None:
    """They come in order once it is back; nobody waits meanwhile and screens go on."""
    async with hearing_world(tmp_path) as heard:
        world = heard.world
        call = await world.arrives()
        stream = await heard.begins(call)
        heard.says(stream, "一")
        await heard.segments(call, 1)
        async with world.floor.still():  # the store takes nothing
            heard.says(stream, "二", begin=2)
            heard.says(stream, "三", begin=4)
            await eventually(lambda: len(heard.book) == 2)
            await remains(lambda: len(heard.book) == 2, 0.2)
        assert [one.seq for one in await heard.segments(call, 3)] == [1, 2, 3]


async def test_words_survive_a_full_disk(tmp_path: Path) -> None:
    """What is said while nothing can be written is written, in order, once there is room."""
    async with hearing_world(tmp_path) as heard:
        call = await heard.world.arrives()
        stream = await heard.begins(call)
        heard.says(stream, "一")
        await heard.segments(call, 1)
        connection = heard.world.store._writer._connection
        assert connection is not None
        await connection.exec_driver_sql("PRAGMA max_page_count=1")
        await connection.rollback()
        long = " ".join(f"第 {number}" for number in range(2000))  # more than the last page holds
        heard.says(stream, long, begin=2)
        heard.says(stream, "三", begin=900)
        found = await heard.segments(call, 3)
        assert [one.seq for one in found] == [1, 2, 3]
        assert (found[1].raw, found[2].text, heard.book.lost) == (long, "三", 0)


async def test_a_row_that_the_store_refuses_keeps_no_other_waiting(tmp_path: Path) -> None:
    """It is tried some times and counted as lost; what stands behind it is written."""
    async with floor_world(tmp_path) as world:
        ears = EarsPeer()
        ears.up()
        async with hearing(world, ears) as heard:
            call = await world.arrives()
            heard.book.put(a_segment("s1", "nobody", 0))
            heard.book.put(a_segment("s2", call.id, 0))
            assert [one.id for one in await heard.segments(call, 1)] == ["s2"]
            assert heard.book.lost == 1


async def test_the_line_before_the_store_is_bounded(tmp_path: Path) -> None:
    """What does not fit is lost and counted, and whoever waits for it is not left waiting."""
    async with floor_world(tmp_path) as world:
        book = HeardBook(world.floor, most_units=1)
        book.put(a_segment("s1", "c", 0))
        await book.write(a_segment("s2", "c", 0))
        assert (len(book), book.lost) == (1, 1)
        await world.store.record(a_call("c"))
        await book.finish()
        assert [one.id for one in await world.store.segments("c")] == ["s1"]


@pytest.mark.parametrize("end", ["final", "engine", "ended"])
async def test_what_is_said_right_now_reaches_whoever_talks_and_follows(
    heard: HearingWorld, end: str
) -> None:
    """Volatile and masked: numberless, five times a second at most, and taken back at its end."""
    world = heard.world
    await world.seated("li", "8001")
    call = await world.arrives()
    stream = await heard.begins(call)
    await world.rings(call, "8001")
    await world.answers(call, "8001")
    hub, people = world.floor.hub, world.operators
    async with hub.attach(people["li"]) as li, hub.attach(people["chen"]) as chen:
        await heard.screens.watch(people["chen"], call.id)
        for text in ("我", "我的", "我的电话", "我的电话13800138000"):
            heard.ears.say(wire.Partial(stream=stream.id, text=text))
        for console in (li, chen):
            told = [m async for m in until_partial(console)]
            assert told[-1] == {
                "type": "partial",
                "data": {
                    "contact_id": call.id,
                    "party": "citizen",
                    "text": "我的电话138****8000",
                },
            }
            assert "seq" not in told[-1]
        match end:
            case "final":
                heard.says(stream, "我 的 电话 13800138000")
            case "engine":
                heard.ears.say(wire.Mode(stream=stream.id, live=False, why="engine"))
            case "ended":
                heard.ears.say(wire.Ended(stream=stream.id, seconds=2.0))
        told = [m async for m in until_partial(li)]
        assert told[-1]["data"]["text"] == ""


async def until_partial(console: Subscription) -> AsyncIterator[dict[str, Any]]:
    """What this console is told, up to the next partial."""
    async for message in console:
        yield message
        if message["type"] == "partial":
            return
