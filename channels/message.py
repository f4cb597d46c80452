"""What a channel hands over and what it is asked to send, in our own words. PURE.

Frozen values made at the door: no dict and no foreign type of a platform goes further.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Kind(StrEnum):
    """What a message is; what no channel has a word for is ``unknown`` and is kept all the same."""

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


class Datum(StrEnum):
    """Which grid coordinates stand on: two maps of one city differ by hundreds of metres."""

    WGS84 = "wgs84"
    GCJ02 = "gcj02"
    BD09 = "bd09"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Location:
    """A place as the citizen gave it: degrees, metres, and what they call it."""

    latitude: float
    longitude: float
    datum: Datum
    accuracy_m: float = 0.0
    address: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaRef:
    """Something to be fetched from the platform by its own id, before ``expires_at``.

    ``ref`` means something to its channel only and may be a secret: it is kept encrypted and never
    logged. ``declared_type`` is what the platform or the citizen says it is, which proves nothing.
    """

    ref: str = field(repr=False)
    kind: Kind
    name: str = ""
    declared_type: str = ""
    size_bytes: int = 0
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """Who wrote, as the channel knows them.

    ``scheme`` is what ``value`` is (openid, tg_id, web_session, app_uid, msisdn, email).
    ``aliases`` are further ids of the same person that the platform itself vouches for
    (scheme, value), for example a WeChat unionid.
    """

    scheme: str
    value: str = field(repr=False)
    name: str = field(default="", repr=False)
    aliases: tuple[tuple[str, str], ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """The right to reply that this event opens: ``quota`` messages within ``seconds``.

    ``quota`` 0: as many as one likes.
    """

    quota: int
    seconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Inbound:
    """One thing a citizen did on a channel.

    ``key`` is unique within the channel account: the same ``key`` is the same thing delivered
    again. It stands in the clear beside the sealed words, so no sender's value is in it.
    ``sent_at`` is the platform's time, aware UTC. ``fields`` holds what only this kind has (link:
    title, url; form: its fields; unknown: ``type``, what the platform calls it). ``event`` names an
    event (subscribe, menu). ``starts`` is whether it wants an operator: a menu click or a follow is
    kept and shown, and rings nobody. ``thread`` are keys of what this sender wrote, or ids of what
    we sent, that it goes on from, the newest first: it belongs to the same contact while that is
    open.
    """

    key: str
    sender: Sender
    kind: Kind
    sent_at: datetime
    text: str = field(default="", repr=False)
    media: tuple[MediaRef, ...] = ()
    location: Location | None = field(default=None, repr=False)
    event: str = ""
    fields: Mapping[str, str] = field(default_factory=dict, repr=False)
    provider_id: str = ""
    reply_to: str = ""
    grant: Grant | None = None
    starts: bool = True
    thread: tuple[str, ...] = ()


class ReceiptState(StrEnum):
    """How far a message of ours has come; it never goes back (see core.outbound)."""

    QUEUED = "queued"
    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    FAILED = "failed"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """The platform's word on a message that we sent; ``provider_id`` as ``Sent`` gave it."""

    provider_id: str
    state: ReceiptState
    at: datetime
    code: str = ""
    part: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookRequest:
    """A request to a hook, already read within its limits. Header names are in lower case."""

    method: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes = field(repr=False)
    address: str
    received_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class HookAnswer:
    """What the platform is answered once everything in ``Received`` is recorded."""

    body: bytes = b""
    content_type: str = "text/plain"
    status: int = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """What a request held. ``answer`` is sent after, and only after, the commit."""

    messages: tuple[Inbound, ...] = ()
    receipts: tuple[Receipt, ...] = ()
    answer: HookAnswer = HookAnswer()


class Route(StrEnum):
    """By which of a channel's ways a message leaves."""

    REPLY = "reply"
    """Within the right to reply that the citizen's own message opened."""
    NOTICE = "notice"
    """A notification the citizen agreed to (WeChat 订阅通知); short and from a template."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutFile:
    """A file to be sent along; ``path`` is on this machine."""

    path: str
    kind: Kind
    name: str
    content_type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Outbound:
    """One message to a citizen. ``key`` is the same on every try.

    ``automatic``: no person said it (a receipt, a farewell); no machine may answer it.
    """

    key: str
    scheme: str
    to: str = field(repr=False)
    text: str = field(repr=False)
    route: Route = Route.REPLY
    files: tuple[OutFile, ...] = ()
    reply_to: str = ""
    automatic: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What the platform says it took. ``parts`` are its ids, one for each message it made of ours.

    ``state`` is DELIVERED or READ only when the platform said so.
    """

    parts: tuple[str, ...] = ()
    state: ReceiptState = ReceiptState.SENT


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One line of a channel's own check: what was tried, whether it went well, how to mend it."""

    name: str
    good: bool
    zh: str
    en: str
    fix_zh: str = ""
    fix_en: str = ""
