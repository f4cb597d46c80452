"""Short messages on their way in: recorded, or kept as parts, before the carrier is told.

A long message comes in parts: in any order, twice, over several connections, with a restart in
between. Each part is a note before it is acknowledged; when all are there the message is handed
over, and its parts are forgotten once that is recorded. What misses a part for too long is handed
over as what is there and says so: a cry for help is worth more than its punctuation.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from channels.errors import NotRecorded
from channels.feed import Deliver, Notes
from channels.message import Inbound, Kind, Received
from channels.sms_pieces import (
    MARK_CHARACTERS,
    Came,
    Piece,
    Whole,
    group_of,
    mark_of,
    missing_of,
    packed,
    unpacked,
    whole_of,
)
from channels.sms_sender import digest, sender_of
from channels.sms_text import Alphabet, decode

WAIT = timedelta(minutes=10)
"""How long the other parts are waited for."""
KEPT = timedelta(days=30)
"""How long a part is kept when nothing can be handed over (a store that is read only)."""
REMEMBERED = timedelta(hours=24)
"""How long parts of a message that was handed over are known when they come again."""
MOST_MARKS = 1024
SWEEP_SECONDS = 20.0
LOCKS = 64
PART, DONE = "part:", "done:"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Group:
    """The parts of one message that are there."""

    id: str
    pieces: tuple[Piece, ...]


class Arriving:
    """``take`` what came; when it returns it is recorded and may be acknowledged.

    ``secret`` is a word of the account's that is in no key (its password); ``wait`` how long parts
    are waited for. One for an account, whatever its connections are.
    """

    def __init__(self, deliver: Deliver, notes: Notes, secret: str, wait: timedelta = WAIT) -> None:
        self._deliver, self._notes = deliver, notes
        self._secret, self._wait = secret, wait
        self._locks = [asyncio.Lock() for _ in range(LOCKS)]

    async def take(self, came: Came, key: str, raw: bytes = b"") -> None:
        """Record it. Raises NotRecorded: then it must come again.

        ``key`` is that of a message of one part (``Inbound.key``); a long one makes its own.
        """
        if not came.long:
            text = decode(came.data, came.alphabet)
            whole = Whole(
                key=key, text=text, sender=came.sender, to=came.to, at=came.at,
                alphabet=came.alphabet,
            )  # fmt: skip
            await self._deliver(Received(messages=(inbound_of(whole),)), raw)
            return
        group = group_of(self._secret, came)
        async with self._alone(group):
            await self._part(group, came)

    async def sweeping(self) -> None:
        """``sweep`` for ever, at once and then every ``SWEEP_SECONDS``."""
        while True:
            with suppress(NotRecorded):
                await self.sweep(datetime.now(UTC))
            await asyncio.sleep(SWEEP_SECONDS)

    async def sweep(self, now: datetime) -> None:
        """Hand over what waits for too long, and what a crash left. Raises NotRecorded."""
        groups = {key.split(":")[1] for key in await self._notes.keys(PART)}
        for id_ in sorted(groups):
            async with self._alone(id_):
                group = await self._group(id_)
                if group.pieces:
                    oldest = min(one.came.at for one in group.pieces)
                    if not missing_of(group.pieces) or oldest + self._wait <= now:
                        await self._hand_over(group)

    def digest(self, *words: str | bytes) -> str:
        """A key for these words that names nobody."""
        return digest(self._secret, *words)

    async def _part(self, id_: str, came: Came) -> None:
        mark = mark_of(self._secret, came)
        group = await self._group(id_)
        if any(one.mark == mark for one in group.pieces):
            if not missing_of(
                group.pieces
            ):  # a crash left it between its last part and handing over
                await self._hand_over(group)
            return
        if any(one.mark[:3] == mark[:3] for one in group.pieces):
            await self._hand_over(group)  # the reference is used anew: that one will miss its part
        await self._notes.put(f"{PART}{id_}:{mark}", packed(came), came.at + KEPT)
        group = await self._group(id_)
        if not missing_of(group.pieces):
            await self._hand_over(group)

    async def _group(self, id_: str) -> _Group:
        pieces = []
        for note in await self._notes.keys(f"{PART}{id_}:"):
            value = await self._notes.get(note)
            if value is not None:
                pieces.append(Piece(mark=note[-MARK_CHARACTERS:], came=unpacked(value)))
        return _Group(id=id_, pieces=tuple(pieces))

    async def _hand_over(self, group: _Group) -> None:
        """Deliver, remember, forget, in this order; parts that came again are only forgotten."""
        done = await self._done(group.id)
        new = [one.mark for one in group.pieces if one.mark not in done]
        if new:
            whole = whole_of(self._secret, group.id, group.pieces)
            await self._deliver(Received(messages=(inbound_of(whole),)))
            marks = [*done, *new][-MOST_MARKS:]
            last = max(one.came.at for one in group.pieces)
            await self._notes.put(
                f"{DONE}{group.id}", json.dumps(marks).encode(), last + REMEMBERED
            )
        for one in group.pieces:
            await self._notes.drop(f"{PART}{group.id}:{one.mark}")

    async def _done(self, id_: str) -> list[str]:
        value = await self._notes.get(f"{DONE}{id_}")
        return list(json.loads(value)) if value else []

    @asynccontextmanager
    async def _alone(self, group: str) -> AsyncIterator[None]:
        """Parts of one message are taken in one after the other."""
        async with self._locks[int(group[:8], 16) % LOCKS]:
            yield


def inbound_of(whole: Whole) -> Inbound:
    """What a citizen wrote. What is no text at all is kept and rings nobody."""
    octets = whole.alphabet is Alphabet.OCTETS
    return Inbound(
        key=whole.key,
        sender=sender_of(whole.sender),
        kind=Kind.UNKNOWN if octets else Kind.TEXT,
        sent_at=whole.at,
        text="" if octets else whole.text,
        fields={"type": "octets"} if octets else {},
        starts=not octets,
    )
