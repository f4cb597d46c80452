"""Room for one more conversation at a seat: pause its phone first, wait for the word, then offer.

A seat that is full is not rung; when it is below again, the telephone system may ring it.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from gateway.core.chat import Chat
from gateway.core.chat_moves import Moved
from gateway.core.errors import AlreadyTaken, Invalid, Problem
from gateway.core.seat import Seat, SeatState
from gateway.intake.floor import Floor
from gateway.intake.one_at_a_time import OneAtATime
from gateway.intake.seating import FULL, TAKES_CALLS, Seating, taken_out
from gateway.ports import Phones


class SeatBusy(AlreadyTaken):
    """The telephone was faster: the seat rings or talks."""

    code = "seat-busy"


class Room:
    """Fills seats and frees them."""

    def __init__(self, floor: Floor, phones: Phones, seating: Seating) -> None:
        self.floor = floor
        self.phones = phones
        self.seating = seating
        self._seats = OneAtATime()
        self._told_full: set[str] = set()

    @asynccontextmanager
    async def filling(self, number: str, *, must_be_ready: bool = False) -> AsyncIterator[Seat]:
        """Inside, the seat has room for one more and is paused if that one fills it.

        Take the seat before the conversation (``chats.turn``), never the other way round.
        Raises Invalid (no room), PhonesUnavailable, and SeatBusy when it ``must_be_ready`` and
        rings or talks by now. What was paused for nothing is resumed.
        """
        chats = self.floor.chats
        async with self._seats.of(number):
            room = chats.room(number)
            if room <= 0:
                zh, en = "会话数已达上限。", "This seat has no room for another conversation."
                raise Invalid(Problem("/seat", "seat-full", zh, en))
            try:
                if room == 1:
                    await self._pause(number)
                seat = self.floor.seats[number]
                if must_be_ready and seat.state is not SeatState.READY:
                    raise SeatBusy("seat", number, seat.state.value)
                yield seat
            finally:
                chats.filling.discard(number)
                chats.stirred.set()

    async def _pause(self, number: str) -> None:
        self.floor.chats.filling.add(number)
        seat = self.floor.seats[number]
        if seat.state in TAKES_CALLS:
            self._told_full.add(number)
            await self.phones.pause(number, seat.phone, FULL)

    async def settle(self) -> None:
        """Pause whoever is full, resume whoever is not any more."""
        chats = self.floor.chats
        full = {number for number in chats.at_seat if chats.full(number)}
        full -= chats.filling
        changed = (full ^ self._told_full) - chats.filling
        self._told_full = full | (self._told_full & chats.filling)
        for number in changed:
            seat = self.floor.seats.get(number)
            if seat is not None and seat.state is not SeatState.SIGNED_OUT:
                await self.seating.enforce(number)
        if changed:
            self.floor.queues_changed = True

    async def lose(self, chat: Chat, moved: Moved, reason: str) -> None:
        """The offer ended because this seat did not take it: the seat is taken out, as for a call.

        A seat that rings or talks meanwhile stays as it is. Raises StoreUnavailable.
        """
        number = chat.seat
        async with self.floor.turn:
            seat = self.floor.seats.get(number)
            if seat is None or seat.state is not SeatState.READY:
                await self.floor.commit(*moved, must=True)
                return
            lost, fact = taken_out(seat, self.floor.clock.now(), reason, chat.id)
            await self.floor.commit(*moved, lost, fact, must=True)
        await self.seating.enforce(number)
