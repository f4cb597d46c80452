"""Every voice that should be heard is on its way to the ear, and no other.

What should be heard is read from the floor (``core.hearing.sides``), what is heard from the ear's
reports; the difference is ordered, whatever the reason of it: a call that came, a seat that went, a
tap that failed, an ear that died. It runs beside reception and is waited for by nobody.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from uuid import uuid4

import structlog

from asr import wire
from gateway.core.call import Call
from gateway.core.errors import HotlineError
from gateway.core.facts import Fact, FactKind
from gateway.core.hearing import Rank, Side, rank, sides
from gateway.core.transcript import Party
from gateway.intake.floor import Floor
from gateway.intake.streams import Stream
from gateway.ports import Phones
from gateway.ports.ears import Ears, EarsLost, Heard

LOOK_SECONDS = 0.5
"""How often the two are compared when nothing happened."""
REST_SECONDS = 0.02
"""Between two comparisons: a busy second has hundreds of facts."""
ORDER_SECONDS = 6.0
BEGIN_SECONDS = 5.0
"""From the order to the first sound."""
LAST_WORDS_SECONDS = 2.0
"""A leg that is gone ends its tap by itself; this long its last words may take."""
ENDED_SECONDS = 10.0
"""From Forget to the ear's last word about a stream."""
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.5, 15.0
STEADY_SECONDS = 10.0
"""A tap that lived so long and ended is no failed one."""

HearsReport = Callable[[Stream | None, Heard], None]

log = structlog.get_logger()


@dataclass(slots=True)
class _Failures:
    count: int = 0
    next_steady: float = 0.0


class Listening:
    """``run`` it. ``hearers`` are given every report, with its stream when it has one of ours."""

    def __init__(
        self,
        floor: Floor,
        phones: Phones,
        ears: Ears,
        *,
        host: str,
        urgent: Callable[[str], bool],
        may_begin: Callable[[], bool] = lambda: True,
    ) -> None:
        self.floor = floor
        self.ready: wire.Ready | None = None
        self.load: wire.Load | None = None
        self.streams: dict[str, Stream] = {}
        """By the wire's id: all of which the ear may still say something."""
        self.hearers: list[HearsReport] = []
        self._phones = phones
        self._ears = ears
        self._host = host
        self._urgent = urgent
        self._may_begin = may_begin
        self._sides: dict[Side, Stream] = {}
        self._failures: dict[Side, _Failures] = {}
        self._woken = asyncio.Event()
        floor.listeners.append(self._fact)
        floor.tap_listeners.append(self._tap_ended)

    def stream_of(self, contact_id: str, party: Party) -> Stream | None:
        """The newest tap of this voice that is wanted."""
        found = [
            stream
            for side, stream in self._sides.items()
            if side.contact_id == contact_id and side.party is party
        ]
        return found[-1] if found else None

    def hears(self, contact_id: str) -> bool:
        """Whether the ear may still say something of this call."""
        return any(stream.side.contact_id == contact_id for stream in self.streams.values())

    def stir(self) -> None:
        """Something may be different now."""
        self._woken.set()

    async def run(self) -> None:
        """Hear and compare for ever."""
        self._begin_anew()
        async with asyncio.TaskGroup() as group:
            group.create_task(self._hear())
            while True:
                self._woken.clear()
                self.agree(group)
                await asyncio.sleep(REST_SECONDS)
                with suppress(TimeoutError):
                    async with asyncio.timeout(LOOK_SECONDS):
                        await self._woken.wait()

    # ---- what the ear says ----

    async def _hear(self) -> None:
        async for report in self._ears.heard():
            self.take(report)

    def take(self, report: Heard) -> None:
        """Keep in step with one report, and pass it on."""
        stream = self.streams.get(getattr(report, "stream", ""))
        match report:
            case wire.Ready():
                self.ready = report
            case wire.Load():
                self.load = report
            case wire.Trouble():
                log.warning("ear_trouble", code=report.code, zh=report.zh, en=report.en)
            case wire.Began() if stream:
                stream.began = report.at - stream.arrived_at
                stream.began_steady = self.floor.clock.monotonic()
                stream.live = True
            case wire.Mode() if stream:
                stream.live, stream.why = report.live, report.why
        for hear in self.hearers:
            hear(stream, report)
        match report:
            case EarsLost():
                self._all_lost()
            case wire.Ended() if stream:
                self._gone(stream)
        self._woken.set()

    def _begin_anew(self) -> None:
        """Nothing is left of a run before this one, whose reports nobody read."""
        if self.streams:
            for stream in self.streams.values():
                self._ears.tell(wire.Forget(stream=stream.id))
            self.take(EarsLost())
            self.ready = self._ears.ready

    def _all_lost(self) -> None:
        self.ready = self.load = None
        self.streams.clear()
        self._sides.clear()
        self._failures.clear()

    def _gone(self, stream: Stream) -> None:
        """Nothing more comes of it; a side that is still wanted is tapped anew."""
        self.streams.pop(stream.id, None)
        if self._sides.get(stream.side) is not stream:
            return
        del self._sides[stream.side]
        if stream.over_steady is None:
            lived = self.floor.clock.monotonic() - stream.began_steady
            self._failed(stream.side, quick=stream.began is None or lived < STEADY_SECONDS)

    # ---- what should be heard ----

    def agree(self, group: asyncio.TaskGroup) -> None:
        """Order what is missing, end what is too much."""
        now = self.floor.clock.monotonic()
        floor = self.floor
        wanted = {
            side: call
            for call in floor.calls.values()
            for side in sides(call, floor.guests_of(call.id))
        }
        self._failures = {s: one for s, one in self._failures.items() if s in wanted}
        for stream in tuple(self.streams.values()):
            self._look(stream, wanted.get(stream.side), now, group)
        if self.ready is None or self.ready.model is None or not self._may_begin():
            return
        for side, call in wanted.items():
            failures = self._failures.get(side)
            if side not in self._sides and not (failures and now < failures.next_steady):
                self._order(side, call, self.ready.port, now, group)

    def _look(
        self, stream: Stream, call: Call | None, now: float, group: asyncio.TaskGroup
    ) -> None:
        """One that there is: whether it is wanted, came up at all, and is ranked as it should."""
        if call is None or self._sides.get(stream.side) is not stream:
            stream.over_steady = stream.over_steady or now
            if now - stream.over_steady > LAST_WORDS_SECONDS:
                self._forget(stream, group)
            if now - stream.over_steady > LAST_WORDS_SECONDS + ENDED_SECONDS:
                self._gone(stream)
        elif stream.began is None and now - stream.asked_steady > BEGIN_SECONDS + ORDER_SECONDS:
            self._fail(stream, group)
        else:
            there = self._rank(call)
            if there != stream.rank:
                stream.rank = there
                self._ears.tell(wire.Rank(stream=stream.id, rank=there))

    def _rank(self, call: Call) -> Rank:
        return rank(
            call,
            self.floor.queues.get(call.queue),
            urgent=self._urgent(call.id),
            flagged=bool(self.floor.callers.flags.get(call.id)),
        )

    def _order(
        self, side: Side, call: Call, port: int, now: float, group: asyncio.TaskGroup
    ) -> None:
        stream = Stream(
            id=str(uuid4()),
            side=side,
            arrived_at=call.arrived_at.timestamp(),
            operator_id=call.operator_id if side.party is Party.SEAT else "",
            rank=self._rank(call),
            asked_steady=now,
        )
        self._sides[side] = self.streams[stream.id] = stream
        self._ears.tell(wire.Expect(stream=stream.id, rank=stream.rank))
        group.create_task(self._tap(stream, port, group))

    async def _tap(self, stream: Stream, port: int, group: asyncio.TaskGroup) -> None:
        try:
            async with asyncio.timeout(ORDER_SECONDS):
                await self._phones.tap(stream.side.channel, stream.id, (self._host, port))
        except (HotlineError, TimeoutError) as fault:
            code = fault.code if isinstance(fault, HotlineError) else "too-slow"
            log.info("tap_failed", code=code, party=stream.side.party.value)
            self._fail(stream, group)

    def _fail(self, stream: Stream, group: asyncio.TaskGroup) -> None:
        """This tap will not be; another is tried after a pause."""
        if self.streams.get(stream.id) is stream:
            self._forget(stream, group)
            self._gone(stream)
            self._woken.set()

    def _forget(self, stream: Stream, group: asyncio.TaskGroup) -> None:
        if not stream.forgotten:
            stream.forgotten = True
            self._ears.tell(wire.Forget(stream=stream.id))
            group.create_task(self._untap(stream.id))

    async def _untap(self, stream_id: str) -> None:
        with suppress(HotlineError, TimeoutError):
            async with asyncio.timeout(ORDER_SECONDS):
                await self._phones.untap(stream_id)

    def _failed(self, side: Side, *, quick: bool) -> None:
        failures = self._failures.setdefault(side, _Failures())
        failures.count = failures.count + 1 if quick else 1
        pause = min(FIRST_PAUSE_SECONDS * 2.0 ** (failures.count - 1), LONGEST_PAUSE_SECONDS)
        failures.next_steady = self.floor.clock.monotonic() + pause

    # ---- what the telephone says ----

    def _fact(self, fact: Fact) -> None:
        if fact.kind is FactKind.LINK_RESTORED:
            self._failures.clear()
        self._woken.set()

    def _tap_ended(self, stream_id: str) -> None:
        """Over for the telephone; one that began ends for the ear, too, once all is recognised."""
        stream = self.streams.get(stream_id)
        if stream and stream.began is None:
            self._ears.tell(wire.Forget(stream=stream.id))
            self._gone(stream)
            self._woken.set()
