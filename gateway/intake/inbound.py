"""What a channel hands over, in the store's words. PURE."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from channels.message import Inbound, Kind, Location, MediaRef
from gateway.core.citizen import normalise_number
from gateway.core.message import Attachment, Direction, Message, MessageKind
from gateway.core.outbound import ReplyGrant
from gateway.core.place import Datum, Place

TEXT_CHARACTERS = 20_000
FIELD_CHARACTERS = 4_000
MOST_FIELDS = 64
MOST_FILES = 20
MOST_NUMBERS = 3
"""Telephone numbers that are looked at in one message."""
_MOBILE = re.compile(r"(?<![0-9])(?:\+?86[ -]?)?(1[3-9][0-9](?:[ -]?[0-9]{4}){2})(?![0-9])")
_CJK = re.compile(r"[\u3400-\u9fff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ids:
    """The new ids of one message; ``files`` has as many as there may be files."""

    contact: str
    message: str
    files: tuple[str, ...]


def message_of(inbound: Inbound, ids: Ids, *, contact_id: str, seq: int, now: datetime) -> Message:
    """The message as it is kept; what is longer than we keep is cut (the raw event has it all)."""
    fields = list(inbound.fields.items())[:MOST_FIELDS]
    return Message(
        id=ids.message,
        contact_id=contact_id,
        seq=seq,
        direction=Direction.IN,
        kind=MessageKind(inbound.kind.value),
        at=inbound.sent_at,
        stored_at=now,
        text=inbound.text[:TEXT_CHARACTERS],
        fields={key[:64]: value[:FIELD_CHARACTERS] for key, value in fields},
        event=inbound.event,
        place=place_of(inbound.location),
        provider_id=inbound.provider_id,
        reply_to=inbound.reply_to,
        client_key=inbound.key,
    )


def place_of(location: Location | None) -> Place | None:
    """The place as it was given."""
    if location is None:
        return None
    return Place(
        latitude=location.latitude,
        longitude=location.longitude,
        datum=Datum(location.datum.value),
        accuracy_m=location.accuracy_m,
        address=location.address,
    )


def attachments_of(
    media: Iterable[MediaRef], ids: Ids, *, contact_id: str, now: datetime
) -> Iterator[Attachment]:
    """Files to be fetched, at once."""
    for id_, one in zip(ids.files, media, strict=False):
        yield Attachment(
            id=id_,
            message_id=ids.message,
            contact_id=contact_id,
            kind=MessageKind(one.kind.value),
            ref=one.ref,
            name=one.name[:200],
            declared_type=one.declared_type[:100],
            size_bytes=one.size_bytes,
            next_at=now,
            expires_at=one.expires_at,
        )


def grant_of(inbound: Inbound, id_: str, identity_id: str, now: datetime) -> ReplyGrant | None:
    """The right to reply that it opens, counted from the platform's time."""
    grant = inbound.grant
    if grant is None:
        return None
    begun = min(inbound.sent_at, now)
    return ReplyGrant(
        id=id_,
        identity_id=identity_id,
        trigger=inbound.key,
        granted_at=begun,
        expires_at=begun + timedelta(seconds=grant.seconds),
        quota=grant.quota,
    )


def words_of(inbound: Inbound) -> str:
    """Everything that the citizen wrote in it."""
    address = inbound.location.address if inbound.location else ""
    return "\n".join((inbound.text, address, *inbound.fields.values()))


def is_urgent(inbound: Inbound, emergency_words: Iterable[str]) -> bool:
    """Whether it says one of the words (casefolded) that mean danger, or is marked so."""
    if inbound.fields.get("urgent", "") in ("1", "true", "yes", "on"):
        return True
    said = words_of(inbound).casefold()
    return any(word in said for word in emergency_words)


def starts(inbound: Inbound) -> bool:
    """Whether it wants an operator."""
    return inbound.starts and inbound.kind is not Kind.EVENT


def numbers_in(inbound: Inbound) -> tuple[str, ...]:
    """The mobile numbers that the citizen gave, normalised, each once."""
    found = (normalise_number(one) for one in _MOBILE.findall(words_of(inbound)))
    return tuple(dict.fromkeys(found))[:MOST_NUMBERS]


def is_chinese(text: str) -> bool:
    """Whether to answer in Chinese: unless somebody wrote words without a Chinese character."""
    return not any(one.isalpha() for one in text) or bool(_CJK.search(text))
