"""Where files of messages are kept, and what makes something of them that a browser may show."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from gateway.core.errors import HotlineError
from gateway.core.message import MessageKind


class FileRefused(HotlineError):
    """This file is not taken, now or ever; ``reason`` is a word for ``Attachment.reason``."""

    code = "file-refused"

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A file as it came. ``file`` is its path in the folder, opaque; ``sha256`` is in hex."""

    file: str
    size_bytes: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """What a kept file turned out to be, and what a browser may show of it.

    ``found_type`` is by its content. ``view_file`` is empty when it can only be downloaded.
    """

    found_type: str
    view_file: str = ""
    view_type: str = ""
    seconds: float = 0.0
    width: int = 0
    height: int = 0


class FileKeep(Protocol):
    """The folder of files; what is in it survives a power cut."""

    async def keep(self, pieces: AsyncIterator[bytes], most_bytes: int) -> Kept:
        """Write it down as it comes. Raises FileRefused when it is larger than ``most_bytes``.

        What ``pieces`` raises goes on up; nothing is left behind then. Unavailable: no room.
        """
        ...

    def path(self, file: str) -> Path:
        """Where a kept file lies."""
        ...

    async def drop(self, *files: str) -> None:
        """Delete these; no error when they are not there."""
        ...


class FileLook(Protocol):
    """Looks at a kept file in a process that can do no harm."""

    async def look(self, file: str, kind: MessageKind) -> Looked:
        """What it is and what may be shown. Raises FileRefused; Unavailable: later, perhaps."""
        ...


class SpeechOf(Protocol):
    """Makes of a kept sound what a recogniser takes, in a process that can do no harm."""

    def speech(self, file: str) -> AbstractAsyncContextManager[Path]:
        """A WAV file that is there until the end of the block. Raises FileRefused."""
        ...


class WholeUploads(Protocol):
    """Files that citizens or operators uploaded, by the id that a message names them by."""

    def pieces(self, id: str) -> AsyncIterator[bytes]:
        """The whole file. Raises Unknown when there is none."""
        ...
