"""Sub-centres' own contacts as rows: see ``rows``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.core.centre import CentreContact, precedence
from gateway.store.change import Change
from gateway.store.rows_retention import changes
from gateway.store.tables_centres import centre_contact

if TYPE_CHECKING:
    from gateway.store.vault import Vault

__all__ = ["changes", "place"]


def place(centre: str, id_: str) -> str:
    """The place that a summary's ciphertext is bound to; neither part has a line break in it."""
    return f"{centre}\n{id_}"


@changes.register(CentreContact)
def _(row: CentreContact, vault: Vault) -> tuple[Change, ...]:
    where = place(row.centre, row.id)
    values = {
        "centre": row.centre,
        "id": row.id,
        "version": row.version,
        "precedence": precedence(row, lambda said: vault.index_of("centre", "", said)),
        "channel": row.channel,
        "opened_at": row.opened_at,
        "closed_at": row.closed_at,
        "outcome": row.outcome.value,
        "tag": row.tag,
        "category": row.category,
        "summary_cipher": vault.seal("centre_contact", "summary_cipher", where, row.summary),
    }
    return (Change(centre_contact, values),)
