"""The shapes of conversations as operators see them, for the OpenAPI document."""

from __future__ import annotations

from typing import Literal, TypedDict

from gateway.web.shapes import Contact, Disposition


class ReplyRight(TypedDict):
    """How many replies are left (null: any number), and until when."""

    left: int | None
    expires_at: str


class BilledAs(TypedDict):
    """What leaves with every text, and thousandths of a yuan for a part (70 units, then 67)."""

    before: str
    behind: str
    mils: int


class ChatCaps(TypedDict):
    """What the channel can carry; ``pull``: the citizen's page reads it here.

    ``free``: an answer needs no right to reply. ``sms``: without one it leaves as a short message.
    ``billed``: what that, or every message of this channel, costs.
    """

    text_most: int
    sends: list[str]
    notice: bool
    pull: bool
    live: bool
    free: bool
    sms: bool
    billed: BilledAs | None


class OperatorChat(TypedDict):
    """One conversation. ``changed`` grows with every change of it, its messages or receipts."""

    contact_id: str
    channel: str
    account: str
    account_title_zh: str
    account_title_en: str
    tag: str
    origin_tag: str
    form: Literal["chat", "form"]
    state: Literal["waiting", "offered", "open", "closed"]
    queue: str
    queue_title_zh: str
    queue_title_en: str
    emergency: bool
    throttled: str
    name: str
    label_masked: str
    opened_at: str
    waiting_since: str | None
    due_at: str | None
    offered_at: str | None
    offer_until: str | None
    accepted_at: str | None
    first_reply_at: str | None
    closed_at: str | None
    last_seq: int
    read_seq: int
    changed: int
    last_in_at: str | None
    last_text: str
    seat: str
    operator_id: str
    operator_name: str
    grant: ReplyRight | None
    caps: ChatCaps
    outcome: Literal["", "answered", "unanswered", "abandoned"]
    disposition: Disposition | None


class MessagePlace(TypedDict):
    """A place in degrees, with the grid that it stands on."""

    latitude: float
    longitude: float
    datum: Literal["wgs84", "gcj02", "bd09", "unknown"]
    accuracy_m: float
    address: str
    source: str


class MessageFile(TypedDict):
    """A file as far as it is here; ``viewable``: there is something that a browser may show."""

    id: str
    kind: str
    name: str
    found_type: str
    size_bytes: int
    state: Literal["pending", "stored", "ready", "refused", "failed"]
    reason: str
    seconds: float
    width: int
    height: int
    viewable: bool


class MessageOut(TypedDict):
    """How far a message of ours has come, by which way, and why not further."""

    state: Literal["queued", "sent", "delivered", "read", "failed", "expired"]
    route: Literal["reply", "notice", "sms", "none"]
    code: str
    changed_at: str


class OperatorMessage(TypedDict):
    """One message; a note is between operators."""

    id: str
    seq: int
    direction: Literal["in", "out", "note"]
    kind: str
    at: str
    text: str
    event: str
    fields: dict[str, str]
    place: MessagePlace | None
    operator_name: str
    reply_to: str
    attachments: list[MessageFile]
    out: MessageOut | None


class OperatorMessages(TypedDict):
    """In order; ``last_seq`` is the newest of the conversation."""

    items: list[OperatorMessage]
    last_seq: int


class WhyNot(TypedDict):
    """Why something cannot be done."""

    code: str
    zh: str
    en: str


class TextAnswer(TypedDict):
    """A conversation by SMS of the same number since; ``text`` is its newest words.

    ``shown``: whoever asks may open it.
    """

    contact_id: str
    at: str
    state: Literal["waiting", "offered", "open", "closed"]
    operator_name: str
    shown: bool
    text: str


class CallTexts(TypedDict):
    """Short messages to who called, in order; ``problem``: why no more can be sent now."""

    problem: WhyNot | None
    text_most: int
    billed: BilledAs | None
    items: list[OperatorMessage]
    answers: list[TextAnswer]


class LineItem(TypedDict):
    """One thing that waits for an operator; ``throttled``: the limit that it is over, or empty."""

    id: str
    kind: Literal["call", "chat", "form", "callback"]
    channel: str
    account: str
    tag: str
    origin_tag: str
    queue: str
    queue_title_zh: str
    queue_title_en: str
    emergency: bool
    throttled: str
    since: str
    due_at: str
    state: str
    seat: str
    operator_name: str
    mine: bool
    excerpt: str


class LineItems(TypedDict):
    """The first 200 in the order they are served."""

    items: list[LineItem]


class CannedText(TypedDict):
    """A text to pick."""

    key: str
    title_zh: str
    title_en: str
    text_zh: str
    text_en: str


class CannedTexts(TypedDict):
    """Texts to pick."""

    items: list[CannedText]


class Colleague(TypedDict):
    """Somebody at a seat, to whom a conversation can be handed."""

    operator_id: str
    name: str
    seat: str
    state: Literal["not_ready", "ready", "offered", "talking", "wrapping_up"]
    chats: int
    queues: list[str]


class Colleagues(TypedDict):
    """Everybody who sits at a seat."""

    items: list[Colleague]


class CitizenIdentity(TypedDict):
    """A name of a citizen on one channel; its value is masked."""

    id: str
    account: str
    channel: str
    scheme: str
    label_masked: str
    name: str
    first_seen: str


class Link(TypedDict):
    """Two identities that may be one citizen, and why somebody thinks so."""

    id: str
    a: str
    b: str
    evidence: Literal["union", "phone", "operator"]
    note: str
    state: Literal["proposed", "confirmed", "revoked"]
    at: str
    by_name: str
    decided_at: str | None
    decided_by_name: str


class CitizenBehind(TypedDict):
    """Who is behind a conversation, and their other contacts on every channel, newest first."""

    identities: list[CitizenIdentity]
    links: list[Link]
    contacts: list[Contact]
