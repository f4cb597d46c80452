"""留言: what a caller said who would not wait. PURE."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from gateway.core.call import Call
from gateway.core.facts import Fact, FactKind

SHORTEST_SECONDS = 1.0
"""A shorter file is a key and a breath."""
SPOKEN_SECONDS = 0.3
"""So much of it at least is louder than a quiet line."""
LOUD = 200.0
"""Root mean square in 16-bit units, -44 dB of full scale; a quiet line is below 50."""
FRAME_SECONDS = 0.02


def file_of(call: Call) -> str:
    """Where the dialplan puts it, a name in the recordings folder."""
    return file_name(call.hotline_id)


def file_name(hotline_id: str) -> str:
    """The same, of the call that has this id."""
    return f"{hotline_id}-voicemail.wav"


@dataclass(frozen=True, slots=True, kw_only=True)
class Voicemail:
    """One message. ``begin_seconds`` counts from the contact's arrival."""

    contact_id: str
    callback_id: str
    at: datetime
    seconds: float
    begin_seconds: float


def is_message(samples: Sequence[int], rate: int) -> bool:
    """Whether somebody spoke; ``samples`` are 16 bit, mono."""
    if len(samples) < SHORTEST_SECONDS * rate:
        return False
    size = int(rate * FRAME_SECONDS)
    frames = (samples[at : at + size] for at in range(0, len(samples) - size + 1, size))
    loud = sum(sum(one * one for one in frame) > LOUD * LOUD * size for frame in frames)
    return loud * FRAME_SECONDS >= SPOKEN_SECONDS


def messages(facts: Iterable[Fact]) -> tuple[Voicemail, ...]:
    """What these facts tell of messages, the oldest first."""
    found = [
        Voicemail(
            contact_id=fact.contact_id,
            callback_id=str(fact.data["callback_id"]),
            at=fact.at,
            seconds=float(fact.data["seconds"] or 0),
            begin_seconds=float(fact.data["begin_seconds"] or 0),
        )
        for fact in facts
        if fact.kind is FactKind.VOICEMAIL_LEFT
    ]
    return tuple(sorted(found, key=lambda one: (one.at, one.contact_id)))
