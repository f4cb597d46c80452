"""A body of WeChat, XML or JSON, as flat text fields; bounded before anything is believed. PURE.

Both pushes say the same things: ``<xml><MsgType>text</MsgType></xml>`` and ``{"MsgType":"text"}``
become the same fields. A document type is refused, so there are no entities: neither "laughs" nor
external ones. Depth, size and number of fields have limits; everything else is Malformed.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NoReturn
from xml.parsers import expat

from channels.errors import Malformed

MOST_BYTES = 64 * 1024
MOST_DEPTH = 32
MOST_FIELDS = 1_000
MOST_NAME = 64


@dataclass(slots=True)
class Body:
    """The leaves of a body.

    ``top`` is what stands directly inside it, the first of each name; ``deep`` everything below,
    as (path, text) in order, with ``/`` between the names.
    """

    top: dict[str, str] = field(default_factory=dict)
    deep: list[tuple[str, str]] = field(default_factory=list)

    def all(self, name: str) -> tuple[str, ...]:
        """Every value below the top whose own name is this."""
        end = f"/{name}"
        return tuple(text for path, text in self.deep if path.endswith(end))


def read(body: bytes) -> Body:
    """Raises Malformed."""
    if len(body) > MOST_BYTES:
        raise Malformed("too large", status=413)
    start = body.lstrip()[:1]
    if start == b"{":
        return _read_json(body)
    if start != b"<":
        raise Malformed("neither XML nor JSON")
    return _Xml().read(body)


class _Xml:
    def __init__(self) -> None:
        self._path: list[str] = []
        self._text: list[str] = []
        self._leaf = False
        self._left = MOST_FIELDS
        self._body = Body()

    def read(self, body: bytes) -> Body:
        parser = expat.ParserCreate("utf-8")
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = _no_doctype
        parser.StartElementHandler = self._starts
        parser.EndElementHandler = self._ends
        parser.CharacterDataHandler = self._text.append
        try:
            parser.Parse(body, True)
        except expat.ExpatError:
            raise Malformed("not XML") from None
        return self._body

    def _starts(self, name: str, _attributes: dict[str, str]) -> None:
        if len(self._path) >= MOST_DEPTH:
            raise Malformed("too deep")
        if len(name) > MOST_NAME:
            raise Malformed("name too long")
        self._path.append(name)
        self._text.clear()
        self._leaf = True

    def _ends(self, name: str) -> None:
        path = self._path
        if self._leaf and len(path) > 1:
            self._left -= 1
            if self._left < 0:
                raise Malformed("too many fields")
            text = "".join(self._text)
            if len(path) == 2:
                self._body.top.setdefault(name, text)
            else:
                self._body.deep.append(("/".join(path[1:]), text))
        self._leaf = False
        path.pop()


def _no_doctype(*_: object) -> NoReturn:
    raise Malformed("document type")


def _read_json(raw: bytes) -> Body:
    try:
        found = json.loads(raw)
    except (ValueError, RecursionError):
        raise Malformed("not JSON") from None
    body, left = Body(), MOST_FIELDS
    for path, text in _leaves(found, (), 1):
        left -= 1
        if left < 0:
            raise Malformed("too many fields")
        clean = text.encode("utf-8", "replace").decode().replace("\0", "")
        if len(path) == 1:
            body.top[path[0]] = clean
        else:
            body.deep.append(("/".join(path), clean))
    return body


def _leaves(value: Any, path: tuple[str, ...], depth: int) -> Iterator[tuple[tuple[str, ...], str]]:
    """Every text, number and truth value below ``value``; a list adds nothing to the path."""
    if depth > MOST_DEPTH:
        raise Malformed("too deep")
    if isinstance(value, dict):
        for name, inner in value.items():
            if len(name) > MOST_NAME:
                raise Malformed("name too long")
            yield from _leaves(inner, (*path, name), depth + 1)
    elif isinstance(value, list):
        for inner in value:
            yield from _leaves(inner, path, depth + 1)
    elif value is not None and path:
        yield path, value if isinstance(value, str) else json.dumps(value)
