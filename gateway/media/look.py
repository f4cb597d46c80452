"""Looking at a kept file: what it is, whether it is clean, and what a browser may show of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import structlog

from config.settings import Media
from gateway.core.errors import Unavailable
from gateway.core.file_type import HEAD_BYTES, FileType, Shows, fits, found_type
from gateway.core.message import MessageKind
from gateway.media.caged import Broken, Limits, decode
from gateway.media.ffmpeg import ffmpeg_decoders, ffmpeg_program
from gateway.media.folder import MediaFolder
from gateway.media.recipes import Recipe, recipe, size_of, speech
from gateway.ports.files import FileRefused, Looked

AT_ONCE = 2
SIZE_BYTES = 64 * 1024
MB = 1024 * 1024

log = structlog.get_logger()


class ScannerUnavailable(Unavailable):
    """The virus scanner does not answer."""

    code = "scanner-unavailable"


class MediaLook:
    """``ports.files.FileLook``: two decoders at a time, each in its cage."""

    def __init__(self, folder: MediaFolder, settings: Media) -> None:
        self._folder = folder
        self._settings = settings
        self._slots = asyncio.Semaphore(AT_ONCE)

    async def look(self, file: str, kind: MessageKind) -> Looked:
        """What it is and what may be shown."""
        path = self._folder.path(file)
        found = await asyncio.to_thread(_found, path)
        if found is None:
            raise FileRefused("unknown-type")
        if not fits(kind, found):
            raise FileRefused("wrong-type")
        async with self._slots:
            await self._scan(path)
            how = recipe(found, await asyncio.to_thread(ffmpeg_decoders))
            if how is None or not ffmpeg_program():
                return Looked(found_type=found.mime)
            try:
                return await self._made(path, found, how)
            except Broken as broken:
                log.info("file_not_decoded", kind=found.mime, reason=str(broken))
                if found.shows is Shows.VIDEO:  # long or in a rare format; nothing else is wrong
                    return Looked(found_type=found.mime)
                raise FileRefused("not-decodable") from None

    async def _made(self, path: Path, found: FileType, how: Recipe) -> Looked:
        target = self._folder.fresh()
        try:
            seconds = await decode(ffmpeg_program(), how.arguments, path, target, self._limits(how))
            wide, high = 0, 0
            if found.shows is Shows.IMAGE:
                wide, high = size_of(await asyncio.to_thread(_head, target, SIZE_BYTES))
                seconds = 0.0
                if not wide:
                    raise Broken("no-picture")
            elif not seconds:
                raise Broken("nothing")
            kept = await self._folder.adopt(target, how.out_bytes)
        finally:
            target.unlink(missing_ok=True)
        return Looked(
            found_type=found.mime,
            view_file=kept.file,
            view_type=how.view_type,
            seconds=round(seconds, 2),
            width=wide,
            height=high,
        )

    @asynccontextmanager
    async def speech(self, file: str) -> AsyncIterator[Path]:
        """``ports.files.SpeechOf``: made in the same cage as what is shown, gone after."""
        path = self._folder.path(file)
        try:
            found = await asyncio.to_thread(_found, path)
        except OSError:
            raise FileRefused("missing") from None
        if found is None or found.shows is not Shows.SOUND or not ffmpeg_program():
            raise FileRefused("no-sound")
        how = speech(found, await asyncio.to_thread(ffmpeg_decoders))
        target = self._folder.fresh()
        try:
            async with self._slots:
                try:
                    await decode(ffmpeg_program(), how.arguments, path, target, self._limits(how))
                except Broken as broken:
                    log.info("speech_not_decoded", kind=found.mime, reason=str(broken))
                    raise FileRefused("not-decodable") from None
            yield target
        finally:
            target.unlink(missing_ok=True)

    def _limits(self, how: Recipe) -> Limits:
        return Limits(
            cpu_seconds=self._settings.decode_seconds * how.times_cpu,
            memory_bytes=self._settings.decode_memory_mb * MB,
            out_bytes=how.out_bytes,
        )

    async def _scan(self, path: Path) -> None:
        """Ask the admin's scanner. Raises FileRefused, ScannerUnavailable."""
        command: Sequence[str] = self._settings.scan_command
        if not command:
            return
        try:
            scanner = await asyncio.create_subprocess_exec(
                *command,
                str(path),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.DEVNULL,
                stderr=asyncio.subprocess.DEVNULL,
            )
        except OSError:
            raise ScannerUnavailable("not-started") from None
        try:
            async with asyncio.timeout(self._settings.scan_seconds):
                code = await scanner.wait()
        except TimeoutError:
            raise ScannerUnavailable("too-slow") from None
        finally:
            if scanner.returncode is None:
                scanner.kill()
                await scanner.wait()
        if code:
            raise FileRefused("scanner")


def _found(path: Path) -> FileType | None:
    return found_type(_head(path, HEAD_BYTES))


def _head(path: Path, size: int) -> bytes:
    with path.open("rb") as file:
        return file.read(size)
