"""Who is to be called back, and the calls that tried to, as rows: see ``rows``."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from gateway.core.callback import Callback, CallbackReason
from gateway.core.dialling import CallbackTry
from gateway.store import tables
from gateway.store.change import Change
from gateway.store.errors import RowRefused
from gateway.store.rows import PHONE, changes

if TYPE_CHECKING:
    from gateway.store.vault import Vault

__all__ = ["changes"]


@changes.register(Callback)
def _(row: Callback, vault: Vault) -> tuple[Change, ...]:
    index = vault.index(PHONE, row.number)
    if not index and row.reason is not CallbackReason.VOICEMAIL:
        raise RowRefused("callback: a callback needs a number")
    values = (
        asdict(row)
        | row.tags.both()
        | {
            "number_cipher": vault.seal("callback", "number_cipher", row.id, row.number),
            "value_index": index,
            "reason": row.reason.value,
            "state": row.state.value,
            "note_cipher": vault.seal("callback", "note_cipher", row.id, row.note),
        }
    )
    del values["number"], values["note"], values["tags"]
    return (Change(tables.callback, values),)


@changes.register(CallbackTry)
def _(row: CallbackTry, _vault: Vault) -> tuple[Change, ...]:
    plain = {"first": row.first.value, "state": row.state.value, "end": row.end.value}
    values = asdict(row) | plain | row.tags.both()
    del values["tags"]
    return (Change(tables.callback_try, values),)
