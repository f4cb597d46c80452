"""Rows as core records: who writes, what is said and what leaves. Pure."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from gateway.core.chat import Chat, ChatForm, ChatOutcome, ChatState
from gateway.core.contact import ChatRecord, ContactRecord
from gateway.core.identity import Evidence, Identity, IdentityLink, LinkState
from gateway.core.message import Attachment, Direction, FileState, Message, MessageKind
from gateway.core.outbound import (
    DeliveryReceipt,
    InboundEvent,
    OutEntry,
    OutRoute,
    OutState,
    ReplyGrant,
)
from gateway.core.place import Datum, Place
from gateway.store import records, tables
from gateway.store import tables_messages as its
from gateway.store.history import LAST_TEXT

if TYPE_CHECKING:
    from sqlalchemy import RowMapping

    from gateway.store.vault import Vault

LAST_TEXT_CHARACTERS = 80
"""Of a conversation's newest words in a list."""


def _opened(vault: Vault, table: str, column: str, row: str, sealed: bytes) -> str:
    return vault.open(table, column, row, sealed) if sealed else ""


def contact(row: RowMapping, vault: Vault) -> ContactRecord | ChatRecord:
    """A contact, from contact, call or chat, and (when there) disposition and recording."""
    if row[its.chat.c.contact_id] is None:
        return records.contact(row, vault)
    last = row[LAST_TEXT.c.id]
    text = vault.open("message", "text_cipher", last, row[LAST_TEXT.c.text_cipher]) if last else ""
    return ChatRecord(
        chat=chat(row, vault),
        disposition=records.disposition(row, vault),
        last_text=text[:LAST_TEXT_CHARACTERS],
    )


def chat(row: RowMapping, _vault: Vault) -> Chat:
    """A conversation, from contact and chat."""
    contact, own = tables.contact.c, its.chat.c
    return Chat(
        id=row[contact.id],
        channel=row[contact.channel],
        account=row[own.account],
        identity_id=row[contact.identity_id],
        tags=records.tags_in(row, contact),
        form=ChatForm(row[own.form]),
        state=ChatState(row[own.state]),
        queue=row[contact.queue],
        emergency=row[own.emergency],
        throttled=row[own.throttled],
        opened_at=row[contact.opened_at],
        waiting_since=row[own.waiting_since],
        due_at=row[own.due_at],
        offered_at=row[own.offered_at],
        offer_until=row[own.offer_until],
        accepted_at=row[own.accepted_at],
        first_reply_at=row[own.first_reply_at],
        last_in_at=row[own.last_in_at],
        last_out_at=row[own.last_out_at],
        answered_seconds=row[own.answered_seconds],
        last_seq=row[own.last_seq],
        read_seq=row[own.read_seq],
        seat=row[contact.seat],
        operator_id=row[contact.operator_id],
        wanted_operator=row[own.wanted_operator],
        wanted_until=row[own.wanted_until],
        closed_at=row[contact.closed_at],
        outcome=ChatOutcome(row[contact.outcome]),
        query_code_hash=row[own.query_code_hash],
    )


def identity(row: RowMapping, vault: Vault) -> Identity:
    """Somebody on one channel account."""
    own = its.identity.c
    key = row[own.id]
    return Identity(
        id=key,
        account=row[own.account],
        scheme=row[own.scheme],
        value=vault.open("identity", "value_cipher", key, row[own.value_cipher]),
        name=_opened(vault, "identity", "name_cipher", key, row[own.name_cipher]),
        first_seen=row[own.first_seen],
    )


def link(row: RowMapping, vault: Vault) -> IdentityLink:
    """Two identities and why they may be one person."""
    own = its.identity_link.c
    key = row[own.id]
    return IdentityLink(
        id=key,
        a=row[own.a],
        b=row[own.b],
        evidence=Evidence(row[own.evidence]),
        note=_opened(vault, "identity_link", "note_cipher", key, row[own.note_cipher]),
        state=LinkState(row[own.state]),
        at=row[own.at],
        by=row[own.by],
        decided_at=row[own.decided_at],
        decided_by=row[own.decided_by],
    )


def message(row: RowMapping, vault: Vault) -> Message:
    """One message."""
    own = its.message.c
    key = row[own.id]
    details = _opened(vault, "message", "details_cipher", key, row[own.details_cipher])
    found: dict[str, Any] = json.loads(details) if details else {}
    return Message(
        id=key,
        contact_id=row[own.contact_id],
        seq=row[own.seq],
        direction=Direction(row[own.direction]),
        kind=MessageKind(row[own.kind]),
        at=row[own.at],
        stored_at=row[own.stored_at],
        text=_opened(vault, "message", "text_cipher", key, row[own.text_cipher]),
        fields=found.get("fields", {}),
        event=row[own.event],
        place=_place(found.get("place")),
        operator_id=row[own.operator_id],
        provider_id=found.get("provider_id", ""),
        reply_to=found.get("reply_to", ""),
        client_key=row[own.client_key],
    )


def _place(found: dict[str, Any] | None) -> Place | None:
    return Place(**found | {"datum": Datum(found["datum"])}) if found else None


def attachment(row: RowMapping, vault: Vault) -> Attachment:
    """A file of a message."""
    own = its.attachment.c
    key = row[own.id]
    return Attachment(
        id=key,
        message_id=row[own.message_id],
        contact_id=row[own.contact_id],
        kind=MessageKind(row[own.kind]),
        ref=_opened(vault, "attachment", "ref_cipher", key, row[own.ref_cipher]),
        name=_opened(vault, "attachment", "name_cipher", key, row[own.name_cipher]),
        declared_type=row[own.declared_type],
        found_type=row[own.found_type],
        size_bytes=row[own.size_bytes],
        sha256=row[own.sha256],
        file=row[own.file],
        view_file=row[own.view_file],
        view_type=row[own.view_type],
        seconds=row[own.seconds],
        width=row[own.width],
        height=row[own.height],
        state=FileState(row[own.state]),
        reason=row[own.reason],
        tries=row[own.tries],
        next_at=row[own.next_at],
        expires_at=row[own.expires_at],
    )


def grant(row: RowMapping, vault: Vault) -> ReplyGrant:
    """A right to reply."""
    own = its.reply_grant.c
    key = row[own.id]
    return ReplyGrant(
        id=key,
        identity_id=row[own.identity_id],
        trigger=_opened(vault, "reply_grant", "trigger_cipher", key, row[own.trigger_cipher]),
        granted_at=row[own.granted_at],
        expires_at=row[own.expires_at],
        quota=row[own.quota],
        used=row[own.used],
    )


def out_entry(row: RowMapping, vault: Vault) -> OutEntry:
    """A message on its way out."""
    own = its.outbox.c
    key = row[own.message_id]
    ids = _opened(vault, "outbox", "provider_ids_cipher", key, row[own.provider_ids_cipher])
    return OutEntry(
        message_id=key,
        contact_id=row[own.contact_id],
        identity_id=row[own.identity_id],
        account=row[own.account],
        route=OutRoute(row[own.route]),
        state=OutState(row[own.state]),
        tries=row[own.tries],
        next_at=row[own.next_at],
        not_after=row[own.not_after],
        provider_ids=tuple(json.loads(ids)) if ids else (),
        code=row[own.code],
        changed_at=row[own.changed_at],
    )


def receipt(row: RowMapping, vault: Vault) -> DeliveryReceipt:
    """The platform's word on a message of ours."""
    own = its.delivery_receipt.c
    key = row[own.id]
    sealed = row[own.provider_cipher]
    return DeliveryReceipt(
        id=key,
        account=row[own.account],
        provider_id=vault.open("delivery_receipt", "provider_cipher", key, sealed),
        part=row[own.part],
        state=OutState(row[own.state]),
        code=row[own.code],
        at=row[own.at],
        received_at=row[own.received_at],
    )


def event(row: RowMapping, key: str) -> InboundEvent:
    """A delivery, known by ``key``; what came with it is left out."""
    own = its.inbound_event.c
    return InboundEvent(
        id=row[own.id],
        account=row[own.account],
        key=key,
        received_at=row[own.received_at],
        raw=b"",
        contact_id=row[own.contact_id],
    )
