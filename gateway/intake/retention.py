"""What is too old is shredded, class by class: by hand, or by the gateway every night.

Files go first: overwritten once and unlinked. Only then the rows are emptied, with the mark and the
fact in one transaction. After a crash anywhere in between, the contact is still to be done, its
missing files are no error, and nothing was counted yet.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo
from pathlib import Path

import structlog

from gateway.core.errors import Unavailable, Unknown
from gateway.core.facts import Fact, FactKind
from gateway.core.retention import DataClass, Expiring, Shredded, SummariesShredded
from gateway.ports import Clock, Store
from gateway.ports.files import FileKeep

AT_NIGHT = time(3, 30)
"""By the city's clock."""
PIECE_BYTES = 1 << 20
MOST_SUMMARIES = 1000
"""Emptied in one transaction."""

log = structlog.get_logger()

Told = Callable[[DataClass, int], None]
"""Hears how many contacts of a class are done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """What one run did to a class; ``left``: contacts with a file that could not be deleted."""

    what: DataClass
    contacts: int = 0
    files: int = 0
    left: int = 0


class Retention:
    """Plans and applies the periods; 0 days: for ever."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        days: Mapping[DataClass, int],
        *,
        recordings_dir: Path,
        keep: FileKeep,
    ) -> None:
        self._store, self._clock, self._days = store, clock, days
        self._recordings_dir, self._keep = recordings_dir, keep

    async def plan(self) -> tuple[Expiring, ...]:
        """What would go now; a class that is kept for ever is left out."""
        return tuple(
            [await self._store.expiring(what, before) for what, before in self._limits().items()]
        )

    async def apply(self, told: Told = lambda *_: None) -> tuple[Applied, ...]:
        """Shred it. Raises StoreUnavailable; what was done until then is done."""
        done = []
        for what, before in self._limits().items():
            one = await self._apply(what, before, told)
            done.append(one)
        if any(one.contacts for one in done):
            await self._store.scrub()
        return tuple(done)

    async def run(self, zone: tzinfo) -> None:
        """Every night, until cancelled."""
        while True:
            await self._clock.sleep(_until_night(self._clock.now(), zone))
            try:
                for one in await self.apply():
                    log.info("shredded", kind=one.what.value, count=one.contacts)
            except Unavailable as fault:
                log.warning("shredding_failed", code=fault.code)

    def _limits(self) -> Mapping[DataClass, datetime]:
        now = self._clock.now()
        return {what: now - timedelta(days=days) for what, days in self._days.items() if days > 0}

    async def _apply(self, what: DataClass, before: datetime, told: Told) -> Applied:
        if what is DataClass.CENTRES:
            return await self._summaries(before, told)
        contacts, files, left, after = 0, 0, 0, ""
        while ids := await self._store.expired(what, before, after=after):
            for contact_id in ids:
                gone = await self._shred(what, contact_id)
                if gone is None:
                    left += 1
                    continue
                contacts, files = contacts + 1, files + gone
                told(what, contacts)
            after = ids[-1]
        if contacts:
            data: dict[str, str | int] = {"class": what.value, "count": contacts, "files": files}
            await self._store.record(self._fact("", data))
        return Applied(what=what, contacts=contacts, files=files, left=left)

    async def _summaries(self, before: datetime, told: Told) -> Applied:
        """Of sub-centres' contacts only what they wrote is personal; no file belongs to it."""
        what = DataClass.CENTRES
        owed = (await self._store.expiring(what, before)).contacts
        for done in range(0, owed, MOST_SUMMARIES):
            count = min(MOST_SUMMARIES, owed - done)
            data: dict[str, str | int] = {"class": what.value, "count": count, "files": 0}
            mark = SummariesShredded(before=before, most=count)
            await self._store.record(mark, self._fact("", data))
            told(what, done + count)
        return Applied(what=what, contacts=owed)

    async def _shred(self, what: DataClass, contact_id: str) -> int | None:
        """How many files went; None when one could not, and so nothing is marked."""
        paths = [self._path(what, name) for name in await self._store.files_of(what, contact_id)]
        try:
            gone = await asyncio.to_thread(_destroy_all, [one for one in paths if one is not None])
        except OSError as fault:
            log.warning("shredding_failed", contact_id=contact_id, reason=type(fault).__name__)
            return None
        mark = Shredded(contact_id=contact_id, what=what, at=self._clock.now())
        data = {"class": what.value, "count": gone}
        await self._store.record(mark, self._fact(contact_id, data))
        return gone

    def _path(self, what: DataClass, name: str) -> Path | None:
        """Where a file lies; None for a name that leads out of its folder."""
        if what is DataClass.RECORDINGS:
            return self._recordings_dir / name if Path(name).name == name else None
        try:
            return self._keep.path(name)
        except Unknown:
            return None

    def _fact(self, contact_id: str, data: Mapping[str, str | int]) -> Fact:
        return Fact(
            kind=FactKind.DATA_SHREDDED, at=self._clock.now(), contact_id=contact_id, data=data
        )


def _until_night(now: datetime, zone: tzinfo) -> float:
    here = now.astimezone(zone)
    night = here.replace(hour=AT_NIGHT.hour, minute=AT_NIGHT.minute, second=0, microsecond=0)
    if night <= here:
        night += timedelta(days=1)
    return (night - here).total_seconds()


def _destroy_all(paths: list[Path]) -> int:
    return sum(_destroy(path) for path in paths)


def _destroy(path: Path) -> bool:
    """Overwrite the file once and unlink it; False when there is none."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_NOFOLLOW)
    except FileNotFoundError:
        return False
    try:
        left = os.fstat(handle).st_size
        while left > 0:
            left -= os.write(handle, bytes(min(left, PIECE_BYTES)))
        os.fsync(handle)
    finally:
        os.close(handle)
    path.unlink()
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    return True
