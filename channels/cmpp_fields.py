"""The fields that CMPP's tables are made of, each with its length in 2.0 and in 3.0. PURE.

A length of 0 means that the field is not there in that version. Numbers are big-endian; texts are
octet strings, filled up with NUL. What does not fit is BadPdu, the only error of this codec.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Protocol

MOST_CONTENT_BYTES = 255
MOST_TERMINALS = 99
"""The standard says fewer than 100 recipients of one submit."""


class BadPdu(Exception):
    """These bytes are no PDU of CMPP, or these values fit into none; ``reason`` says which rule."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Version(IntEnum):
    """What stands in CONNECT, and decides the lengths of all else."""

    V20 = 0x20
    V30 = 0x30


class Reader:
    """A body, read field by field to its very end."""

    def __init__(self, body: bytes) -> None:
        self._body, self._at = body, 0

    def take(self, size: int) -> bytes:
        """The next bytes. Raises BadPdu."""
        end = self._at + size
        if end > len(self._body):
            raise BadPdu("short")
        piece, self._at = self._body[self._at : end], end
        return piece

    def left(self) -> int:
        """How many bytes nobody took."""
        return len(self._body) - self._at


class Field(Protocol):
    """One line of a table."""

    @property
    def name(self) -> str:
        """The attribute that holds its value, empty for padding."""
        ...

    def put(self, value: Any, version: Version) -> bytes:
        """The value as it goes over the wire. Raises BadPdu."""
        ...

    def get(self, body: Reader, version: Version) -> Any:
        """The value. Raises BadPdu."""
        ...


@dataclass(frozen=True, slots=True)
class _Sized:
    name: str
    v20: int
    v30: int = -1
    """The same as in 2.0 when it is not said."""

    def size(self, version: Version) -> int:
        """Its length in bytes."""
        return self.v20 if version is Version.V20 or self.v30 < 0 else self.v30


@dataclass(frozen=True, slots=True)
class Number(_Sized):
    """An unsigned integer."""

    def put(self, value: Any, version: Version) -> bytes:
        """See ``Field``."""
        try:
            return int(value).to_bytes(self.size(version), "big") if self.size(version) else b""
        except (OverflowError, TypeError, ValueError):
            raise BadPdu(self.name) from None

    def get(self, body: Reader, version: Version) -> int:
        """See ``Field``."""
        return int.from_bytes(body.take(self.size(version)), "big")


@dataclass(frozen=True, slots=True)
class Text(_Sized):
    """An octet string: to its first NUL. What is not ASCII is read as Latin-1, never written."""

    def put(self, value: Any, version: Version) -> bytes:
        """See ``Field``."""
        return _padded(self.name, value, self.size(version))

    def get(self, body: Reader, version: Version) -> str:
        """See ``Field``."""
        return _bare(body.take(self.size(version)))


@dataclass(frozen=True, slots=True)
class Raw(_Sized):
    """Bytes of just this length."""

    def put(self, value: Any, version: Version) -> bytes:
        """See ``Field``."""
        if not isinstance(value, bytes) or len(value) != self.size(version):
            raise BadPdu(self.name)
        return value

    def get(self, body: Reader, version: Version) -> bytes:
        """See ``Field``."""
        return body.take(self.size(version))


@dataclass(frozen=True, slots=True)
class Padding(_Sized):
    """Reserved bytes: zeros when written, not looked at when read."""

    def put(self, value: Any, version: Version) -> bytes:
        """See ``Field``."""
        del value
        return bytes(self.size(version))

    def get(self, body: Reader, version: Version) -> None:
        """See ``Field``."""
        body.take(self.size(version))


@dataclass(frozen=True, slots=True)
class Terminals(_Sized):
    """A count in one byte, then so many octet strings."""

    def put(self, value: Any, version: Version) -> bytes:
        """See ``Field``."""
        if not 0 < len(value) <= MOST_TERMINALS:
            raise BadPdu(self.name)
        each = (_padded(self.name, one, self.size(version)) for one in value)
        return bytes([len(value)]) + b"".join(each)

    def get(self, body: Reader, version: Version) -> tuple[str, ...]:
        """See ``Field``."""
        count = body.take(1)[0]
        if not 0 < count <= MOST_TERMINALS:
            raise BadPdu(self.name)
        return tuple(_bare(body.take(self.size(version))) for _ in range(count))


@dataclass(frozen=True, slots=True)
class Content:
    """A length in one byte, then so many bytes."""

    name: str

    def put(self, value: Any, version: Version) -> bytes:
        """See ``Field``."""
        del version
        if not isinstance(value, bytes) or len(value) > MOST_CONTENT_BYTES:
            raise BadPdu(self.name)
        return bytes([len(value)]) + value

    def get(self, body: Reader, version: Version) -> bytes:
        """See ``Field``."""
        del version
        return body.take(body.take(1)[0])


def _padded(name: str, value: Any, size: int) -> bytes:
    if not isinstance(value, str) or "\0" in value or not value.isascii():
        raise BadPdu(name)
    if not size:
        return b""
    if len(value) > size:
        raise BadPdu(name)
    return value.encode("ascii").ljust(size, b"\0")


def _bare(padded: bytes) -> str:
    return padded.partition(b"\0")[0].decode("latin-1")
