"""One delivery on its way in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from channels.message import Inbound
from gateway.core.chat import ChatForm
from gateway.core.facts import Fact, FactKind
from gateway.core.identity import Identity
from gateway.core.outbound import InboundEvent
from gateway.intake.ids import new_id
from gateway.intake.throttling import NOWHERE, From


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """What came, from whom, and what is thought of it."""

    account: str
    inbound: Inbound
    identity: Identity
    raw: bytes
    new_identity: bool
    now: datetime
    urgent: bool = False
    hinted: bool = False
    """It says a word of danger, of an emergency line or of a special task."""
    over: str = ""
    """The limit that it is over, or empty."""

    def event(self, contact_id: str) -> InboundEvent:
        """As it came."""
        return InboundEvent(
            id=new_id(self.now),
            account=self.account,
            key=self.inbound.key,
            received_at=self.now,
            raw=self.raw,
            contact_id=contact_id,
        )

    def fact(self, contact_id: str, seq: int) -> Fact:
        """That it came, and none of its words."""
        return Fact(
            kind=FactKind.MESSAGE_RECEIVED,
            at=self.now,
            contact_id=contact_id,
            data={
                "account": self.account,
                "kind": self.inbound.kind.value,
                "event": self.inbound.event[:64],
                "seq": seq,
                **({"throttled": self.over} if self.over else {}),
            },
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class AsForm:
    """What kind of conversation it would begin, and where."""

    form: ChatForm = ChatForm.CHAT
    queue: str = ""
    query_code_hash: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """What became of one thing; ``new`` False: it was here before. All empty: no conversation."""

    contact_id: str = ""
    message_id: str = ""
    seq: int = 0
    new: bool = True


@dataclass(slots=True, kw_only=True)
class Delivery:
    """One thing as it was brought, and what was found out about it; ``over`` None: not yet."""

    account: str
    inbound: Inbound
    raw: bytes = b""
    as_form: AsForm = AsForm()
    origin: From = NOWHERE
    urgent: bool = False
    hinted: bool = False
    over: str | None = None

    @property
    def name(self) -> tuple[str, str]:
        """By which a delivery is known."""
        return self.account, self.inbound.key

    def goes_with(self, other: Delivery) -> bool:
        """Whether both may be recorded as one: the same citizen in the same conversation."""
        return (
            self.as_form == other.as_form
            and self.as_form.form is ChatForm.CHAT
            and self.account == other.account
            and self.inbound.sender == other.inbound.sender
            and self.origin == other.origin
        )
