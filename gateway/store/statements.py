"""Every statement that writes, built once for one kind of database."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from gateway.store import (
    statements_retention,
    statements_search,
    tables,
    tables_experts,
    tables_guests,
    tables_heard,
)
from gateway.store import tables_messages as own
from gateway.store.change import INSERT, Change, How, Insert
from gateway.store.tables_retention import shredded
from gateway.store.tables_search import word_debt, word_place

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


class Statements:
    """The statements of one dialect, ``sqlite`` or ``postgresql``."""

    def __init__(self, dialect: str) -> None:
        insert = INSERT[dialect]
        write: dict[sa.Table, sa.Executable] = {
            table: _upsert(table, insert(table))
            for table in tables.WRITE_ORDER
            if table not in (word_place, word_debt)
        }
        for table in (tables.fact, tables.revision, own.inbound_event):
            write[table] = sa.insert(table)
        write[tables.contact] = _if_changed(
            tables.contact, insert(tables.contact).values(identity_id=_identity_id())
        )
        write[own.attachment] = _upsert(
            own.attachment, insert(own.attachment).values(said_at=_of_message("stored_at"))
        )
        write[own.outbox] = _upsert(
            own.outbox,
            insert(own.outbox).values(said_at=_of_message("stored_at"), seq=_of_message("seq")),
        )
        write[tables.centre_contact] = _if_later(
            tables.centre_contact, insert(tables.centre_contact)
        )
        write[own.reply_grant] = _grant(insert(own.reply_grant))
        statements: dict[tuple[sa.Table, How], sa.Executable] = {
            (table, How.WRITE): statement for table, statement in write.items()
        }
        statements[own.identity, How.KEEP] = insert(own.identity).on_conflict_do_nothing(
            index_elements=["account", "scheme", "value_index"]
        )
        for table in (tables.queue, tables.number, tables.seat):
            key = next(iter(table.primary_key))
            statements[table, How.REMOVE] = sa.delete(table).where(key == sa.bindparam("gone"))
        note = tables.channel_note
        statements[note, How.REMOVE] = sa.delete(note).where(
            note.c.account == sa.bindparam("gone_account"), note.c.key == sa.bindparam("gone_key")
        )
        statements[tables.session, How.END_SESSIONS] = (
            sa.update(tables.session)
            .where(tables.session.c.operator_id == sa.bindparam("whose"))
            .values(ended=True)
        )

        self._statements: dict[tuple[sa.Table, How], tuple[sa.Executable, ...]] = {
            which: (statement,)
            for which, statement in (statements | statements_retention.statements()).items()
        }
        for (table, how), several in statements_search.statements(dialect, insert).items():
            self._statements[table, how] = several

    def of(self, change: Change) -> tuple[sa.Executable, ...]:
        """What writes this change, in order; each gets its values."""
        return self._statements[change.table, change.how]

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
                    for statement in self.of(change):
                        if not batches or batches[-1][0] is not statement:
                            batches.append((statement, []))
                        batches[-1][1].append(change.values)
        return batches


BELONGS_TO: dict[sa.Table, tuple[tuple[sa.Table, str], ...]] = {
    tables.disposition: ((tables.contact, "contact_id"),),
    tables.recording: ((tables.contact, "contact_id"),),
    tables.callback: ((tables.contact, "contact_id"),),
    tables.callback_try: ((tables.callback, "callback_id"),),
    tables.session: ((tables.operator, "operator_id"),),
    tables.contact: ((own.identity, "known_identity"),),
    own.identity_link: ((own.identity, "a"), (own.identity, "b")),
    own.message: ((tables.contact, "contact_id"),),
    own.attachment: ((own.message, "message_id"), (tables.contact, "contact_id")),
    own.reply_grant: ((own.identity, "identity_id"),),
    own.outbox: (
        (own.message, "message_id"),
        (tables.contact, "contact_id"),
        (own.identity, "identity_id"),
    ),
    tables_heard.segment: ((tables.contact, "contact_id"),),
    tables_heard.hearing_job: ((tables.contact, "contact_id"),),
    tables_heard.alarm: ((tables.contact, "contact_id"),),
    tables_heard.privacy: ((tables.contact, "contact_id"),),
    tables_guests.guest: ((tables.contact, "contact_id"),),
    tables_guests.reach: ((tables.contact, "contact_id"),),
    shredded: ((tables.contact, "contact_id"),),
    tables.expert: ((tables_experts.department, "department_id"),),
    tables.promise: ((tables.contact, "contact_id"),),
    tables.misconduct: ((tables.contact, "contact_id"),),
}
"""The parents of a row that may come without them in one unit, and the columns that name them."""


def _runs(units: Iterable[tuple[Change, ...]]) -> Iterator[list[Change]]:
    """The changes of units that may be sorted by table without changing what is refused.

    A unit that leans on what this run already writes, or on what itself writes, is no hindrance.
    """
    run: list[Change] = []
    written: set[tuple[sa.Table, str]] = set()
    leaned_on: set[tuple[sa.Table, str]] = set()
    for unit in units:
        new = {(c.table, c.values["id"]) for c in unit if "id" in c.values}
        if not new.isdisjoint(leaned_on):
            yield run
            run, written, leaned_on = [], set(), set()
        run.extend(unit)
        written |= new
        for change in unit:
            if change.how is How.WRITE:
                parents = BELONGS_TO.get(change.table, ())
                leaned_on.update((table, change.values[column]) for table, column in parents)
        leaned_on -= written
    yield run


def _upsert(table: sa.Table, insert: Insert) -> Insert:
    """Insert, or replace every column of the row with the same key."""
    key = [column.name for column in table.primary_key]
    return insert.on_conflict_do_update(index_elements=key, set_=_others(table, insert))


def _if_changed(table: sa.Table, insert: Insert) -> Insert:
    """The same, but a row that is already so is left alone, with all its indexes."""
    key = [column.name for column in table.primary_key]
    new = _others(table, insert)
    there = sa.tuple_(*(table.c[name] for name in new))
    changed = there.is_distinct_from(sa.tuple_(*new.values()))
    return insert.on_conflict_do_update(index_elements=key, set_=new, where=changed)


def _if_later(table: sa.Table, insert: Insert) -> Insert:
    """The same, but only a state that takes precedence over the one that is there."""
    key = [column.name for column in table.primary_key]
    later = insert.excluded["precedence"] > table.c.precedence
    new = _others(table, insert)
    return insert.on_conflict_do_update(index_elements=key, set_=new, where=later)


def _others(table: sa.Table, insert: Insert) -> dict[str, sa.ColumnElement[Any]]:
    """The new values of all columns but the key."""
    return {c.name: insert.excluded[c.name] for c in table.columns if not c.primary_key}


def _grant(insert: Insert) -> Insert:
    """Insert, or replace the grant itself; another one for the same trigger is left out."""
    fixed = ("id", "identity_id", "trigger_index")
    new = {c.name: insert.excluded[c.name] for c in own.reply_grant.c if c.name not in fixed}
    return insert.on_conflict_do_update(
        index_elements=["identity_id", "trigger_index"],
        set_=new,
        where=own.reply_grant.c.id == insert.excluded.id,
    )


def _identity_id() -> sa.ColumnElement[str]:
    """The id that is known, or that of the identity with this hash, written before; or NULL."""
    identity = own.identity.c
    found = sa.select(identity.id).where(
        identity.account == sa.literal_column("''"),
        identity.scheme == sa.bindparam("identity_scheme", type_=sa.Text),
        identity.value_index == sa.bindparam("identity_index", type_=sa.LargeBinary),
    )
    known = sa.bindparam("known_identity", type_=sa.Text)
    return sa.func.coalesce(known, found.scalar_subquery())


def _of_message(column: str) -> sa.ScalarSelect[Any]:
    """What the message itself says, written before."""
    found = sa.select(own.message.c[column])
    return found.where(own.message.c.id == sa.bindparam("of_message")).scalar_subquery()
