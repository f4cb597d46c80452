"""Every statement that writes, built once for one kind of database."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from gateway.store import tables

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Insert = postgresql.Insert | sqlite.Insert

INSERT: dict[str, Callable[[sa.Table], Insert]] = {
    "sqlite": sqlite.insert,
    "postgresql": postgresql.insert,
}


class Change(NamedTuple):
    """One row to write; ``values`` are the parameters of the statement that its table has."""

    table: sa.Table
    values: dict[str, Any]
    ends_sessions: bool = False
    removes: bool = False


class Statements:
    """The statements of one dialect, ``sqlite`` or ``postgresql``."""

    def __init__(self, dialect: str) -> None:
        insert = INSERT[dialect]
        self._by_table: dict[sa.Table, sa.Insert] = {
            table: _upsert(table, insert(table)) for table in tables.WRITE_ORDER
        }
        self._by_table[tables.fact] = sa.insert(tables.fact)
        self._by_table[tables.revision] = sa.insert(tables.revision)
        self._removals = {
            table: sa.delete(table).where(next(iter(table.primary_key)) == sa.bindparam("gone"))
            for table in (tables.queue, tables.number, tables.seat)
        }
        self._by_table[tables.identity] = insert(tables.identity).on_conflict_do_nothing(
            index_elements=["kind", "value_index"]
        )
        self._by_table[tables.contact] = _upsert(
            tables.contact, insert(tables.contact).values(identity_id=_identity_id())
        )
        self._end_sessions = (
            sa.update(tables.session)
            .where(tables.session.c.operator_id == sa.bindparam("whose"))
            .values(ended=True)
        )

    def of(self, change: Change) -> sa.Executable:
        """The statement that writes this change."""
        if change.removes:
            return self._removals[change.table]
        return self._end_sessions if change.ends_sessions else self._by_table[change.table]

    def batches(
        self, units: Iterable[tuple[Change, ...]]
    ) -> list[tuple[sa.Executable, list[dict[str, Any]]]]:
        """The units as few statements with many rows each, to the same effect as one by one.

        Rows go table by table, parents before children, in order within each table. Only where a
        unit writes a parent that an earlier unit's row belongs to, the order of the two is kept:
        else a row would be accepted or refused by the accident of who writes at the same moment.
        """
        batches: list[tuple[sa.Executable, list[dict[str, Any]]]] = []
        for run in _runs(units):
            by_table: dict[sa.Table, list[Change]] = {}
            for change in run:
                by_table.setdefault(change.table, []).append(change)
            for table in tables.WRITE_ORDER:
                for change in by_table.get(table, ()):
                    statement = self.of(change)
                    if not batches or batches[-1][0] is not statement:
                        batches.append((statement, []))
                    batches[-1][1].append(change.values)
        return batches


BELONGS_TO: dict[sa.Table, tuple[sa.Table, str]] = {
    tables.disposition: (tables.contact, "contact_id"),
    tables.recording: (tables.contact, "contact_id"),
    tables.callback: (tables.contact, "contact_id"),
    tables.session: (tables.operator, "operator_id"),
}
"""The parent of a row that may come without it in one unit, and the column that names it."""


def _runs(units: Iterable[tuple[Change, ...]]) -> Iterator[list[Change]]:
    """The changes of units that may be sorted by table without changing what is refused."""
    run: list[Change] = []
    leaned_on: set[tuple[sa.Table, str]] = set()
    for unit in units:
        if any((c.table, c.values.get("id")) in leaned_on for c in unit):
            yield run
            run, leaned_on = [], set()
        run.extend(unit)
        for change in unit:
            parent = BELONGS_TO.get(change.table)
            if parent is not None and not change.ends_sessions:
                leaned_on.add((parent[0], change.values[parent[1]]))
    yield run


def _upsert(table: sa.Table, insert: Insert) -> Insert:
    """Insert, or replace every column of the row with the same key."""
    key = [column.name for column in table.primary_key]
    new = {c.name: insert.excluded[c.name] for c in table.columns if c.name not in key}
    return insert.on_conflict_do_update(index_elements=key, set_=new)


def _identity_id() -> sa.ScalarSelect[str]:
    """The id of the identity with this hash, written earlier in the same transaction; or NULL."""
    identity = tables.identity.c
    return (
        sa.select(identity.id)
        .where(
            identity.kind == sa.bindparam("identity_kind"),
            identity.value_index == sa.bindparam("identity_index"),
        )
        .scalar_subquery()
    )
