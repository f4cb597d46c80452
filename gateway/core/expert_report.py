"""How often experts answer when they are asked, by expert and by department (S1 article 8 (5))."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from gateway.core.guest import Guest
from gateway.core.guest_kind import GuestEnd, GuestRole


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """Figures of one expert or department.

    ``ring_seconds`` is the mean from the question to the answer, None when nobody answered. Who was
    taken back by us before the end (``withdrawn``) counts neither way in the rate.
    """

    asked: int = 0
    answered: int = 0
    no_answer: int = 0
    busy: int = 0
    rejected: int = 0
    unreachable: int = 0
    withdrawn: int = 0
    ring_seconds: float | None = None

    @property
    def rate(self) -> float | None:
        """Answered of those who were asked to the end; None when nobody was."""
        decided = self.asked - self.withdrawn
        return self.answered / decided if decided else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """By expert's id, by department's id, and of all."""

    experts: Mapping[str, Answered]
    departments: Mapping[str, Answered]
    whole: Answered


ENDS = {
    GuestEnd.NO_ANSWER: "no_answer",
    GuestEnd.BUSY: "busy",
    GuestEnd.REJECTED: "rejected",
    GuestEnd.UNREACHABLE: "unreachable",
}


class _Tally:
    def __init__(self) -> None:
        self.asked = self.answered = self.withdrawn = 0
        self.ends = dict.fromkeys(ENDS.values(), 0)
        self.rung = 0.0

    def add(self, guest: Guest) -> None:
        self.asked += 1
        if guest.answered_at is not None:
            self.answered += 1
            self.rung += (guest.answered_at - guest.asked_at).total_seconds()
        elif guest.end in ENDS:
            self.ends[ENDS[guest.end]] += 1
        else:
            self.withdrawn += 1

    def figures(self) -> Answered:
        mean = self.rung / self.answered if self.answered else None
        return Answered(
            asked=self.asked,
            answered=self.answered,
            withdrawn=self.withdrawn,
            ring_seconds=mean,
            **self.ends,
        )


def report(guests: Iterable[Guest], department_of: Mapping[str, str]) -> Report:
    """The figures of everybody who was asked as an expert; who still rings is left out.

    ``department_of`` maps experts' ids, also of removed ones, to their departments.
    """
    experts: dict[str, _Tally] = {}
    departments: dict[str, _Tally] = {}
    whole = _Tally()
    for guest in guests:
        decided = guest.answered_at is not None or guest.end is not GuestEnd.NONE
        if guest.role is not GuestRole.EXPERT or not decided:
            continue
        department = department_of.get(guest.target_id, "")
        experts.setdefault(guest.target_id, _Tally()).add(guest)
        departments.setdefault(department, _Tally()).add(guest)
        whole.add(guest)
    return Report(
        experts={id_: one.figures() for id_, one in sorted(experts.items())},
        departments={id_: one.figures() for id_, one in sorted(departments.items())},
        whole=whole.figures(),
    )
