"""Hear what the telephone system says and make it so: calls move, seats follow, screens pop.

News is taken in batches: whatever has arrived while the last batch was being recorded is one
transaction. Moves are decided by the tables in core; what must be done about them (pause a seat,
enlist it again) is done after the record.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from datetime import datetime

import structlog

from gateway.core import line
from gateway.core.call import Call
from gateway.core.errors import HotlineError, IllegalMove, PhonesUnavailable
from gateway.core.seat import SeatState
from gateway.intake.floor import Floor
from gateway.intake.gap import Gap
from gateway.intake.seating import Seating
from gateway.intake.turn import Turn
from gateway.ports import Phones

BATCH_NEWS = 200
BUFFER_NEWS = 20_000
RESYNC_AT_MOST_EVERY_SECONDS = 5.0

log = structlog.get_logger()


class Reception:
    """The one consumer of ``Phones.news``."""

    def __init__(
        self,
        floor: Floor,
        phones: Phones,
        seating: Seating,
        ended: asyncio.Queue[Call],
        gap: Gap | None = None,
    ) -> None:
        self.floor = floor
        self.phones = phones
        self.seating = seating
        self.illegal_moves = 0
        self._ended = ended
        self._gap = gap
        self._resynced_at = -RESYNC_AT_MOST_EVERY_SECONDS

    async def run(self) -> None:
        """Listen for ever."""
        heard: asyncio.Queue[line.News] = asyncio.Queue(BUFFER_NEWS)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(_pour(self.phones.news(), heard))
            while True:
                batch = [await heard.get()]
                while len(batch) < BATCH_NEWS and not heard.empty():
                    batch.append(heard.get_nowait())
                await self.take(batch)

    async def take(self, batch: Sequence[line.News]) -> None:
        """Apply one batch, record it, tell the screens, then act.

        Before a snapshot is believed, what nobody heard is completed from the record.
        """
        before: list[line.News] = []
        for news in batch:
            if not isinstance(news, line.LinkRestored):
                if not self._is_old(news):
                    before.append(news)
                continue
            await self._take(before)
            cut_at = await self._gap.fill(news) if self._gap else None
            before = []
            await self._take([news], cut_at)
            if cut_at is not None:
                await self._rouse()
        await self._take(before)

    async def _take(self, batch: Sequence[line.News], cut_at: datetime | None = None) -> None:
        if not batch:
            return
        async with self.floor.turn:
            self._hear_link(batch)
            self._hear_slow(batch)
            if cut_at is not None:
                self.floor.restarted_at = self.floor.clock.now()
            turn = Turn(self.floor, cut_at)
            resync = False
            for news in batch:
                try:
                    turn.apply(news)
                except IllegalMove as fault:
                    self.illegal_moves += 1
                    resync = True
                    log.warning(
                        "illegal_move", entity=fault.entity, state=fault.state, move=fault.event
                    )
            if turn.arrived:  # before the seat rings: the pop is whole at once
                await asyncio.gather(*map(self.floor.callers.learn, turn.arrived))
            rows = turn.rows()
            if rows:
                await self.floor.commit(*rows, must=False)
        for call in turn.ended:
            self._ended.put_nowait(call)
        for leg in turn.stray:
            with suppress(HotlineError):
                await self.phones.withdraw(leg)
        await self.seating.enforce(*turn.enforce, everyone=turn.everyone, ghosts=turn.ghosts)
        if resync:
            await self._resync()

    async def _rouse(self) -> None:
        """A new run of the telephone system asks its phones in half a minute; callers wait now."""
        for seat in tuple(self.floor.seats.values()):
            if seat.state is not SeatState.SIGNED_OUT:
                with suppress(HotlineError):
                    await self.phones.rouse(seat.number, seat.phone)

    def _is_old(self, news: line.News) -> bool:
        """Whether the record told the end of this call before its events came."""
        if self._gap is None or not isinstance(news, line.LineEvent):
            return False
        return self._gap.has_told(news.hotline_id)

    def _hear_link(self, batch: Sequence[line.News]) -> None:
        for news in batch:
            if isinstance(news, line.TapEnded):
                for listen in self.floor.tap_listeners:
                    listen(news.stream)
            if isinstance(news, line.LinkLost):
                self.floor.link_lost_at = self.floor.link_lost_at or news.at
            if isinstance(news, line.LinkRestored):
                self.floor.link_lost_at = None
            if isinstance(news, line.LinkLost | line.LinkRestored):
                self.floor.link = "up" if isinstance(news, line.LinkRestored) else "down"
                self.floor.hub.tell_all("link", self.floor.link)

    def _hear_slow(self, batch: Sequence[line.News]) -> None:
        """Who is over a limit, and waits after the others; torn from a seat, they do not."""
        for news in batch:
            if isinstance(news, line.LinkRestored):
                self.floor.slow = {one.hotline_id for one in news.snapshot.calls if one.slow}
            elif isinstance(news, line.CallerQueued) and news.slow:
                self.floor.slow.add(news.hotline_id)
            elif isinstance(news, line.CallerQueued | line.SeatAnswered):
                self.floor.slow.discard(news.hotline_id)

    async def _resync(self) -> None:
        now = self.floor.clock.monotonic()
        if now - self._resynced_at < RESYNC_AT_MOST_EVERY_SECONDS:
            return
        self._resynced_at = now
        with suppress(PhonesUnavailable):
            snapshot = await self.phones.snapshot()
            await self.take([line.LinkRestored(at=snapshot.at, snapshot=snapshot)])


async def _pour(news: AsyncIterator[line.News], into: asyncio.Queue[line.News]) -> None:
    async for one in news:
        await into.put(one)
