"""One message of ours with its way out, as rows. PURE but for the ids."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from gateway.core.chat import Chat
from gateway.core.message import Direction, Message, MessageKind
from gateway.core.outbound import OutEntry, OutRoute, OutState
from gateway.intake.channel_account import ChannelAccounts
from gateway.intake.ids import new_id

STALE_SECONDS = 48 * 3600
"""What could not be sent for so long says nothing any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What is to be said; ``operator_id`` empty: by the system itself."""

    text: str
    operator_id: str = ""
    client_key: str = ""
    reply_to: str = ""
    kind: MessageKind = MessageKind.TEXT
    fields: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where it is said: the contact and its newest message, who hears it, by which account."""

    contact_id: str
    account: str
    identity_id: str
    last_seq: int


def spoken(
    chat: Chat, accounts: ChannelAccounts, said: Said, now: datetime
) -> tuple[Message, OutEntry]:
    """The next message of this conversation, and how it leaves."""
    place = Place(
        contact_id=chat.id,
        account=chat.account,
        identity_id=chat.identity_id,
        last_seq=chat.last_seq,
    )
    return said_at(place, accounts, said, now)


def said_at(
    place: Place, accounts: ChannelAccounts, said: Said, now: datetime
) -> tuple[Message, OutEntry]:
    """The next message there, and how it leaves.

    A page that reads from us has it at once; whatever must be sent waits for the outbox.
    """
    account = accounts.get(place.account)
    pull = account is not None and account.channel.caps.pull
    message = Message(
        id=new_id(now),
        contact_id=place.contact_id,
        seq=place.last_seq + 1,
        direction=Direction.OUT,
        kind=said.kind,
        at=now,
        stored_at=now,
        text=said.text,
        fields=said.fields or {},
        operator_id=said.operator_id,
        reply_to=said.reply_to,
        client_key=said.client_key,
    )
    return message, OutEntry(
        message_id=message.id,
        contact_id=place.contact_id,
        identity_id=place.identity_id,
        account=place.account,
        route=OutRoute.NONE if pull else OutRoute.REPLY,
        state=OutState.SENT if pull else OutState.QUEUED,
        next_at=now,
        not_after=now + timedelta(seconds=STALE_SECONDS),
        changed_at=now,
    )
