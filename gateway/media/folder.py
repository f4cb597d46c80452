"""The folder of files: opaque names, written whole or not at all.

Files are not encrypted by us (neither are recordings): they are streamed, played from the middle
and handed to other programs. The folder is closed to other users of the machine; who needs more
puts it on an encrypted disk.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import re
import secrets
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from gateway.core.errors import Unavailable, Unknown
from gateway.ports.files import FileRefused, Kept

NAME = re.compile(r"[0-9a-f]{2}/[0-9a-f]{30}")
WRITE_BYTES = 256 * 1024
LEAST_FREE_BYTES = 256 * 1024 * 1024
"""So much of the disk is left to the store, which must be able to write."""


class NoRoom(Unavailable):
    """The disk of the files is full."""

    code = "no-room"


class MediaFolder:
    """``ports.files.FileKeep`` on a disk. What is unfinished lies in ``unfinished``."""

    def __init__(self, folder: Path, least_free_bytes: int = LEAST_FREE_BYTES) -> None:
        self._folder = folder
        self._least_free_bytes = least_free_bytes
        self._unfinished = folder / "unfinished"

    def open(self) -> None:
        """Make it, closed to others, and clear what a dead process left unfinished."""
        self._unfinished.mkdir(parents=True, exist_ok=True)
        self._folder.chmod(0o700)
        for left in self._unfinished.iterdir():
            left.unlink(missing_ok=True)

    async def keep(self, pieces: AsyncIterator[bytes], most_bytes: int) -> Kept:
        """Write it down as it comes."""
        await asyncio.to_thread(self._must_have_room)
        path, digest, size = self.fresh(), hashlib.sha256(), 0
        try:
            with _full(), path.open("xb") as file:
                held = bytearray()
                async for piece in _theirs(pieces):
                    size += len(piece)
                    if size > most_bytes:
                        raise FileRefused("too-large")
                    digest.update(piece)
                    held += piece
                    if len(held) >= WRITE_BYTES:
                        await asyncio.to_thread(file.write, bytes(held))
                        held.clear()
                file.write(held)
                await asyncio.to_thread(_to_disk, file)
                if not size:
                    raise FileRefused("empty")
                name = await asyncio.to_thread(self.finish, path)
        except _Theirs as broken:
            raise broken.fault from None
        finally:
            path.unlink(missing_ok=True)
        return Kept(file=name, size_bytes=size, sha256=digest.hexdigest())

    async def adopt(self, path: Path, most_bytes: int) -> Kept:
        """Take a finished file of this disk over; ``path`` is gone after. Raises FileRefused."""
        return await asyncio.to_thread(self._adopt, path, most_bytes)

    def _adopt(self, path: Path, most_bytes: int) -> Kept:
        try:
            with path.open("rb+") as file:
                size = os.fstat(file.fileno()).st_size
                if not 0 < size <= most_bytes:
                    raise FileRefused("too-large" if size else "empty")
                digest = hashlib.file_digest(file, "sha256").hexdigest()
                os.fchmod(file.fileno(), 0o600)
                os.fsync(file.fileno())
            return Kept(file=self.finish(path), size_bytes=size, sha256=digest)
        except FileNotFoundError:
            raise Unknown("upload", "") from None
        except OSError as error:
            raise NoRoom(error.strerror or "disk") from None

    def path(self, file: str) -> Path:
        """Where a kept file lies. Raises Unknown for what is no name of ours."""
        if not NAME.fullmatch(file):
            raise Unknown("file", "")
        return self._folder / file

    async def drop(self, *files: str) -> None:
        """Delete these."""
        for file in files:
            if file:
                await asyncio.to_thread(self.path(file).unlink, missing_ok=True)

    def fresh(self) -> Path:
        """A place for something unfinished."""
        return self._unfinished / secrets.token_hex(16)

    def finish(self, path: Path) -> str:
        """Give what lies at ``path``, whole and on the disk, a name for ever."""
        number = secrets.token_hex(16)
        name = f"{number[:2]}/{number[2:]}"
        target = self.path(name)
        target.parent.mkdir(mode=0o700, exist_ok=True)
        path.replace(target)
        for folder in (target.parent, self._folder):
            handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)
        return name

    def _must_have_room(self) -> None:
        free = os.statvfs(self._folder)
        if free.f_bavail * free.f_frsize < self._least_free_bytes:
            raise NoRoom("disk")


class _Theirs(Exception):
    """Reading from the other side failed, which says nothing of our disk."""

    def __init__(self, fault: OSError) -> None:
        super().__init__(fault)
        self.fault = fault


async def _theirs(pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """The pieces; a fault of theirs is told from one of ours."""
    try:
        async for piece in pieces:
            yield piece
    except OSError as fault:
        raise _Theirs(fault) from None


@contextmanager
def _full() -> Iterator[None]:
    """What the disk refuses is NoRoom."""
    try:
        yield
    except OSError as error:
        raise NoRoom(error.strerror or "disk") from None


def _to_disk(file: BinaryIO) -> None:
    file.flush()
    os.fchmod(file.fileno(), 0o600)
    os.fsync(file.fileno())
