"""Core records as rows. Pure but for the nonces of the vault: one function a kind of record."""

from __future__ import annotations

import uuid
from dataclasses import asdict
from functools import singledispatch
from typing import TYPE_CHECKING, Any

from gateway.core.call import Call
from gateway.core.citizen import CallerFlag, normalise_number
from gateway.core.contact import Disposition, Recording
from gateway.core.facts import Fact
from gateway.core.gap import Bookmark
from gateway.core.line import Origin
from gateway.core.number import Number
from gateway.core.operator import Operator
from gateway.core.plan_json import opening_json, to_json
from gateway.core.queue import Queue
from gateway.core.revision import Published, Removal
from gateway.core.seat import Seat
from gateway.core.session import Session
from gateway.store import tables
from gateway.store.change import Change, How
from gateway.store.errors import RowRefused

if TYPE_CHECKING:
    from gateway.store.vault import Vault

PHONE = "phone"
"""The scheme of the identity that a telephone number is; it has no account."""

CHANNEL = {Origin.TRUNK: "phone", Origin.WEB: "web_call", Origin.OUT: "phone"}
"""The contact's channel, by where the call came from."""

REMOVABLE = {"queue": tables.queue, "number": tables.number, "seat": tables.seat}
"""What a plan may lose; people are marked, because what they did still speaks of them."""


@singledispatch
def changes(row: Any, _vault: Vault) -> tuple[Change, ...]:
    """What has to be written for ``row``."""
    raise TypeError(type(row).__name__)


@changes.register(Call)
def _(row: Call, vault: Vault) -> tuple[Change, ...]:
    index = vault.index(PHONE, row.number)
    contact = {
        "id": row.id,
        "channel": CHANNEL[row.origin],
        "known_identity": None,
        "identity_scheme": PHONE,
        "identity_index": index or None,
        "opened_at": row.arrived_at,
        "closed_at": row.ended_at,
        "queue": row.queue,
        "operator_id": row.operator_id,
        "seat": row.seat,
        "outcome": row.outcome.value,
        **row.tags.both(),
    }
    call = {
        "contact_id": row.id,
        "hotline_id": row.hotline_id,
        "channel": row.channel,
        "number_cipher": vault.seal("call", "number_cipher", row.id, row.number),
        "did": row.did,
        "origin": row.origin.value,
        "state": row.state.value,
        "leg": row.leg,
        "failed_open": row.failed_open,
        "queued_at": row.queued_at,
        "offered_at": row.offered_at,
        "answered_at": row.answered_at,
        "held_at": row.held_at,
        "hangup_cause": row.hangup_cause,
        "recording_file": row.recording_file,
        "recording_paused": row.recording_paused,
    }
    written = (Change(tables.contact, contact), Change(tables.call, call))
    return (_identity(row, index, vault), *written) if index else written


def _identity(row: Call, index: bytes, vault: Vault) -> Change:
    """Who called. Written once for a number; the id is thrown away when the number is known."""
    new_id = uuid.uuid4().hex
    number = normalise_number(row.number)
    values = {
        "id": new_id,
        "account": "",
        "scheme": PHONE,
        "value_cipher": vault.seal("identity", "value_cipher", new_id, number),
        "value_index": index,
        "name_cipher": b"",
        "first_seen": row.arrived_at,
    }
    return Change(tables.identity, values, How.KEEP)


@changes.register(Seat)
def _(row: Seat, _vault: Vault) -> tuple[Change, ...]:
    values = {
        "number": row.number,
        "title": row.title,
        "state": row.state.value,
        "operator_id": row.operator_id,
        "phone": row.phone.value,
        "since": row.since,
        "reason": row.reason,
        "contact_id": row.contact_id,
        "next_break": row.next_break,
        "wrap_up_until": row.wrap_up_until,
    }
    return (Change(tables.seat, values),)


@changes.register(Operator)
def _(row: Operator, _vault: Vault) -> tuple[Change, ...]:
    values = {
        "id": row.id,
        "login": row.login,
        "login_key": row.login.casefold(),
        "name": row.name,
        "role": row.role.value,
        "password_hash": row.password_hash,
        "skills": dict(row.skills),
        "locale": row.locale,
        "active": row.active,
        "must_change_password": row.must_change_password,
        "simulated": row.simulated,
        "removed": row.removed,
    }
    return (Change(tables.operator, values, name=row.login),)


@changes.register(Queue)
def _(row: Queue, _vault: Vault) -> tuple[Change, ...]:
    values = {
        "name": row.name,
        "title_zh": row.title_zh,
        "title_en": row.title_en,
        "strategy": row.strategy,
        "ring_seconds": row.ring_seconds,
        "max_wait_seconds": row.max_wait_seconds,
        "wrap_up_seconds": row.wrap_up_seconds,
        "service_level_seconds": row.service_level_seconds,
        "key": row.key,
        "rank": row.rank,
        "hours": [opening_json(one) for one in row.hours],
        "closed_queue": row.closed_queue,
        "language": row.language,
    }
    return (Change(tables.queue, values),)


@changes.register(Number)
def _(row: Number, _vault: Vault) -> tuple[Change, ...]:
    return (Change(tables.number, asdict(row)),)


@changes.register(Removal)
def _(row: Removal, _vault: Vault) -> tuple[Change, ...]:
    return (Change(REMOVABLE[row.kind], {"gone": row.name}, How.REMOVE),)


@changes.register(Published)
def _(row: Published, _vault: Vault) -> tuple[Change, ...]:
    note = row.revision
    values = {
        "number": note.number,
        "at": note.at,
        "operator_id": note.operator_id,
        "by": note.by,
        "comment": note.comment,
        "undoes": note.undoes,
        "changes": [asdict(one) for one in note.changes],
        "plan": to_json(row.plan),
    }
    return (Change(tables.revision, values),)


@changes.register(Session)
def _(row: Session, _vault: Vault) -> tuple[Change, ...]:
    values = {
        "token_hash": row.token_hash,
        "operator_id": row.operator_id,
        "created_at": row.created_at,
        "seen_at": row.seen_at,
        "expires_at": row.expires_at,
        "ended": row.ended,
    }
    return (Change(tables.session, values),)


@changes.register(CallerFlag)
def _(row: CallerFlag, vault: Vault) -> tuple[Change, ...]:
    index = vault.index(PHONE, row.number)
    if not index:
        raise RowRefused("caller_flag: a mark needs a number")
    values = {
        "value_index": index,
        "kind": row.kind.value,
        "note_cipher": vault.seal(
            "caller_flag", "note_cipher", flag_key(index, row.kind.value), row.note
        ),
        "until": row.until,
    }
    return (Change(tables.caller_flag, values),)


@changes.register(Disposition)
def _(row: Disposition, vault: Vault) -> tuple[Change, ...]:
    table, key = "disposition", row.contact_id
    values = {
        "contact_id": row.contact_id,
        "operator_id": row.operator_id,
        "code": row.code,
        "at": row.at,
        "note_cipher": vault.seal(table, "note_cipher", key, row.note),
        "caller_name_cipher": vault.seal(table, "caller_name_cipher", key, row.caller_name),
    }
    return (Change(tables.disposition, values),)


@changes.register(Recording)
def _(row: Recording, _vault: Vault) -> tuple[Change, ...]:
    values = {
        "contact_id": row.contact_id,
        "file": row.file,
        "sha256": row.sha256,
        "size_bytes": row.size_bytes,
        "seconds": row.seconds,
        "stored_at": row.stored_at,
    }
    return (Change(tables.recording, values),)


@changes.register(Bookmark)
def _(row: Bookmark, _vault: Vault) -> tuple[Change, ...]:
    values = {"name": row.name, "run": row.run, "file": row.file, "offset": row.offset}
    return (Change(tables.bookmark, values),)


@changes.register(Fact)
def _(row: Fact, _vault: Vault) -> tuple[Change, ...]:
    values = {
        "kind": row.kind.value,
        "at": row.at,
        "contact_id": row.contact_id,
        "seat": row.seat,
        "operator_id": row.operator_id,
        "data": dict(row.data),
    }
    return (Change(tables.fact, values),)


def end_sessions(operator_id: str) -> Change:
    """End every login of one person."""
    return Change(tables.session, {"whose": operator_id}, How.END_SESSIONS)


def flag_key(index: bytes, kind: str) -> str:
    """The row key of a caller's mark."""
    return f"{index.hex()}|{kind}"
