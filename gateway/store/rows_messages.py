"""Who writes, what is said and what leaves, as rows: see ``rows``.

An empty text stays empty instead of being sealed: most of these columns are empty most of the time.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from gateway.core.chat import Chat
from gateway.core.identity import Identity, IdentityLink
from gateway.core.message import Attachment, Message
from gateway.core.outbound import DeliveryReceipt, InboundEvent, OutEntry, ReplyGrant
from gateway.store import tables
from gateway.store import tables_messages as own
from gateway.store.change import Change
from gateway.store.errors import RowRefused
from gateway.store.rows import PHONE, changes
from gateway.store.rows_search import placed

if TYPE_CHECKING:
    from gateway.store.vault import Vault

__all__ = ["changes", "event_index", "identity_index", "provider_index", "sealed"]


def identity_index(vault: Vault, account: str, scheme: str, value: str) -> bytes:
    """The hash by which an identity is found; empty for a telephone number that is none."""
    if scheme == PHONE and not account:
        return vault.index(PHONE, value)
    return vault.index_of(f"identity|{scheme}", account, value)


def event_index(vault: Vault, account: str, key: str) -> bytes:
    """The hash by which a delivery is known."""
    return vault.index_of("event", account, key)


def provider_index(vault: Vault, account: str, provider_id: str) -> bytes:
    """The hash by which a platform's id is found."""
    return vault.index_of("provider", account, provider_id)


def sealed(vault: Vault, table: str, column: str, row: str, text: str) -> bytes:
    """The ciphertext for this place; an empty text stays empty."""
    return vault.seal(table, column, row, text) if text else b""


@changes.register(Identity)
def _(row: Identity, vault: Vault) -> tuple[Change, ...]:
    index = identity_index(vault, row.account, row.scheme, row.value)
    if not index:
        raise RowRefused("identity: a telephone number has digits")
    values = {
        "id": row.id,
        "account": row.account,
        "scheme": row.scheme,
        "value_cipher": vault.seal("identity", "value_cipher", row.id, row.value),
        "value_index": index,
        "name_cipher": sealed(vault, "identity", "name_cipher", row.id, row.name),
        "first_seen": row.first_seen,
    }
    return (Change(own.identity, values, name=row.id),)


@changes.register(IdentityLink)
def _(row: IdentityLink, vault: Vault) -> tuple[Change, ...]:
    values = {
        "id": row.id,
        "a": row.a,
        "b": row.b,
        "evidence": row.evidence.value,
        "note_cipher": sealed(vault, "identity_link", "note_cipher", row.id, row.note),
        "state": row.state.value,
        "at": row.at,
        "by": row.by,
        "decided_at": row.decided_at,
        "decided_by": row.decided_by,
    }
    return (Change(own.identity_link, values),)


@changes.register(Chat)
def _(row: Chat, _vault: Vault) -> tuple[Change, ...]:
    contact = {
        "id": row.id,
        "channel": row.channel,
        "known_identity": row.identity_id,
        "identity_scheme": None,
        "identity_index": None,
        "opened_at": row.opened_at,
        "closed_at": row.closed_at,
        "queue": row.queue,
        "operator_id": row.operator_id,
        "seat": row.seat,
        "outcome": row.outcome.value,
        **row.tags.both(),
    }
    chat = {
        "contact_id": row.id,
        "account": row.account,
        "form": row.form.value,
        "state": row.state.value,
        "emergency": row.emergency,
        "throttled": row.throttled,
        "waiting_since": row.waiting_since,
        "due_at": row.due_at,
        "offered_at": row.offered_at,
        "offer_until": row.offer_until,
        "accepted_at": row.accepted_at,
        "first_reply_at": row.first_reply_at,
        "last_in_at": row.last_in_at,
        "last_out_at": row.last_out_at,
        "answered_seconds": row.answered_seconds,
        "last_seq": row.last_seq,
        "read_seq": row.read_seq,
        "wanted_operator": row.wanted_operator,
        "wanted_until": row.wanted_until,
        "query_code_hash": row.query_code_hash,
    }
    return (Change(tables.contact, contact), Change(own.chat, chat))


@changes.register(Message)
def _(row: Message, vault: Vault) -> tuple[Change, ...]:
    values = {
        "id": row.id,
        "contact_id": row.contact_id,
        "seq": row.seq,
        "direction": row.direction.value,
        "kind": row.kind.value,
        "at": row.at,
        "stored_at": row.stored_at,
        "text_cipher": sealed(vault, "message", "text_cipher", row.id, row.text),
        "details_cipher": sealed(vault, "message", "details_cipher", row.id, _details(row)),
        "event": row.event,
        "operator_id": row.operator_id,
        "client_key": row.client_key,
    }
    shown = row.text if row.by_a_person else ""
    return (
        Change(own.message, values, name=row.id),
        placed(vault, shown, contact_id=row.contact_id, at=row.at, message_id=row.id),
    )


def _details(row: Message) -> str:
    """What few messages have, as JSON; empty when it has none of it."""
    place = row.place
    details = {
        "fields": dict(row.fields),
        "provider_id": row.provider_id,
        "reply_to": row.reply_to,
        "place": place
        and {
            "latitude": place.latitude,
            "longitude": place.longitude,
            "datum": place.datum.value,
            "accuracy_m": place.accuracy_m,
            "address": place.address,
            "source": place.source,
        },
    }
    kept = {name: value for name, value in details.items() if value}
    return json.dumps(kept, ensure_ascii=False, allow_nan=False) if kept else ""


@changes.register(Attachment)
def _(row: Attachment, vault: Vault) -> tuple[Change, ...]:
    values = {
        "id": row.id,
        "message_id": row.message_id,
        "of_message": row.message_id,
        "contact_id": row.contact_id,
        "kind": row.kind.value,
        "ref_cipher": sealed(vault, "attachment", "ref_cipher", row.id, row.ref),
        "name_cipher": sealed(vault, "attachment", "name_cipher", row.id, row.name),
        "declared_type": row.declared_type,
        "found_type": row.found_type,
        "size_bytes": row.size_bytes,
        "sha256": row.sha256,
        "file": row.file,
        "view_file": row.view_file,
        "view_type": row.view_type,
        "seconds": row.seconds,
        "width": row.width,
        "height": row.height,
        "state": row.state.value,
        "reason": row.reason,
        "tries": row.tries,
        "next_at": row.next_at,
        "expires_at": row.expires_at,
    }
    return (Change(own.attachment, values),)


@changes.register(ReplyGrant)
def _(row: ReplyGrant, vault: Vault) -> tuple[Change, ...]:
    values = {
        "id": row.id,
        "identity_id": row.identity_id,
        "trigger_index": vault.index_of("trigger", row.identity_id, row.trigger),
        "trigger_cipher": sealed(vault, "reply_grant", "trigger_cipher", row.id, row.trigger),
        "granted_at": row.granted_at,
        "expires_at": row.expires_at,
        "quota": row.quota,
        "used": row.used,
    }
    return (Change(own.reply_grant, values),)


@changes.register(OutEntry)
def _(row: OutEntry, vault: Vault) -> tuple[Change, ...]:
    ids = json.dumps(row.provider_ids, ensure_ascii=False) if row.provider_ids else ""
    values = {
        "message_id": row.message_id,
        "of_message": row.message_id,
        "contact_id": row.contact_id,
        "identity_id": row.identity_id,
        "account": row.account,
        "route": row.route.value,
        "state": row.state.value,
        "tries": row.tries,
        "next_at": row.next_at,
        "not_after": row.not_after,
        "provider_ids_cipher": sealed(vault, "outbox", "provider_ids_cipher", row.message_id, ids),
        "code": row.code,
        "changed_at": row.changed_at,
    }
    parts = (
        {
            "account": row.account,
            "provider_index": provider_index(vault, row.account, one),
            "message_id": row.message_id,
        }
        for one in row.provider_ids
    )
    return (Change(own.outbox, values), *(Change(own.out_part, part) for part in parts))


@changes.register(DeliveryReceipt)
def _(row: DeliveryReceipt, vault: Vault) -> tuple[Change, ...]:
    table, column = "delivery_receipt", "provider_cipher"
    values = {
        "id": row.id,
        "account": row.account,
        "provider_index": provider_index(vault, row.account, row.provider_id),
        "provider_cipher": vault.seal(table, column, row.id, row.provider_id),
        "part": row.part,
        "state": row.state.value,
        "code": row.code,
        "at": row.at,
        "received_at": row.received_at,
    }
    return (Change(own.delivery_receipt, values),)


@changes.register(InboundEvent)
def _(row: InboundEvent, vault: Vault) -> tuple[Change, ...]:
    raw = vault.seal_bytes("inbound_event", "raw_cipher", row.id, row.raw) if row.raw else b""
    values = {
        "id": row.id,
        "account": row.account,
        "key_index": event_index(vault, row.account, row.key),
        "received_at": row.received_at,
        "raw_cipher": raw,
        "contact_id": row.contact_id,
    }
    return (Change(own.inbound_event, values, name=row.id),)
