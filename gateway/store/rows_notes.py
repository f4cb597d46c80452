"""Channel accounts' notes as rows: see ``rows``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.core.channel_note import ChannelNote
from gateway.store.change import Change, How
from gateway.store.rows_modes import changes
from gateway.store.tables_notes import channel_note

if TYPE_CHECKING:
    from gateway.store.vault import Vault

__all__ = ["changes", "place"]


def place(account: str, key: str) -> str:
    """The place that a note's ciphertext is bound to; an account has no line break in it."""
    return f"{account}\n{key}"


@changes.register(ChannelNote)
def _(row: ChannelNote, vault: Vault) -> tuple[Change, ...]:
    if not row.value:
        gone = {"gone_account": row.account, "gone_key": row.key}
        return (Change(channel_note, gone, How.REMOVE),)
    where = place(row.account, row.key)
    values = {
        "account": row.account,
        "key": row.key,
        "value_cipher": vault.seal_bytes("channel_note", "value_cipher", where, row.value),
        "until": row.until,
    }
    return (Change(channel_note, values),)
