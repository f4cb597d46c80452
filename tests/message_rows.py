"""Conversations, messages and what leaves, to be put into a store in a test."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from gateway.core.chat import Chat, ChatForm, ChatOutcome, ChatState
from gateway.core.identity import Evidence, Identity, IdentityLink
from gateway.core.message import Attachment, Direction, FileState, Message, MessageKind
from gateway.core.outbound import (
    DeliveryReceipt,
    InboundEvent,
    OutEntry,
    OutRoute,
    OutState,
    ReplyGrant,
)
from gateway.ports import Row
from tests.store_world import NOON, a_fact

ACCOUNT = "wechat:main"
SECOND = timedelta(seconds=1)


def an_identity(id: str, **more: Any) -> Identity:
    """Somebody on WeChat, with an openid of their own."""
    defaults: dict[str, Any] = {
        "id": id,
        "account": ACCOUNT,
        "scheme": "openid",
        "value": f"o-{id}",
        "name": "小李",
        "first_seen": NOON,
    }
    return Identity(**defaults | more)


def a_link(id: str, a: str, b: str, **more: Any) -> IdentityLink:
    """Two identities that an operator thinks are one person."""
    defaults: dict[str, Any] = {"evidence": Evidence.OPERATOR, "at": NOON, "by": "op-1"}
    return IdentityLink(id=id, a=a, b=b, **defaults | more)


def a_chat(id: str, identity_id: str, **more: Any) -> Chat:
    """A conversation that waits since noon."""
    defaults: dict[str, Any] = {
        "channel": "wechat",
        "account": ACCOUNT,
        "queue": "civil",
        "opened_at": NOON,
    }
    return Chat(id=id, identity_id=identity_id, **defaults | more)


def a_closed_chat(id: str, identity_id: str, minutes: float = 0, **more: Any) -> Chat:
    """A form that was answered, ``minutes`` after noon; every field is set."""
    at = NOON + timedelta(minutes=minutes)
    defaults: dict[str, Any] = {
        "form": ChatForm.FORM,
        "state": ChatState.CLOSED,
        "emergency": True,
        "opened_at": at,
        "waiting_since": at + SECOND,
        "due_at": at + 180 * SECOND,
        "offered_at": at + 2 * SECOND,
        "offer_until": at + 22 * SECOND,
        "accepted_at": at + 3 * SECOND,
        "first_reply_at": at + 9 * SECOND,
        "last_in_at": at + 40 * SECOND,
        "last_out_at": at + 50 * SECOND,
        "answered_seconds": 8.25,
        "last_seq": 7,
        "read_seq": 6,
        "seat": "8001",
        "operator_id": "op-1",
        "wanted_operator": "op-2",
        "wanted_until": at + 120 * SECOND,
        "closed_at": at + 60 * SECOND,
        "outcome": ChatOutcome.ANSWERED,
        "query_code_hash": f"hash-{id}",
    }
    return a_chat(id, identity_id, **defaults | more)


def a_message(id: str, contact_id: str, seq: int, **more: Any) -> Message:
    """Words of a citizen, ``seq`` seconds after noon."""
    defaults: dict[str, Any] = {
        "direction": Direction.IN,
        "kind": MessageKind.TEXT,
        "at": NOON + seq * SECOND,
        "stored_at": NOON + seq * SECOND,
        "text": f"第 {seq} 句",
    }
    return Message(id=id, contact_id=contact_id, seq=seq, **defaults | more)


def an_attachment(id: str, message_id: str, contact_id: str, **more: Any) -> Attachment:
    """A picture that nobody has fetched yet."""
    defaults: dict[str, Any] = {"kind": MessageKind.IMAGE, "ref": f"media-{id}"}
    return Attachment(id=id, message_id=message_id, contact_id=contact_id, **defaults | more)


def a_viewable_file(id: str, message_id: str, contact_id: str, **more: Any) -> Attachment:
    """A picture that can be seen; every field is set."""
    defaults: dict[str, Any] = {
        "name": "门牌 3 号.jpg",
        "declared_type": "image/png",
        "found_type": "image/jpeg",
        "size_bytes": 5_000_000_000,
        "sha256": "ab" * 32,
        "file": f"{id}.orig",
        "view_file": f"{id}.webp",
        "view_type": "image/webp",
        "seconds": 1.5,
        "width": 640,
        "height": 480,
        "state": FileState.READY,
        "reason": "turned",
        "tries": 2,
        "next_at": NOON,
        "expires_at": NOON + timedelta(days=3),
    }
    return an_attachment(id, message_id, contact_id, **defaults | more)


def a_grant(id: str, identity_id: str, **more: Any) -> ReplyGrant:
    """Five messages in 48 hours from noon."""
    defaults: dict[str, Any] = {
        "trigger": f"gh_12345:{id}",
        "granted_at": NOON,
        "expires_at": NOON + timedelta(hours=48),
        "quota": 5,
    }
    return ReplyGrant(id=id, identity_id=identity_id, **defaults | more)


def an_out_entry(message_id: str, contact_id: str, identity_id: str, **more: Any) -> OutEntry:
    """A message that may leave since noon."""
    defaults: dict[str, Any] = {
        "account": ACCOUNT,
        "route": OutRoute.REPLY,
        "next_at": NOON,
        "not_after": NOON + timedelta(hours=48),
        "changed_at": NOON,
    }
    return OutEntry(
        message_id=message_id, contact_id=contact_id, identity_id=identity_id, **defaults | more
    )


def a_receipt(id: str, provider_id: str, **more: Any) -> DeliveryReceipt:
    """The platform says that it was delivered."""
    defaults: dict[str, Any] = {
        "account": ACCOUNT,
        "part": 1,
        "state": OutState.DELIVERED,
        "code": "0",
        "at": NOON,
        "received_at": NOON,
    }
    return DeliveryReceipt(id=id, provider_id=provider_id, **defaults | more)


def an_event(id: str, key: str, **more: Any) -> InboundEvent:
    """A delivery as it came."""
    defaults: dict[str, Any] = {"account": ACCOUNT, "received_at": NOON, "raw": b"<xml/>\x00\xff"}
    return InboundEvent(id=id, key=key, **defaults | more)


def a_delivery(number: int | str, try_: int = 1) -> tuple[Row, ...]:
    """All rows of what one hook brings: message ``number`` of citizen ``number``, at some try."""
    person, chat = f"i{number}", f"k{number}"
    mark = f"{number}-{try_}"
    return (
        an_event(f"e{mark}", f"gh_1:{number}", contact_id=chat),
        an_identity(person),
        a_chat(chat, person, last_seq=1),
        a_message(f"m{mark}", chat, 1, client_key=f"gh_1:{number}"),
        an_attachment(f"f{mark}", f"m{mark}", chat),
        a_grant(f"g{mark}", person, trigger=f"gh_1:{number}"),
        a_fact(chat, data={"try": try_}),
    )
