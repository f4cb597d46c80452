"""What experts, departments and promises look like in answers, and what is sent of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal, TypedDict

from gateway.core.expert import MOST_DUTIES, MOST_SKILLS
from gateway.intake.callbacks import NOTE_CHARACTERS
from gateway.web.shape import Text, Texts, Whole

MOST_CSV = 1_000_000


class Department(TypedDict):
    """One department."""

    id: str
    title_zh: str
    title_en: str
    focus: bool
    ring_seconds: int
    experts: int
    available: int


class Departments(TypedDict):
    """Every department."""

    items: list[Department]


class Expert(TypedDict):
    """One expert; ``duties`` are lines of the rota as ``core.rota_text`` writes them."""

    id: str
    department_id: str
    name: str
    number: str
    trunk: str
    seat: str
    skills: list[str]
    duties: list[str]
    active: bool
    available: bool
    reason: Literal["", "disabled", "off_duty", "seat_away", "in_call", "declined"]


class Experts(TypedDict):
    """Every expert, and what one may be reached by."""

    items: list[Expert]
    trunks: list[str]
    seats: list[str]


class BadLine(TypedDict):
    """A faulty line of a file: why, and how to mend it."""

    line: int
    zh: str
    en: str


class Imported(TypedDict):
    """What a file holds; ``written`` only when no line was faulty and it was no dry run."""

    departments: int
    experts: int
    written: bool
    bad: list[BadLine]


class RotaSlot(TypedDict):
    """A stretch of a day in local time; nobody in it is a gap."""

    begin: str
    end: str
    experts: list[str]


class Rota(TypedDict):
    """Who is on duty in a week; ``days_off`` are not worked; the office has hours on the others."""

    monday: str
    opens: str
    closes: str
    days_off: list[str]
    slots: list[RotaSlot]


class Figures(TypedDict):
    """How often somebody answered; ``withdrawn`` counts neither way in ``rate``."""

    asked: int
    answered: int
    no_answer: int
    busy: int
    rejected: int
    unreachable: int
    withdrawn: int
    rate: float | None
    ring_seconds: float | None


class NamedFigures(Figures):
    """Of one department or expert; the title is empty for one who was removed."""

    id: str
    title: str


class ExpertReport(TypedDict):
    """The answered rates of a time."""

    whole: Figures
    departments: list[NamedFigures]
    experts: list[NamedFigures]


class Promise(TypedDict):
    """One answer that is owed; ``due`` tells how urgent it is."""

    id: str
    contact_id: str
    kind: Literal["expert_callback", "focus"]
    state: Literal["open", "kept", "late"]
    due: Literal["", "soon", "overdue"]
    department_id: str
    department_zh: str
    department_en: str
    owner_id: str
    owner_name: str
    callback_id: str
    made_at: str
    due_at: str
    done_at: str | None


class Promises(TypedDict):
    """Those that are owed, who is due first."""

    items: list[Promise]


@dataclass(frozen=True, slots=True, kw_only=True)
class DepartmentSent:
    """A department as it shall be."""

    title_zh: Annotated[str, Text(1, 80)]
    title_en: Annotated[str, Text(0, 80)] = ""
    focus: bool = False
    ring_seconds: Annotated[int, Whole(5, 120)] = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpertSent:
    """An expert as they shall be."""

    department_id: Annotated[str, Text(1, 32)]
    name: Annotated[str, Text(1, 40)]
    number: Annotated[str, Text(0, 21)] = ""
    trunk: Annotated[str, Text(0, 32)] = ""
    seat: Annotated[str, Text(0, 8)] = ""
    skills: Annotated[tuple[str, ...], Texts(MOST_SKILLS, Text(1, 40))] = ()
    duties: Annotated[tuple[str, ...], Texts(MOST_DUTIES, Text(1, 80))] = ()
    active: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A CSV file of experts, as text; ``dry_run`` only looks at it."""

    csv: Annotated[str, Text(1, MOST_CSV, lines=True)]
    dry_run: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RotaAsked:
    """Which week of which department; without a moment the present one."""

    department: Annotated[str, Text(1, 32)]
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A time from ``since`` on, before ``until``."""

    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """What became of it."""

    note: Annotated[str, Text(0, NOTE_CHARACTERS, lines=True)] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Promised:
    """In which call which department shall answer; ``target`` may be an expert, too."""

    contact_id: Annotated[str, Text(1, 64)]
    target: Annotated[str, Text(1, 32)]
