"""Rows as core records: what was heard, and what is still to be heard. Pure."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from gateway.core.transcript import (
    Alarm,
    AlarmState,
    HearingJob,
    JobState,
    Party,
    Privacy,
    Segment,
    Source,
    SpokenWord,
)
from gateway.store import tables_heard as its

if TYPE_CHECKING:
    from sqlalchemy import RowMapping

    from gateway.store.vault import Vault


def segment(row: RowMapping, vault: Vault) -> Segment:
    """Some final words of one party."""
    own = its.segment.c
    key = row[own.id]

    def opened(name: str) -> str:
        cipher = row[own[f"{name}_cipher"]]
        return vault.open("segment", f"{name}_cipher", key, cipher) if cipher else ""

    return Segment(
        id=key,
        contact_id=row[own.contact_id],
        seq=row[own.seq],
        party=Party(row[own.party]),
        source=Source(row[own.source]),
        begin_seconds=row[own.begin_seconds],
        end_seconds=row[own.end_seconds],
        at=row[own.at],
        text=opened("text"),
        words=tuple(
            SpokenWord(text=text, begin_seconds=begin, end_seconds=end)
            for text, begin, end in json.loads(opened("words") or "[]")
        ),
        original=opened("original"),
        raw=opened("raw"),
        operator_id=row[own.operator_id],
        message_id=row[own.message_id],
        model=row[own.model],
        corrected=opened("corrected"),
        corrected_by=row[own.corrected_by],
        corrected_at=row[own.corrected_at],
    )


def job(row: RowMapping) -> HearingJob:
    """A sound that is to be transcribed later."""
    own = its.hearing_job.c
    return HearingJob(
        id=row[own.id],
        contact_id=row[own.contact_id],
        party=Party(row[own.party]),
        source=Source(row[own.source]),
        file=row[own.file],
        since=row[own.since],
        begin_seconds=row[own.begin_seconds],
        end_seconds=row[own.end_seconds],
        offset_seconds=row[own.offset_seconds],
        operator_id=row[own.operator_id],
        message_id=row[own.message_id],
        state=JobState(row[own.state]),
        tries=row[own.tries],
        reason=row[own.reason],
    )


def alarm(row: RowMapping) -> Alarm:
    """An emergency word that was heard."""
    own = its.alarm.c
    return Alarm(
        id=row[own.id],
        contact_id=row[own.contact_id],
        word=row[own.word],
        party=Party(row[own.party]),
        at=row[own.at],
        operator_id=row[own.operator_id],
        seat=row[own.seat],
        state=AlarmState(row[own.state]),
        seen_by=row[own.seen_by],
        seen_at=row[own.seen_at],
    )


def privacy(row: RowMapping) -> Privacy:
    """Whether a contact's words stay out of the search."""
    own = its.privacy.c
    return Privacy(
        contact_id=row[own.contact_id],
        confidential=row[own.confidential],
        by=row[own.by],
        at=row[own.at],
    )
