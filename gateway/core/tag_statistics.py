"""The figures of each special line and of each merged hotline over a time. PURE.

S4 article 30 asks that an enterprise line is reported by itself; what came by the number of a
hotline that merged into ours is told apart the same way. A contact counts where it began, whatever
became of it: its tags never change.

Calls count as in ``core.statistics`` (GB/T 33358-2016: 接通率, 15 秒接听率). A conversation is
answered when a person of ours has written; in time when the citizen never waited longer for a word
than GB/T 33358-2016 allows: 3 min, for a form left to be answered 24 h.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta

from gateway.core import statistics
from gateway.core.call import Call, Outcome
from gateway.core.centre import CentreFigures
from gateway.core.chat import Chat, ChatForm, ChatOutcome
from gateway.core.facts import Fact, FactKind
from gateway.core.line import Origin
from gateway.core.message_statistics import ANSWER_SECONDS
from gateway.core.statistics import Figures, Story
from gateway.core.tags import Tags, tags_said

FORM_SECONDS = 24 * 3600.0
"""GB/T 33358-2016: what is written to a mailbox is answered within 24 h."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """Numbers of conversations by messages; ``unanswered`` were closed without a word of ours."""

    received: int = 0
    answered: int = 0
    in_time: int = 0
    unanswered: int = 0

    def __add__(self, other: Written) -> Written:
        names = [one.name for one in fields(Written)]
        return Written(**{n: getattr(self, n) + getattr(other, n) for n in names})

    @property
    def in_time_rate(self) -> float | None:
        """按时答复率, 0..1 of those answered or closed unanswered; None while there are none."""
        decided = self.answered + self.unanswered
        return self.in_time / decided if decided else None


@dataclass(frozen=True, slots=True, kw_only=True)
class LineFigures:
    """Calls and conversations together."""

    calls: Figures = statistics.NOTHING
    written: Written = Written()

    def __add__(self, other: LineFigures) -> LineFigures:
        return LineFigures(calls=self.calls + other.calls, written=self.written + other.written)


NOTHING = LineFigures()


@dataclass(frozen=True, slots=True, kw_only=True)
class TagReport:
    """By tag, by origin (empty: without one), and of all. Each contact is once in each.

    ``centres`` are the contacts of sub-centres' own systems, by origin; they are in nothing else.
    """

    tags: Mapping[str, LineFigures]
    origins: Mapping[str, LineFigures]
    whole: LineFigures
    centres: Mapping[str, CentreFigures] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """What is read of a contact to count it: nothing personal.

    Times and ``outcome`` as in ``Call`` and ``Chat``; ``form`` is empty for a call.
    """

    id: str
    tags: Tags
    opened_at: datetime
    outcome: str
    queue: str = ""
    answered_at: datetime | None = None
    closed_at: datetime | None = None
    failed_open: bool = False
    outgoing: bool = False
    form: str = ""
    waited_seconds: float = 0.0


def counted_call(call: Call) -> Counted:
    """A call as it is counted."""
    return Counted(
        id=call.id,
        tags=call.tags,
        opened_at=call.arrived_at,
        outcome=call.outcome.value,
        queue=call.queue,
        answered_at=call.answered_at,
        closed_at=call.ended_at,
        failed_open=call.failed_open,
        outgoing=call.origin is Origin.OUT,
    )


def counted_chat(chat: Chat) -> Counted:
    """A conversation as it is counted."""
    return Counted(
        id=chat.id,
        tags=chat.tags,
        opened_at=chat.opened_at,
        outcome=chat.outcome.value,
        answered_at=chat.first_reply_at,
        closed_at=chat.closed_at,
        form=chat.form.value,
        waited_seconds=chat.answered_seconds,
    )


def figures_of(one: Counted) -> LineFigures:
    """One contact; a call that we made is no call that arrived and counts nowhere."""
    if one.outgoing:
        return NOTHING
    if one.form:
        return LineFigures(written=_written(one))
    story = Story(
        arrived_at=one.opened_at,
        queue=one.queue,
        failed_open=one.failed_open,
        overflowed=one.outcome == Outcome.OVERFLOWED.value,
        wait_ms=_milliseconds(one.opened_at, one.answered_at),
        over=one.closed_at is not None,
        lost=one.outcome == Outcome.LOST.value,
        stayed=one.closed_at is not None
        and (one.closed_at - one.opened_at).total_seconds() > statistics.GREETING_SECONDS,
    )
    return LineFigures(calls=statistics.figures_of(story))


def _milliseconds(since: datetime, until: datetime | None) -> int | None:
    return None if until is None else max(0, (until - since) // timedelta(milliseconds=1))


def _written(one: Counted) -> Written:
    answered = one.answered_at is not None
    most = FORM_SECONDS if one.form == ChatForm.FORM.value else ANSWER_SECONDS
    return Written(
        received=1,
        answered=int(answered),
        in_time=int(answered and round(one.waited_seconds, 3) <= most),
        unanswered=int(one.outcome == ChatOutcome.UNANSWERED.value),
    )


class Tally:
    """Adds contacts one by one; memory holds a sum for each tag and each origin."""

    def __init__(self) -> None:
        self._pairs: dict[Tags, LineFigures] = {}

    def add(self, one: Counted) -> None:
        """One more contact."""
        self._pairs[one.tags] = self._pairs.get(one.tags, NOTHING) + figures_of(one)

    def report(self) -> TagReport:
        """The sums; only tags and origins that anything came by."""
        tags: dict[str, LineFigures] = {}
        origins: dict[str, LineFigures] = {}
        whole = NOTHING
        for pair, figures in sorted(self._pairs.items()):
            if figures == NOTHING:
                continue
            tags[pair.tag] = tags.get(pair.tag, NOTHING) + figures
            origins[pair.origin] = origins.get(pair.origin, NOTHING) + figures
            whole += figures
        return TagReport(tags=tags, origins=dict(sorted(origins.items())), whole=whole)


def recomputed(facts: Iterable[Fact], since: datetime, until: datetime) -> TagReport:
    """The same from facts alone: of the contacts that began in ``[since, until)``.

    One that was turned away and then cut off within the greeting is known as turned away to facts
    only; its row says that it was lost.
    """
    stories: dict[str, Story] = {}
    chats: dict[str, Counted] = {}
    tags: dict[str, Tags] = {}
    for fact in facts:
        id_ = fact.contact_id
        if fact.kind in (FactKind.CALL_ARRIVED, FactKind.CHAT_OPENED):
            if not since <= fact.at < until:
                continue
            tags.setdefault(id_, tags_said(fact.data))
        story = statistics.tell(stories.get(id_), fact)
        if story is not None and id_ in tags:
            stories[id_] = story
        elif id_ in chats or (fact.kind is FactKind.CHAT_OPENED and id_ in tags):
            chats[id_] = _told(chats.get(id_), fact, tags[id_])
    tally = Tally()
    for one in chats.values():
        tally.add(one)
    report = tally.report()
    for id_, story in stories.items():
        mine = LineFigures(calls=statistics.figures_of(story))
        report = _with(report, tags[id_], mine)
    return report


def _with(report: TagReport, tags: Tags, more: LineFigures) -> TagReport:
    by_tag, origins = dict(report.tags), dict(report.origins)
    by_tag[tags.tag] = by_tag.get(tags.tag, NOTHING) + more
    origins[tags.origin] = origins.get(tags.origin, NOTHING) + more
    return TagReport(tags=by_tag, origins=origins, whole=report.whole + more)


def _told(before: Counted | None, fact: Fact, tags: Tags) -> Counted:
    """A conversation after one of its facts."""
    if before is None:
        form = str(fact.data.get("form", ""))
        return Counted(id=fact.contact_id, tags=tags, opened_at=fact.at, outcome="", form=form)
    values = {name: getattr(before, name) for name in Counted.__dataclass_fields__}
    waited = fact.data.get("waited_seconds")
    if fact.kind is FactKind.CHAT_ANSWERED and isinstance(waited, int | float):
        values["answered_at"] = before.answered_at or fact.at
        values["waited_seconds"] = max(before.waited_seconds, float(waited))
    elif fact.kind is FactKind.CHAT_CLOSED:
        values["outcome"] = str(fact.data.get("outcome", ""))
        values["closed_at"] = fact.at
    return Counted(**values)
