"""The search for words, with a million segments: SQLite, or PostgreSQL by its address.

``p95_ms_rare`` ``p95_ms_common`` ``p95_ms_none``   a question for four letters that stand in a few
    texts, for two that stand in every tenth, and for some that stand nowhere though their pairs do
``record_vs_unindexed``   seconds to record messages whose words go into the search / messages whose
    words do not (the system's own): both are sealed and stored alike. CPU seconds of this process;
    with PostgreSQL, whose work is another's, seconds on the clock

Questions go through the store's own ``find_words``, thirty places each, texts opened. Segments are
written by the store's own ``record``. ``HOTLINE_BENCH_POSTGRES`` is the address of an empty
database (postgresql+asyncpg://…) that is measured instead of SQLite.
"""

from __future__ import annotations

import asyncio
import os
import random
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from gateway.bench.ratios import PAIRS, Ratio, percentile
from gateway.bench.report import Figures, Told
from gateway.clock import SystemClock
from gateway.core.call import Call, CallState
from gateway.core.chat import Chat
from gateway.core.identity import Identity
from gateway.core.line import Origin
from gateway.core.message import Direction, Message, MessageKind
from gateway.core.transcript import Party, Segment, Source, WordsQuery
from gateway.intake.ids import new_id
from gateway.ports import Row
from gateway.store import SqlStore, open_store

SEGMENTS, PER_CALL, QUESTIONS, MESSAGES = 1_000_000, 50, 200, 2_000
TINY = {"segments": 2_000, "questions": 10, "messages": 100, "pairs": 1}
POSTGRES = "HOTLINE_BENCH_POSTGRES"
BEGAN = datetime(2026, 1, 5, 1, 0, tzinfo=UTC)
LETTERS = "的一是了我不人在他有这个上们来到时大地为子中你说生国年着就那和要出也得里后自会家可下过"
COMMON = "您好"
"""Stands in every tenth text."""
RARE_ALPHABET = "噪扰污渗漏塌陷淤堵摊贩垃圾暖汽井盖路灯树枝"
NOTE = "{segments} segments on {engine}, filled in {seconds:.0f} s; {size_mb:.0f} MB"


class Talk:
    """What people say; the same for the same seed."""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)  # noqa: S311 - no secret

    def text(self) -> str:
        """Ten to thirty letters; every tenth begins politely, every fiftieth has rare words."""
        chance = self._chance
        letters = chance.choices(LETTERS, k=chance.randrange(10, 31))
        if chance.random() < 0.02:
            letters[5:9] = chance.choices(RARE_ALPHABET, k=4)
        return (COMMON if chance.random() < 0.1 else "") + "".join(letters)

    def rare(self) -> str:
        """Four letters of a text that stands in a few."""
        return "".join(self._chance.choices(RARE_ALPHABET, k=3))

    def none(self) -> str:
        """Frequent pairs in a row that is nowhere, by length."""
        return COMMON + "".join(self._chance.choices(LETTERS, k=6))


async def measure(
    told: Told,
    *,
    segments: int = SEGMENTS,
    questions: int = QUESTIONS,
    messages: int = MESSAGES,
    pairs: int = PAIRS,
) -> Figures:
    """Fill, ask, and compare the writing of what is found with that of what is not."""
    url = os.environ.get(POSTGRES, "")
    talk = Talk(12345)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        async with open_store(url, data_dir=folder, clock=SystemClock()) as store:
            ratio = await _recording(store, talk, messages, pairs, told)
            begun = time.monotonic()
            for call in range(-(-segments // PER_CALL)):
                await store.record(*_call(call, talk))
                if call % (10_000 // PER_CALL) == 0:
                    told(f"search: {call * PER_CALL} of {segments}")
            seconds = time.monotonic() - begun
            values = {
                f"p95_ms_{kind}": await _p95_ms(store, asked, questions)
                for kind, asked in (
                    ("rare", talk.rare),
                    ("common", lambda: COMMON),
                    ("none", talk.none),
                )
            }
        size = await asyncio.to_thread(_size, folder)
    return Figures(
        values | ratio.named("record_vs_unindexed"),
        NOTE.format(
            segments=segments,
            engine="PostgreSQL" if url else "SQLite",
            seconds=seconds,
            size_mb=size / 1e6,
        ),
    )


def _size(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


def _call(number: int, talk: Talk) -> list[Row]:
    """A call that ended, and all that was said in it."""
    at = BEGAN + timedelta(seconds=5 * number)
    call = Call(
        id=new_id(at),
        hotline_id=f"Hbench-{number}",
        channel="PJSIP/trunk-local-00000001",
        number="13800001111",
        did="12345",
        origin=Origin.TRUNK,
        state=CallState.ENDED,
        operator_id=f"op-{number % 100}",
        arrived_at=at,
        ended_at=at + timedelta(minutes=5),
    )
    said = (
        Segment(
            id=new_id(at),
            contact_id=call.id,
            seq=seq,
            party=(Party.CITIZEN, Party.SEAT)[seq % 2],
            source=Source.LIVE,
            begin_seconds=float(seq),
            end_seconds=seq + 2.0,
            at=at + timedelta(seconds=seq),
            text=talk.text(),
            operator_id=call.operator_id,
        )
        for seq in range(1, PER_CALL + 1)
    )
    return [call, *said]


async def _p95_ms(store: SqlStore, words: Callable[[], str], questions: int) -> float:
    """One question after the other, each asked for the first time where words differ."""
    took: list[float] = []
    for _ in range(questions):
        query = WordsQuery(text=words())
        begun = time.perf_counter()
        await store.find_words(query)
        took.append((time.perf_counter() - begun) * 1000)
    return round(percentile(took, 0.95), 2)


async def _recording(store: SqlStore, talk: Talk, messages: int, pairs: int, told: Told) -> Ratio:
    """Both kinds in turn, in conversations of their own."""
    clock = time.monotonic if os.environ.get(POSTGRES) else time.process_time
    await store.record(
        Identity(id="i", account="web:main", scheme="visitor", value="v", first_seen=BEGAN)
    )
    spent: dict[Direction, list[float]] = {Direction.IN: [], Direction.OUT: []}
    for pair in range(pairs):
        for direction, seconds in spent.items():
            chat = Chat(
                id=new_id(BEGAN),
                channel="web",
                account="web:main",
                identity_id="i",
                queue="civil",
                opened_at=BEGAN,
            )
            await store.record(chat)
            written = [_message(chat.id, seq, direction, talk) for seq in range(1, messages + 1)]
            begun = clock()
            async with asyncio.TaskGroup() as tasks:
                for message in written:
                    tasks.create_task(store.record(message))
            seconds.append(clock() - begun)
        told(f"search: recording {pair + 1}/{pairs}")
    return Ratio.of(spent[Direction.IN], spent[Direction.OUT])


def _message(contact_id: str, seq: int, direction: Direction, talk: Talk) -> Message:
    at = BEGAN + timedelta(seconds=seq)
    return Message(
        id=new_id(at),
        contact_id=contact_id,
        seq=seq,
        direction=direction,
        kind=MessageKind.TEXT,
        at=at,
        stored_at=at,
        text=talk.text(),
    )
