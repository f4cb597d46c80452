"""How long a caller will wait, from how fast their queue moved lately."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

LONGEST_SPOKEN_MINUTES = 15
FURTHEST_SPOKEN_POSITION = 30


def expected_wait(
    position: int, answered: Sequence[datetime], now: datetime, window_seconds: float = 900
) -> timedelta | None:
    """Position (from 1) times the mean gap between answers within the window.

    None when fewer than three answers say anything; a guess is worse than silence.
    """
    recent = [at for at in answered if (now - at).total_seconds() <= window_seconds]
    if len(recent) < 3:
        return None
    gap = (now - min(recent)).total_seconds() / len(recent)
    return timedelta(seconds=gap * position)


def prompts(
    position: int, wait: timedelta | None, *, voicemail: bool = False, callback: bool = False
) -> tuple[str, ...]:
    """The names of the prompts that say this, in order; last, the keys to a callback, a message."""
    said = [f"position_{min(position, FURTHEST_SPOKEN_POSITION)}"]
    if wait is not None:
        minutes = max(1, round(wait.total_seconds() / 60))
        too_long = minutes > LONGEST_SPOKEN_MINUTES
        said.append("wait_long" if too_long else f"wait_{minutes}")
    said += ["callback_hint"] if callback else []
    said += ["leave_hint"] if voicemail else []
    return tuple(said)
