"""Names that cross to the telephone system, made and checked in one place. PURE.

Endpoints are ``seat-8001`` (browser phone) and ``desk-8001`` (desk phone); a queue knows them as
``PJSIP/seat-8001``; a channel adds a counter: ``PJSIP/seat-8001-0000001f``.
"""

from __future__ import annotations

import re

from gateway.core.errors import Invalid, Problem
from gateway.core.line import PhoneKind

TAP_PREFIX = "tap-"
"""The unique id of a tap's own channel is this and its stream."""

PREFIX = {PhoneKind.BROWSER: "seat", PhoneKind.DESK: "desk"}
_KIND = {word: kind for kind, word in PREFIX.items()}

_INTERFACE = re.compile(r"PJSIP/(seat|desk)-([0-9]{1,10})")
_ANY_INTERFACE = re.compile(r"[A-Za-z0-9]{1,20}/[A-Za-z0-9_.@:/-]{1,80}")
_LEG = re.compile(r"PJSIP/(seat|desk)-([0-9]{1,10})-[0-9a-f]{8,16}")
_CHANNEL = re.compile(r"PJSIP/[A-Za-z0-9_.-]{1,80}-[0-9a-f]{8,16}")
_SEAT = re.compile(r"[0-9]{1,10}")
_WORD = re.compile(r"[A-Za-z0-9_-]{1,80}")
_REASON = re.compile(r"[\w -]{0,80}")
_NUMBER = re.compile(r"\+?[0-9]{1,20}")


def endpoint(seat: str, phone: PhoneKind) -> str:
    """The endpoint of a seat's phone; raises Invalid when ``seat`` is not 1 to 10 digits."""
    return f"{PREFIX[phone]}-{_checked(_SEAT, seat, 'seat')}"


def interface(seat: str, phone: PhoneKind) -> str:
    """The queue member of a seat's phone."""
    return f"PJSIP/{endpoint(seat, phone)}"


def seat_of(name: str) -> tuple[str, PhoneKind] | None:
    """The seat and phone behind an interface or a channel; None when it is no seat's."""
    match = _INTERFACE.fullmatch(name) or _LEG.fullmatch(name)
    return (match[2], _KIND[match[1]]) if match else None


def checked_leg(channel: str) -> str:
    """A seat's channel as it came; raises Invalid when it is not one."""
    return _checked(_LEG, channel, "leg")


def checked_channel(channel: str) -> str:
    """A channel as it came (a pattern, a device or another technology is Invalid)."""
    return _checked(_CHANNEL, channel, "channel")


def checked_interface(name: str) -> str:
    """Any member that a queue may have: technology/resource; raises Invalid for anything else."""
    return _checked(_ANY_INTERFACE, name, "interface")


def checked_word(word: str, pointer: str) -> str:
    """The name of a queue, a member or a prompt: letters, digits, ``_`` and ``-``."""
    return _checked(_WORD, word, pointer)


def checked_reason(reason: str) -> str:
    """Why a seat pauses. Asterisk keeps it in a list with ``;`` and ``|`` between the fields."""
    return _checked(_REASON, reason, "reason")


def number_of(text: str) -> str:
    """A caller's number: digits and a leading +; anything else is no number."""
    return text if _NUMBER.fullmatch(text) else ""


def _checked(pattern: re.Pattern[str], value: str, pointer: str) -> str:
    if not pattern.fullmatch(value):
        raise Invalid(Problem(f"/{pointer}", "bad-name", "名称不合规", "Not a valid name."))
    return value
