"""FastAGI as bytes: what Asterisk says when it connects, commands, replies. PURE.

https://docs.asterisk.org/Configuration/Interfaces/Asterisk-Gateway-Interface-AGI/
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from ivr.errors import ProtocolFault, Unsafe

MAX_REQUEST_BYTES = 8_192
MAX_COMMAND_BYTES = 1_024
"""Asterisk reads a command into 2,048 bytes."""
MAX_USAGE_LINES = 200

_PLAIN = re.compile(r"[A-Za-z0-9_/.&*#+-]+")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_REPLY = re.compile(r"200 result=(?P<result>[^ ]*)(?: +\((?P<data>.*)\))?(?: +endpos=\d+)? *")
_TRUNK = re.compile(r"PJSIP/trunk-(?P<name>[A-Za-z0-9_-]{1,64})-[0-9a-f]{8}")
_NUMBER = re.compile(r"\+?[0-9]{1,20}")


@dataclass(frozen=True, slots=True)
class Request:
    """Who calls: the ``agi_`` variables, without the prefix."""

    variables: Mapping[str, str]

    @property
    def uniqueid(self) -> str:
        """Asterisk's name of the call."""
        return self.variables.get("uniqueid", "")

    @property
    def script(self) -> str:
        """The path that was asked for."""
        return self.variables.get("network_script", "")

    @property
    def number(self) -> str:
        """The caller's number: digits and a leading +, else empty."""
        number = self.variables.get("callerid", "")
        return number if _NUMBER.fullmatch(number) else ""

    @property
    def trunk(self) -> str:
        """The trunk that brought the call, empty when none did."""
        named = _TRUNK.fullmatch(self.variables.get("channel", ""))
        return named["name"] if named else ""

    @property
    def asserted(self) -> bool:
        """Whether whoever sent it vouches for the number: the length of what they say of it."""
        return self.variables.get("arg_1", "") not in ("", "0")


class Note(Enum):
    """A line that is no reply."""

    NOTHING = "nothing"
    """Empty, provisional or in the middle of a usage text: read on."""
    HANGUP = "hangup"
    """The caller hung up; the reply to the running command still comes."""


@dataclass(frozen=True, slots=True)
class Reply:
    """``result`` and the words in brackets of ``200 result=1 (timeout)``."""

    result: str
    data: str = ""

    @property
    def failed(self) -> bool:
        """Asterisk could not do it: a hang-up, or a file that is not there."""
        return self.result == "-1"


def parse_request(raw: bytes) -> Request:
    """The lines up to the first empty one; raises ProtocolFault when they are not Asterisk's."""
    if len(raw) > MAX_REQUEST_BYTES:
        raise ProtocolFault("request too long")
    variables: dict[str, str] = {}
    for line in raw.decode("utf-8", "replace").split("\n"):
        name, colon, value = line.strip("\r").partition(":")
        if not name and not colon:
            continue
        if not colon or not name.startswith("agi_"):
            raise ProtocolFault("not an AGI request")
        variables.setdefault(name.removeprefix("agi_"), value.strip())
    if not variables:
        raise ProtocolFault("empty AGI request")
    return Request(variables)


def encode(verb: str, *words: str) -> bytes:
    """One command; every word that needs it is quoted.

    Raises Unsafe for control characters (a newline would be a second command) and for more than
    MAX_COMMAND_BYTES.
    """
    line = " ".join([verb, *(_quoted(word) for word in words)])
    if _CONTROL.search(line):
        raise Unsafe
    data = line.encode() + b"\n"
    if len(data) > MAX_COMMAND_BYTES:
        raise Unsafe
    return data


def _quoted(word: str) -> str:
    if _PLAIN.fullmatch(word):
        return word
    escaped = word.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


class ReplyReader:
    """Lines to replies, for one connection; knows when it is inside a usage text (520)."""

    def __init__(self) -> None:
        self._usage_lines = 0

    def feed(self, raw: bytes) -> Reply | Note:
        """One line with or without its end; raises ProtocolFault for a refusal or nonsense."""
        line = raw.decode("utf-8", "replace").rstrip("\r\n")
        if self._usage_lines:
            return self._usage(line)
        if not line or line.startswith("100"):
            return Note.NOTHING
        if line.startswith("HANGUP"):
            return Note.HANGUP
        if line.startswith("520-"):
            self._usage_lines = 1
            return Note.NOTHING
        match = _REPLY.fullmatch(line)
        if match is None:
            raise ProtocolFault(f"refused: {line[:3]}" if line[:3].isdigit() else "not a reply")
        return Reply(match["result"], match["data"] or "")

    def _usage(self, line: str) -> Note:
        self._usage_lines += 1
        if line.startswith("520 ") or self._usage_lines > MAX_USAGE_LINES:
            self._usage_lines = 0
            raise ProtocolFault("refused: 520")
        return Note.NOTHING
