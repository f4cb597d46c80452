"""Files of messages: fetched from their platform at once, kept, looked at, shown.

Recorded after each step, so that a killed gateway goes on where it was. What cannot be had now is
asked for again, ever more slowly, until the platform forgets it; each file by itself, so that a
slow one keeps no other waiting.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from channels.channel import Channel
from channels.errors import FetchFailed
from channels.message import Kind, MediaRef
from gateway.core.errors import HotlineError, StoreUnavailable, Unavailable, Unknown
from gateway.core.message import Attachment, FileState, MessageKind
from gateway.ports import Clock, Store
from gateway.ports.files import FileKeep, FileLook, FileRefused, WholeUploads

AT_ONCE = 6
LOOK_SECONDS = 1.0
"""How often the store is asked for what is due, when nothing ended meanwhile."""
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 2.0, 1800.0
MOST_TRIES = 20
"""For a file whose platform does not say how long it keeps it; some hours."""
FETCH_SECONDS = 600.0

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class FileLimits:
    """Bytes that a file may have, and a video."""

    file_bytes: int
    video_bytes: int

    def most(self, kind: MessageKind) -> int:
        """Of a file that was sent as this."""
        return self.video_bytes if kind is MessageKind.VIDEO else self.file_bytes


class Files:
    """Every file on its way from a platform to a screen. ``commit`` records one and tells it."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        *,
        channels: Mapping[str, Channel],
        keep: FileKeep,
        look: FileLook,
        uploads: WholeUploads,
        limits: FileLimits,
        commit: Callable[[Attachment], Awaitable[None]],
    ) -> None:
        self._store = store
        self._clock = clock
        self._channels = channels
        self._keep = keep
        self._look = look
        self._uploads = uploads
        self._limits = limits
        self._commit = commit
        self._busy: set[str] = set()
        self._woken = asyncio.Event()

    def wake(self) -> None:
        """Something may be due now."""
        self._woken.set()

    async def run(self) -> None:
        """For ever; while the store is away, nothing new is begun."""
        async with asyncio.TaskGroup() as group:
            while True:
                self._woken.clear()
                with suppress(StoreUnavailable):
                    for one in await self._store.attachments_due(self._clock.now()):
                        if len(self._busy) >= AT_ONCE:
                            break
                        if one.id not in self._busy:
                            self._busy.add(one.id)
                            group.create_task(self._one(one))
                with suppress(TimeoutError):
                    async with asyncio.timeout(LOOK_SECONDS):
                        await self._woken.wait()

    async def _one(self, attachment: Attachment) -> None:
        try:
            await self.settle(attachment)
        except Unavailable as away:
            log.warning("file_not_settled", code=away.code)
        finally:
            self._busy.discard(attachment.id)
            self.wake()

    async def settle(self, one: Attachment) -> Attachment:
        """All the steps that can be made now. Raises StoreUnavailable; then nothing is lost."""
        try:
            if one.state is FileState.PENDING:
                one = await self._fetched(one)
            return await self._looked(one)
        except FileRefused as refused:
            await self._keep.drop(one.file)
            return await self._done(replace(one, file=""), FileState.REFUSED, refused.reason)
        except Exception as fault:  # noqa: BLE001 - one file, whatever it does, stops no other
            reason, hopeless = _named(fault)
        return await self._again(one, reason, hopeless=hopeless)

    async def _fetched(self, one: Attachment) -> Attachment:
        """With its original kept and recorded."""
        most = self._limits.most(one.kind)
        if one.expires_at is not None and self._clock.now() >= one.expires_at:
            raise FetchFailed("expired", again=False)
        if one.size_bytes > most:
            raise FileRefused("too-large")
        pieces = await self._pieces(one, most)
        try:
            async with asyncio.timeout(FETCH_SECONDS):
                kept = await self._keep.keep(pieces, most)
        finally:
            if isinstance(pieces, AsyncGenerator):
                await pieces.aclose()
        stored = replace(
            one,
            state=FileState.STORED,
            file=kept.file,
            size_bytes=kept.size_bytes,
            sha256=kept.sha256,
            reason="",
        )
        await self._commit_or_drop(stored, kept.file)
        return stored

    async def _pieces(self, one: Attachment, most: int) -> AsyncIterator[bytes]:
        chat = await self._store.chat(one.contact_id)
        channel = self._channels.get(chat.account) if chat else None
        if channel is None or channel.caps.pull:
            return self._uploads.pieces(one.ref)
        media = MediaRef(
            ref=one.ref,
            kind=Kind(one.kind.value),
            name=one.name,
            declared_type=one.declared_type,
            size_bytes=one.size_bytes,
            expires_at=one.expires_at,
        )
        return channel.fetch(media, most)

    async def _looked(self, one: Attachment) -> Attachment:
        """With what may be shown, recorded."""
        looked = await self._look.look(one.file, one.kind)
        ready = replace(
            one,
            state=FileState.READY,
            found_type=looked.found_type,
            view_file=looked.view_file,
            view_type=looked.view_type,
            seconds=looked.seconds,
            width=looked.width,
            height=looked.height,
            reason="",
            next_at=None,
        )
        await self._commit_or_drop(ready, looked.view_file)
        return ready

    async def _commit_or_drop(self, one: Attachment, file: str) -> None:
        """Record it; when that fails, the file that only this record names is gone again."""
        try:
            await self._commit(one)
        except BaseException:
            await self._keep.drop(file)
            raise

    async def _done(self, one: Attachment, state: FileState, reason: str) -> Attachment:
        log.info("file_settled", state=state.value, reason=reason, kind=one.kind.value)
        done = replace(one, state=state, reason=reason, next_at=None)
        await self._commit(done)
        return done

    async def _again(self, one: Attachment, reason: str, *, hopeless: bool = False) -> Attachment:
        """Later, unless it has been tried long enough."""
        tries, now = one.tries + 1, self._clock.now()
        if hopeless or (one.expires_at is None and tries >= MOST_TRIES):
            return await self._done(replace(one, tries=tries), FileState.FAILED, reason)
        later = replace(one, tries=tries, reason=reason, next_at=_after(now, tries))
        await self._commit(later)
        return later


def _named(fault: Exception) -> tuple[str, bool]:
    """Why a file could not be had, as it is recorded, and whether it never will be."""
    if isinstance(fault, FetchFailed):
        return fault.reason, not fault.again
    if isinstance(fault, HotlineError):
        return ("gone", True) if isinstance(fault, Unknown) else (fault.code, False)
    if isinstance(fault, TimeoutError):
        return "too-slow", False
    log.error("file_failed", fault=type(fault).__name__)
    return "fault", False


def _after(now: datetime, tries: int) -> datetime:
    pause = min(FIRST_PAUSE_SECONDS * 2.0 ** min(tries - 1, 20), LONGEST_PAUSE_SECONDS)
    return now + timedelta(seconds=pause)
