"""``ports.Store`` over SQLite or PostgreSQL.

    async with open_store(url, data_dir=..., key_file=None, password_file=None, clock=...) as store:
        await store.record(call, fact)

``record`` returns after the commit (``writer``). Reads have connections of their own and see every
write that was acknowledged before.
"""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from gateway.core.contact import ContactQuery
from gateway.core.errors import StoreUnavailable
from gateway.core.transcript import Privacy
from gateway.store import history, queries, records, records_messages, rows, tables
from gateway.store.callback_answers import CallbackAnswers
from gateway.store.centre_answers import CentreAnswers
from gateway.store.complaint_answers import ComplaintAnswers
from gateway.store.duplicates import MOST_KEYS
from gateway.store.emergency_answers import EmergencyAnswers
from gateway.store.engine import engines, resolve
from gateway.store.expert_answers import ExpertAnswers
from gateway.store.guest_answers import GuestAnswers
from gateway.store.heard_answers import HeardAnswers
from gateway.store.message_answers import MessageAnswers
from gateway.store.mode_answers import ModeAnswers
from gateway.store.note_answers import NoteAnswers
from gateway.store.reading import Reading, one, shaped
from gateway.store.retention_answers import RetentionAnswers
from gateway.store.scrub import scrub
from gateway.store.standing_answers import StandingAnswers
from gateway.store.statements import Statements
from gateway.store.tag_answers import TagAnswers
from gateway.store.unit import unit_of
from gateway.store.unlock import unlock
from gateway.store.vault import SUITES, PhonePasswords, Vault
from gateway.store.word_answers import WordAnswers
from gateway.store.word_debts import WordDebts
from gateway.store.writer import Writer

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Collection
    from datetime import datetime
    from pathlib import Path

    from gateway.core.call import Call
    from gateway.core.citizen import CallerFlag
    from gateway.core.contact import ChatRecord, ContactRecord
    from gateway.core.facts import Fact, FactKind
    from gateway.core.gap import Bookmark
    from gateway.core.number import Number
    from gateway.core.operator import Operator
    from gateway.core.queue import Queue
    from gateway.core.revision import Published, Revision
    from gateway.core.seat import Seat
    from gateway.core.session import Session
    from gateway.ports import Clock, Row


class SqlStore(
    CallbackAnswers,
    MessageAnswers,
    HeardAnswers,
    WordAnswers,
    RetentionAnswers,
    ExpertAnswers,
    GuestAnswers,
    EmergencyAnswers,
    ModeAnswers,
    NoteAnswers,
    StandingAnswers,
    TagAnswers,
    CentreAnswers,
    ComplaintAnswers,
):
    """The truth. Made by ``open_store``; ``passwords`` are the phones' (``ports.PhoneSecrets``)."""

    def __init__(
        self,
        reading: Reading,
        writer: Writer,
        vault: Vault,
        passwords: PhonePasswords,
        clock: Clock,
    ) -> None:
        super().__init__(reading, vault)
        self.passwords = passwords
        self.word_debts = WordDebts(reading, writer, vault, self, clock)
        self._writer = writer

    async def scrub(self) -> None:
        """Leave no remains of what was removed; see ``ports.RetentionStore.scrub``."""
        await scrub(self._writer.engine)

    async def record(self, *rows_: Row) -> None:
        """Write all rows in one transaction; see ``ports.Store.record``.

        Raises StoreUnavailable, RowRefused (a row breaks a rule) or AlreadyTaken (of kind login,
        identity, event or message).
        """
        unit = await unit_of(rows_, self._vault)
        if unit:
            await self._writer.write(unit)
        for row in rows_:
            if isinstance(row, Privacy) and not row.confidential:
                await self._find_again(row.contact_id)

    async def _find_again(self, contact_id: str) -> None:
        """A contact's texts come back to the search; when the store goes away, by and by."""
        try:
            await self.word_debts.pay(contact_id)
        except StoreUnavailable:
            self.word_debts.ring()

    async def end_sessions(self, operator_id: str) -> None:
        """End every login of one person."""
        await self._writer.write((rows.end_sessions(operator_id),))

    async def call(self, contact_id: str) -> Call | None:
        """The call of this contact."""
        return one(await self._open(queries.call_of(contact_id), records.call))

    async def open_calls(self) -> tuple[Call, ...]:
        """Every call that has not ended, the oldest first."""
        found = await self._open(queries.OPEN_CALLS, records.call)
        return tuple(sorted(found, key=lambda call: (call.arrived_at, call.id)))

    async def seats(self) -> tuple[Seat, ...]:
        """Every seat, by number."""
        found = await self._read(queries.SEATS, records.seat)
        return tuple(sorted(found, key=lambda seat: seat.number))

    async def queues(self) -> tuple[Queue, ...]:
        """Every queue, by name."""
        found = await self._read(queries.QUEUES, records.queue)
        return tuple(sorted(found, key=lambda queue: queue.name))

    async def numbers(self) -> tuple[Number, ...]:
        """Every number that citizens dial."""
        found = await self._read(queries.NUMBERS, records.number)
        return tuple(sorted(found, key=lambda number: number.did))

    async def revisions(self, *, before: int = 0, limit: int = 50) -> tuple[Revision, ...]:
        """Steps of the plan, newest first."""
        return await self._read(queries.revisions(before, limit), records.revision)

    async def published(self, number: int = 0) -> Published | None:
        """One step with its whole plan; 0 is the last one."""
        return one(await self._read(queries.published(number), records.published))

    async def operators(self) -> tuple[Operator, ...]:
        """Everyone with a login, by login."""
        found = await self._read(queries.OPERATORS, records.operator)
        return tuple(sorted(found, key=lambda operator: operator.login.casefold()))

    async def operator(self, operator_id: str) -> Operator | None:
        """One person by id."""
        return one(await self._read(queries.operator_of(operator_id), records.operator))

    async def operator_by_login(self, login: str) -> Operator | None:
        """One person by login, upper and lower case alike."""
        return one(await self._read(queries.operator_by_login(login), records.operator))

    async def session(self, token_hash: str) -> Session | None:
        """A login that has not ended (it may have expired)."""
        return one(await self._read(queries.session_of(token_hash), records.session))

    async def sessions_of(self, operator_id: str) -> tuple[Session, ...]:
        """The logins of one person that have not ended, seen last first."""
        return await self._read(queries.sessions_of(operator_id), records.session)

    async def flags(self, number: str, now: datetime) -> tuple[CallerFlag, ...]:
        """The marks on a number that have not expired; a withheld number has none."""
        index = self._vault.index(rows.PHONE, number)
        if not index:
            return ()
        found = await self.reading.flags.get(index)
        marks = shaped(found, lambda row: records.flag(row, number, self._vault))
        return tuple(mark for mark in marks if mark.until is None or mark.until > now)

    async def contact(self, contact_id: str) -> ContactRecord | ChatRecord | None:
        """One contact with its disposition and recording."""
        return one(await self._open(history.contact_of(contact_id), records_messages.contact))

    async def contacts(self, query: ContactQuery) -> tuple[ContactRecord | ChatRecord, ...]:
        """Newest first. A number that is none (letters only) finds nothing."""
        index = self._vault.index(rows.PHONE, query.number)
        if query.number and not index:
            return ()
        number_only = ContactQuery(number=query.number, limit=query.limit)
        if query.number and query == number_only and 0 < query.limit <= history.FEW:
            found = await self.reading.latest.get(index)  # what every call that comes in asks
            few = found[: query.limit]
            return shaped(few, lambda row: records_messages.contact(row, self._vault))
        return await self._open(history.contacts(query, index), records_messages.contact)

    async def bookmark(self, name: str) -> Bookmark | None:
        """How far a record that others write was read."""
        return one(await self._read(queries.bookmark_of(name), records.bookmark))

    async def hotline_ids(self, wanted: Collection[str]) -> frozenset[str]:
        """Those of these ids that belong to a call, open or ended."""
        column = tables.call.c.hotline_id
        return frozenset(
            await self._read(queries.hotline_ids(wanted), lambda row: str(row[column]))
        )

    async def facts(
        self, *, contact_id: str = "", after_seq: int = 0, limit: int = 500
    ) -> tuple[Fact, ...]:
        """Facts in order, of one contact or of all."""
        return await self._read(queries.facts(contact_id, after_seq, limit), records.fact)

    async def fact_seqs(self, since: datetime) -> tuple[int, int]:
        """The first figure's fact since then and the newest; see ``ports.Store.fact_seqs``."""
        wanted = queries.fact_seqs(since)
        ((first, newest),) = await self._read(wanted, lambda row: (row["first"], row["newest"]))
        newest = newest or 0
        return newest + 1 if first is None else first, newest

    async def audit(
        self,
        *,
        kinds: Collection[FactKind],
        operator_id: str = "",
        since: datetime | None = None,
        until: datetime | None = None,
        before_seq: int = 0,
        limit: int = 100,
    ) -> tuple[Fact, ...]:
        """Facts of these kinds, newest first; see ``ports.Store.audit``."""
        if not kinds:
            return ()
        wanted = queries.audit(
            sorted(kind.value for kind in kinds),
            operator_id=operator_id,
            since=since,
            until=until,
            before_seq=before_seq,
            limit=limit,
        )
        return await self._read(wanted, records.fact)


@asynccontextmanager
async def open_store(
    url: str = "",
    *,
    data_dir: Path,
    key_file: Path | None = None,
    password_file: Path | None = None,
    clock: Clock,
    suite: str = "aes256gcm",
    most_keys: int = MOST_KEYS,
) -> AsyncIterator[SqlStore]:
    """Open, migrate and unlock the database; close it after writing all that was accepted.

    ``url`` empty: SQLite in ``data_dir``. ``key_file`` None: ``data_dir/keys/master.key``, made
    when the database is new. ``suite`` is the cipher that new rows get (``aes256gcm``, ``sm4gcm``).
    Of a commit with more than ``most_keys`` keys the database itself finds what came twice.
    Raises StoreUnavailable that says what is wrong and which file.
    """
    if suite not in SUITES:
        raise StoreUnavailable(f"没有加密套件 {suite}。There is no cipher suite of this name.")
    opened = engines(resolve(url, data_dir, password_file))
    try:
        master = await unlock(opened, data_dir, key_file, suite)
        statements = Statements(opened.writer.dialect.name)
        writer = Writer(opened.writer, statements, clock, most_keys=most_keys)
        reading = Reading(opened.reader)
        store = SqlStore(reading, writer, Vault(master, suite), PhonePasswords(master), clock)
        failure: BaseException | None = None
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(writer.run())
            answering = tasks.create_task(reading.run())
            paying = tasks.create_task(store.word_debts.run())
            try:
                yield store
            except BaseException as error:  # noqa: BLE001 - raised again below, outside the group, as itself
                failure = error
            finally:
                paying.cancel()
                writer.close()
                answering.cancel()
        if failure is not None:
            raise failure
    finally:
        await opened.close()
