"""AMI as bytes: messages in, actions out. PURE.

The Asterisk Manager Interface speaks lines of ``Key: value`` ended by CR LF; an empty line ends a
message. Some events of Asterisk 22 are followed by a spare empty line, so an empty message is no
message. Framing is done on bytes and a message is decoded as a whole: a character split over two
TCP segments loses nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from gateway.core.errors import Invalid, PhonesUnavailable, Problem

BANNER = b"Asterisk Call Manager/"
MAX_BANNER_BYTES = 256
MAX_MESSAGE_BYTES = 1 << 20
MAX_LINE_BYTES = 1024
"""Asterisk reads a line of an action into a buffer of 1,025 bytes and cuts the rest."""
MAX_HEADERS = 128
"""AST_MAX_MANHEADERS."""

_KEY = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,63}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_END = b"\r\n\r\n"
_NOTHING: Mapping[str, tuple[str, ...]] = MappingProxyType({})

Value = str | int | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AmiMessage:
    """One response or event.

    ``first`` holds the first value of each header, ``repeated`` all values of those that came more
    than once. Names are as Asterisk spells them. A missing header is a KeyError on ``[]``.
    """

    first: Mapping[str, str]
    repeated: Mapping[str, tuple[str, ...]]

    def __getitem__(self, name: str) -> str:
        return self.first[name]

    def get(self, name: str, default: str = "") -> str:
        """The first value, or ``default``."""
        return self.first.get(name, default)

    def all(self, name: str) -> tuple[str, ...]:
        """Every value, in order; empty when there is none."""
        if name in self.repeated:
            return self.repeated[name]
        return (self.first[name],) if name in self.first else ()

    @property
    def event(self) -> str:
        """The event's name; empty for a response."""
        return self.first.get("Event", "")

    @property
    def ok(self) -> bool:
        """Whether this response says that it was done."""
        return self.first.get("Response") in ("Success", "Goodbye")

    def variables(self, name: str = "ChanVariable") -> dict[str, str]:
        """The channel variables that Asterisk put beside the event (``NAME=value``)."""
        return dict(_split(pair) for pair in self.all(name))


def _split(pair: str) -> tuple[str, str]:
    name, _, value = pair.partition("=")
    return name, value


def parse(raw: bytes) -> AmiMessage:
    """One message without its final empty line. Lines without a colon are skipped."""
    lines = _decode(raw)
    try:
        first = dict([line.split(": ", 1) for line in lines])
    except ValueError:
        return _parse_slowly(lines)
    if len(first) != len(lines) or ":" in "".join(first):
        return _parse_slowly(lines)  # a header came twice, or ends in a colon without a space
    return AmiMessage(first, _NOTHING)


def _parse_slowly(lines: list[str]) -> AmiMessage:
    first: dict[str, str] = {}
    repeated: dict[str, list[str]] = {}
    for line in lines:
        key, colon, value = line.partition(":")
        if not colon:
            continue
        value = value.removeprefix(" ")
        if key not in first:
            first[key] = value
        elif key in repeated:
            repeated[key].append(value)
        else:
            repeated[key] = [first[key], value]
    return AmiMessage(first, {key: tuple(values) for key, values in repeated.items()})


def _decode(raw: bytes) -> list[str]:
    """UTF-8; a line that is not is tried as GB18030, then kept with escapes for what is left."""
    try:
        return raw.decode().split("\r\n")
    except UnicodeDecodeError:
        return [_decode_line(line) for line in raw.split(b"\r\n")]


def _decode_line(line: bytes) -> str:
    for encoding in ("utf-8", "gb18030"):
        try:
            return line.decode(encoding)
        except UnicodeDecodeError:
            continue
    # never a lone surrogate: it would break the store and the browser's JSON later
    return line.decode("utf-8", "backslashreplace")


class AmiDecoder:
    """Bytes to messages, for one connection.

    ``skip`` names events nobody reads: they are dropped before they are parsed (73 % of the bytes
    of a busy Asterisk). The connection's banner is eaten first.
    """

    def __init__(self, skip: tuple[str, ...] = ()) -> None:
        self._buffer = bytearray()
        self._scanned = 0
        self._greeted = False
        self._skip = frozenset(f"Event: {name}".encode() for name in skip)
        self.skipped = 0

    def feed(self, data: bytes) -> Iterator[AmiMessage]:
        """Messages completed by ``data``.

        Raises PhonesUnavailable when this is no AMI, or a message is over MAX_MESSAGE_BYTES.
        """
        if self._buffer or not self._greeted:
            self._buffer += data
            if not self._greeted and not self._greet():
                return
            if self._buffer.find(_END, self._scanned) < 0:
                self._keep()
                return
            data = bytes(self._buffer)
            self._buffer.clear()
        *messages, rest = data.split(_END)
        self._buffer += rest
        self._keep()
        for message in messages:
            raw = message.lstrip(b"\r\n")
            if raw[: max(0, raw.find(b"\r\n"))] in self._skip:
                self.skipped += 1
            elif raw:
                yield parse(raw)

    def _keep(self) -> None:
        """What is in the buffer waits for its end."""
        self._scanned = max(0, len(self._buffer) - len(_END) + 1)
        if len(self._buffer) > MAX_MESSAGE_BYTES:
            raise PhonesUnavailable("message too long")

    def _greet(self) -> bool:
        line, newline, _ = bytes(self._buffer[:MAX_BANNER_BYTES]).partition(b"\r\n")
        if not line.startswith(BANNER[: len(line)]) or (newline and not line.startswith(BANNER)):
            raise PhonesUnavailable("not a manager port")
        if not newline:
            if len(self._buffer) >= MAX_BANNER_BYTES:
                raise PhonesUnavailable("not a manager port")
            return False
        del self._buffer[: len(line) + 2]
        self._greeted = True
        return True


def encode(action: str, action_id: str, headers: Mapping[str, Value]) -> bytes:
    """An action as it goes over the wire.

    A tuple repeats its header. Raises Invalid for any control character (C0, DEL, C1, line and
    paragraph separators) in a value, a name that is no header name, a line over MAX_LINE_BYTES, or
    more than MAX_HEADERS lines: one of these is how a second action is smuggled in. The value is
    never part of the error.
    """
    lines = [_line("Action", action), _line("ActionID", action_id)]
    for key, value in headers.items():
        values = value if isinstance(value, tuple) else (str(value),)
        lines += [_line(key, each) for each in values]
    if len(lines) > MAX_HEADERS:
        raise _unsafe("headers", "多于128行", "More than 128 lines.")
    return b"\r\n".join(lines) + _END


def _line(key: str, value: str) -> bytes:
    if not _KEY.fullmatch(key):
        raise _unsafe("header", "不是头名称", "Not a header name.")
    if _CONTROL.search(value):
        raise _unsafe(key, "含控制字符", "Holds a control character.")
    line = f"{key}: {value}".encode()
    if len(line) > MAX_LINE_BYTES:
        raise _unsafe(key, "超过1024字节", "Longer than 1,024 bytes.")
    return line


def _unsafe(pointer: str, zh: str, en: str) -> Invalid:
    return Invalid(Problem(f"/{pointer}", "ami-unsafe", zh, en))
