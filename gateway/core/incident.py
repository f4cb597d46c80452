"""突发事件: words that every caller of some numbers hears, for a time, and the queue they lead to.

A supervisor announces it while citizens are already calling about one thing (a burst main, a
storm): who only wants to know hangs up informed, who wants to report it is led by a key, or all
of them at once, to the people who deal with it. Pure.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from gateway.core.errors import IllegalMove, Invalid, Problem

MOST_CHARACTERS = 200
"""Of the words, in each language: about 50 s when spoken."""
LONGEST = timedelta(hours=72)
MOST_AT_ONCE = 20
KEYS = frozenset("123456789")
"""0 is a person, always."""
HIGHEST_RANK = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """One announcement. It is on from ``begun_at`` until ``until`` or ``ended_at``.

    ``dids`` are the numbers whose callers hear it. ``key`` leads to ``queue``; without one every
    caller of these numbers goes there. ``rank`` is the place in line, as ``Queue.rank``: higher is
    served first. The words are the hotline's own and public; they stand in no log all the same.
    """

    id: str
    text_zh: str
    text_en: str
    dids: tuple[str, ...]
    queue: str
    key: str
    rank: int
    begun_at: datetime
    until: datetime
    begun_by: str
    recorded: bool = False
    """Callers hear an uploaded recording, not a voice that reads ``text_zh``."""
    ended_at: datetime | None = None
    ended_by: str = ""
    """Empty: its time was over."""


def is_on(incident: Incident, now: datetime) -> bool:
    """Whether callers hear it now."""
    return incident.ended_at is None and incident.begun_at <= now < incident.until


def heard_at(incidents: Iterable[Incident], did: str, now: datetime) -> Incident | None:
    """What callers of this number hear now: the newest, when there are several."""
    found = [one for one in incidents if did in one.dids and is_on(one, now)]
    return max(found, key=lambda one: (one.begun_at, one.id), default=None)


def ended(incident: Incident, at: datetime, by: str = "") -> Incident:
    """It is over: by somebody's word, or by itself. Raises IllegalMove when it was before."""
    if incident.ended_at is not None:
        raise IllegalMove("incident", "ended", "end")
    return replace(incident, ended_at=at, ended_by=by)


def check(incident: Incident, *, dids: Collection[str], queues: Collection[str]) -> None:
    """Raise Invalid with everything that does not fit these numbers and queues."""
    problems: list[Problem] = []

    def say(pointer: str, code: str, zh: str, en: str) -> None:
        problems.append(Problem(pointer, code, zh, en))

    if not incident.text_zh.strip():
        say("/text_zh", "missing", "请填写通知内容。", "Write what callers shall know.")
    unknown = sorted(set(incident.dids) - set(dids))
    if not incident.dids:
        say("/dids", "missing", "请至少选择一个号码。", "Choose one number at least.")
    elif unknown:
        say("/dids", "unknown", "有号码不在发布的号码中。", "A number is not one of the plan's.")
    if incident.queue not in queues:
        say("/queue", "unknown", "没有这个队列，请从现有队列中选择。", "Choose an existing queue.")
    if incident.key and incident.key not in KEYS:
        say("/key", "not-a-key", "按键应为 1 至 9，或留空。", "The key must be 1 to 9, or empty.")
    if not 0 <= incident.rank <= HIGHEST_RANK:
        zh, en = f"优先级应为 0 至 {HIGHEST_RANK}。", f"The rank must be 0 to {HIGHEST_RANK}."
        say("/rank", "out-of-range", zh, en)
    if not incident.begun_at < incident.until <= incident.begun_at + LONGEST:
        zh = "结束时间应在现在之后，最多 72 小时。"
        say("/until", "out-of-range", zh, "The end must be ahead, 72 hours at most.")
    if problems:
        raise Invalid(*problems)
