"""What leaves for a citizen: the right to reply, the outbox, and how far each message came."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyGrant:
    """A right to reply: ``quota`` messages until ``expires_at``; ``quota`` 0: any number.

    It belongs to the identity on its account, not to one contact, as the platforms count it.
    ``trigger`` is the key of the event that opened it: one event opens one.
    """

    id: str
    identity_id: str
    trigger: str
    granted_at: datetime
    expires_at: datetime
    quota: int
    used: int = 0

    def left(self, now: datetime) -> int | None:
        """How many more; None: any number; 0 once it is spent or over."""
        if now >= self.expires_at:
            return 0
        return None if self.quota == 0 else max(0, self.quota - self.used)


def newest_live(grants: Iterable[ReplyGrant], now: datetime) -> ReplyGrant | None:
    """The grant to spend: the newest that is not spent and not over."""
    live = [one for one in grants if one.left(now) != 0]
    return max(live, key=lambda one: (one.granted_at, one.id), default=None)


class OutState(StrEnum):
    """Where a message of ours stands, forward only.

    A late word of the platform is kept as a receipt and changes nothing.
    """

    QUEUED = "queued"
    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    FAILED = "failed"
    EXPIRED = "expired"


_STEPS = {
    OutState.QUEUED: 0,
    OutState.SENT: 1,
    OutState.FAILED: 2,
    OutState.EXPIRED: 2,
    OutState.DELIVERED: 3,
    OutState.READ: 4,
}


def further(now: OutState, told: OutState) -> OutState:
    """The state after the platform's word: whichever is further along (delivered beats failed)."""
    return told if _STEPS[told] > _STEPS[now] else now


class OutRoute(StrEnum):
    """By which way it leaves; ``none``: the citizen's page reads it here."""

    REPLY = "reply"
    NOTICE = "notice"
    SMS = "sms"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class OutEntry:
    """One message on its way out, recorded with the message itself.

    ``provider_ids`` are the platform's, one a part. ``not_after``: later it is EXPIRED.
    ``code`` is why it failed, in the platform's or our word.
    """

    message_id: str
    contact_id: str
    identity_id: str
    account: str
    route: OutRoute
    state: OutState = OutState.QUEUED
    tries: int = 0
    next_at: datetime
    not_after: datetime
    provider_ids: tuple[str, ...] = ()
    code: str = ""
    changed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryReceipt:
    """The platform's word, kept as it came; it may come before we know the message's ids."""

    id: str
    account: str
    provider_id: str = field(repr=False)
    part: int
    state: OutState
    code: str
    at: datetime
    received_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class InboundEvent:
    """A thing delivered by a platform as it came, recorded before it is acknowledged.

    (``account``, ``key``) is unique: a second delivery is refused by the store itself
    (``AlreadyTaken`` of kind ``event``). ``raw`` is personal data and evidence: what was cut or not
    understood stands there whole, for whoever holds the key; no use case reads it back.
    """

    id: str
    account: str
    key: str
    received_at: datetime
    raw: bytes = field(repr=False)
    contact_id: str = ""
