"""Files on their way in from citizens' pages: on the disk at once, so that a break loses nothing.

    <folder>/<id>.size    whose it is and how long it will be
    <folder>/<id>.part    what has arrived; its length is how far it is
    <folder>/<id>         the whole file, synced

A file that no message takes is forgotten after a day. Names and types are not kept here: the
message says them.
"""

from __future__ import annotations

import asyncio
import os
import re
import secrets
import shutil
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from gateway.core.errors import Invalid, Problem, Throttled, Unavailable, Unknown
from gateway.core.upload import Upload, WrongOffset
from gateway.ports import Clock

ID = re.compile(r"[0-9a-f]{32}")
KEPT_SECONDS = 24 * 3600
SWEEP_SECONDS = 300
MOST_OF_ONE_OWNER, MOST_BYTES_OF_ONE_OWNER = 20, 400 * 1024 * 1024
MOST_IN_ALL = 5_000
LEAST_FREE_BYTES = 1024 * 1024 * 1024
"""The store must go on when citizens send much: below this nothing more is taken."""
PIECE_BYTES = 256 * 1024
WAIT_SECONDS = 60.0


class NoRoom(Unavailable):
    """There is no room for files at the moment."""

    code = "no-room-for-files"


@dataclass(slots=True)
class _Kept:
    owner: str
    size_bytes: int
    began: float
    busy: bool = False


class Uploads:
    """Every file that is on its way; ``most_bytes`` is the longest that one may be."""

    def __init__(
        self,
        folder: Path,
        clock: Clock,
        *,
        most_bytes: int,
        least_free_bytes: int = LEAST_FREE_BYTES,
    ) -> None:
        self._folder = folder
        self._clock = clock
        self._most_bytes = most_bytes
        self._least_free = least_free_bytes
        self._kept: dict[str, _Kept] | None = None
        self._swept = 0.0
        self._turn = asyncio.Lock()

    async def begin(self, owner: str, size_bytes: int) -> Upload:
        """A place for a file. Raises Invalid, Throttled, NoRoom."""
        if not 0 < size_bytes <= self._most_bytes:
            most = self._most_bytes // (1024 * 1024)
            zh, en = f"文件不能为空，最多 {most} MB。", f"Not empty and at most {most} MB."
            raise Invalid(Problem("/size_bytes", "file-size", zh, en))
        async with self._turn:
            kept = await asyncio.to_thread(self._swept_table)
            theirs = [one for one in kept.values() if one.owner == owner]
            held = sum(one.size_bytes for one in theirs)
            if len(theirs) >= MOST_OF_ONE_OWNER or held + size_bytes > MOST_BYTES_OF_ONE_OWNER:
                raise Throttled(WAIT_SECONDS)
            promised = sum(one.size_bytes for one in kept.values())
            if len(kept) >= MOST_IN_ALL or not await asyncio.to_thread(
                self._has_room, promised + size_bytes
            ):
                raise NoRoom("uploads")
            id_ = secrets.token_hex(16)
            one = _Kept(owner, size_bytes, self._clock.now().timestamp())
            await asyncio.to_thread(self._write_size, id_, one)
            kept[id_] = one
        return self._upload(id_, one, 0)

    async def look(self, owner: str, id: str) -> Upload:
        """How far it is. Raises Unknown, also for somebody else's."""
        one = await self._find(owner, id)
        return self._upload(id, one, await asyncio.to_thread(self._offset, id))

    async def append(
        self, owner: str, id: str, offset: int, pieces: AsyncIterator[bytes]
    ) -> Upload:
        """Go on at ``offset``; what arrived before a break stays.

        Raises Unknown, WrongOffset (also while another request writes), Invalid when more comes
        than was announced.
        """
        one = await self._find(owner, id)
        here = await asyncio.to_thread(self._offset, id)
        if here != offset or one.busy:
            raise WrongOffset(here)
        one.busy = True
        try:
            here = await self._write(id, one, here, pieces)
            if here == one.size_bytes:
                await asyncio.to_thread(self._finish, id)
        finally:
            one.busy = False
        return self._upload(id, one, here)

    async def drop(self, owner: str, id: str) -> None:
        """Forget it. Raises Unknown."""
        await self._find(owner, id)
        await asyncio.to_thread(self._unlink, id)
        if self._kept is not None:
            self._kept.pop(id, None)

    async def pieces(self, id: str) -> AsyncIterator[bytes]:
        """A whole file. Raises Unknown."""
        path = self._folder / id
        if not ID.fullmatch(id) or not await asyncio.to_thread(path.is_file):
            raise Unknown("upload", "")
        with path.open("rb") as file:
            while piece := await asyncio.to_thread(file.read, PIECE_BYTES):
                yield piece

    async def _find(self, owner: str, id: str) -> _Kept:
        async with self._turn:
            kept = await asyncio.to_thread(self._table)
        one = kept.get(id)
        if one is None or one.owner != owner:
            raise Unknown("upload", "")
        return one

    async def _write(self, id: str, one: _Kept, here: int, pieces: AsyncIterator[bytes]) -> int:
        """How far it is after these; what is over the announced size is refused, the rest kept."""
        with self._part(id).open("ab") as file:
            gathered = bytearray()
            try:
                async for piece in pieces:
                    gathered += piece
                    if here + len(gathered) > one.size_bytes:
                        gathered.clear()
                        zh, en = "内容比声明的长。", "More came than was announced."
                        raise Invalid(Problem("", "longer-than-announced", zh, en))
                    if len(gathered) >= PIECE_BYTES:
                        here += await asyncio.to_thread(file.write, bytes(gathered))
                        gathered.clear()
            finally:
                if gathered:  # also what came before a break
                    here += file.write(gathered)
        return here

    def _upload(self, id: str, one: _Kept, offset: int) -> Upload:
        ends = self._clock.now() + timedelta(
            seconds=KEPT_SECONDS - (self._clock.now().timestamp() - one.began)
        )
        return Upload(id=id, size_bytes=one.size_bytes, offset=offset, expires_at=ends)

    def _part(self, id: str) -> Path:
        return self._folder / f"{id}.part"

    def _offset(self, id: str) -> int:
        for path in (self._folder / id, self._part(id)):
            try:
                return path.stat().st_size
            except FileNotFoundError:
                continue
        return 0

    def _finish(self, id: str) -> None:
        with self._part(id).open("rb") as file:
            os.fsync(file.fileno())
        self._part(id).rename(self._folder / id)
        handle = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)

    def _has_room(self, more: int) -> bool:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return shutil.disk_usage(self._folder).free - more >= self._least_free

    def _write_size(self, id: str, one: _Kept) -> None:
        text = f"{one.owner}\n{one.size_bytes}\n{one.began}\n"
        (self._folder / f"{id}.size").write_text(text, "ascii")
        self._part(id).touch(mode=0o600)

    def _unlink(self, id: str) -> None:
        for path in (self._folder / f"{id}.size", self._part(id), self._folder / id):
            path.unlink(missing_ok=True)

    def _table(self) -> dict[str, _Kept]:
        """What there is, read from the folder once: a new gateway goes on where the old one was."""
        if self._kept is None:
            self._kept = dict(self._read())
        return self._kept

    def _read(self) -> Iterator[tuple[str, _Kept]]:
        for path in self._folder.glob("*.size") if self._folder.is_dir() else ():
            try:
                owner, size, began = path.read_text("ascii").split("\n")[:3]
                one = _Kept(owner, int(size), float(began))
            except ValueError:
                path.unlink(missing_ok=True)  # a power cut while it was written
                continue
            if ID.fullmatch(path.stem):
                yield path.stem, one

    def _swept_table(self) -> dict[str, _Kept]:
        """The table without what is too old; looked at now and then."""
        kept, now = self._table(), self._clock.now().timestamp()
        if now - self._swept >= SWEEP_SECONDS:
            self._swept = now
            old = [id_ for id_, one in kept.items() if now - one.began > KEPT_SECONDS]
            for id_ in old:
                if not kept[id_].busy:
                    self._unlink(id_)
                    del kept[id_]
        return kept
