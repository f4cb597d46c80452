"""Names that cross to the telephone system, made and checked in one place. PURE.

Endpoints are ``seat-8001`` (browser phone) and ``desk-8001`` (desk phone); a queue knows them as
``PJSIP/seat-8001``; a channel adds a counter: ``PJSIP/seat-8001-0000001f``.
"""

from __future__ import annotations

import re

from gateway.core.errors import Invalid, Problem
from gateway.core.line import PhoneKind

GUEST_PREFIX = "g-"
"""The unique id of a guest's leg is this and the guest's id."""

TAP_PREFIX = "tap-"
"""The unique id of a tap's own channel is this and its stream."""

PREFIX = {PhoneKind.BROWSER: "seat", PhoneKind.DESK: "desk"}
_KIND = {word: kind for kind, word in PREFIX.items()}

_INTERFACE = re.compile(r"PJSIP/(seat|desk)-([0-9]{1,10})")
_ANY_INTERFACE = re.compile(r"[A-Za-z0-9]{1,20}/[A-Za-z0-9_.@:/-]{1,80}")
_LEG = re.compile(r"PJSIP/(seat|desk)-([0-9]{1,10})-[0-9a-f]{8,16}")
_CHANNEL = re.compile(r"PJSIP/[A-Za-z0-9_.-]{1,80}-[0-9a-f]{8,16}")
_GUEST = re.compile(r"[0-9a-f]{32}")
_OUTSIDE = re.compile(r"\+?[0-9]{2,20}")
_TRUNK = re.compile(r"[a-z][a-z0-9_-]{0,31}")
_HOTLINE_ID = re.compile(r"H[A-Za-z0-9._-]{3,80}")
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


def guest_of(uniqueid: str) -> str:
    """The guest whose leg this is; empty for any other channel."""
    guest = uniqueid.removeprefix(GUEST_PREFIX)
    return guest if guest != uniqueid and _GUEST.fullmatch(guest) else ""


def guest_channel(guest: str) -> str:
    """The unique id of a guest's leg; raises Invalid when ``guest`` is not 32 hex digits."""
    return GUEST_PREFIX + _checked(_GUEST, guest, "guest")


def checked_hotline_id(id_: str) -> str:
    """The name of a call as the dialplan makes it."""
    return _checked(_HOTLINE_ID, id_, "hotline_id")


def outside(number: str, trunk: str) -> str:
    """What is dialled to reach a number behind a trunk; digits with an optional leading +."""
    number, trunk = _checked(_OUTSIDE, number, "number"), _checked(_TRUNK, trunk, "trunk")
    return f"PJSIP/{number}@trunk-{trunk}"


def checked_shown(number: str) -> str:
    """The number that is shown as the caller; may be empty."""
    return _checked(_NUMBER, number, "shown") if number else ""


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
