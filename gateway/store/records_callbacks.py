"""Rows as core records: who is to be called back, and the calls that tried to. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.core.callback import Callback, CallbackReason, CallbackState
from gateway.core.dialling import CallbackTry, First, TryState
from gateway.core.guest_kind import GuestEnd
from gateway.store import tables
from gateway.store.records import tags_in

if TYPE_CHECKING:
    from sqlalchemy import RowMapping

    from gateway.store.vault import Vault


def callback(row: RowMapping, vault: Vault) -> Callback:
    """Somebody to be called back."""
    own = tables.callback.c
    key = row[own.id]
    return Callback(
        id=key,
        contact_id=row[own.contact_id],
        number=vault.open("callback", "number_cipher", key, row[own.number_cipher]),
        reason=CallbackReason(row[own.reason]),
        since=row[own.since],
        state=CallbackState(row[own.state]),
        queue=row[own.queue],
        did=row[own.did],
        tags=tags_in(row, own),
        emergency=row[own.emergency],
        tries=row[own.tries],
        next_try_at=row[own.next_try_at],
        done_by=row[own.done_by],
        done_at=row[own.done_at],
        done_contact_id=row[own.done_contact_id],
        note=vault.open("callback", "note_cipher", key, row[own.note_cipher]),
    )


def callback_try(row: RowMapping) -> CallbackTry:
    """A call that tried to."""
    own = tables.callback_try.c
    return CallbackTry(
        id=row[own.id],
        callback_id=row[own.callback_id],
        first=First(row[own.first]),
        seat=row[own.seat],
        operator_id=row[own.operator_id],
        shown=row[own.shown],
        trunk=row[own.trunk],
        at=row[own.at],
        state=TryState(row[own.state]),
        end=GuestEnd(row[own.end]),
        cause=row[own.cause],
        contact_id=row[own.contact_id],
        ended_at=row[own.ended_at],
        tags=tags_in(row, own),
    )
