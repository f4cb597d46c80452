"""Guests of calls, and the wishes to bring them in, as rows: see ``rows``."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

from gateway.core.guest import Guest
from gateway.core.reach import Reach
from gateway.store import tables_guests as own
from gateway.store.change import Change
from gateway.store.rows_experts import changes
from gateway.store.rows_messages import sealed

if TYPE_CHECKING:
    from gateway.store.vault import Vault

__all__ = ["changes"]


@changes.register(Guest)
def _(row: Guest, vault: Vault) -> tuple[Change, ...]:
    values = asdict(row)
    for name in ("role", "mode", "state", "end"):
        values[name] = str(values[name])
    title = values.pop("title")
    values["title_cipher"] = sealed(vault, "guest", "title_cipher", row.id, title)
    return (Change(own.guest, values, name=row.id),)


@changes.register(Reach)
def _(row: Reach, vault: Vault) -> tuple[Change, ...]:
    values = asdict(row)
    for name in ("role", "mode", "state"):
        values[name] = str(values[name])
    tries = values.pop("tries")
    said = {
        "title": values.pop("title"),
        "tries": json.dumps(tries, ensure_ascii=False, allow_nan=False),
        "reason": values.pop("reason"),
    }
    for name, text in said.items():
        column = f"{name}_cipher"
        values[column] = sealed(vault, "reach", column, row.id, text)
    return (Change(own.reach, values, name=row.id),)
