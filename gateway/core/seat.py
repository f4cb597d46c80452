"""The life of a seat, as one table.

signed_out ─sign_in→ not_ready ─make_ready→ ready ─ring→ offered ─answer→ talking
   ↑sign_out┘            ↑take_break┘          ↑withdraw┘ └lose→ not_ready   └hang_up→ wrapping_up
                                               └──────────────finish_wrap_up──────────────┘
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from gateway.core.errors import IllegalMove
from gateway.core.line import PhoneKind


class SeatState(StrEnum):
    """签出 · 示忙/小休 · 示闲 · 振铃 · 通话 · 话后处理."""

    SIGNED_OUT = "signed_out"
    NOT_READY = "not_ready"
    READY = "ready"
    OFFERED = "offered"
    TALKING = "talking"
    WRAPPING_UP = "wrapping_up"


class SeatMove(StrEnum):
    """What can be asked of, or happen to, a seat."""

    SIGN_IN = "sign_in"
    MAKE_READY = "make_ready"
    TAKE_BREAK = "take_break"
    RING = "ring"
    ANSWER = "answer"
    WITHDRAW = "withdraw"
    """The offer ended and it is nobody's fault: the citizen left, or it was taken back."""
    LOSE = "lose"
    """The offer ended because this seat did not take it."""
    HANG_UP = "hang_up"
    RESUME = "resume"
    """The talk that seemed over goes on: its citizen is kept for this seat."""
    FINISH_WRAP_UP = "finish_wrap_up"
    SIGN_OUT = "sign_out"


S, M = SeatState, SeatMove

MOVES: dict[tuple[SeatState, SeatMove], SeatState] = {
    (S.SIGNED_OUT, M.SIGN_IN): S.NOT_READY,
    (S.NOT_READY, M.MAKE_READY): S.READY,
    (S.NOT_READY, M.TAKE_BREAK): S.NOT_READY,
    (S.NOT_READY, M.RING): S.OFFERED,
    (S.NOT_READY, M.LOSE): S.NOT_READY,
    (S.NOT_READY, M.SIGN_OUT): S.SIGNED_OUT,
    (S.READY, M.TAKE_BREAK): S.NOT_READY,
    (S.READY, M.RING): S.OFFERED,
    (S.READY, M.LOSE): S.NOT_READY,
    (S.READY, M.SIGN_OUT): S.SIGNED_OUT,
    (S.OFFERED, M.ANSWER): S.TALKING,
    (S.OFFERED, M.WITHDRAW): S.READY,
    (S.OFFERED, M.LOSE): S.NOT_READY,
    (S.TALKING, M.HANG_UP): S.WRAPPING_UP,
    (S.WRAPPING_UP, M.RESUME): S.TALKING,
    (S.WRAPPING_UP, M.FINISH_WRAP_UP): S.READY,
    (S.WRAPPING_UP, M.TAKE_BREAK): S.NOT_READY,
    (S.WRAPPING_UP, M.SIGN_OUT): S.SIGNED_OUT,
}


SUPERVISING = "supervising"
"""Why a seat is not ready whose phone hears another's call."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """A signed-in place.

    ``reason`` is a break reason's code, or ``no_answer``/``unreachable`` when the system took the
    seat out. ``next_break`` is a break asked for during a call, taken when the wrap-up ends; while
    the seat hears another's call, why it was not ready before.
    ``wrap_up_until`` is when the wrap-up ends by itself.
    """

    number: str
    title: str = ""
    state: SeatState = SeatState.SIGNED_OUT
    operator_id: str = ""
    phone: PhoneKind = PhoneKind.BROWSER
    since: datetime | None = None
    reason: str = ""
    contact_id: str = ""
    next_break: str = ""
    wrap_up_until: datetime | None = None


def move(seat: Seat, what: SeatMove, now: datetime, *, reason: str = "") -> Seat:
    """The seat after ``what``; raises IllegalMove when the table has no such move."""
    state = MOVES.get((seat.state, what))
    if state is None:
        raise IllegalMove("seat", seat.state, what)
    return replace(seat, state=state, since=now, reason=reason)


def to_hear(seat: Seat, now: datetime) -> Seat:
    """The seat while its phone hears another's call: not ready, and what it was before is kept.

    Raises IllegalMove.
    """
    before = seat.next_break if seat.reason == SUPERVISING else seat.reason
    kept = "" if seat.state is SeatState.READY else before
    return replace(move(seat, SeatMove.TAKE_BREAK, now, reason=SUPERVISING), next_break=kept)


def heard_all(seat: Seat, now: datetime) -> Seat:
    """The seat as it was before it heard another's call; one that does other things stays."""
    if seat.state is not SeatState.NOT_READY or seat.reason != SUPERVISING:
        return seat
    if seat.next_break:
        away = move(seat, SeatMove.TAKE_BREAK, now, reason=seat.next_break)
        return replace(away, next_break="")
    return move(seat, SeatMove.MAKE_READY, now)
