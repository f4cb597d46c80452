"""A letter as it came (RFC 5322, MIME), in our own words. PURE.

Whatever is broken in it, something is read: an unknown charset, a label that is not true, a header
that nobody can parse. Only what cannot be opened at all becomes ``unknown``, and is kept.
"""

from __future__ import annotations

import email
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import policy
from email.header import decode_header
from email.message import Message
from email.utils import getaddresses, parsedate_to_datetime

from channels.mail_html import text_of
from channels.message import Inbound, Kind, MediaRef, Receipt, ReceiptState, Sender

MOST_FILES = 20
MOST_PARTS = 200
MOST_THREAD = 10
TEXT_CHARACTERS = 20_000
HEADER_CHARACTERS = 998  # RFC 5322 section 2.1.1
AHEAD = timedelta(days=1)
FILE_DAYS = 7
"""How long the files of a letter wait to be taken."""
_MESSAGE_ID = re.compile(r"<[^<>\s]{1,250}>")
_CHINESE_LABELS = re.compile(r"^(x-)?(gb|cp936|hz)", re.IGNORECASE)
_MACHINES = re.compile(r"^(bulk|list|junk)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A file of a letter; ``ref`` is how it is asked for later."""

    ref: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What a letter was: something said, or a word on a letter of ours that came back."""

    inbound: Inbound | None
    pieces: tuple[Piece, ...] = ()
    receipt: Receipt | None = None
    message_id: str = ""
    references: str = field(default="", repr=False)
    subject: str = field(default="", repr=False)


def key_of(message_id: str, raw: bytes = b"") -> str:
    """By what a letter is known: its Message-ID, or all of it. Names nobody."""
    known = message_id.encode("utf-8", "replace") if message_id else raw
    return f"mail-{hashlib.sha256(known).hexdigest()[:40]}"


def read(raw: bytes, *, mail_from: str, now: datetime) -> Letter:
    """The letter. ``mail_from`` is the envelope's sender, empty for what machines report."""
    try:
        return _read(email.message_from_bytes(raw, policy=policy.compat32), raw, mail_from, now)
    except (RecursionError, ValueError, LookupError, TypeError, AttributeError, IndexError):
        sender = Sender(scheme="email", value=_address(mail_from) or "unknown@invalid")
        unknown = Inbound(
            key=key_of("", raw),
            sender=sender,
            kind=Kind.UNKNOWN,
            sent_at=now,
            fields={"type": "message/rfc822"},
            starts=bool(mail_from),
        )
        return Letter(inbound=unknown)


def _read(letter: Message, raw: bytes, mail_from: str, now: datetime) -> Letter:
    returned = _returned(letter, now)
    if returned is not None:
        return Letter(inbound=None, receipt=returned)
    message_id = _id_in(letter, "Message-ID")
    name, address = _sender(letter, mail_from)
    subject = _header(letter, "Subject")
    references = _ids_in(letter, "References") or _ids_in(letter, "In-Reply-To")
    body, pieces, media = _contents(letter, key_of(message_id, raw), now)
    machine = _is_machine(letter, mail_from)
    inbound = Inbound(
        key=key_of(message_id, raw),
        sender=Sender(scheme="email", value=address, name=name),
        kind=Kind.EVENT if machine else Kind.TEXT,
        sent_at=_date(letter, now),
        text="\n\n".join(one for one in (subject, body) if one)[:TEXT_CHARACTERS],
        media=() if machine else media,
        event="automatic" if machine else "",
        provider_id=message_id,
        reply_to=_ids_in(letter, "In-Reply-To")[-1:][0] if _ids_in(letter, "In-Reply-To") else "",
        thread=tuple(
            name for one in reversed(references[-MOST_THREAD:]) for name in (one, key_of(one))
        ),
        starts=not machine,
    )
    return Letter(
        inbound=inbound,
        pieces=() if machine else pieces,
        message_id=message_id,
        references=" ".join(references[-MOST_THREAD:]),
        subject=subject,
    )


def _is_machine(letter: Message, mail_from: str) -> bool:
    """Whether nobody wrote it (RFC 3834): answering it would answer for ever."""
    said = _header(letter, "Auto-Submitted").partition(";")[0].strip().lower()
    return (
        said not in ("", "no")
        or bool(_MACHINES.match(_header(letter, "Precedence").strip()))
        or not mail_from
    )


def _returned(letter: Message, now: datetime) -> Receipt | None:
    """What a delivery status notification (RFC 3464) says of a letter of ours."""
    if letter.get_content_type() != "multipart/report":
        return None
    status, action, ours = "", "", ""
    for part in _parts(letter):
        kind = part.get_content_type()
        if kind == "message/delivery-status":
            said = "\n".join(str(one) for one in part.get_payload()) if part.is_multipart() else ""
            status = status or _field(said, "Status")
            action = action or _field(said, "Action").lower()
        elif kind in ("message/rfc822", "text/rfc822-headers"):
            inner = part.get_payload()
            text = str(inner[0]) if isinstance(inner, list) and inner else _text(part)
            ours = ours or next(iter(_MESSAGE_ID.findall(_field(text, "Message-ID"))), "")
    if not ours or action not in ("failed", "delivered"):
        return None
    state = ReceiptState.FAILED if action == "failed" else ReceiptState.DELIVERED
    return Receipt(provider_id=ours, state=state, at=now, code=status[:64])


def _field(text: str, name: str) -> str:
    found = re.search(rf"(?im)^{name}:[ \t]*(.+)$", text)
    return found.group(1).strip() if found else ""


def _parts(letter: Message) -> Iterator[Message]:
    """Its parts in order, as many as a person would ever send; not those of a letter within it."""
    waiting, seen = [letter], 0
    while waiting and seen < MOST_PARTS:
        part = waiting.pop()
        seen += 1
        within = part.get_payload()
        if part.get_content_maintype() == "multipart" and isinstance(within, list):
            waiting.extend(one for one in reversed(within) if isinstance(one, Message))
        else:
            yield part


def _contents(
    letter: Message, key: str, now: datetime
) -> tuple[str, tuple[Piece, ...], tuple[MediaRef, ...]]:
    plain, html = "", ""
    pieces: list[Piece] = []
    media: list[MediaRef] = []
    for part in _parts(letter):
        name, kind = _file_name(part), part.get_content_type()
        is_text = kind in ("text/plain", "text/html") and not name
        if is_text and part.get_content_disposition() != "attachment":
            if kind == "text/plain":
                plain = plain or _text(part)
            else:
                html = html or _text(part)
            continue
        content = _bytes(part)
        if not content or len(pieces) >= MOST_FILES:
            continue
        ref = f"{key}-{len(pieces) + 1}"
        pieces.append(Piece(ref=ref, content=content))
        media.append(
            MediaRef(
                ref=ref,
                kind=_kind(kind),
                name=name or f"{len(pieces)}",
                declared_type=kind,
                size_bytes=len(content),
                expires_at=now + timedelta(days=FILE_DAYS),
            )
        )
    return (plain or text_of(html)).strip(), tuple(pieces), tuple(media)


def _file_name(part: Message) -> str:
    """What the sender calls it, without folders."""
    try:
        given = part.get_filename() or ""
    except (ValueError, LookupError):
        return ""
    name = _words(given).replace("\\", "/").rpartition("/")[2]
    return name[:200]


def _kind(content_type: str) -> Kind:
    main = content_type.partition("/")[0]
    return {"image": Kind.IMAGE, "audio": Kind.VOICE, "video": Kind.VIDEO}.get(main, Kind.FILE)


def _bytes(part: Message) -> bytes:
    if part.is_multipart():  # a letter within the letter
        return b"".join(bytes(one) for one in part.get_payload() if isinstance(one, Message))
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _text(part: Message) -> str:
    return (
        decoded(_bytes(part), str(part.get_content_charset("") or ""))
        .replace("\0", "")
        .replace("\r\n", "\n")
    )


def decoded(content: bytes, label: str) -> str:
    """Bytes as text: as declared, else UTF-8, else GB18030, which has a sign for nearly anything.

    GB2312 and GBK in a label mean GB18030: letters say the small set and use the large one.
    """
    declared = "gb18030" if _CHINESE_LABELS.match(label) else label
    for charset in (declared, "utf-8", "gb18030"):
        try:
            return content.decode(charset) if charset else content.decode("utf-8")
        except (LookupError, ValueError):
            continue
    return content.decode("utf-8", "replace")


def _header(letter: Message, name: str) -> str:
    """A header's words in one line, whatever they are written in (RFC 2047)."""
    wanted = name.lower()
    raw = next((one for given, one in letter.raw_items() if given.lower() == wanted), "")
    return _words(str(raw))


def _words(raw: str) -> str:
    given = raw[: HEADER_CHARACTERS * 4]
    try:
        words = [
            decoded(word, charset or "") if isinstance(word, bytes) else _unescaped(word)
            for word, charset in decode_header(given)
        ]
    except (ValueError, LookupError):
        words = [_unescaped(given)]
    line = " ".join("".join(words).split())
    return "".join(one for one in line if one.isprintable())[:HEADER_CHARACTERS]


def _unescaped(word: str) -> str:
    """Bytes that stood in a header without being declared."""
    return decoded(word.encode("utf-8", "surrogateescape"), "")


def _sender(letter: Message, mail_from: str) -> tuple[str, str]:
    """Name and address; the address is the writer's claim."""
    for header in ("Reply-To", "From"):
        for name, address in getaddresses([_header(letter, header)])[:1]:
            if _address(address):
                return name[:200], _address(address)
    return "", _address(mail_from) or "unknown@invalid"


def _address(text: str) -> str:
    """An address in lower case, empty when it is none."""
    address = text.strip().strip("<>").lower()
    good = re.fullmatch(r"[^\s@<>,;:\"()\[\]\\]{1,64}@[^\s@<>,;:\"()\[\]\\]{1,255}", address)
    return address if good else ""


def _ids_in(letter: Message, name: str) -> list[str]:
    return _MESSAGE_ID.findall(str(letter.get(name) or "")[: HEADER_CHARACTERS * 4])


def _id_in(letter: Message, name: str) -> str:
    return next(iter(_ids_in(letter, name)), "")


def _date(letter: Message, now: datetime) -> datetime:
    try:
        said = parsedate_to_datetime(str(letter.get("Date") or ""))
        at = said.replace(tzinfo=UTC) if said.tzinfo is None else said.astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return now
    return at if at <= now + AHEAD else now
