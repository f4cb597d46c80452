"""Offers that nobody takes and seats that fall silent: what they had waits again where it stood."""

from __future__ import annotations

from datetime import datetime

from gateway.core.chat import Chat, ChatState
from gateway.core.chat_moves import lapsed, released, withdrawn
from gateway.core.seat import SeatState
from gateway.intake.floor import Floor
from gateway.intake.room import Room


class Lapses:
    """``look`` at what is over now. Everything raises StoreUnavailable."""

    def __init__(self, floor: Floor, room: Room, same_operator_seconds: float) -> None:
        self.floor = floor
        self._room = room
        self._same_operator_seconds = same_operator_seconds

    async def begin(self) -> None:
        """Offers of a gateway before us are nobody's fault: taken back."""
        chats, now = self.floor.chats, self.floor.clock.now()
        for here in tuple(chats.at_seat.values()):
            for one in tuple(here.values()):
                async with chats.turn(one.id):
                    chat = chats.open.get(one.id)
                    if chat is not None and chat.state is ChatState.OFFERED:
                        await self.floor.commit_chat(*withdrawn(chat, now, "restarted"))

    async def look(self, now: datetime, here: frozenset[str]) -> None:
        """End what is over; ``here`` are the operators whose console is there."""
        await self._end_offers(now)
        await self._free_silent(now, here)

    async def _end_offers(self, now: datetime) -> None:
        """What a seat has not taken in time stands where it stood, and the seat is taken out."""
        chats = self.floor.chats
        late = [
            chat
            for here in tuple(chats.at_seat.values())
            for chat in here.values()
            if chat.state is ChatState.OFFERED and chat.offer_until and now >= chat.offer_until
        ]
        for one in late:
            async with chats.turn(one.id):
                chat = chats.open.get(one.id)
                if chat != one:
                    continue
                seat = self.floor.seats.get(chat.seat)
                if seat is not None and seat.state is SeatState.READY:
                    await self._room.lose(chat, lapsed(chat, now, "no_answer"), "no_answer")
                else:
                    await self.floor.commit_chat(*withdrawn(chat, now, "busy"))

    async def _free_silent(self, now: datetime, here: frozenset[str]) -> None:
        """Conversations of a seat that nobody sits at, or whose screen is silent, wait again."""
        chats = self.floor.chats
        for number in tuple(chats.at_seat):
            seat = self.floor.seats.get(number)
            operator_id = seat.operator_id if seat else ""
            for one in tuple(chats.at_seat.get(number, {}).values()):
                if one.operator_id == operator_id and operator_id in here:
                    continue
                async with chats.turn(one.id):
                    chat = chats.open.get(one.id)
                    if chat == one:
                        await self._free(chat, now)

    async def _free(self, chat: Chat, now: datetime) -> None:
        if chat.state is ChatState.OFFERED:
            await self.floor.commit_chat(*withdrawn(chat, now, "console_gone"))
            return
        seconds = self._same_operator_seconds
        wanted = chat.operator_id if seconds else ""
        await self.floor.commit_chat(
            *released(chat, now, reason="console_gone", wanted=wanted, seconds=seconds)
        )
