"""Announced incidents and leaders' days as rows: see ``rows``."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from gateway.core.incident import Incident
from gateway.core.leader_day import LeaderDay
from gateway.store import tables_modes as own
from gateway.store.change import Change
from gateway.store.rows_emergency import changes

if TYPE_CHECKING:
    from gateway.store.vault import Vault

__all__ = ["changes"]


@changes.register(Incident)
def _(row: Incident, _vault: Vault) -> tuple[Change, ...]:
    return (Change(own.incident, asdict(row) | {"dids": list(row.dids)}),)


@changes.register(LeaderDay)
def _(row: LeaderDay, _vault: Vault) -> tuple[Change, ...]:
    return (Change(own.leader_day, asdict(row) | {"dids": list(row.dids)}),)
