"""What operators may see of conversations: their own, waiting ones, and those of their citizens.

Supervisors may look at all. Looking at another's is noted once a session, before it is shown.
"""

from __future__ import annotations

from gateway.core.chat import Chat, ChatState
from gateway.core.contact import ChatRecord
from gateway.core.errors import IllegalMove, Unknown
from gateway.core.facts import FactKind
from gateway.core.identity import IdentityLink
from gateway.core.message import Message
from gateway.core.operator import Operator, Right, may
from gateway.core.seat import SeatState
from gateway.intake.at_hand import at_hand
from gateway.intake.chat_views import link_view, messages_view
from gateway.intake.floor import Floor
from gateway.intake.records import Records
from gateway.intake.talks import Talks
from gateway.intake.views import Json


class Looks:
    """Views for the console; every method raises Unknown for what an operator may not see."""

    def __init__(self, floor: Floor, records: Records, talks: Talks) -> None:
        self.floor = floor
        self._records = records
        self._talks = talks

    async def visible(self, operator: Operator, contact_id: str, session: str) -> Chat:
        """The conversation, when this operator may see it."""
        chat = self.floor.chats.open.get(contact_id)
        barred = self.floor.barred(operator.id, contact_id)
        if (
            chat is not None
            and not barred
            and (
                chat.operator_id == operator.id
                or (chat.state is ChatState.WAITING and may(operator.role, Right.TAKE_CALLS))
            )
        ):
            return chat
        record = await self._records.visible(operator, contact_id)
        if not isinstance(record, ChatRecord):
            raise Unknown("chat", contact_id)
        if record.chat.operator_id != operator.id:
            await self._records.note_once(FactKind.CHAT_VIEWED, operator, contact_id, session)
        return chat or record.chat

    async def chat(self, operator: Operator, contact_id: str, session: str) -> Json:
        """One conversation as the console shows it."""
        chat = await self.visible(operator, contact_id, session)
        return await self._chat_view(chat)

    async def _chat_view(self, chat: Chat) -> Json:
        if chat.id in self.floor.chats.open:
            return self.floor.chat_view(chat)
        record = await self.floor.store.contact(chat.id)
        (identity,) = await self.floor.store.identities([chat.identity_id]) or (None,)
        last, closing = "", None
        if isinstance(record, ChatRecord):
            last, closing = record.last_text, record.disposition
        return self.floor.closed_chat_view(chat, identity, last, closing)

    async def messages(
        self, operator: Operator, contact_id: str, session: str, *, after_seq: int, limit: int
    ) -> Json:
        """Messages with their files and how far ours have come."""
        chat = await self.visible(operator, contact_id, session)
        found = await self.floor.store.messages(contact_id, after_seq=after_seq, limit=limit)
        return {"items": await self._views(found, contact_id), "last_seq": chat.last_seq}

    async def message(self, message: Message) -> Json:
        """One that this operator has just written."""
        return (await self._views((message,), message.contact_id))[0]

    async def _views(self, found: tuple[Message, ...], contact_id: str) -> list[Json]:
        store = self.floor.store
        files = await store.attachments(contact_id)
        outs = await store.out_entries(contact_id)
        return messages_view(found, files, outs, self.floor.names)

    async def take(self, operator: Operator, item_id: str) -> Json:
        """Take a conversation or a form out of turn; calls and callbacks have their own ways."""
        call = self.floor.calls.get(item_id)
        if call is not None:
            raise IllegalMove("call", call.state, "take")
        if item_id in self.floor.callbacks:
            raise IllegalMove("callback", "open", "take")
        return await self._chat_view(await self._talks.take(operator, item_id))

    def colleagues(self) -> list[Json]:
        """Who sits at a seat, by name."""
        floor = self.floor
        seated = [s for s in floor.seats.values() if s.state is not SeatState.SIGNED_OUT]
        return [
            {
                "operator_id": seat.operator_id,
                "name": floor.names.get(seat.operator_id, ""),
                "seat": seat.number,
                "state": seat.state.value,
                "chats": len(floor.chats.at_seat.get(seat.number, ())),
                "queues": sorted(floor.operators[seat.operator_id].skills)
                if seat.operator_id in floor.operators
                else [],
            }
            for seat in sorted(seated, key=lambda s: (floor.names.get(s.operator_id, ""), s.number))
        ]

    def link(self, link: IdentityLink) -> Json:
        """One link."""
        return link_view(link, self.floor.names)

    async def may_decide(self, operator: Operator, link_id: str) -> None:
        """Whether the link is of somebody this operator deals with, or may see anyway."""
        link = await self.floor.store.link(link_id)
        if link is None:
            raise Unknown("link", link_id)
        if may(operator.role, Right.SEE_ALL_CONTACTS):
            return
        hand = await at_hand(self.floor.store, operator)
        if not hand.identities & {link.a, link.b}:
            raise Unknown("link", link_id)
