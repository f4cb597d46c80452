"""Rows as core records: departments, experts and promises. Pure."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from gateway.core.expert import Department, Duty, Expert
from gateway.core.promise import Promise, PromiseKind, PromiseState
from gateway.store import tables_experts as its

if TYPE_CHECKING:
    from sqlalchemy import RowMapping

    from gateway.store.vault import Vault


def department(row: RowMapping) -> Department:
    """A department."""
    own = its.department.c
    return Department(
        id=row[own.id],
        title_zh=row[own.title_zh],
        title_en=row[own.title_en],
        focus=row[own.focus],
        ring_seconds=row[own.ring_seconds],
        removed=row[own.removed],
    )


def expert(row: RowMapping, vault: Vault) -> Expert:
    """An expert with the rota's lines that are theirs."""
    own = its.expert.c
    key = row[own.id]

    def opened(name: str) -> str:
        cipher = row[own[name]]
        return vault.open("expert", name, key, cipher) if cipher else ""

    return Expert(
        id=key,
        department_id=row[own.department_id],
        name=opened("name_cipher"),
        number=opened("number_cipher"),
        trunk=row[own.trunk],
        seat=row[own.seat],
        skills=tuple(row[own.skills]),
        duties=tuple(_duty(one) for one in row[own.duties]),
        active=row[own.active],
        removed=row[own.removed],
    )


def _duty(stored: dict[str, Any]) -> Duty:
    first, last = stored["first"], stored["last"]
    return Duty(
        days=tuple(stored["days"]),
        opens=stored["opens"],
        closes=stored["closes"],
        first=date.fromisoformat(first) if first else None,
        last=date.fromisoformat(last) if last else None,
        order=stored["order"],
    )


def promise(row: RowMapping, vault: Vault) -> Promise:
    """What is owed to somebody."""
    own = its.promise.c
    key, note = row[own.id], row[own.note_cipher]
    return Promise(
        id=key,
        contact_id=row[own.contact_id],
        kind=PromiseKind(row[own.kind]),
        department_id=row[own.department_id],
        owner_id=row[own.owner_id],
        made_at=row[own.made_at],
        warn_at=row[own.warn_at],
        due_at=row[own.due_at],
        callback_id=row[own.callback_id],
        reach_id=row[own.reach_id],
        state=PromiseState(row[own.state]),
        warned_at=row[own.warned_at],
        overdue_at=row[own.overdue_at],
        done_by=row[own.done_by],
        done_at=row[own.done_at],
        note=vault.open("promise", "note_cipher", key, note) if note else "",
    )
