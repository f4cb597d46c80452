"""What a guest of a call is, how one takes part, how one ended. The telephone knows them, too."""

from __future__ import annotations

from enum import StrEnum


class GuestRole(StrEnum):
    """专家 · 紧急调度员 · 坐席 · 通讯录线路 · 班长."""

    EXPERT = "expert"
    DISPATCHER = "dispatcher"
    SEAT = "seat"
    LINE = "line"
    SUPERVISOR = "supervisor"


class GuestMode(StrEnum):
    """How a guest takes part; the telephone system knows it, too, and may be told another."""

    CONSULT = "consult"
    """私下咨询: with the operator alone, the citizen hears music."""
    JOIN = "join"
    """三方通话: everybody hears everybody."""
    LISTEN = "listen"
    """旁听: hears everybody, is heard by nobody."""
    WHISPER = "whisper"
    """耳语: hears everybody, only the operator hears them."""


class GuestEnd(StrEnum):
    """Why a guest did not come, or is gone. Empty before the end."""

    NONE = ""
    NO_ANSWER = "no_answer"
    BUSY = "busy"
    REJECTED = "rejected"
    UNREACHABLE = "unreachable"
    """Nobody there, the trunk dead, or the network full."""
    WITHDRAWN = "withdrawn"
    """Taken back by us, or the call ended first."""
    LEFT = "left"
    """Hung up by themselves."""
    DROPPED = "dropped"
    """Taken out by us."""
    CALL_ENDED = "call_ended"
    BECAME_SEAT = "became_seat"
    """No guest any more: this leg is the call's seat now."""
