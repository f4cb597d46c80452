"""Who we are on the manager interface: one user for each kind of thing we do. PURE.

A secret that leaks, or a fault in one part, reaches what that part needs and no more. What each may
do stands in config/asterisk/manager.conf.in; a test holds every user to it, action by action.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Mapping
from enum import StrEnum


class AmiUser(StrEnum):
    """The users' names, as manager.conf has them."""

    EVENTS = "hotline-events"
    """Hears what happens and takes snapshots; changes nothing."""
    CALLS = "hotline-calls"
    """Queue members, redirects, hang-ups."""
    VOICE = "hotline-voice"
    """Originates; nothing else."""
    ADMIN = "hotline-admin"
    """Publishes what the admin changed; connected only meanwhile."""
    GUARD = "hotline-guard"
    """Hears of refused logins and scans, and writes bans."""


AmiSecrets = Mapping[str, str]
"""A secret for each AmiUser, by the user's name."""


def secrets_from(make: Callable[[AmiUser], str]) -> dict[str, str]:
    """One secret for every user."""
    return {user.value: make(user) for user in AmiUser}


def secrets_of(root: str) -> dict[str, str]:
    """Every user's secret from the one that an admin keeps; none leads back, or to another's."""
    return secrets_from(lambda user: hmac.digest(root.encode(), user.encode(), "sha256").hex())
