"""By which way a message of ours leaves, and when it is tried again. PURE."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from gateway.core.outbound import OutEntry, OutRoute, ReplyGrant

FIRST_PAUSE_SECONDS = 2.0
LONGEST_PAUSE_SECONDS = 300.0


def pause_seconds(tries: int, jitter: float, least: float = 0.0) -> float:
    """How long to wait after so many tries: doubled each time, moved by ``jitter`` (0..1).

    Half of it is fixed and half is chance, so that what failed together does not come back
    together. ``least`` is what the platform asks for.
    """
    whole = min(LONGEST_PAUSE_SECONDS, FIRST_PAUSE_SECONDS * 2.0 ** max(0, tries - 1))
    return max(least, whole / 2 * (1 + jitter))


def route_of(
    entry: OutEntry,
    grant: ReplyGrant | None,
    routes: Collection[OutRoute],
    *,
    grants_rule: bool,
    sms: bool,
    shut: Collection[OutRoute] = (),
) -> OutRoute | None:
    """The way for this try, the best first; None: there is none left.

    ``routes`` are the channel's, ``shut`` those that the platform has just refused, ``grants_rule``
    whether a reply needs a right to reply (a channel that never gave one needs none). One that has
    spent its right keeps its way for the next tries: the platform has not counted a failed one.
    """
    if OutRoute.REPLY in routes and OutRoute.REPLY not in shut:
        spent = entry.route is OutRoute.REPLY and entry.tries > 0
        if grant is not None or not grants_rule or spent:
            return OutRoute.REPLY
    if OutRoute.NOTICE in routes and OutRoute.NOTICE not in shut:
        return OutRoute.NOTICE
    return OutRoute.SMS if sms and OutRoute.SMS not in shut else None


def is_over(entry: OutEntry, now: datetime) -> bool:
    """Whether it says nothing any more."""
    return now >= entry.not_after
