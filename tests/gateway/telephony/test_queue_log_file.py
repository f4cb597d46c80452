"""The file queue_log, read from a bookmark on."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from gateway.core.gap import Bookmark, LoggedCall
from gateway.telephony.queue_log_file import PAGE_CALLS, QueueLogFile


def whole(n: int) -> str:
    """A call that was answered and ended."""
    id_ = f"h1-{1_000 + n}.{n}"
    return (
        f"{1_000 + n}|{id_}|NONE|NONE|HOTLINEIN|12345|trunk|H{id_}.wav\n"
        f"{1_000 + n}|{id_}|civil|NONE|ENTERQUEUE||12345|1\n"
        f"{1_003 + n}|{id_}|civil|8001|CONNECT|3|h1-9.9|2\n"
        f"{1_010 + n}|{id_}|NONE|NONE|HOTLINEOUT|PJSIP/trunk-local-00000001|16\n"
    )


async def read(path: Path, since: Bookmark) -> tuple[list[LoggedCall], Bookmark]:
    """Everything after ``since``, and where to go on."""
    calls: list[LoggedCall] = []
    place = since
    async for page in QueueLogFile(path).pages(since):
        assert len(page.calls) <= PAGE_CALLS + 1
        calls += page.calls
        place = page.bookmark
    return calls, place


def ids(calls: list[LoggedCall]) -> list[str]:
    """The ids of calls."""
    return [call.hotline_id for call in calls]


async def test_it_is_read_once_and_in_order(tmp_path: Path) -> None:
    """From the bookmark on, however much is there; nothing twice."""
    path = tmp_path / "queue_log"
    many = PAGE_CALLS * 2 + 7
    path.write_text("".join(whole(n) for n in range(many)), "utf-8")
    calls, place = await read(path, Bookmark(run="r"))
    assert ids(calls) == [f"Hh1-{1_000 + n}.{n}" for n in range(many)]
    assert (place.run, place.offset) == ("r", path.stat().st_size)
    assert await read(path, place) == ([], place)
    with path.open("a", encoding="utf-8") as file:
        file.write(whole(many))
    calls, _ = await read(path, place)
    assert len(calls) == 1


async def test_who_goes_on_is_told_whole_the_next_time(tmp_path: Path) -> None:
    """The bookmark waits at the beginning of a call that has not ended."""
    path = tmp_path / "queue_log"
    lines = whole(5).splitlines(keepends=True)
    path.write_text(whole(1) + lines[0] + lines[1] + "100", "utf-8")
    calls, place = await read(path, Bookmark())
    assert [call.ended for call in calls] == [True, False]
    assert place.offset == len(whole(1))
    path.write_text(whole(1) + whole(5), "utf-8")
    calls, _ = await read(path, place)
    assert [(call.whole, call.ended) for call in calls] == [(True, True)]


async def test_rotation_loses_nothing(tmp_path: Path) -> None:
    """The rest of the old file is read under its new name, then the new one."""
    path = tmp_path / "queue_log"
    path.write_text(whole(1), "utf-8")
    _, place = await read(path, Bookmark())
    with path.open("a", encoding="utf-8") as file:
        file.write(whole(2))
    path.rename(tmp_path / "queue_log.1")
    path.write_text(whole(3), "utf-8")
    calls, after = await read(path, place)
    assert ids(calls) == ["Hh1-1002.2", "Hh1-1003.3"]
    assert after.file == path.stat().st_ino
    assert await read(path, after) == ([], after)


async def test_a_file_that_was_emptied_is_read_anew(tmp_path: Path) -> None:
    """Copied and cut off, as logrotate can do."""
    path = tmp_path / "queue_log"
    path.write_text(whole(1) + whole(2), "utf-8")
    _, place = await read(path, Bookmark())
    os.truncate(path, 0)
    with path.open("a", encoding="utf-8") as file:
        file.write(whole(3))
    calls, _ = await read(path, place)
    assert ids(calls) == ["Hh1-1003.3"]


async def test_a_line_of_megabytes_is_passed_over(tmp_path: Path) -> None:
    """What is written between is found."""
    path = tmp_path / "queue_log"
    path.write_text(whole(1) + "x" * 3_000_000 + "\n" + whole(2), "utf-8")
    calls, _ = await read(path, Bookmark())
    assert len(calls) == 2


@pytest.mark.parametrize("there", [False, True])
async def test_a_record_that_is_not_there_tells_nothing(tmp_path: Path, *, there: bool) -> None:
    """No file, or a folder in its place: no pages, no end, no error."""
    path = tmp_path / "queue_log"
    if there:
        path.mkdir()
    assert await read(path, Bookmark()) == ([], Bookmark())
    assert (await QueueLogFile(path).end() is None) is not there
