"""Who works here and what each role may do. Deny is the default: a right not listed is refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Role(StrEnum):
    """话务员 · 班长 · 管理员 · 审计员."""

    OPERATOR = "operator"
    SUPERVISOR = "supervisor"
    ADMIN = "admin"
    AUDITOR = "auditor"


class Right(StrEnum):
    """One thing a person may do."""

    SELF = "self"
    """See who I am, log out, change my password and language."""
    TAKE_CALLS = "take_calls"
    SEE_OWN_CONTACTS = "see_own_contacts"
    SEE_ALL_CONTACTS = "see_all_contacts"
    REVEAL_NUMBER = "reveal_number"
    FLAG_NUMBER = "flag_number"
    """Mark the number of a contact one may see, and take the mark back."""
    PLAY_RECORDING = "play_recording"
    """Of the contacts one may see; every play is noted."""
    WATCH = "watch"
    """Queues, seats and live calls."""
    SUPERVISE = "supervise"
    """Hear others' calls and take them over, set others' seats; each act is a fact."""
    MANAGE = "manage"
    """Operators, queues, seats."""
    READ_AUDIT = "read_audit"


GRANTS: Mapping[Role, frozenset[Right]] = {
    Role.OPERATOR: frozenset(
        {
            Right.SELF,
            Right.TAKE_CALLS,
            Right.SEE_OWN_CONTACTS,
            Right.REVEAL_NUMBER,
            Right.FLAG_NUMBER,
            Right.PLAY_RECORDING,
        }
    ),
    Role.SUPERVISOR: frozenset(
        {
            Right.SELF,
            Right.TAKE_CALLS,
            Right.SEE_OWN_CONTACTS,
            Right.SEE_ALL_CONTACTS,
            Right.REVEAL_NUMBER,
            Right.FLAG_NUMBER,
            Right.PLAY_RECORDING,
            Right.WATCH,
            Right.SUPERVISE,
        }
    ),
    Role.ADMIN: frozenset({Right.SELF, Right.WATCH, Right.MANAGE}),
    Role.AUDITOR: frozenset({Right.SELF, Right.READ_AUDIT}),
}
"""Three duties apart (GB/T 22239 8.1.5): the admin configures and sees no contact, the auditor
reads what others did and changes nothing."""


def may(role: Role, right: Right) -> bool:
    """Whether ``role`` holds ``right``."""
    return right in GRANTS.get(role, frozenset())


@dataclass(frozen=True, slots=True, kw_only=True)
class Operator:
    """A person with a login. ``skills`` maps a queue's name to a penalty: 0 is served first."""

    id: str
    login: str
    name: str
    role: Role
    password_hash: str = field(default="", repr=False)
    skills: Mapping[str, int] = field(default_factory=dict)
    locale: str = "zh-CN"
    active: bool = True
    must_change_password: bool = False
    simulated: bool = False
    removed: bool = False
    """No longer in the plan; the row stays, because contacts and the audit speak of this person."""
