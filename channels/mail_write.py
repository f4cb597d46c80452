"""A letter of ours (RFC 5322). PURE."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr

from channels.message import Outbound

REFERENCES = 10
SUBJECT = "12345 热线回复"


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread:
    """The last letter of somebody: what an answer refers to."""

    message_id: str
    references: str = field(default="", repr=False)
    subject: str = field(default="", repr=False)

    def packed(self) -> bytes:
        """As a note."""
        return json.dumps([self.message_id, self.references, self.subject]).encode()


def unpacked(note: bytes | None) -> Thread:
    """What a note holds; nobody has written before: nothing."""
    if note is None:
        return Thread(message_id="")
    message_id, references, subject = json.loads(note)
    return Thread(message_id=message_id, references=references, subject=subject)


def thread_key(address: str) -> str:
    """The note of somebody's last letter. Names nobody."""
    return f"thread-{hashlib.sha256(address.lower().encode()).hexdigest()[:40]}"


def id_of(key: str, domain: str) -> str:
    """Our letter's Message-ID, the same on every try."""
    return f"<{hashlib.sha256(key.encode()).hexdigest()[:32]}@{domain}>"


def written(
    outbound: Outbound, thread: Thread, *, address: str, name: str, now: datetime
) -> EmailMessage:
    """The letter without its files; a line break in a header cannot be written."""
    letter = EmailMessage(policy=SMTP)
    letter["From"] = formataddr((name, address))
    letter["To"] = outbound.to
    subject = thread.subject or SUBJECT
    letter["Subject"] = subject if subject.lower().startswith("re:") else f"Re: {subject}"
    letter["Date"] = format_datetime(now)
    letter["Message-ID"] = id_of(outbound.key, address.rpartition("@")[2])
    if thread.message_id:
        letter["In-Reply-To"] = thread.message_id
        before = [one for one in thread.references.split() if one != thread.message_id]
        letter["References"] = " ".join([*before[-REFERENCES:], thread.message_id])
    if outbound.automatic:
        letter["Auto-Submitted"] = "auto-replied"  # RFC 3834
        letter["X-Auto-Response-Suppress"] = "All"
    letter.set_content(outbound.text, charset="utf-8", cte="base64")  # passes every server
    return letter
