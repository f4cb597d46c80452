"""Conversations as people are shown them, as JSON. PURE."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict

from gateway.core.chat import Chat
from gateway.core.citizen import mask_number
from gateway.core.contact import Disposition
from gateway.core.identity import Identity, IdentityLink
from gateway.core.message import Attachment, FileState, Message
from gateway.core.outbound import OutEntry, ReplyGrant
from gateway.core.place import Place
from gateway.core.queue import Queue
from gateway.intake.channel_account import (
    ChannelAccount,
    ChannelAccounts,
    caps_of,
    short_messages,
)
from gateway.intake.views import Json, Names, disposition_view, moment

PHONE_SCHEMES = frozenset({"msisdn", "phone"})


def mask_value(scheme: str, value: str) -> str:
    """An identity's value so that two of them can be told apart and none can be used."""
    if scheme in PHONE_SCHEMES:
        return mask_number(value)
    if scheme == "email":
        name, _, host = value.partition("@")
        return f"{name[:1]}***@{host}"
    return f"{value[:2]}***{value[-3:]}" if len(value) > 8 else "***"


def grant_view(grant: ReplyGrant | None) -> Json | None:
    """The right to reply; ``left`` null is any number."""
    if grant is None:
        return None
    left = None if grant.quota == 0 else max(0, grant.quota - grant.used)
    return {"left": left, "expires_at": moment(grant.expires_at)}


def caps_view(accounts: ChannelAccounts, account: str) -> Json:
    """What the channel can carry, and what it costs; ``sms``: when nothing else is left."""
    caps, found = caps_of(accounts, account), accounts.get(account)
    sms = None if caps.billed else short_messages(accounts)
    billed = caps.billed or (sms.channel.caps.billed if sms else None)
    return {
        "text_most": caps.text_most,
        "sends": sorted(kind.value for kind in caps.sends),
        "notice": "notice" in {route.value for route in caps.routes},
        "pull": caps.pull,
        "live": caps.live,
        "free": found is not None and found.replies and not caps.windowed,
        "sms": sms is not None and caps.windowed,
        "billed": asdict(billed) if billed else None,
    }


def chat_view(
    chat: Chat,
    *,
    accounts: ChannelAccounts,
    queue: Queue | None,
    identity: Identity | None,
    grant: ReplyGrant | None,
    last_text: str,
    changed: int,
    disposition: Disposition | None,
    names: Names,
) -> Json:
    """One conversation as the console shows it."""
    account: ChannelAccount | None = accounts.get(chat.account)
    return {
        "contact_id": chat.id,
        "channel": chat.channel,
        "account": chat.account,
        "account_title_zh": account.title_zh if account else chat.account,
        "account_title_en": account.title_en if account else chat.account,
        **chat.tags.both(),
        "form": chat.form.value,
        "state": chat.state.value,
        "queue": chat.queue,
        "queue_title_zh": queue.title_zh if queue else chat.queue,
        "queue_title_en": queue.title_en if queue else chat.queue,
        "emergency": chat.emergency,
        "throttled": chat.throttled,
        "name": identity.name if identity else "",
        "label_masked": mask_value(identity.scheme, identity.value) if identity else "",
        "opened_at": moment(chat.opened_at),
        "waiting_since": moment(chat.waiting_since),
        "due_at": moment(chat.due_at),
        "offered_at": moment(chat.offered_at),
        "offer_until": moment(chat.offer_until),
        "accepted_at": moment(chat.accepted_at),
        "first_reply_at": moment(chat.first_reply_at),
        "closed_at": moment(chat.closed_at),
        "last_seq": chat.last_seq,
        "read_seq": chat.read_seq,
        "changed": changed,
        "last_in_at": moment(chat.last_in_at),
        "last_text": last_text,
        "seat": chat.seat,
        "operator_id": chat.operator_id,
        "operator_name": names.get(chat.operator_id, ""),
        "grant": grant_view(grant),
        "caps": caps_view(accounts, chat.account),
        "outcome": chat.outcome.value,
        "disposition": disposition_view(disposition),
    }


def place_view(place: Place | None) -> Json | None:
    """A place with the grid it stands on."""
    if place is None:
        return None
    return {
        "latitude": place.latitude,
        "longitude": place.longitude,
        "datum": place.datum.value,
        "accuracy_m": place.accuracy_m,
        "address": place.address,
        "source": place.source,
    }


def attachment_view(one: Attachment) -> Json:
    """A file as far as it is here."""
    return {
        "id": one.id,
        "kind": one.kind.value,
        "name": one.name,
        "found_type": one.found_type,
        "size_bytes": one.size_bytes,
        "state": one.state.value,
        "reason": one.reason,
        "seconds": one.seconds,
        "width": one.width,
        "height": one.height,
        "viewable": one.state is FileState.READY and bool(one.view_file),
    }


def out_view(entry: OutEntry | None) -> Json | None:
    """How far a message of ours has come."""
    if entry is None:
        return None
    return {
        "state": entry.state.value,
        "route": entry.route.value,
        "code": entry.code,
        "changed_at": moment(entry.changed_at),
    }


def message_view(
    message: Message,
    *,
    attachments: Iterable[Attachment] = (),
    out: OutEntry | None = None,
    names: Names,
) -> Json:
    """One message for the operator."""
    return {
        "id": message.id,
        "seq": message.seq,
        "direction": message.direction.value,
        "kind": message.kind.value,
        "at": moment(message.at),
        "text": message.text,
        "event": message.event,
        "fields": dict(message.fields),
        "place": place_view(message.place),
        "operator_name": names.get(message.operator_id, ""),
        "reply_to": message.reply_to,
        "attachments": [attachment_view(one) for one in attachments],
        "out": out_view(out),
    }


def messages_view(
    messages: Iterable[Message],
    attachments: Iterable[Attachment],
    entries: Iterable[OutEntry],
    names: Names,
) -> list[Json]:
    """Messages with the files and the receipts that belong to them."""
    files: dict[str, list[Attachment]] = {}
    for one in attachments:
        files.setdefault(one.message_id, []).append(one)
    outs = {entry.message_id: entry for entry in entries}
    return [
        message_view(one, attachments=files.get(one.id, ()), out=outs.get(one.id), names=names)
        for one in messages
    ]


def identity_view(identity: Identity) -> Json:
    """Who somebody is on one channel; the value masked."""
    return {
        "id": identity.id,
        "account": identity.account,
        "channel": identity.account.partition(":")[0] or "phone",
        "scheme": identity.scheme,
        "label_masked": mask_value(identity.scheme, identity.value),
        "name": identity.name,
        "first_seen": moment(identity.first_seen),
    }


def link_view(link: IdentityLink, names: Names) -> Json:
    """Two identities that may be one person, and why."""
    return {
        "id": link.id,
        "a": link.a,
        "b": link.b,
        "evidence": link.evidence.value,
        "note": link.note,
        "state": link.state.value,
        "at": moment(link.at),
        "by_name": names.get(link.by, ""),
        "decided_at": moment(link.decided_at),
        "decided_by_name": names.get(link.decided_by, ""),
    }
