"""How messages were answered in the last 24 h, by channel, from facts and from nothing else.

GB/T 33358-2016 asks for 3 min for short messages and other media. What we count:

* Each time a citizen waited for a person's word and it came (``chat_answered``) is one
  ``answered``; it is ``in_time`` when the word came within 3 min.
* A conversation that was closed while they waited is one ``unanswered``; whoever left by themselves
  within the 3 min asked for nothing that we owe.
* Forms have a target of their own (24 h) and count in no rate.

``in_time_rate`` = in time / (answered + unanswered). A wait belongs to the minute it ended in.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from gateway.core.chat import ChatForm
from gateway.core.chat_moves import LEFT
from gateway.core.facts import Fact, FactKind
from gateway.core.statistics import first_minute, minute_of

ANSWER_SECONDS = 180.0
"""GB/T 33358-2016: a message is answered within 3 min."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageFigures:
    """Numbers of waits for a person's word."""

    answered: int = 0
    in_time: int = 0
    unanswered: int = 0

    def __add__(self, other: MessageFigures) -> MessageFigures:
        return MessageFigures(
            answered=self.answered + other.answered,
            in_time=self.in_time + other.in_time,
            unanswered=self.unanswered + other.unanswered,
        )

    @property
    def in_time_rate(self) -> float | None:
        """3 分钟答复率, 0..1; None while nobody has waited."""
        asked = self.answered + self.unanswered
        return self.in_time / asked if asked else None


NOTHING = MessageFigures()


def figures_of(fact: Fact) -> MessageFigures:
    """What one fact counts."""
    waited = fact.data.get("waited_seconds")
    if not isinstance(waited, int | float) or fact.data.get("form") == ChatForm.FORM.value:
        return NOTHING
    if fact.kind is FactKind.CHAT_ANSWERED:
        return MessageFigures(answered=1, in_time=int(waited <= ANSWER_SECONDS))
    if fact.kind is FactKind.CHAT_CLOSED:
        soon = fact.data.get("reason") == LEFT and waited <= ANSWER_SECONDS
        return NOTHING if soon else MessageFigures(unanswered=1)
    return NOTHING


class MessageStatistics:
    """The rolling 24 h, a cell for each minute and channel."""

    def __init__(self) -> None:
        self._cells: dict[int, dict[str, MessageFigures]] = {}

    def feed(self, fact: Fact) -> None:
        """One more fact."""
        figures = figures_of(fact)
        if figures is NOTHING:
            return
        cell = self._cells.setdefault(minute_of(fact.at), {})
        channel = str(fact.data.get("channel", ""))
        cell[channel] = cell.get(channel, NOTHING) + figures

    def totals(self, now: datetime) -> Mapping[str, MessageFigures]:
        """By channel, at ``now``, which does not run backwards."""
        for minute in [minute for minute in self._cells if minute < first_minute(now)]:
            del self._cells[minute]
        totals: dict[str, MessageFigures] = {}
        for cell in self._cells.values():
            for channel, figures in cell.items():
                totals[channel] = totals.get(channel, NOTHING) + figures
        return totals
