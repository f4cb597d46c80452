"""What the use cases ask of the store about messages, and of the line and the channels."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from gateway.core.chat import Chat
from gateway.core.contact import ChatRecord, ContactRecord
from gateway.core.identity import Identity, IdentityLink
from gateway.core.item import IntakeItem
from gateway.core.message import Attachment, Message
from gateway.core.outbound import DeliveryReceipt, InboundEvent, OutEntry, ReplyGrant


class MessageStore(Protocol):
    """Conversations, messages, files, and what leaves."""

    async def event(self, account: str, key: str) -> InboundEvent | None:
        """What was recorded under this key (``raw`` left empty)."""
        ...

    async def identity(self, account: str, scheme: str, value: str) -> Identity | None:
        """Who this is, found by keyed hash; a telephone number has an empty account."""
        ...

    async def identities(self, ids: Collection[str]) -> tuple[Identity, ...]:
        """These identities, at most 1,000."""
        ...

    async def links(self, identity_id: str) -> tuple[IdentityLink, ...]:
        """Every link, in whatever state, of all identities that this one is connected with."""
        ...

    async def link(self, link_id: str) -> IdentityLink | None:
        """One link by id."""
        ...

    async def chat(self, contact_id: str) -> Chat | None:
        """One conversation by its contact's id."""
        ...

    async def open_chats(self) -> tuple[Chat, ...]:
        """Every conversation that is not closed, the oldest first."""
        ...

    async def chat_by_query_code(self, query_code_hash: str) -> Chat | None:
        """The form that this code opens."""
        ...

    async def contacts_of(
        self, identity_ids: Collection[str], limit: int = 20
    ) -> tuple[ContactRecord | ChatRecord, ...]:
        """The contacts of these identities on every channel, newest first."""
        ...

    async def messages(
        self, contact_id: str, *, after_seq: int = 0, limit: int = 200
    ) -> tuple[Message, ...]:
        """In order, those after ``after_seq``. ``limit`` is 1..500."""
        ...

    async def message(self, message_id: str) -> Message | None:
        """One message by id."""
        ...

    async def message_by_key(self, contact_id: str, client_key: str) -> Message | None:
        """The message that its sender gave this key."""
        ...

    async def attachments(self, contact_id: str) -> tuple[Attachment, ...]:
        """Every file of a contact, oldest message first."""
        ...

    async def attachment(self, attachment_id: str) -> Attachment | None:
        """One file by id."""
        ...

    async def attachments_due(self, now: datetime, limit: int = 50) -> tuple[Attachment, ...]:
        """Files that are pending or not yet viewable, whose time has come, the oldest first."""
        ...

    async def grants(self, identity_id: str, now: datetime) -> tuple[ReplyGrant, ...]:
        """The rights to reply that are not over (they may be spent), newest first."""
        ...

    async def out_entries(self, contact_id: str) -> tuple[OutEntry, ...]:
        """How every message of ours in this contact stands."""
        ...

    async def out_due(self, now: datetime, limit: int = 100) -> tuple[OutEntry, ...]:
        """Queued messages whose time has come, in the order they were said."""
        ...

    async def out_by_provider(self, account: str, provider_id: str) -> OutEntry | None:
        """The message that the platform knows by this id."""
        ...

    async def receipts_of(
        self, account: str, provider_ids: Collection[str]
    ) -> tuple[DeliveryReceipt, ...]:
        """What the platform said of these ids, also before we knew them."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """An item taken out of the line for one seat until ``until``.

    ``fence`` grows with every claim of the line: whoever holds an older one of the same item has
    lost it.
    """

    item: IntakeItem
    seat: str
    fence: int
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LineCounts:
    """What waits in one queue."""

    waiting: int
    emergencies: int
    oldest_since: datetime | None


class Line(Protocol):
    """The one line of what waits for a seat and is not a call (Asterisk holds those).

    It is a hint, rebuilt from the store: every method may raise LineUnavailable, and whoever uses
    it then waits for it or reads the store. Ranks are the items' own; giving back keeps them.
    Whoever tells it something has recorded that first: a line that is built anew just then, from
    the store, knows it already.
    """

    async def put(self, *items: IntakeItem) -> None:
        """Let these wait. An item that is there keeps its place; a claimed one stays claimed."""
        ...

    async def claim(
        self, seat: str, operator: str, queues: Collection[str], now: datetime, seconds: float
    ) -> Claim | None:
        """Take the first by rank of what this operator may have; None: nothing is there.

        Theirs are items that want this operator, and items of ``queues`` that want nobody or
        whose ``wanted_until`` is over.
        """
        ...

    async def take(self, item_id: str, seat: str, now: datetime, seconds: float) -> Claim | None:
        """Take this one out of turn; None when it is not waiting."""
        ...

    async def keep(self, claim: Claim, until: datetime) -> bool:
        """Hold the claim longer; False when it is no longer ours."""
        ...

    async def give_back(self, claim: Claim, item: IntakeItem) -> bool:
        """Let it wait again where it stood (``item``: as it is now); False when not ours."""
        ...

    async def remove(self, item_id: str) -> None:
        """It wants nobody any more, waiting or claimed; no error when it is not there."""
        ...

    async def lapse(self, now: datetime) -> tuple[str, ...]:
        """Let items whose claim has run out wait again, where they stood; their ids."""
        ...

    async def head(
        self, queues: Collection[str], operator: str, now: datetime
    ) -> IntakeItem | None:
        """What ``claim`` would take; takes nothing."""
        ...

    async def ahead_of(self, item_id: str) -> int | None:
        """How many of its queue are before it; None when it is not waiting."""
        ...

    async def counts(self) -> Mapping[str, LineCounts]:
        """By queue."""
        ...

    async def rebuild(self, items: Iterable[IntakeItem]) -> None:
        """Be exactly these, all waiting; every claim from before has lost."""
        ...

    async def whole(self) -> bool:
        """Whether it still is what was last built: False after Redis was emptied or replaced."""
        ...
