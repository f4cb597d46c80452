"""``ports.MessageStore`` over SQLite or PostgreSQL: what ``SqlStore`` answers about messages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.store import history, records_messages, rows_messages
from gateway.store import queries_messages as queries
from gateway.store.reading import Answers, one, shaped

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from gateway.core.chat import Chat
    from gateway.core.contact import ChatRecord, ContactRecord
    from gateway.core.identity import Identity, IdentityLink
    from gateway.core.message import Attachment, Message
    from gateway.core.outbound import DeliveryReceipt, InboundEvent, OutEntry, ReplyGrant


class MessageAnswers(Answers):
    """Reads of conversations, messages, files, and what leaves."""

    async def event(self, account: str, key: str) -> InboundEvent | None:
        """What was recorded under this key, without what came with it."""
        index = rows_messages.event_index(self._vault, account, key)
        wanted = queries.event(account, index)
        return one(await self._read(wanted, lambda row: records_messages.event(row, key)))

    async def identity(self, account: str, scheme: str, value: str) -> Identity | None:
        """Who this is; a telephone number that is none is nobody."""
        index = rows_messages.identity_index(self._vault, account, scheme, value)
        if not index:
            return None
        found = await self.reading.identities.get((account, scheme, index))
        return one(shaped(found, lambda row: records_messages.identity(row, self._vault)))

    async def identities(self, ids: Collection[str]) -> tuple[Identity, ...]:
        """These identities, at most 1,000."""
        return await self._open(queries.identities(ids), records_messages.identity)

    async def links(self, identity_id: str) -> tuple[IdentityLink, ...]:
        """Every link of all identities that this one is connected with, oldest first."""
        return await self._open(queries.links(identity_id), records_messages.link)

    async def link(self, link_id: str) -> IdentityLink | None:
        """One link by id."""
        return one(await self._open(queries.link(link_id), records_messages.link))

    async def chat(self, contact_id: str) -> Chat | None:
        """One conversation by its contact's id."""
        return one(await self._open(queries.chat_of(contact_id), records_messages.chat))

    async def open_chats(self) -> tuple[Chat, ...]:
        """Every conversation that is not closed, the oldest first."""
        found = await self._open(queries.OPEN_CHATS, records_messages.chat)
        return tuple(sorted(found, key=lambda chat: (chat.opened_at, chat.id)))

    async def chat_by_query_code(self, query_code_hash: str) -> Chat | None:
        """The form that this code opens; an empty one opens none."""
        wanted = queries.chat_by_query_code(query_code_hash)
        return one(await self._open(wanted, records_messages.chat))

    async def contacts_of(
        self, identity_ids: Collection[str], limit: int = 20
    ) -> tuple[ContactRecord | ChatRecord, ...]:
        """The contacts of these identities (at most 100) on every channel, newest first."""
        if not identity_ids:
            return ()
        wanted = history.contacts_of(identity_ids, limit)
        return await self._open(wanted, records_messages.contact)

    async def messages(
        self, contact_id: str, *, after_seq: int = 0, limit: int = 200
    ) -> tuple[Message, ...]:
        """In order, those after ``after_seq``. ``limit`` is 1..500."""
        wanted = queries.messages(contact_id, after_seq, limit)
        return await self._open(wanted, records_messages.message)

    async def message(self, message_id: str) -> Message | None:
        """One message by id."""
        return one(await self._open(queries.message_of(message_id), records_messages.message))

    async def message_by_key(self, contact_id: str, client_key: str) -> Message | None:
        """The message that its sender gave this key; an empty one is nobody's."""
        wanted = queries.message_by_key(contact_id, client_key)
        return one(await self._open(wanted, records_messages.message))

    async def attachments(self, contact_id: str) -> tuple[Attachment, ...]:
        """Every file of a contact, oldest message first."""
        return await self._open(queries.attachments(contact_id), records_messages.attachment)

    async def attachment(self, attachment_id: str) -> Attachment | None:
        """One file by id."""
        wanted = queries.attachment_of(attachment_id)
        return one(await self._open(wanted, records_messages.attachment))

    async def attachments_due(self, now: datetime, limit: int = 50) -> tuple[Attachment, ...]:
        """Files that are pending or not yet viewable, whose time has come, the oldest first."""
        return await self._open(queries.attachments_due(now, limit), records_messages.attachment)

    async def grants(self, identity_id: str, now: datetime) -> tuple[ReplyGrant, ...]:
        """The rights to reply that are not over (they may be spent), newest first."""
        return await self._open(queries.grants(identity_id, now), records_messages.grant)

    async def out_entries(self, contact_id: str) -> tuple[OutEntry, ...]:
        """How every message of ours in this contact stands, in the order they were said."""
        return await self._open(queries.out_entries(contact_id), records_messages.out_entry)

    async def out_due(self, now: datetime, limit: int = 100) -> tuple[OutEntry, ...]:
        """Queued messages whose time has come, in the order they were said."""
        return await self._open(queries.out_due(now, limit), records_messages.out_entry)

    async def out_by_provider(self, account: str, provider_id: str) -> OutEntry | None:
        """The message that the platform knows by this id."""
        index = rows_messages.provider_index(self._vault, account, provider_id)
        wanted = queries.out_by_provider(account, index)
        return one(await self._open(wanted, records_messages.out_entry))

    async def receipts_of(
        self, account: str, provider_ids: Collection[str]
    ) -> tuple[DeliveryReceipt, ...]:
        """What the platform said of these ids (at most 1,000), in the order we heard it."""
        hashes = [rows_messages.provider_index(self._vault, account, each) for each in provider_ids]
        wanted = queries.receipts_of(account, hashes)
        return await self._open(wanted, records_messages.receipt)
