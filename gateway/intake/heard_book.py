"""The one who writes down what was heard: in order, in few transactions, owing what cannot be.

Reports of the ear are not waited for by anybody, so a store that is away is made up for here: units
stand in line, whole or not at all each. A contact's segments get their ``seq`` when they are
written, so that there is no gap whatever happens before. While the floor owes rows (the contacts
themselves may be among them) nothing is written.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice

import structlog

from gateway.core.errors import HotlineError, StoreUnavailable
from gateway.core.transcript import Segment
from gateway.intake.floor import Floor
from gateway.ports import Row

MOST_UNITS = 50_000
GROUP_UNITS = 200
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.1, 5.0
OWED_LOOK_SECONDS = 0.5
MOST_REFUSALS = 5
MOST_CONTACTS = 5_000
"""Whose last seq is remembered; of others the store is asked."""
PAGE_SEGMENTS = 2000
FINISH_SECONDS = 2.0

log = structlog.get_logger()


@dataclass(slots=True, eq=False)
class _Unit:
    rows: tuple[Row, ...]
    done: asyncio.Event = field(default_factory=asyncio.Event)
    refusals: int = 0


class HeardBook:
    """``put`` rows, ``run`` it. ``written`` are told each row once the store has it."""

    def __init__(self, floor: Floor, most_units: int = MOST_UNITS) -> None:
        self.floor = floor
        self.written: list[Callable[[Row], None]] = []
        self.lost = 0
        """Units that were never written: the line was full, or the store refused them."""
        self._most_units = most_units
        self._units: deque[_Unit] = deque()
        self._seqs: OrderedDict[str, int] = OrderedDict()
        self._something = asyncio.Event()

    def __len__(self) -> int:
        return len(self._units)

    def put(self, *rows: Row) -> None:
        """Write these whole or not at all, as soon as it can be."""
        self._put(_Unit(rows))

    async def write(self, *rows: Row) -> None:
        """The same, and wait until it is done (or lost)."""
        unit = _Unit(rows)
        self._put(unit)
        await unit.done.wait()

    def _put(self, unit: _Unit) -> None:
        if len(self._units) >= self._most_units:
            self._lose(unit, "full")
            return
        self._units.append(unit)
        self._something.set()

    async def last_seq(self, contact_id: str) -> int:
        """The seq of a contact's newest segment, 0 without one. Raises StoreUnavailable."""
        known = self._seqs.get(contact_id)
        if known is None:
            known = 0
            while page := await self.floor.store.segments(
                contact_id, after_seq=known, limit=PAGE_SEGMENTS
            ):
                known = page[-1].seq
            known = self._seqs.setdefault(contact_id, known)
            while len(self._seqs) > MOST_CONTACTS:
                self._seqs.popitem(last=False)
        self._seqs.move_to_end(contact_id)
        return known

    async def run(self) -> None:
        """Write for ever."""
        pause = FIRST_PAUSE_SECONDS
        while True:
            self._something.clear()
            if not self._units:
                await self._something.wait()
            elif self.floor.owed:
                await asyncio.sleep(OWED_LOOK_SECONDS)
            elif await self._group():
                pause = FIRST_PAUSE_SECONDS
            else:
                await asyncio.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE_SECONDS)

    async def finish(self) -> None:
        """Write what is there, at the end; what the store does not take in time is counted."""
        try:
            async with asyncio.timeout(FINISH_SECONDS):
                while self._units and await self._group():
                    pass
        except TimeoutError:
            pass
        if self._units:
            log.error("heard_lost", count=len(self._units))

    async def _group(self) -> bool:
        """Write what stands first in line; False: not now."""
        try:
            done = await self._first_units()
        except StoreUnavailable:
            log.warning("store_away", count=len(self._units))
            return False
        for _ in range(done):
            self._units.popleft().done.set()
        return bool(done)

    async def _first_units(self) -> int:
        """How many of the first in line are dealt with now. Raises StoreUnavailable."""
        units = list(islice(self._units, GROUP_UNITS))
        try:
            await self._write(units)
        except StoreUnavailable:
            raise
        except HotlineError:  # one of them; found by writing the first by itself
            return await self._first_unit(units[0])
        return len(units)

    async def _first_unit(self, first: _Unit) -> int:
        try:
            await self._write([first])
        except StoreUnavailable:
            raise
        except HotlineError as refused:
            first.refusals += 1
            if first.refusals < MOST_REFUSALS:
                return 0
            self._lose(first, refused.code)
        return 1

    async def _write(self, units: Sequence[_Unit]) -> None:
        seqs: dict[str, int] = {}
        rows: list[Row] = []
        for row in (row for unit in units for row in unit.rows):
            if isinstance(row, Segment) and not row.seq:
                id_ = row.contact_id
                seqs[id_] = (seqs.get(id_) or await self.last_seq(id_)) + 1
                rows.append(replace(row, seq=seqs[id_]))
            else:
                rows.append(row)
        await self.floor.commit_heard(*rows)
        self._seqs |= seqs
        for row in rows:
            for tell in self.written:
                tell(row)

    def _lose(self, unit: _Unit, why: str) -> None:
        self.lost += 1
        log.error("heard_not_written", reason=why, count=self.lost)
        unit.done.set()
