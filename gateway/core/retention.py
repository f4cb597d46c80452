"""保存期限: what is kept for how long, and that it is gone after. PURE."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

SHREDDED = "shredded"
"""The reason of what is not there any more (``Attachment.reason``, ``HearingJob.reason``)."""


class DataClass(StrEnum):
    """What is kept for a time of its own, counted from the end of its contact."""

    RECORDINGS = "recordings"
    """The sound of calls, both sides and messages left by callers included."""
    TRANSCRIPTS = "transcripts"
    """What was heard, of calls and of voice messages."""
    MESSAGES = "messages"
    """What was written and sent, and the files with it."""
    CENTRES = "centres"
    """What sub-centres wrote of their own contacts; kept as long as messages."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shredded:
    """One class of one contact is gone; that there was something, and when, stays true."""

    contact_id: str
    what: DataClass
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SummariesShredded:
    """The summaries of ``most`` contacts of sub-centres that ended before then are gone.

    Of one that never ended, its begin counts. The contacts themselves stay, and are counted.
    """

    before: datetime
    most: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Expiring:
    """How many contacts have something of a class that is older than it may be."""

    what: DataClass
    before: datetime
    contacts: int
    oldest: datetime | None = None
    newest: datetime | None = None
