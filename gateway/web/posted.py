"""What an HTML form posts, as plain fields and files; nothing is believed, everything is bounded.

aiohttp's own multipart reader takes a preamble of any size, whatever its limits say (issue 13652 of
aiohttp), so that it is not asked: the body is read here, counted byte by byte, and must begin with
its boundary (RFC 7578 needs no preamble and browsers send none).
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import Message
from urllib.parse import parse_qsl

from aiohttp import web

from gateway.web.body import BodyTooSlow, WrongMedia

BOUNDARY = re.compile(r"[A-Za-z0-9'()+_,./:=?-]{1,70}")
MOST_PARTS = 40
MOST_HEAD_BYTES = 2048
MOST_FIELD_BYTES = 16 * 1024
PIECE_SECONDS = 15.0
"""A phone in a tunnel may be silent so long."""


class NotAForm(web.HTTPBadRequest):
    """The body is not what its type says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PostedFile:
    """A file as the browser describes it, which proves nothing."""

    part: str
    name: str = field(repr=False)
    declared_type: str
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """Fields in the order of the page, names may repeat; files that are not empty."""

    fields: tuple[tuple[str, str], ...] = field(repr=False)
    files: tuple[PostedFile, ...] = ()

    def one(self, name: str) -> str:
        """The first value of this name, empty without one."""
        return next((value for key, value in self.fields if key == name), "")

    def every(self, name: str) -> tuple[str, ...]:
        """Every value of this name."""
        return tuple(value for key, value in self.fields if key == name)


async def read_posted(request: web.Request, most_bytes: int, seconds: float) -> Posted:
    """The form in the body.

    Raises WrongMedia, BodyTooSlow, NotAForm, and aiohttp's HTTPRequestEntityTooLarge.
    """
    media = Message()
    media["content-type"] = request.headers.get("Content-Type", "")
    kind, boundary = media.get_content_type(), media.get_param("boundary")
    if request.headers.get("Content-Encoding"):
        raise WrongMedia
    if kind == "application/x-www-form-urlencoded":
        raw = await _whole(request, MOST_FIELD_BYTES * 8, seconds, b"")
        return Posted(fields=_pairs(raw))
    if kind != "multipart/form-data":
        raise WrongMedia
    if not isinstance(boundary, str) or not BOUNDARY.fullmatch(boundary):
        raise NotAForm
    mark = b"--" + boundary.encode("ascii")
    parts = tuple(_parts(await _whole(request, most_bytes, seconds, mark), mark))
    return Posted(
        fields=tuple((one.part, _text(one.data)) for one in parts if not one.declared_type),
        files=tuple(one for one in parts if one.declared_type and one.data),
    )


async def _whole(request: web.Request, most: int, seconds: float, begins: bytes) -> bytes:
    """The body, cut off as soon as it is too long, too slow, or begins with something else."""
    if (request.content_length or 0) > most:
        raise web.HTTPRequestEntityTooLarge(max_size=most, actual_size=most + 1)
    body = bytearray()
    try:
        async with asyncio.timeout(seconds):
            while True:
                async with asyncio.timeout(PIECE_SECONDS):
                    piece = await request.content.readany()
                if not piece:
                    return bytes(body)
                body += piece
                if len(body) > most:
                    raise web.HTTPRequestEntityTooLarge(max_size=most, actual_size=len(body))
                if not begins.startswith(bytes(body[: len(begins)])):
                    raise NotAForm
    except TimeoutError:
        raise BodyTooSlow from None


def _parts(body: bytes, mark: bytes) -> Iterator[PostedFile]:
    """The parts between the marks; a field is a part without a type. Raises NotAForm."""
    if not body.startswith(mark):
        raise NotAForm
    pieces = (b"\r\n" + body).split(b"\r\n" + mark, MOST_PARTS + 2)
    if len(pieces) < 3 or len(pieces) > MOST_PARTS + 2 or not pieces[-1].startswith(b"--"):
        raise NotAForm
    for piece in pieces[1:-1]:
        head, gap, data = piece.removeprefix(b"\r\n").partition(b"\r\n\r\n")
        if not gap or not piece.startswith(b"\r\n") or len(head) > MOST_HEAD_BYTES:
            raise NotAForm
        yield _part(head, data)


def _part(head: bytes, data: bytes) -> PostedFile:
    found = Message()
    for line in _text(head).split("\r\n"):
        key, colon, value = line.partition(":")
        if not colon or not key.isascii() or "\r" in line or "\n" in line:
            raise NotAForm
        if key.strip().lower() in ("content-disposition", "content-type"):
            found[key.strip()] = value.strip()
    part: object = found.get_param("name", "", "content-disposition")
    file: object = found.get_param("filename", None, "content-disposition")
    if found.get_content_disposition() != "form-data" or not isinstance(part, str):
        raise NotAForm
    if file is None and len(data) > MOST_FIELD_BYTES:
        raise web.HTTPRequestEntityTooLarge(max_size=MOST_FIELD_BYTES, actual_size=len(data))
    return PostedFile(
        part=part[:64],
        name=file[-200:] if isinstance(file, str) else "",
        declared_type="" if file is None else found.get_content_type()[:80],
        data=data,
    )


def _pairs(raw: bytes) -> tuple[tuple[str, str], ...]:
    try:
        pairs = parse_qsl(
            raw.decode("ascii"),
            keep_blank_values=True,
            errors="replace",
            max_num_fields=MOST_PARTS,
        )
    except ValueError:
        raise NotAForm from None
    return tuple((name[:64], value[:MOST_FIELD_BYTES]) for name, value in pairs)


def _text(raw: bytes) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        raise NotAForm from None
