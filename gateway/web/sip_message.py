"""One SIP message out of one WebSocket frame (RFC 3261, RFC 7118). PURE.

Much stricter than RFC 3261: CRLF only, no folded lines, no control characters, at most one of each
header that identifies the dialog. What is written out again is rebuilt from what was parsed, with a
Content-Length of our own, so that the telephone system cannot read it in a second way.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

MAX_BYTES = 16 * 1024
MAX_HEADERS = 64

REQUEST_LINE = re.compile(r"([A-Z]{3,12}) (\S{1,512}) SIP/2\.0")
STATUS_LINE = re.compile(r"SIP/2\.0 ([1-6][0-9]{2}) ([^\x00-\x1f\x7f]{0,128})")
HEADER_LINE = re.compile(r"([A-Za-z0-9.!%*_+`'~-]{1,64})[ \t]*:[ \t]*([^\x00-\x08\x0a-\x1f\x7f]*)")
ADDRESS = re.compile(r'(?:"(?:[^"\\]|\\.)*"[ \t]*|[^<>"]*)<([^<>\s]+)>[ \t]*((?:;[^<>"\s]+)*)')
BARE_ADDRESS = re.compile(r"([^<>\";\s]+)((?:;[^<>\"\s]+)*)")
URI = re.compile(r"sips?:(?:([A-Za-z0-9_.!~*'()&=+$,;?/%-]{1,64})@)?[A-Za-z0-9.:\[\]_-]{1,255}"
                 r"(?:;[A-Za-z0-9_.!~*'()=%:\[\]-]{1,128})*", re.IGNORECASE)  # fmt: skip
TAG = re.compile(r"(?:^|;)[ \t]*tag=([A-Za-z0-9.!%*_+`'~-]{1,128})(?=;|$)", re.IGNORECASE)
UNQUOTED = re.compile(r'"(?:[^"\\]|\\.)*"|<[^<>]*>')
CSEQ = re.compile(r"([0-9]{1,10})[ \t]+([A-Z]{3,12})")

COMPACT = {
    "a": "accept-contact", "b": "referred-by", "c": "content-type", "d": "request-disposition",
    "e": "content-encoding", "f": "from", "i": "call-id", "j": "reject-contact",
    "k": "supported", "l": "content-length", "m": "contact", "n": "identity-info", "o": "event",
    "r": "refer-to", "s": "subject", "t": "to", "u": "allow-events", "v": "via",
    "x": "session-expires", "y": "identity",
}  # fmt: skip
SINGLE = ("from", "to", "call-id", "cseq")


class NotSip(ValueError):
    """This is not a SIP message as we take it."""


@dataclass(frozen=True, slots=True)
class Party:
    """The From or To of a message: the URI, its user part, the tag (empty outside a dialog)."""

    uri: str
    user: str
    tag: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SipMessage:
    """A request (``method``, ``uri``) or a response (``status``); the other fields are empty or 0.

    ``headers`` are (name as written, value) in order; ``body`` is text as it came.
    """

    start: str
    method: str
    uri: str
    status: int
    headers: tuple[tuple[str, str], ...]
    body: str

    def all(self, name: str) -> tuple[str, ...]:
        """Every value of a header, by lower-case full name."""
        return tuple(value for key, value in self.headers if full_name(key) == name)

    def one(self, name: str) -> str:
        """The first value of a header, empty when there is none."""
        return next(iter(self.all(name)), "")

    @property
    def caller(self) -> Party:
        """The From."""
        return party(self.one("from"))

    @property
    def called(self) -> Party:
        """The To."""
        return party(self.one("to"))

    @property
    def cseq_method(self) -> str:
        """The method that CSeq names."""
        found = CSEQ.fullmatch(self.one("cseq"))
        return found.group(2) if found else ""

    @property
    def cseq_number(self) -> int:
        """The number in CSeq."""
        found = CSEQ.fullmatch(self.one("cseq"))
        return int(found.group(1)) if found else 0

    def text(self) -> str:
        """As it goes on, with our own Content-Length."""
        lines = [self.start]
        lines += [f"{k}: {v}" for k, v in self.headers if full_name(k) != "content-length"]
        lines.append(f"Content-Length: {len(self.body.encode())}")
        return "\r\n".join(lines) + "\r\n\r\n" + self.body


def full_name(name: str) -> str:
    """A header's name in lower case, compact forms written out."""
    lower = name.lower()
    return COMPACT.get(lower, lower)


def uri_user(uri: str) -> str:
    """The user part of a sip: URI, empty without one. Raises NotSip for anything else."""
    found = URI.fullmatch(uri)
    if not found:
        raise NotSip("uri")
    return found.group(1) or ""


def party(value: str) -> Party:
    """A From or To value. Raises NotSip."""
    found = ADDRESS.fullmatch(value.strip()) or BARE_ADDRESS.fullmatch(value.strip())
    if not found:
        raise NotSip("address")
    tag = TAG.search(found.group(2))
    return Party(found.group(1), uri_user(found.group(1)), tag.group(1) if tag else "")


def parse(text: str) -> SipMessage:
    """Read one message. Raises NotSip."""
    if len(text.encode(errors="surrogatepass")) > MAX_BYTES:
        raise NotSip("size")
    head, gap, body = text.partition("\r\n\r\n")
    if not gap:
        raise NotSip("no empty line")
    start, *lines = head.split("\r\n")
    if len(lines) > MAX_HEADERS:
        raise NotSip("headers")
    headers = tuple(_header(line) for line in lines)
    request, status = REQUEST_LINE.fullmatch(start), STATUS_LINE.fullmatch(start)
    if not request and not status:
        raise NotSip("start line")
    message = SipMessage(
        start=start,
        method=request.group(1) if request else "",
        uri=request.group(2) if request else "",
        status=int(status.group(1)) if status else 0,
        headers=headers,
        body=body,
    )
    _check(message)
    return message


def _header(line: str) -> tuple[str, str]:
    found = HEADER_LINE.fullmatch(line)
    if not found:
        raise NotSip("header")
    return found.group(1), found.group(2).rstrip(" \t")


def _check(message: SipMessage) -> None:
    for name in SINGLE:
        if len(message.all(name)) != 1:
            raise NotSip(name)
    contacts = message.all("contact")
    if len(contacts) > 1 or any("," in UNQUOTED.sub("", value) for value in contacts):
        raise NotSip("contact")  # the telephone system rewrites the first one only
    if "\x00" in message.body:
        raise NotSip("body")
    if not message.one("via") or not 1 <= len(message.one("call-id")) <= 256:
        raise NotSip("via or call-id")
    if not message.cseq_method or (message.method and message.cseq_method != message.method):
        raise NotSip("cseq")
    if not message.caller.tag:
        raise NotSip("from tag")
    _ = message.called
    if message.method:
        uri_user(message.uri)
