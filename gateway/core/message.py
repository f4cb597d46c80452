"""What is said on a channel, in either direction, and the files that come with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from gateway.core.place import Place


class Direction(StrEnum):
    """From the citizen, to the citizen, or a note between operators that no citizen sees."""

    IN = "in"
    OUT = "out"
    NOTE = "note"


class MessageKind(StrEnum):
    """What a message is; the channels' words are the same."""

    TEXT = "text"
    IMAGE = "image"
    VOICE = "voice"
    VIDEO = "video"
    FILE = "file"
    LOCATION = "location"
    LINK = "link"
    EVENT = "event"
    FORM = "form"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message of a contact.

    ``seq`` counts a contact's messages from 1 without a gap: whoever has seen up to n asks for
    those after n. ``at`` is when it was said (the platform's time for the citizen's), ``stored_at``
    ours. ``text`` and ``fields`` are personal data. ``operator_id`` is who said it, empty for the
    citizen and for what the system says by itself. ``client_key`` is the sender's own id for it,
    by which a second try is known.
    """

    id: str
    contact_id: str
    seq: int
    direction: Direction
    kind: MessageKind
    at: datetime
    stored_at: datetime
    text: str = field(default="", repr=False)
    fields: Mapping[str, str] = field(default_factory=dict, repr=False)
    event: str = ""
    place: Place | None = field(default=None, repr=False)
    operator_id: str = ""
    provider_id: str = ""
    reply_to: str = ""
    client_key: str = ""

    @property
    def by_a_person(self) -> bool:
        """Whether citizen or operator said it to the other: no note, no receipt of ours."""
        if self.direction is Direction.OUT:
            return bool(self.operator_id)
        return self.direction is Direction.IN


class FileState(StrEnum):
    """Where an attachment stands.

    pending ─fetched→ stored ─viewed→ ready; pending ─refused→ refused; pending ─too often→ failed.
    """

    PENDING = "pending"
    STORED = "stored"
    """The original is here, its SHA-256 known; what people see is not made yet."""
    READY = "ready"
    REFUSED = "refused"
    """Too large, or not what it says it is; ``reason`` says which."""
    FAILED = "failed"
    """The platform did not give it, often enough to stop asking."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file of a message.

    ``ref`` is the platform's handle (secret), ``file`` the original's name in the media folder,
    ``view_file`` what a browser may show of it. ``name`` is what the sender called it.
    """

    id: str
    message_id: str
    contact_id: str
    kind: MessageKind
    ref: str = field(default="", repr=False)
    name: str = field(default="", repr=False)
    declared_type: str = ""
    found_type: str = ""
    size_bytes: int = 0
    sha256: str = ""
    file: str = ""
    view_file: str = ""
    view_type: str = ""
    seconds: float = 0.0
    width: int = 0
    height: int = 0
    state: FileState = FileState.PENDING
    reason: str = ""
    tries: int = 0
    next_at: datetime | None = None
    expires_at: datetime | None = None
