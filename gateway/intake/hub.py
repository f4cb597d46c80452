"""Push: to each operator the state of their screen, by gap-free numbered events.

A client connects with the epoch and the last number it saw. Known and still in the ring: the missed
events. Otherwise: a snapshot. Every event replaces one part of the state, so that
snapshot + events == a fresh snapshot, whatever was lost between.

Beside them go volatile messages (words while they are spoken): without a number, kept nowhere, and
the first to be left out for a console that reads slowly.
"""

import asyncio
import json
import secrets
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType, TracebackType
from typing import Any, Self

from gateway.core.operator import Operator
from gateway.intake.views import moment
from gateway.ports import Clock

RING_EVENTS = 500
RING_CHARACTERS = 256 * 1024
"""Of one operator; what is older is in the next snapshot."""
BUFFER_MESSAGES = 256
VOLATILE_MESSAGES = 32
"""A console that has so many messages unread gets no volatile ones."""
CONSOLES_PER_OPERATOR = 8

Json = dict[str, Any]


class TooSlow(Exception):
    """The console did not read for too long; it must come again and take a snapshot."""


@dataclass(frozen=True, slots=True)
class _Told:
    """One event as it is kept: written out, for everybody it was told to."""

    seq: int
    part: str
    ts: str | None
    text: str

    def message(self) -> Json:
        """As it was sent."""
        return {"seq": self.seq, "type": self.part, "ts": self.ts, "data": json.loads(self.text)}


@dataclass(slots=True)
class _Journal:
    """One operator's numbered events and the consoles that listen."""

    seq: int = 0
    heard_at: datetime | None = None
    ring: deque[_Told] = field(default_factory=deque)
    characters: int = 0
    consoles: list["Subscription"] = field(default_factory=list)

    def keep(self, told: _Told) -> None:
        """Add one event; the oldest make room."""
        self.ring.append(told)
        self.characters += len(told.text)
        while len(self.ring) > RING_EVENTS or self.characters > RING_CHARACTERS:
            self.characters -= len(self.ring.popleft().text)


class Subscription:
    """One console. ``async with`` it, then iterate over its messages."""

    def __init__(self, journal: _Journal, first: list[Json], clock: Clock) -> None:
        self._journal = journal
        self._clock = clock
        self._messages: asyncio.Queue[Json | None] = asyncio.Queue()
        self._most = len(first) + BUFFER_MESSAGES
        for message in first:
            self._messages.put_nowait(message)

    def heard(self) -> None:
        """The console said something: it is there."""
        self._journal.heard_at = self._clock.now()

    def offer(self, message: Json) -> None:
        """Add one message; when the buffer is full the console is cut off instead."""
        if self._messages.qsize() < self._most:
            self._messages.put_nowait(message)
        else:
            self.cut()

    def offer_volatile(self, message: Json) -> None:
        """Add one message that may be left out, and is when the console is behind."""
        if self._messages.qsize() < VOLATILE_MESSAGES:
            self._messages.put_nowait(message)

    def cut(self) -> None:
        """End this console's listening; it raises TooSlow once it has read what is before."""
        if self in self._journal.consoles:
            self._journal.consoles.remove(self)
            self._messages.put_nowait(None)

    async def __aenter__(self) -> Self:
        """Begin to listen."""
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop listening."""
        if self in self._journal.consoles:
            self._journal.consoles.remove(self)

    def __aiter__(self) -> Self:
        """Messages, in order, for ever."""
        return self

    async def __anext__(self) -> Json:
        """The next message; raises TooSlow after a cut."""
        message = await self._messages.get()
        if message is None:
            raise TooSlow
        return message


class Hub:
    """Who listens, and what they have been told.

    ``picture`` gives the whole present state of one operator's screen.
    """

    def __init__(self, picture: Callable[[Operator], Json], clock: Clock) -> None:
        self._picture = picture
        self._clock = clock
        self._journals: dict[str, _Journal] = {}
        self.epoch = secrets.token_hex(8)

    def attach(self, operator: Operator, epoch: str = "", last: int = -1) -> Subscription:
        """Listen; the first message is ``resumed`` or ``snapshot``."""
        journal = self._journals.setdefault(operator.id, _Journal())
        while len(journal.consoles) >= CONSOLES_PER_OPERATOR:
            journal.consoles[0].cut()
        oldest = journal.ring[0].seq if journal.ring else journal.seq + 1
        if epoch == self.epoch and oldest - 1 <= last <= journal.seq:
            first: list[Json] = [{"type": "resumed", "epoch": self.epoch, "seq": last}]
            first += [told.message() for told in journal.ring if told.seq > last]
        else:
            first = [self._snapshot(operator, journal)]
        subscription = Subscription(journal, first, self._clock)
        subscription.heard()
        journal.consoles.append(subscription)
        return subscription

    def _snapshot(self, operator: Operator, journal: _Journal) -> Json:
        return {
            "type": "snapshot",
            "epoch": self.epoch,
            "seq": journal.seq,
            "server_time": moment(self._clock.now()),
            "data": self._picture(operator),
        }

    def tell(self, operator_id: str, part: str, data: Any) -> None:
        """Replace one part of this operator's state."""
        if operator_id in self._journals:  # else the snapshot will say it all
            self._tell([self._journals[operator_id]], part, data)

    def tell_all(self, part: str, data: Any, own: Mapping[str, Any] = MappingProxyType({})) -> None:
        """Replace one part of everybody's state; of those in ``own`` by what is there."""
        others = (journal for who, journal in self._journals.items() if who not in own)
        self._tell(others, part, data)
        for operator_id, other in own.items():
            self.tell(operator_id, part, other)

    def tell_volatile(self, operator_id: str, kind: str, data: Any) -> None:
        """Say something that is no part of the state: whoever does not hear it misses nothing."""
        journal = self._journals.get(operator_id)
        for console in tuple(journal.consoles) if journal else ():
            console.offer_volatile({"type": kind, "data": data})

    def _tell(self, journals: Iterable[_Journal], part: str, data: Any) -> None:
        text, ts = json.dumps(data, ensure_ascii=False), moment(self._clock.now())
        for journal in journals:
            journal.seq += 1
            journal.keep(_Told(journal.seq, part, ts, text))
            event: Json = {"seq": journal.seq, "type": part, "ts": ts, "data": data}
            for console in tuple(journal.consoles):
                console.offer(event)

    def heard_at(self, operator_id: str) -> datetime | None:
        """When one of this operator's consoles last said something; None: never since the start.

        An open socket proves nothing: a laptop that fell asleep keeps its own.
        """
        journal = self._journals.get(operator_id)
        return journal.heard_at if journal else None
