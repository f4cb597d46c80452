"""What the use cases ask of speech recognition, and of the store about what was heard."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from asr import wire
from gateway.core.errors import Unavailable
from gateway.core.transcript import (
    Alarm,
    FoundWords,
    HearingJob,
    Privacy,
    Segment,
    WordsQuery,
)


class EarsUnavailable(Unavailable):
    """Speech recognition is off, down, or did not answer. Calls go on without it."""

    code = "ears-unavailable"


@dataclass(frozen=True, slots=True)
class EarsLost:
    """The ear is gone: every stream with it. Another one follows by itself (wire.Ready)."""


Heard = wire.Report | EarsLost


class Ears(Protocol):
    """The process that hears. No call of these ever waits for it."""

    def heard(self) -> AsyncIterator[Heard]:
        """Everything it reports, in order; wire.Ready after each start. One reader."""
        ...

    def tell(self, command: wire.Command) -> None:
        """Say this; without an ear it is dropped (the next wire.Ready says so)."""
        ...

    @property
    def ready(self) -> wire.Ready | None:
        """What the ear said of itself; None while there is none."""
        ...

    async def ask(self, ask: wire.Ask) -> wire.Answered:
        """Play, listen and give the answer. Raises EarsUnavailable."""
        ...

    async def transcribe(self, job: str, file: Path, begin: float, end: float) -> wire.Transcribed:
        """The words of a WAV file or a part of it. Raises EarsUnavailable when the ear dies."""
        ...


class HeardStore(Protocol):
    """Transcripts, what is still to be transcribed, alarms, and the search."""

    async def segments(
        self, contact_id: str, *, after_seq: int = 0, limit: int = 500
    ) -> tuple[Segment, ...]:
        """Of one contact, by seq. ``limit`` is 1..2000."""
        ...

    async def segment(self, segment_id: str) -> Segment | None:
        """One by id."""
        ...

    async def jobs_waiting(self, limit: int = 100) -> tuple[HearingJob, ...]:
        """What is to be transcribed, in order."""
        ...

    async def jobs_waiting_of(self, contact_id: str) -> tuple[HearingJob, ...]:
        """What is to be transcribed of one contact, in order."""
        ...

    async def alarms_open(self) -> tuple[Alarm, ...]:
        """Those nobody has seen, the oldest first."""
        ...

    async def alarm(self, alarm_id: str) -> Alarm | None:
        """One by id."""
        ...

    async def privacy(self, contact_id: str) -> Privacy | None:
        """None: nobody asked for it."""
        ...

    async def find_words(self, query: WordsQuery) -> tuple[FoundWords, ...]:
        """Where these words stand, newest first; nothing of a confidential contact.

        A text is found as it is shown: corrected, without spaces and punctuation, in either case
        and width. Raises Invalid for fewer than 2 or more than 40 such characters, and for a cursor
        that is none.
        """
        ...
