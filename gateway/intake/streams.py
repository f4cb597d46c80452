"""One voice on its way to the ear: which it is, since when it is heard, and how."""

from __future__ import annotations

from dataclasses import dataclass

from gateway.core.hearing import Rank, Side


@dataclass(slots=True, kw_only=True, eq=False)
class Stream:
    """One tap of one side of a call.

    ``id`` is the wire's; ``arrived_at`` the call's arrival in Unix seconds; ``began`` where in the
    call its first sound came, in seconds from the arrival, None before that. ``operator_id`` is who
    sat at the seat when it was asked for. Times ending in ``_steady`` are of ``Clock.monotonic``.
    """

    id: str
    side: Side
    arrived_at: float
    operator_id: str
    rank: Rank
    asked_steady: float
    began: float | None = None
    began_steady: float = 0.0
    live: bool = False
    why: str = ""
    """Why not live: a word of wire.Mode."""
    over_steady: float | None = None
    """Since when nobody wants it any more."""
    forgotten: bool = False

    def in_call(self, seconds: float) -> float:
        """A time of the stream as a time of the call; never before the arrival."""
        return max(0.0, (self.began or 0.0) + seconds)
