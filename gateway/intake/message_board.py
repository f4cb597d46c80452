"""What the wallboard shows of messages: who waits for a person's word, and how it was answered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from gateway.core.chat import Chat, ChatForm
from gateway.core.message_statistics import NOTHING, MessageFigures
from gateway.intake.views import Json, moment

FORM = "form"
"""The row of what was left to be answered, whichever channel it came by."""


def messages_view(
    chats: Iterable[Chat],
    channels: Iterable[str],
    totals: Mapping[str, MessageFigures],
    now: datetime,
) -> Json:
    """All conversations, then each channel in use, then the forms.

    The longest wait is of those who chat; a form may wait for a day. ``overdue`` counts both.
    """
    owed = [chat for chat in chats if chat.waiting_since is not None]
    talks = [chat for chat in owed if chat.form is ChatForm.CHAT]
    forms = [chat for chat in owed if chat.form is ChatForm.FORM]
    names = sorted({*channels, *(chat.channel for chat in talks), *filter(None, totals)})
    whole = sum(totals.values(), NOTHING)
    return {
        **_row(talks, whole, now),
        "overdue": overdue(owed, now),
        "channels": [
            {"channel": name}
            | _row([chat for chat in talks if chat.channel == name], totals.get(name, NOTHING), now)
            for name in names
        ]
        + [{"channel": FORM} | _row(forms, NOTHING, now)],
    }


def overdue(chats: Iterable[Chat], now: datetime) -> int:
    """How many wait longer than their target."""
    return sum(chat.due_at is not None and chat.due_at <= now for chat in chats)


def message_alarms(chats: Iterable[Chat], now: datetime) -> Iterable[tuple[str, tuple[str, str]]]:
    """The code of an alarm, and what it says in Chinese and English."""
    late = overdue(chats, now)
    if late:
        says = f"{late} 件消息超过时限未答复", f"{late} messages wait longer than their target"
        yield "messages_overdue", says


def _row(owed: list[Chat], figures: MessageFigures, now: datetime) -> Json:
    rate = figures.in_time_rate
    return {
        "waiting": len(owed),
        "longest_wait_since": moment(
            min((chat.waiting_since for chat in owed if chat.waiting_since), default=None)
        ),
        "overdue": overdue(owed, now),
        "answered": figures.answered,
        "unanswered": figures.unanswered,
        "answered_in_180s": figures.in_time,
        "answered_in_180s_rate": None if rate is None else round(rate, 4),
    }
