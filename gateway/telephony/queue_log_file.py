"""The file queue_log, read from a bookmark on, through rotation and truncation."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path

import structlog

from gateway.core.gap import Bookmark, LoggedCall, LogPage
from gateway.telephony.queue_log import MAX_LINE_BYTES, QueueLogReader

PAGE_CALLS = 500
CHUNK_BYTES = 1 << 20
FIRST_BYTES = 64 << 20
"""Of a record that was never read: its end. What is older is nobody's gap."""
FILE_NUMBERS = 2**63
"""File numbers are kept below this; the store has signed integers of 64 bits."""

log = structlog.get_logger()


class QueueLogFile:
    """``ports.CallLog`` over one file and what it was renamed to."""

    def __init__(self, path: Path) -> None:
        self._path = path

    async def pages(self, since: Bookmark) -> AsyncIterator[LogPage]:
        """What was written after ``since``; see ``ports.CallLog``.

        A file that is another one now is read from its beginning, after the rest of the old one if
        that stands beside it under another name; a file that became shorter, from its beginning.
        """
        pages = self._pages(since)
        while (page := await asyncio.to_thread(next, pages, None)) is not None:
            yield page

    async def end(self) -> Bookmark | None:
        """Where the file ends now."""
        return await asyncio.to_thread(self._end)

    def _end(self) -> Bookmark | None:
        try:
            found = self._path.stat()
        except OSError:
            return None
        return Bookmark(file=found.st_ino % FILE_NUMBERS, offset=found.st_size)

    def _pages(self, since: Bookmark) -> Iterator[LogPage]:
        reader = QueueLogReader()
        calls: list[LoggedCall] = []
        place = since
        try:
            for path, number, offset in self._parts(since):
                for raw, begins_at, end in _lines(path, offset):
                    calls += reader.feed(raw, begins_at)
                    place = replace(since, file=number, offset=end)
                    if len(calls) >= PAGE_CALLS:
                        yield LogPage(
                            calls=tuple(calls),
                            bookmark=_safe(place, reader),
                            restarted_at=reader.restarted_at,
                        )
                        calls = []
                place = replace(since, file=number, offset=max(place.offset, offset))
        except OSError as fault:
            log.warning("queue_log_unreadable", reason=type(fault).__name__)
            return
        if reader.skipped or reader.given_up:
            log.warning("queue_log_odd", skipped=reader.skipped, count=reader.given_up)
        yield LogPage(
            calls=(*calls, *reader.rest()),
            bookmark=_safe(place, reader),
            restarted_at=reader.restarted_at,
        )

    def _parts(self, since: Bookmark) -> Iterator[tuple[Path, int, int]]:
        """Path, file number and first byte of everything there is to read, oldest first."""
        now = self._path.stat()
        number = now.st_ino % FILE_NUMBERS
        if since.file == number:
            yield self._path, number, since.offset if since.offset <= now.st_size else 0
            return
        if since.file:
            for other in sorted(self._path.parent.glob(f"{self._path.name}.*")):
                if other.stat().st_ino % FILE_NUMBERS == since.file:
                    yield other, since.file, since.offset
        unread = 0 if since.file else max(0, now.st_size - FIRST_BYTES)
        yield self._path, number, unread


def _safe(place: Bookmark, reader: QueueLogReader) -> Bookmark:
    """The place from which nothing is missed."""
    return replace(place, offset=min(place.offset, reader.from_byte(place.offset)))


def _lines(path: Path, offset: int) -> Iterator[tuple[bytes, int, int]]:
    """Whole lines from ``offset`` on: text, first byte, byte after the end.

    A line that is not finished is left for the next time; one that is longer than any is given as
    far as it was read, which nobody understands.
    """
    with path.open("rb") as file:
        file.seek(offset)
        while raw := file.readline(CHUNK_BYTES):
            begins_at, offset = offset, offset + len(raw)
            if raw.endswith(b"\n"):
                yield raw.rstrip(b"\r\n"), begins_at, offset
            elif len(raw) < CHUNK_BYTES:
                return
            else:
                yield raw[: MAX_LINE_BYTES + 1], begins_at, offset
