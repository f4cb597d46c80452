"""The shape of the wallboard, for the OpenAPI document."""

from __future__ import annotations

from typing import Literal, TypedDict


class BoardSeats(TypedDict):
    """How many seats are in each state."""

    ready: int
    offered: int
    talking: int
    wrapping_up: int
    not_ready: int
    signed_out: int


class BoardDay(TypedDict):
    """The rolling 24 h. A call is one of answered, abandoned, lost, overflowed, open.

    Open is nobody has answered yet. Rates are 0..1 of those who asked for a person and whose answer
    is decided; null while nobody has. Waits are from the arrival to the first answer.
    """

    arrived: int
    answered: int
    abandoned: int
    lost: int
    open: int
    answered_in_15s: int
    answered_in_15s_rate: float | None
    connect_rate: float | None
    average_wait_seconds: float | None
    failed_open: int
    overflowed: int


class BoardQueue(TypedDict):
    """One queue now, and its rates of the rolling 24 h."""

    name: str
    title_zh: str
    title_en: str
    waiting: int
    longest_wait_since: str | None
    ready: int
    talking: int
    answered_in_15s_rate: float | None
    connect_rate: float | None


# "from" is a word of the language, so this one is written as a call
BoardHour = TypedDict(
    "BoardHour",
    {"from": str, "arrived": int, "answered": int, "abandoned": int, "answered_in_15s": int},
)
BoardHour.__doc__ = "The calls that arrived in one hour of the clock."


class BoardChannel(TypedDict):
    """Messages of one channel, forms as a row of their own: who waits for a person's word.

    ``waiting`` are conversations; the rest of the rolling 24 h are waits, of which a conversation
    may have many: ``answered`` each time a person's word came, ``unanswered`` when it was closed
    before. The rate is of both, null while there are none. Forms have no rate.
    """

    channel: str
    waiting: int
    longest_wait_since: str | None
    overdue: int
    answered: int
    unanswered: int
    answered_in_180s: int
    answered_in_180s_rate: float | None


class BoardMessages(TypedDict):
    """All channels together, and each; ``overdue`` counts forms, too."""

    waiting: int
    longest_wait_since: str | None
    overdue: int
    answered: int
    unanswered: int
    answered_in_180s: int
    answered_in_180s_rate: float | None
    channels: list[BoardChannel]


class BoardAlarm(TypedDict):
    """What is wrong, for people."""

    code: str
    zh: str
    en: str


class Board(TypedDict):
    """Everything the wall shows; 24 hours, oldest first, the last is the present one."""

    at: str
    link: Literal["up", "down"]
    waiting: int
    longest_wait_since: str | None
    seats: BoardSeats
    last_24h: BoardDay
    queues: list[BoardQueue]
    hours: list[BoardHour]
    messages: BoardMessages
    alarms: list[BoardAlarm]
