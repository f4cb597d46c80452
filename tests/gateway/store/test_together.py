"""Many who ask at the same time put one question, and nobody hears an answer older than it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager

import pytest

from gateway.core.errors import StoreUnavailable
from gateway.store.together import Together
from tests.eventually import others_run


class Book:
    """What is written under each key; asked, it says so when ``open`` is set."""

    def __init__(self) -> None:
        self.words = {"a": 1, "b": 2}
        self.asked: list[list[str]] = []
        self.open, self.heard = asyncio.Event(), asyncio.Event()
        self.away = False

    async def ask(self, keys: Collection[str]) -> dict[str, int]:
        """What stood there when it was asked."""
        self.asked.append(list(keys))
        self.heard.set()
        found = {key: self.words[key] for key in keys if key in self.words}
        away = self.away
        await self.open.wait()
        if away:
            raise StoreUnavailable("away")
        return found


@asynccontextmanager
async def asking(book: Book) -> AsyncIterator[Together[str, int]]:
    """The line, and who answers it."""
    line = Together(book.ask, 0)
    runner = asyncio.create_task(line.run())
    try:
        yield line
    finally:
        runner.cancel()
        await asyncio.wait({runner})


async def first_asked(book: Book, line: Together[str, int]) -> asyncio.Task[int]:
    """One who asks for ``a`` and is being answered."""
    task = asyncio.create_task(line.get("a"))
    await book.heard.wait()
    return task


async def test_who_asks_meanwhile_shares_the_next_question() -> None:
    """Two questions for six; each hears of its own key, and of nothing where nothing is."""
    book = Book()
    async with asking(book) as line:
        first = await first_asked(book, line)
        others = [asyncio.create_task(line.get(key)) for key in ("b", "c", "b", "a", "c")]
        await others_run()
        book.open.set()
        assert await first == 1
        assert await asyncio.gather(*others) == [2, 0, 2, 1, 0]
    assert book.asked == [["a"], ["b", "c", "a"]]


async def test_nobody_hears_an_answer_that_is_older_than_the_question() -> None:
    """What was written before one asks is in the answer, whoever else is being answered."""
    book = Book()
    async with asking(book) as line:
        first = await first_asked(book, line)
        book.words["a"] = 7
        second = asyncio.create_task(line.get("a"))
        await others_run()
        book.open.set()
        assert (await first, await second) == (1, 7)


async def test_one_who_goes_takes_nobody_along() -> None:
    """A deadline of one is not the deadline of the others."""
    book = Book()
    async with asking(book) as line:
        await first_asked(book, line)
        hasty, patient = (asyncio.create_task(line.get("b")) for _ in range(2))
        await others_run()
        hasty.cancel()
        book.open.set()
        assert await patient == 2
        assert hasty.cancelled()


async def test_a_question_that_fails_is_not_the_last_one() -> None:
    """Everybody who shared it is told; the next one is answered."""
    book = Book()
    book.open.set()
    async with asking(book) as line:
        book.away = True
        both = await asyncio.gather(line.get("a"), line.get("b"), return_exceptions=True)
        assert [type(one) for one in both] == [StoreUnavailable] * 2
        book.away = False
        assert await line.get("a") == 1


async def test_at_the_end_nobody_is_left_waiting() -> None:
    """Neither who is being answered nor who stands in line."""
    book = Book()
    async with asking(book) as line:
        first = await first_asked(book, line)
        second = asyncio.create_task(line.get("b"))
        await others_run()
    for one in (first, second):
        with pytest.raises(StoreUnavailable):
            await one
