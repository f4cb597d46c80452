"""投诉工作人员: a complaint about operators, and what it keeps from them. Pure.

Whoever is complained of decides nothing about the complaint and reads nothing of it: for them its
contacts do not exist, before and after it is closed (S0 articles 9 and 33; S4 article 48).
``StaffComplaint.bars`` is the one rule; whoever shows, finds, offers or gives out a contact asks
it by ``Bars``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, KeysView, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from gateway.core.errors import IllegalMove, Invalid, Problem
from gateway.core.item import IntakeItem

MOST_CONCERNED = 10
"""People of one complaint."""
SHORTEST_RESULT, LONGEST_RESULT = 2, 500
"""Characters of what came of it."""


class ComplaintSource(StrEnum):
    """How it is known who is meant, or that nobody was named."""

    NUMBER = "number"
    """The citizen named a seat's number (工号), or a login."""
    RECEIPT = "receipt"
    """The citizen named the receipt of an earlier contact."""
    MARKED = "marked"
    """An operator named them."""
    LATELY = "lately"
    """Those who served this citizen within the last days."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffComplaint:
    """One complaint.

    ``contacts`` are those that it is said in, the first of them first; ``identities`` are the
    citizen's. ``concerned`` are operators' ids, none while nobody knows who is meant. ``by`` marked
    it, empty for the citizen. ``result`` is what came of it: text of a person.
    """

    id: str
    contacts: tuple[str, ...]
    identities: tuple[str, ...] = ()
    concerned: tuple[str, ...] = ()
    source: ComplaintSource
    since: datetime
    by: str = ""
    closed_at: datetime | None = None
    closed_by: str = ""
    result: str = field(default="", repr=False)

    def bars(self, operator_id: str, contact_id: str) -> bool:
        """Whether this contact does not exist for this person."""
        return operator_id in self.concerned and contact_id in self.contacts

    def shields(self, operator_id: str, identities: Collection[str]) -> bool:
        """Whether this person may hold nothing against whoever these identities are."""
        mine = not self.closed_at and operator_id in self.concerned
        return mine and not set(self.identities).isdisjoint(identities)


CONCERNED = Problem(
    "",
    "concerned",
    "市民投诉的正是这位同事，请选择其他人。",
    "The citizen complains of this colleague: choose somebody else.",
)
"""Nobody hands a citizen to whoever they complain of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ComplaintRules:
    """``days``: who served the citizen within them is meant when nobody is named.

    ``queue`` takes complaints; empty, or one that is gone: they stay where they are.
    """

    days: int = 30
    queue: str = ""


class Bars:
    """Which contacts are barred for whom, of every complaint that there ever was."""

    def __init__(self) -> None:
        self._by_contact: dict[str, frozenset[str]] = {}

    def __bool__(self) -> bool:
        """Whether there is any."""
        return bool(self._by_contact)

    def learn(self, contact_id: str, operators: Iterable[str]) -> None:
        """These may not have it, or see it; nobody is ever let in again."""
        barred = frozenset(operators)
        if barred:
            self._by_contact[contact_id] = self.of(contact_id) | barred

    def of(self, contact_id: str) -> frozenset[str]:
        """Everybody who is barred from it."""
        return self._by_contact.get(contact_id, frozenset())

    def among(self, contact_ids: KeysView[str]) -> set[str]:
        """Those of these that are kept from somebody."""
        return self._by_contact.keys() & contact_ids

    def anybody(self, contact_ids: KeysView[str]) -> set[str]:
        """Everybody who is barred from one of these."""
        return {who for id_ in self.among(contact_ids) for who in self.of(id_)}

    def bars(self, operator_id: str, contact_id: str) -> bool:
        """As ``StaffComplaint.bars``, of all of them."""
        return operator_id in self.of(contact_id)


def set_apart(item: IntakeItem, bars: Bars) -> IntakeItem:
    """The item as the line has it: one that is barred for somebody is a queue of its own.

    So the line, which knows queues and nobody's bars, shows its head to nobody who may not have it.
    """
    barred = bars.of(item.id)
    if not barred:
        return item
    wanted = "" if item.wanted_operator in barred else item.wanted_operator
    until = item.wanted_until if wanted else None
    queue = _own_queue(item.queue, item.id)
    return replace(item, queue=queue, wanted_operator=wanted, wanted_until=until)


def with_apart(
    skills: Mapping[str, int], operator_id: str, waiting: Mapping[str, str], bars: Bars
) -> Mapping[str, int]:
    """These skills, and the own queues of what is set apart and not kept from this person.

    ``waiting`` maps what waits to its queue.
    """
    apart = {
        _own_queue(queue, id_): skills[queue]
        for id_ in bars.among(waiting.keys())
        if (queue := waiting[id_]) in skills and not bars.bars(operator_id, id_)
    }
    return {**skills, **apart} if apart else skills


def _own_queue(queue: str, id_: str) -> str:
    """No queue of a plan has such a name."""
    return f"{queue}@{id_}"


def named(complaint: StaffComplaint, operators: Iterable[str], marker: str) -> StaffComplaint:
    """With these among the concerned. Raises Invalid, and IllegalMove when it is closed.

    Nobody marks a contact against themselves: who is meant hands the citizen to somebody else.
    """
    if complaint.closed_at:
        raise IllegalMove("staff complaint", "closed", "name")
    concerned = (*complaint.concerned, *operators)
    if marker in concerned:
        zh = "不能由被投诉的本人登记，请转给班长或其他同事登记。"
        en = "Whoever is complained of cannot mark it: hand it to a supervisor or a colleague."
        raise Invalid(Problem("/operator_ids", "oneself", zh, en))
    concerned = tuple(dict.fromkeys(concerned))
    if len(concerned) > MOST_CONCERNED:
        zh, en = f"最多 {MOST_CONCERNED} 人。", f"At most {MOST_CONCERNED} people."
        raise Invalid(Problem("/operator_ids", "too-many", zh, en))
    return replace(complaint, concerned=concerned)


def followed(complaint: StaffComplaint, contact_id: str) -> StaffComplaint:
    """The same matter goes on in another contact: we called back."""
    if contact_id in complaint.contacts:
        return complaint
    return replace(complaint, contacts=(*complaint.contacts, contact_id))


def closed(complaint: StaffComplaint, by: str, at: datetime, result: str) -> StaffComplaint:
    """Somebody who is not concerned says what came of it. Raises IllegalMove and Invalid."""
    if complaint.closed_at:
        raise IllegalMove("staff complaint", "closed", "close")
    result = result.strip()
    if not SHORTEST_RESULT <= len(result) <= LONGEST_RESULT:
        zh = f"请写明处理结果（{SHORTEST_RESULT} 至 {LONGEST_RESULT} 字）。"
        en = f"Write down what came of it ({SHORTEST_RESULT} to {LONGEST_RESULT} characters)."
        raise Invalid(Problem("/result", "length", zh, en))
    if by in complaint.concerned:
        zh, en = "被投诉的人不能办结。", "Whoever is complained of cannot close it."
        raise Invalid(Problem("", "concerned", zh, en))
    return replace(complaint, closed_at=at, closed_by=by, result=result)


def lately(served: Sequence[tuple[datetime, str]], since: datetime) -> tuple[str, ...]:
    """Who had a contact with this citizen since then, of moments and operators, the latest first.

    At most MOST_CONCERNED.
    """
    newest = sorted(served, key=lambda one: one[0], reverse=True)
    found = dict.fromkeys(who for at, who in newest if who and at >= since)
    return tuple(found)[:MOST_CONCERNED]
