"""What was heard, as JSON. PURE."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gateway.core.finding import marks
from gateway.core.masking import STAR
from gateway.core.transcript import FoundWords, Segment
from gateway.intake.transcript_desk import Transcript
from gateway.intake.views import Names, moment

Json = dict[str, Any]


def segment_view(one: Segment, names: Names) -> Json:
    """One segment as people are shown it: never its original."""
    return {
        "id": one.id,
        "seq": one.seq,
        "party": one.party.value,
        "source": one.source.value,
        "begin_seconds": one.begin_seconds,
        "end_seconds": one.end_seconds,
        "at": moment(one.at),
        "text": one.text,
        "words": [
            {
                "text": word.text,
                "begin_seconds": word.begin_seconds,
                "end_seconds": word.end_seconds,
            }
            for word in one.words
        ],
        "corrected": one.corrected,
        "corrected_by_name": names.get(one.corrected_by),
        "corrected_at": moment(one.corrected_at),
        "message_id": one.message_id,
        "operator_name": names.get(one.operator_id),
        "model": one.model,
        "masked": STAR in one.text,
    }


def transcript_view(page: Transcript, names: Names) -> Json:
    """A page of a transcript."""
    return {
        "items": [segment_view(one, names) for one in page.segments],
        "last_seq": page.last_seq,
        "waiting": page.waiting,
        "confidential": page.confidential,
    }


def found_view(found: Sequence[FoundWords], words: str, limit: int, names: Names) -> Json:
    """One page of a search; a full one may have another after it."""
    return {
        "items": [
            {
                "contact_id": one.contact_id,
                "segment_id": one.segment_id,
                "message_id": one.message_id,
                "party": one.party.value,
                "channel": one.channel,
                "at": moment(one.at),
                "begin_seconds": one.begin_seconds,
                "operator_name": names.get(one.operator_id),
                "text": one.text,
                "marks": [list(mark) for mark in marks(one.text, words)],
            }
            for one in found
        ],
        "next_before": found[-1].cursor if len(found) >= limit else None,
    }
