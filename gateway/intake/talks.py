"""What operators do with conversations. Every command is recorded before it is so.

Commands raise IllegalMove, Unknown (also for another's conversation), NotAllowed, Invalid,
StoreUnavailable and, where a seat must be paused first, PhonesUnavailable.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from gateway.core.chat import Chat, ChatState
from gateway.core.chat_moves import (
    Moved,
    accepted,
    closed,
    fact_of,
    lapsed,
    noted,
    released,
    taken,
    withdrawn,
)
from gateway.core.contact import Disposition
from gateway.core.errors import AlreadyTaken, IllegalMove, Invalid, Problem, Unknown
from gateway.core.facts import FactKind
from gateway.core.message import Message
from gateway.core.operator import Operator
from gateway.core.seat import Seat, SeatState
from gateway.core.staff_complaint import CONCERNED
from gateway.intake.floor import Floor
from gateway.intake.room import Room
from gateway.intake.saying import Said, spoken
from gateway.intake.words import check_note, held_open, mine, noted_by

TRANSFER_SECONDS = 120.0
"""How long a colleague to whom it was handed is waited for."""
NOT_BACK_SECONDS = 60
"""For so long what an operator gave away is offered to others only."""


class Talks:
    """Commands of one operator about one conversation; ``say`` and ``note`` give the message."""

    def __init__(self, floor: Floor, room: Room, *, dispositions: Collection[str]) -> None:
        self.floor = floor
        self._room = room
        self._dispositions = frozenset(dispositions)

    # ---- who has it ----

    async def accept(self, operator: Operator, contact_id: str) -> Chat:
        """Have what is offered to this operator's seat."""
        async with self.floor.chats.turn(contact_id):
            chat = mine(self.floor, operator, contact_id)
            if chat.state is ChatState.OPEN:
                return chat  # a second click
            return await self._do(accepted(chat, self._now()))

    async def decline(self, operator: Operator, contact_id: str) -> None:
        """Refuse the offer; the seat is taken out, as for a call that is refused."""
        async with self.floor.chats.turn(contact_id):
            chat = mine(self.floor, operator, contact_id)
            await self._room.lose(chat, lapsed(chat, self._now(), "rejected"), "rejected")

    async def take(self, operator: Operator, contact_id: str) -> Chat:
        """Pick a waiting one from the list, out of turn; the seat must have room."""
        seat = self._seat(operator)
        chat = self.floor.chats.open.get(contact_id)
        if chat is not None and chat.operator_id == operator.id:
            return await self.accept(operator, contact_id)
        self._must_wait(operator, chat, contact_id)
        async with self._room.filling(seat.number), self.floor.chats.turn(contact_id):
            chat = self._must_wait(operator, self.floor.chats.open.get(contact_id), contact_id)
            return await self._do(taken(chat, seat.number, operator.id, self._now()))

    def _must_wait(self, operator: Operator, chat: Chat | None, contact_id: str) -> Chat:
        if chat is None or self.floor.barred(operator.id, contact_id):
            raise Unknown("chat", contact_id)
        if chat.state is not ChatState.WAITING:
            by = self.floor.names.get(chat.operator_id, chat.seat)
            raise AlreadyTaken("chat", contact_id, by)
        return chat

    async def release(self, operator: Operator, contact_id: str) -> None:
        """Give it back into the line, where it stood."""
        async with self.floor.chats.turn(contact_id):
            chat = mine(self.floor, operator, contact_id)
            if chat.state is ChatState.OFFERED:
                await self._do(withdrawn(chat, self._now(), "released"))
            else:
                await self._do(released(chat, self._now(), reason="released"))
                self._give_away(contact_id, operator)

    async def transfer(
        self,
        operator: Operator,
        contact_id: str,
        *,
        queue: str = "",
        operator_id: str = "",
        note: str = "",
    ) -> None:
        """Hand it to a queue, or to a colleague who sits at a seat; with a note for them."""
        now = self._now()
        check_note(note)
        if bool(queue) == bool(operator_id):
            raise Invalid(_PROBLEM_ONE_OF)
        if queue and queue not in self.floor.queues:
            raise Invalid(Problem("/queue", "unknown-queue", "没有这个队列。", "No such queue."))
        if operator_id and (operator_id == operator.id or self.floor.seat_of(operator_id) is None):
            raise Invalid(
                Problem(
                    "/operator_id",
                    "not-seated",
                    "该话务员不在坐席上。",
                    "This colleague sits at no seat.",
                )
            )
        if self.floor.barred(operator_id, contact_id):
            raise Invalid(CONCERNED)
        async with self.floor.chats.turn(contact_id):
            chat = held_open(self.floor, operator, contact_id)
            rows: list[Message] = []
            if note:
                message = noted_by(chat, operator, note, now, self.floor.accounts)
                chat, rows = noted(chat, message.seq), [message]
            moved, fact = released(
                chat,
                now,
                reason="transfer",
                wanted=operator_id,
                seconds=TRANSFER_SECONDS,
                queue=queue,
                by=operator.id,
            )
            await self.floor.commit_chat(moved, *rows, fact)
            self._give_away(contact_id, operator)

    def _give_away(self, contact_id: str, operator: Operator) -> None:
        until = self._now() + timedelta(seconds=NOT_BACK_SECONDS)
        self.floor.chats.handed[contact_id] = (operator.id, until)

    async def close(
        self, operator: Operator, contact_id: str, code: str, note: str = ""
    ) -> Disposition:
        """End it and write down how it was dealt with; a closed one of theirs may be corrected."""
        problems = []
        if code not in self._dispositions:
            problems.append(
                Problem("/code", "unknown-code", "没有这个处理结果。", "No such disposition.")
            )
        check_note(note, problems)
        async with self.floor.chats.turn(contact_id):
            now = self._now()
            chat = self.floor.chats.open.get(contact_id)
            disposition = Disposition(
                contact_id=contact_id, operator_id=operator.id, code=code, at=now, note=note
            )
            if chat is None:
                chat = await self._closed(operator, contact_id)
                fact = fact_of(FactKind.DISPOSITION_RECORDED, chat, now, code=code)
                await self.floor.commit_chat(disposition, fact)
                return disposition
            over, ended = closed(held_open(self.floor, operator, contact_id), now, reason="closed")
            fact = fact_of(FactKind.DISPOSITION_RECORDED, over, now, code=code)
            await self.floor.commit_chat(over, disposition, ended, fact)
        return disposition

    async def farewell(self, contact_id: str, text: str, reason: str) -> None:
        """End one for which nothing is owed, with a last word of the system. No error if not."""
        async with self.floor.chats.turn(contact_id):
            chat = self.floor.chats.open.get(contact_id)
            if chat is None or chat.state is not ChatState.OPEN or chat.waiting_since is not None:
                return
            now = self._now()
            account = self.floor.accounts.get(chat.account)
            if account is not None and account.replies and text:
                message, entry = spoken(chat, self.floor.accounts, Said(text=text), now)
                chat = noted(chat, message.seq)
                over, fact = closed(chat, now, reason=reason)
                await self.floor.commit_chat(over, message, entry, fact)
                return
            over, fact = closed(chat, now, reason=reason)
            await self.floor.commit_chat(over, fact)

    # ---- inside ----

    def _now(self) -> datetime:
        return self.floor.clock.now()

    async def _do(self, moved: Moved) -> Chat:
        chat, fact = moved
        await self.floor.commit_chat(chat, fact)
        return chat

    def _seat(self, operator: Operator) -> Seat:
        seat = self.floor.seat_of(operator.id)
        if seat is None:
            raise IllegalMove("seat", SeatState.SIGNED_OUT, "take")
        return seat

    async def _closed(self, operator: Operator, contact_id: str) -> Chat:
        chat = await self.floor.store.chat(contact_id)
        if chat is None or chat.operator_id != operator.id:
            raise Unknown("chat", contact_id)
        return chat


_PROBLEM_ONE_OF = Problem(
    "", "one-of", "请选择队列或话务员其一。", "Name a queue or a colleague, one of them."
)
