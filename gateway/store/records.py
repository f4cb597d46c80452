"""Rows as core records: one function a kind of record, keyed by column. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gateway.core.call import Call, CallState, Outcome
from gateway.core.citizen import CallerFlag, FlagKind, normalise_number
from gateway.core.contact import ContactRecord, Disposition, Recording
from gateway.core.facts import Fact, FactKind
from gateway.core.gap import Bookmark
from gateway.core.line import Origin, PhoneKind
from gateway.core.number import Number
from gateway.core.operator import Operator, Role
from gateway.core.plan_diff import Change as PlanChange
from gateway.core.plan_json import from_json, openings
from gateway.core.queue import Queue
from gateway.core.revision import Published, Revision
from gateway.core.seat import Seat, SeatState
from gateway.core.session import Session
from gateway.core.tags import Tags
from gateway.store import tables
from gateway.store.rows import flag_key

if TYPE_CHECKING:
    from sqlalchemy import RowMapping
    from sqlalchemy.sql.base import ReadOnlyColumnCollection

    from gateway.store.vault import Vault


def tags_in(row: RowMapping, columns: ReadOnlyColumnCollection[str, Any]) -> Tags:
    """By which line; ``columns`` are the table's that says it."""
    return Tags(tag=row[columns.tag], origin=row[columns.origin_tag])


def call(row: RowMapping, vault: Vault) -> Call:
    """A call, from contact and call."""
    contact, own = tables.contact.c, tables.call.c
    contact_id = row[contact.id]
    return Call(
        id=contact_id,
        hotline_id=row[own.hotline_id],
        channel=row[own.channel],
        number=vault.open("call", "number_cipher", contact_id, row[own.number_cipher]),
        did=row[own.did],
        origin=Origin(row[own.origin]),
        tags=tags_in(row, contact),
        state=CallState(row[own.state]),
        queue=row[contact.queue],
        seat=row[contact.seat],
        operator_id=row[contact.operator_id],
        leg=row[own.leg],
        failed_open=row[own.failed_open],
        arrived_at=row[contact.opened_at],
        queued_at=row[own.queued_at],
        offered_at=row[own.offered_at],
        answered_at=row[own.answered_at],
        held_at=row[own.held_at],
        ended_at=row[contact.closed_at],
        outcome=Outcome(row[contact.outcome]),
        hangup_cause=row[own.hangup_cause],
        recording_file=row[own.recording_file],
        recording_paused=row[own.recording_paused],
    )


def contact(row: RowMapping, vault: Vault) -> ContactRecord:
    """A telephone contact, from contact, call and (when there) disposition and recording."""
    return ContactRecord(
        call=call(row, vault),
        disposition=disposition(row, vault),
        recording=_recording(row),
    )


def disposition(row: RowMapping, vault: Vault) -> Disposition | None:
    """How a contact was closed, when it was."""
    table, own = "disposition", tables.disposition.c
    key = row[own.contact_id]
    if key is None:
        return None
    return Disposition(
        contact_id=key,
        operator_id=row[own.operator_id],
        code=row[own.code],
        at=row[own.at],
        note=vault.open(table, "note_cipher", key, row[own.note_cipher]),
        caller_name=vault.open(table, "caller_name_cipher", key, row[own.caller_name_cipher]),
    )


def _recording(row: RowMapping) -> Recording | None:
    own = tables.recording.c
    if row[own.contact_id] is None:
        return None
    return Recording(
        contact_id=row[own.contact_id],
        file=row[own.file],
        sha256=row[own.sha256],
        size_bytes=row[own.size_bytes],
        seconds=row[own.seconds],
        stored_at=row[own.stored_at],
    )


def seat(row: RowMapping) -> Seat:
    """A seat."""
    own = tables.seat.c
    return Seat(
        number=row[own.number],
        title=row[own.title],
        state=SeatState(row[own.state]),
        operator_id=row[own.operator_id],
        phone=PhoneKind(row[own.phone]),
        since=row[own.since],
        reason=row[own.reason],
        contact_id=row[own.contact_id],
        next_break=row[own.next_break],
        wrap_up_until=row[own.wrap_up_until],
    )


def operator(row: RowMapping) -> Operator:
    """A person with a login."""
    own = tables.operator.c
    return Operator(
        id=row[own.id],
        login=row[own.login],
        name=row[own.name],
        role=Role(row[own.role]),
        password_hash=row[own.password_hash],
        skills=row[own.skills],
        locale=row[own.locale],
        active=row[own.active],
        must_change_password=row[own.must_change_password],
        simulated=row[own.simulated],
        removed=row[own.removed],
    )


def queue(row: RowMapping) -> Queue:
    """A queue."""
    own = tables.queue.c
    return Queue(
        name=row[own.name],
        title_zh=row[own.title_zh],
        title_en=row[own.title_en],
        strategy=row[own.strategy],
        ring_seconds=row[own.ring_seconds],
        max_wait_seconds=row[own.max_wait_seconds],
        wrap_up_seconds=row[own.wrap_up_seconds],
        service_level_seconds=row[own.service_level_seconds],
        key=row[own.key],
        rank=row[own.rank],
        hours=openings(row[own.hours]),
        closed_queue=row[own.closed_queue],
        language=row[own.language],
    )


def number(row: RowMapping) -> Number:
    """A number that citizens dial."""
    own = tables.number.c
    return Number(
        did=row[own.did],
        title_zh=row[own.title_zh],
        title_en=row[own.title_en],
        queue=row[own.queue],
        greeting=row[own.greeting],
        tag=row[own.tag],
        origin=row[own.origin],
    )


def revision(row: RowMapping) -> Revision:
    """A step of the plan, without the plan."""
    own = tables.revision.c
    return Revision(
        number=row[own.number],
        at=row[own.at],
        operator_id=row[own.operator_id],
        by=row[own.by],
        comment=row[own.comment],
        undoes=row[own.undoes],
        changes=tuple(PlanChange(**one) for one in row[own.changes]),
    )


def published(row: RowMapping) -> Published:
    """A step with the plan after it."""
    return Published(revision=revision(row), plan=from_json(row[tables.revision.c.plan]))


def session(row: RowMapping) -> Session:
    """A login."""
    own = tables.session.c
    return Session(
        token_hash=row[own.token_hash],
        operator_id=row[own.operator_id],
        created_at=row[own.created_at],
        seen_at=row[own.seen_at],
        expires_at=row[own.expires_at],
        ended=row[own.ended],
    )


def flag(row: RowMapping, number: str, vault: Vault) -> CallerFlag:
    """A mark on ``number``, which the row itself does not hold."""
    own = tables.caller_flag.c
    kind = row[own.kind]
    key = flag_key(row[own.value_index], kind)
    return CallerFlag(
        number=normalise_number(number),
        kind=FlagKind(kind),
        note=vault.open("caller_flag", "note_cipher", key, row[own.note_cipher]),
        until=row[own.until],
    )


def bookmark(row: RowMapping) -> Bookmark:
    """A place in a record."""
    own = tables.bookmark.c
    return Bookmark(
        name=row[own.name], run=row[own.run], file=row[own.file], offset=row[own.offset]
    )


def fact(row: RowMapping) -> Fact:
    """One thing that happened."""
    own = tables.fact.c
    return Fact(
        kind=FactKind(row[own.kind]),
        at=row[own.at],
        contact_id=row[own.contact_id],
        seat=row[own.seat],
        operator_id=row[own.operator_id],
        data=row[own.data],
        seq=row[own.seq],
    )
