"""SIP messages as values (RFC 3261 sections 7 and 25). Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from gateway.simulate.errors import NotSip

Headers = tuple[tuple[str, str], ...]

SHORT_NAMES = {
    "i": "call-id",
    "m": "contact",
    "l": "content-length",
    "c": "content-type",
    "f": "from",
    "t": "to",
    "v": "via",
    "k": "supported",
}  # RFC 3261 section 7.3.3
MAX_HEADERS = 200
_ADDRESS = re.compile(r"<([^<>]*)>")
_TAG = re.compile(r";\s*tag=([^;,\s]+)", re.IGNORECASE)
_USER = re.compile(r"sips?:([^@;>]+)@", re.IGNORECASE)
_BRANCH = re.compile(r";\s*branch=([^;,\s]+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Message:
    """What requests and responses share. ``body`` is text: we only speak SDP."""

    headers: Headers
    body: str = ""

    def get(self, name: str) -> str:
        """The first header of this name, whatever its case; empty when there is none."""
        return next(iter(self.every(name)), "")

    def every(self, name: str) -> tuple[str, ...]:
        """All headers of this name, in order."""
        return tuple(value for key, value in self.headers if key.lower() == name.lower())

    @property
    def call_id(self) -> str:
        """What names the dialog."""
        return self.get("Call-ID")

    @property
    def cseq(self) -> tuple[int, str]:
        """Number and method."""
        number, _, method = self.get("CSeq").partition(" ")
        return int(number), method.strip()

    @property
    def branch(self) -> str:
        """What names the transaction."""
        found = _BRANCH.search(self.get("Via"))
        return found[1] if found else ""


@dataclass(frozen=True, slots=True)
class Request(Message):
    """``method uri SIP/2.0``."""

    method: str = ""
    uri: str = ""

    def reply(
        self, code: int, reason: str, *, tag: str = "", more: Headers = (), body: str = ""
    ) -> Response:
        """A response with the headers that must be copied (section 8.2.6)."""
        to = self.get("To")
        if tag and not tag_of(to):
            to = f"{to};tag={tag}"
        headers: Headers = (
            *(("Via", via) for via in self.every("Via")),
            ("From", self.get("From")),
            ("To", to),
            ("Call-ID", self.call_id),
            ("CSeq", self.get("CSeq")),
            *more,
        )
        return Response(headers=headers, body=body, code=code, reason=reason)


@dataclass(frozen=True, slots=True)
class Response(Message):
    """``SIP/2.0 code reason``."""

    code: int = 0
    reason: str = ""


def parse(data: bytes) -> Request | Response:
    """One datagram; raises NotSip."""
    head, _, body = data.decode("utf-8", "replace").partition("\r\n\r\n")
    first, *lines = head.split("\r\n")
    if len(lines) > MAX_HEADERS:
        raise NotSip("too many headers")
    headers: list[tuple[str, str]] = []
    for line in lines:
        if line[:1] in {" ", "\t"} and headers:
            name, value = headers[-1]
            headers[-1] = name, f"{value} {line.strip()}"
            continue
        name, colon, value = line.partition(":")
        if not colon:
            raise NotSip("a line without a colon")
        name = name.strip()
        headers.append((SHORT_NAMES.get(name.lower(), name), value.strip()))
    words = first.split(" ", 2)
    if len(words) != 3:
        raise NotSip("no first line")
    message: Request | Response
    if words[0] == "SIP/2.0" and words[1].isascii() and words[1].isdigit():
        message = Response(tuple(headers), body, int(words[1]), words[2])
    elif words[2] == "SIP/2.0":
        message = Request(tuple(headers), body, words[0], words[1])
    else:
        raise NotSip("not SIP/2.0")
    if not message.call_id or not re.fullmatch(r"\d{1,10} +\S+", message.get("CSeq")):
        raise NotSip("no Call-ID or CSeq")
    return message


def build(message: Request | Response) -> bytes:
    """The bytes to send; lengths are added here."""
    if isinstance(message, Request):
        first = f"{message.method} {message.uri} SIP/2.0"
    else:
        first = f"SIP/2.0 {message.code} {message.reason}"
    body = message.body.encode()
    headers: Iterable[tuple[str, str]] = message.headers
    if body:
        headers = (*headers, ("Content-Type", "application/sdp"))
    lines = [first, *(f"{name}: {value}" for name, value in headers)]
    return "\r\n".join([*lines, f"Content-Length: {len(body)}", "", ""]).encode() + body


def uri_of(address: str) -> str:
    """The URI of a name-addr (``"Name" <sip:x@y>;tag=z``) or of a bare one."""
    found = _ADDRESS.search(address)
    return found[1] if found else address.partition(";")[0].strip()


def user_of(address: str) -> str:
    """The part before @; empty when there is none."""
    found = _USER.search(uri_of(address))
    return found[1] if found else ""


def tag_of(address: str) -> str:
    """The dialog tag; empty when there is none."""
    found = _TAG.search(address)
    return found[1] if found else ""
