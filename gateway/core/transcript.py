"""Transcripts: what was said in a contact, by whom and when. PURE."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Party(StrEnum):
    """Whose words: each side of a conversation is heard by itself."""

    CITIZEN = "citizen"
    SEAT = "seat"
    EXPERT = "expert"
    DISPATCHER = "dispatcher"


def side_file(recording: str, party: Party) -> str:
    """The file beside a recording that has one side alone, from the same moment on.

    What the citizen says; or what the citizen hears, whoever says it.
    """
    side = Party.CITIZEN if party is Party.CITIZEN else Party.SEAT
    return f"{recording.removesuffix('.wav')}-{side}.wav"


class Source(StrEnum):
    """From what the words were read."""

    LIVE = "live"
    RECORDING = "recording"
    """From the recording, afterwards."""
    MESSAGE = "message"
    """From a voice message."""
    VOICEMAIL = "voicemail"


@dataclass(frozen=True, slots=True, kw_only=True)
class SpokenWord:
    """One word as it is shown, with its time. What must not be seen in it stands as ``*``."""

    text: str
    begin_seconds: float
    end_seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """转写片段: some final words of one party.

    ``seq`` counts a contact's segments from 1 without a gap, in the order of storing; they are read
    in the order of ``begin_seconds``. Seconds count from the contact's arrival, or from the begin
    of a message's sound. ``text`` and ``words`` are what is shown: numbers that may be an identity,
    a telephone or an account stand masked there; ``original`` is the whole text and ``raw`` the
    recogniser's own words, both to be opened for a reason only. ``corrected`` is an operator's
    better text (masked, too), empty while nobody corrected it. ``operator_id`` is who sat at the
    seat. ``model`` names what heard it.
    """

    id: str
    contact_id: str
    seq: int
    party: Party
    source: Source
    begin_seconds: float
    end_seconds: float
    at: datetime
    text: str = field(repr=False)
    words: tuple[SpokenWord, ...] = field(default=(), repr=False)
    original: str = field(default="", repr=False)
    raw: str = field(default="", repr=False)
    operator_id: str = ""
    message_id: str = ""
    model: str = ""
    corrected: str = field(default="", repr=False)
    corrected_by: str = ""
    corrected_at: datetime | None = None

    @property
    def shown(self) -> str:
        """The text that people see."""
        return self.corrected or self.text


class JobState(StrEnum):
    """waiting ─taken→ done | failed. What was under way when the gateway ended waits again."""

    WAITING = "waiting"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class HearingJob:
    """A sound that is to be transcribed later, from its file.

    ``file`` is a name in the recordings folder, or in the media folder for a ``message_id``.
    ``begin_seconds`` and ``end_seconds`` are a part of it (0, 0: all); ``offset_seconds`` is added
    to get to the contact's time. Done in the order of ``since``.
    """

    id: str
    contact_id: str
    party: Party
    source: Source
    file: str
    since: datetime
    begin_seconds: float = 0.0
    end_seconds: float = 0.0
    offset_seconds: float = 0.0
    operator_id: str = ""
    message_id: str = ""
    state: JobState = JobState.WAITING
    tries: int = 0
    reason: str = ""


class AlarmState(StrEnum):
    """open ─acknowledged→ seen."""

    OPEN = "open"
    SEEN = "seen"


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """An emergency word was heard. ``word`` is the list's, so it is nobody's secret."""

    id: str
    contact_id: str
    word: str
    party: Party
    at: datetime
    operator_id: str = ""
    seat: str = ""
    state: AlarmState = AlarmState.OPEN
    seen_by: str = ""
    seen_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Privacy:
    """保密: a contact whose words stay out of the search (on the citizen's request, 15)."""

    contact_id: str
    confidential: bool
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class WordsQuery:
    """What to look for in transcripts and messages; newest first.

    ``text`` has 2 to 40 characters: what contains it, spaces apart, is found. ``operator_id``
    empty: everybody's. ``before`` is a cursor (``FoundWords.cursor`` of the page before). ``limit``
    is 1..100. Nothing is found of contacts that ``not_for`` is barred from.
    """

    text: str = field(repr=False)
    operator_id: str = ""
    channel: str = ""
    since: datetime | None = None
    until: datetime | None = None
    before: str = ""
    not_for: str = ""
    limit: int = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundWords:
    """One place where the words stand: a segment or a message (the other id is empty)."""

    cursor: str
    contact_id: str
    at: datetime
    channel: str
    operator_id: str
    text: str = field(repr=False)
    segment_id: str = ""
    message_id: str = ""
    party: Party = Party.CITIZEN
    begin_seconds: float = 0.0
