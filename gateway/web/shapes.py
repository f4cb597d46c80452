"""The shapes of what we answer, for the OpenAPI document. Every API test holds answers to them."""

from __future__ import annotations

from typing import Literal, TypedDict

from gateway.web.consultation_shapes import Consultation


class Me(TypedDict):
    """The person who is logged in."""

    id: str
    login: str
    name: str
    role: Literal["operator", "supervisor", "admin", "auditor"]
    locale: str
    rights: list[str]
    must_change_password: bool


class Choice(TypedDict):
    """One thing to choose from."""

    code: str
    title_zh: str
    title_en: str


class Site(TypedDict):
    """Whose hotline this is."""

    name_zh: str
    name_en: str
    city_zh: str
    city_en: str


class QueueChoice(TypedDict):
    """A queue by name."""

    name: str
    title_zh: str
    title_en: str
    key: str
    language: str


class SeatChoice(TypedDict):
    """A seat, and who sits there."""

    number: str
    title: str
    taken_by: str | None


class Options(TypedDict):
    """What the console offers to choose from."""

    site: Site
    break_reasons: list[Choice]
    dispositions: list[Choice]
    queues: list[QueueChoice]
    seats: list[SeatChoice]


class Seat(TypedDict):
    """A seat as it is now."""

    number: str
    title: str
    state: Literal["signed_out", "not_ready", "ready", "offered", "talking", "wrapping_up"]
    phone: Literal["browser", "desk"]
    since: str | None
    reason: str
    contact_id: str
    next_break: str
    wrap_up_until: str | None
    operator_id: str


class Draft(TypedDict):
    """A wrap-up as far as it is typed."""

    code: str
    note: str
    caller_name: str


class WatchedSeat(Seat):
    """A seat with the name of who sits there, and how far the call at it is."""

    operator_name: str | None
    call_state: str


class SipAccount(TypedDict):
    """What a browser needs to register as the seat's phone."""

    user: str
    password: str
    uri: str
    ws: str


class SignedIn(TypedDict):
    """The seat, and its phone's account when the phone is the browser."""

    seat: Seat
    sip: SipAccount | None


class Disposition(TypedDict):
    """How a contact was closed."""

    code: str
    note: str
    caller_name: str
    at: str


class RecordingSize(TypedDict):
    """How long and how large a recording is."""

    seconds: float
    size_bytes: int


class Contact(TypedDict):
    """One contact; its number is masked. ``excerpt`` is the newest words of one by messages."""

    id: str
    channel: str
    number_masked: str
    did: str
    tag: str
    origin_tag: str
    queue: str
    state: str
    outcome: Literal["", "answered", "abandoned", "lost", "overflowed", "unanswered"]
    seat: str
    operator_id: str
    operator_name: str | None
    arrived_at: str
    answered_at: str | None
    ended_at: str | None
    wait_seconds: float
    talk_seconds: float
    disposition: Disposition | None
    recording: RecordingSize | None
    failed_open: bool
    excerpt: str


class ContactPage(TypedDict):
    """Contacts, newest first; ``next_cursor`` goes into ``before`` for the next page."""

    items: list[Contact]
    next_cursor: str | None


class Fact(TypedDict):
    """One thing that happened."""

    seq: int
    kind: str
    at: str
    seat: str
    operator_name: str | None
    data: dict[str, str | int | float | bool | None]


class Flag(TypedDict):
    """A mark on a caller's number; ``until`` is null until somebody takes it back."""

    kind: Literal["elder", "direct", "care", "language", "no_calls"]
    note: str
    until: str | None


class ContactDetail(TypedDict):
    """One contact, its number's marks now, what happened in it, who was consulted."""

    contact: Contact
    flags: list[Flag]
    facts: list[Fact]
    consultations: list[Consultation]


class AuditItem(Fact):
    """One thing that was done; ``contact_id`` says to what, without saying whose it is."""

    operator_id: str
    contact_id: str


class AuditPage(TypedDict):
    """What was done, newest first; ``next_cursor`` goes into ``before`` for the next page."""

    items: list[AuditItem]
    next_cursor: int | None


class Callback(TypedDict):
    """Somebody to be called back."""

    id: str
    contact_id: str
    number_masked: str
    reason: Literal["kept_place", "cut", "overflow", "abandoned", "missed", "voicemail", "promise"]
    since: str
    state: Literal["open", "done", "failed"]
    queue: str
    tag: str
    origin_tag: str
    emergency: bool
    tries: int
    next_try_at: str | None
    allowed_at: str | None
    place: int
    calling: bool


class Callbacks(TypedDict):
    """Emergencies, then who waits longest; those we gave up last."""

    items: list[Callback]


class CallbackTry(TypedDict):
    """A call that is under way."""

    id: str
    callback_id: str
    first: Literal["seat", "citizen"]
    seat: str
    at: str


class VoicemailSentence(TypedDict):
    """What was understood, with its time in the message."""

    text: str
    begin_seconds: float


class Voicemail(TypedDict):
    """One message; ``waiting``: not all of it is written yet."""

    contact_id: str
    at: str
    seconds: float
    said: list[VoicemailSentence]
    waiting: bool


class Voicemails(TypedDict):
    """Of one person, the oldest first."""

    items: list[Voicemail]


class Revealed(TypedDict):
    """The whole number; empty when it was withheld."""

    number: str


class QueueView(TypedDict):
    """Who waits in a queue."""

    name: str
    title_zh: str
    title_en: str
    waiting: int
    longest_since: str | None
    ready: int
    service_level_seconds: int


class LiveTicket(TypedDict):
    """For one WebSocket of this session, within so many seconds."""

    ticket: str
    seconds: float


class CallTicket(TypedDict):
    """One browser call: where to connect, whom to call."""

    ticket: str
    ws: str
    target: str


class Health(TypedDict):
    """How the parts are: "up" or a short reason."""

    status: Literal["up", "down"]
    parts: dict[str, str]
