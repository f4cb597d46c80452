"""The shapes of what citizens' pages and Apps are answered, for the OpenAPI document."""

from __future__ import annotations

from typing import Literal, TypedDict


class ChatFile(TypedDict):
    """A file of a message; ``url`` is null until (or unless) it can be shown."""

    id: str
    kind: Literal["image", "voice", "video", "file"]
    name: str
    size_bytes: int
    state: Literal["pending", "stored", "ready", "refused", "failed"]
    type: str
    url: str | None


class ChatMessage(TypedDict):
    """One message. ``cid`` is the sender's own id of it; ``from`` of ours has a name, too.

    ``who`` is citizen, operator, or system for what we say by ourselves.
    """

    seq: int
    cid: str
    who: Literal["citizen", "operator", "system"]
    operator_name: str
    kind: str
    text: str
    at: str
    files: list[ChatFile]


class ChatStatus(TypedDict):
    """How a conversation stands. ``position`` counts from 1 and is null unless it waits.

    ``none``: there is no conversation yet.
    """

    contact_id: str
    state: Literal["none", "waiting", "open", "closed"]
    position: int | None
    expected_wait_seconds: int | None
    operator_name: str
    last_seq: int


class ChatEnvelope(TypedDict):
    """What is pushed, and what a poll gives in a list: the same thing by either way.

    ``message`` has ``seq``, ``status`` and ``ping`` have 0.
    """

    v: int
    type: Literal["message", "status", "ping"]
    conv: str
    seq: int
    cid: str
    ts: str
    body: ChatMessage | ChatStatus | None


class ChatEvents(TypedDict):
    """What is new after ``after``, and how it stands; ``last_seq`` is the next ``after``."""

    events: list[ChatEnvelope]
    status: ChatStatus
    last_seq: int


class ChatVisit(TypedDict):
    """An anonymous session that has begun. ``token`` is empty where a cookie holds it."""

    token: str
    expires_at: str
    status: ChatStatus


class ChatTaken(TypedDict):
    """A message that is recorded; ``new`` is false when it was here before."""

    conv: str
    id: str
    seq: int
    new: bool


class Puzzle(TypedDict):
    """A proof-of-work challenge as altcha's libraries read it (version 2)."""

    parameters: dict[str, str | int | dict[str, int]]
    signature: str


class FileTaken(TypedDict):
    """A file that is here; ``id`` goes into a message within a day."""

    id: str
    size_bytes: int
