"""The life of a conversation by messages, as one table.

waiting ─offer→ offered ─accept→ open ─close→ closed
   ↑  └────────take───────────────↑ │
   ├──lapse/withdraw──┘             │
   └──────────────release───────────┘      waiting ─close→ closed

``release`` is a seat that went silent, or a transfer; the place in line stays what it was.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from gateway.core.errors import IllegalMove
from gateway.core.tags import UNTAGGED, Tags


class ChatState(StrEnum):
    """排队 · 派接 · 会话中 · 已结束."""

    WAITING = "waiting"
    OFFERED = "offered"
    OPEN = "open"
    CLOSED = "closed"


class ChatMove(StrEnum):
    """What can be asked of, or happen to, a conversation."""

    OFFER = "offer"
    ACCEPT = "accept"
    TAKE = "take"
    """An operator picks it from the list by hand."""
    LAPSE = "lapse"
    """The seat let the offer end."""
    WITHDRAW = "withdraw"
    """The offer was taken back and it is nobody's fault."""
    RELEASE = "release"
    CLOSE = "close"


S, M = ChatState, ChatMove

MOVES: dict[tuple[ChatState, ChatMove], ChatState] = {
    (S.WAITING, M.OFFER): S.OFFERED,
    (S.WAITING, M.TAKE): S.OPEN,
    (S.WAITING, M.CLOSE): S.CLOSED,
    (S.OFFERED, M.ACCEPT): S.OPEN,
    (S.OFFERED, M.LAPSE): S.WAITING,
    (S.OFFERED, M.WITHDRAW): S.WAITING,
    (S.OPEN, M.RELEASE): S.WAITING,
    (S.OPEN, M.CLOSE): S.CLOSED,
}


class ChatForm(StrEnum):
    """What kind of conversation: the citizen waits there, or left something to be answered."""

    CHAT = "chat"
    FORM = "form"


class ChatOutcome(StrEnum):
    """How it ended, for statistics; empty while it lives."""

    OPEN = ""
    ANSWERED = "answered"
    UNANSWERED = "unanswered"
    """Closed without a word of ours."""
    ABANDONED = "abandoned"
    """The citizen closed it before a seat took it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chat:
    """One contact by messages; ``id`` is the contact's.

    ``channel`` is the kind (wechat), ``account`` the account (wechat:main). ``waiting_since`` and
    ``due_at`` are its rank and move while it lives unanswered only when it is over a limit
    (see core.routing, ``chat_moves.demoted``).
    ``waiting_since`` is when the citizen's oldest unanswered word came; None: nothing is owed.
    ``last_seq`` is the newest message's. ``first_reply_at`` is our first word by a person.
    ``wanted_operator`` had it before and gets it first until ``wanted_until``.
    ``query_code_hash`` opens a form's answer page. ``answered_seconds`` is the longest the citizen
    waited for a person's word so far. ``tags`` are the account's when it began.
    """

    id: str
    channel: str
    account: str
    identity_id: str
    tags: Tags = UNTAGGED
    form: ChatForm = ChatForm.CHAT
    state: ChatState = ChatState.WAITING
    queue: str
    emergency: bool = False
    throttled: str = ""
    """The limit that its citizen's messages were over first (``core.throttle``)."""
    opened_at: datetime
    waiting_since: datetime | None = None
    due_at: datetime | None = None
    offered_at: datetime | None = None
    offer_until: datetime | None = None
    accepted_at: datetime | None = None
    first_reply_at: datetime | None = None
    last_in_at: datetime | None = None
    last_out_at: datetime | None = None
    answered_seconds: float = 0.0
    last_seq: int = 0
    read_seq: int = 0
    """The newest message that the operator's screen has shown."""
    seat: str = ""
    operator_id: str = ""
    wanted_operator: str = ""
    wanted_until: datetime | None = None
    closed_at: datetime | None = None
    outcome: ChatOutcome = ChatOutcome.OPEN
    query_code_hash: str = field(default="", repr=False)


def move(chat: Chat, what: ChatMove) -> Chat:
    """The chat after ``what``; raises IllegalMove when the table has no such move."""
    state = MOVES.get((chat.state, what))
    if state is None:
        raise IllegalMove("chat", chat.state, what)
    return replace(chat, state=state)
