"""What is kept of a contact after it ended, and how it is looked for."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime

from gateway.core.call import Call
from gateway.core.chat import Chat

RECEIPT_DIGITS = 16
"""Of an id's 32: its time and four of chance, so that two matters of one moment differ."""
_RECEIPT = re.compile(r"[Rr]([0-9A-Fa-f]{4})" + 3 * r"[- ]?([0-9A-Fa-f]{4})")


def receipt_number(contact_id: str) -> str:
    """受理回执号 as it is given to a citizen: R0193-A1B2-C3D4-E5F6. It opens nothing."""
    head = contact_id[:RECEIPT_DIGITS].upper()
    return "R" + "-".join(head[at : at + 4] for at in range(0, len(head), 4))


def receipt_of(written: str) -> str:
    """The beginning of the contact's id that a receipt number stands for; empty for no such one."""
    found = _RECEIPT.fullmatch(written.strip())
    return "".join(found.groups()).lower() if found else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Disposition:
    """处理结果: how the operator closed it. ``note`` and ``caller_name`` are personal data."""

    contact_id: str
    operator_id: str
    code: str
    at: datetime
    note: str = ""
    caller_name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """The stored sound of a contact. ``file`` is a name in the recordings folder."""

    contact_id: str
    file: str
    sha256: str
    size_bytes: int
    seconds: float
    stored_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactRecord:
    """One contact with what belongs to it."""

    call: Call
    disposition: Disposition | None = None
    recording: Recording | None = None

    @property
    def id(self) -> str:
        """The contact's."""
        return self.call.id

    @property
    def operator_id(self) -> str:
        """Who had it last."""
        return self.call.operator_id

    @property
    def number(self) -> str:
        """As the line gave it; empty when withheld."""
        return self.call.number


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatRecord:
    """One contact by messages with what belongs to it; ``last_text`` is its newest words, cut.

    Words of a person: what the system says by itself tells nobody what it is about.
    """

    chat: Chat
    disposition: Disposition | None = None
    last_text: str = field(default="", repr=False)

    @property
    def id(self) -> str:
        """The contact's."""
        return self.chat.id

    @property
    def operator_id(self) -> str:
        """Who had it last."""
        return self.chat.operator_id

    @property
    def number(self) -> str:
        """A conversation by messages has no telephone number."""
        return ""

    @property
    def recording(self) -> None:
        """Nor is there a sound of it."""
        return


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactQuery:
    """What to look for; empty fields do not restrict.

    ``receipt`` is the beginning of an id (``receipt_of``). ``number`` must be whole (numbers are
    found by keyed hash, never by part). ``before`` is a cursor: the id of the last contact of the
    page before. ``limit`` is 1..200. ``tag`` and ``origin_tag`` as ``core.tags``. What
    ``not_for`` is barred from (``core.staff_complaint``) is not found.
    """

    number: str = ""
    receipt: str = ""
    operator_id: str = ""
    queue: str = ""
    outcome: str = ""
    channel: str = ""
    tag: str = ""
    origin_tag: str = ""
    since: datetime | None = None
    until: datetime | None = None
    before: str = ""
    not_for: str = ""
    limit: int = 50
