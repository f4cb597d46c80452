"""The shapes of what we answer about what was heard, for the OpenAPI document."""

from __future__ import annotations

from typing import Literal, TypedDict

Party = Literal["citizen", "seat", "expert", "dispatcher"]


class SpokenWord(TypedDict):
    """One word as it is shown, with its time."""

    text: str
    begin_seconds: float
    end_seconds: float


class Segment(TypedDict):
    """Some final words of one party; numbers in it may stand as `*` (then `masked` is true).

    Seconds count from the contact's arrival, or from the begin of a message's sound. `corrected` is
    a person's better text of it, empty while there is none.
    """

    id: str
    seq: int
    party: Party
    source: Literal["live", "recording", "message", "voicemail"]
    begin_seconds: float
    end_seconds: float
    at: str
    text: str
    words: list[SpokenWord]
    corrected: str
    corrected_by_name: str | None
    corrected_at: str | None
    message_id: str
    operator_name: str | None
    model: str
    masked: bool


class Transcript(TypedDict):
    """A page of segments by `seq`; `last_seq` is the newest there is.

    `waiting` sounds are still to be transcribed.
    """

    items: list[Segment]
    last_seq: int
    waiting: int
    confidential: bool


class Original(TypedDict):
    """What was really said, and the recogniser's own words."""

    text: str
    raw: str


class FoundWords(TypedDict):
    """One place where the words stand: a segment or a message (the other id is empty).

    `marks` are begin and length of the words in `text`, in characters.
    """

    contact_id: str
    segment_id: str
    message_id: str
    party: Party
    channel: str
    at: str
    begin_seconds: float
    operator_name: str | None
    text: str
    marks: list[list[int]]


class FoundWordsPage(TypedDict):
    """Newest first; `next_before` is for the next page."""

    items: list[FoundWords]
    next_before: str | None
