"""Due process, as it is sent and answered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal, TypedDict

from gateway.core.misconduct import MOST_EVIDENCE, MisconductKind
from gateway.core.staff_complaint import LONGEST_RESULT, MOST_CONCERNED
from gateway.intake.conduct import MOST_TOLD
from gateway.web.shape import Text, Texts, Whole

MOST_REASON = 500


class StandingProposal(TypedDict):
    """A measure that nobody has approved yet."""

    by: str
    at: str
    days: int
    reason: str


class StandingAppeal(TypedDict):
    """What the citizen said against the measure, and what was answered."""

    state: Literal["", "open", "granted", "denied"]
    at: str | None
    contact_id: str
    decided_by: str
    decided_at: str | None
    answer: str


class Standing(TypedDict):
    """One procedure; ``moves`` are what you may do now, ``why`` is why nothing can be proposed."""

    id: str
    who: str
    kind: str
    state: str
    opened_at: str
    told: str
    reminded_at: str | None
    reminded_by: str
    grace_until: str | None
    again_at: str | None
    proposal: StandingProposal | None
    reason: str
    proposed_by: str
    approved_by: str
    measured_at: str | None
    until: str | None
    appeal: StandingAppeal
    closed_at: str | None
    closed_by: str
    moves: list[str]
    why: str


class MisconductFinding(TypedDict):
    """What a detector saw: how often in how many minutes, the limit, and in which contacts."""

    pattern: Literal[
        "redialling", "silent", "occupying", "same_words", "scanning", "scanning_number"
    ]
    count: int
    limit: int
    minutes: int
    first: str
    last: str
    contact_ids: list[str]
    told_zh: str
    told_en: str


class MisconductRecord(TypedDict):
    """What is held against a contact, with its evidence."""

    id: str
    contact_id: str
    kind: str
    at: str
    by: str
    source: str
    evidence: str
    finding: MisconductFinding | None
    state: str
    looked_by: str


class ConductRulesTold(TypedDict):
    """What the city's regulation allows."""

    most: Literal["remind", "restrict", "suspend"]
    law_zh: str
    law_en: str
    grace_hours: int
    stop_minutes: int
    longest_days: int


class ContactConduct(TypedDict):
    """Whoever this contact is with: the procedure, if one goes on, and the records."""

    standing: Standing | None
    records: list[MisconductRecord]
    rules: ConductRulesTold


class StandingList(TypedDict):
    """What goes on, what ended last, and what detectors saw."""

    items: list[Standing]
    over: list[Standing]
    proposed: list[MisconductRecord]
    rules: ConductRulesTold


class StandingWhole(TypedDict):
    """One procedure with its records; what the citizen hears and reads now."""

    standing: Standing
    records: list[MisconductRecord]
    heard_zh: str
    read_zh: str
    read_en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MisconductSent:
    """``source_id`` names a passage; ``note`` is written by hand."""

    kind: MisconductKind
    source: Annotated[str, Text(1, 16)] = "note"
    source_id: Annotated[str, Text(0, 64)] = ""
    note: Annotated[str, Text(0, MOST_EVIDENCE)] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReminderSent:
    """The words that they were told."""

    told: Annotated[str, Text(1, MOST_TOLD)]


@dataclass(frozen=True, slots=True, kw_only=True)
class LookSent:
    """Whether the record holds."""

    holds: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalSent:
    """The next measure."""

    days: Annotated[int, Whole(1, 365)]
    reason: Annotated[str, Text(1, MOST_REASON)]


@dataclass(frozen=True, slots=True, kw_only=True)
class HearingSent:
    """What becomes of the appeal, and what the citizen is answered."""

    grant: bool
    answer: Annotated[str, Text(1, MOST_REASON)]


class StaffMember(TypedDict):
    """Somebody who serves citizens."""

    operator_id: str
    name: str
    login: str


class StaffComplaint(TypedDict):
    """A complaint about staff; ``result`` is empty until it is closed."""

    id: str
    contact_ids: list[str]
    concerned: list[StaffMember]
    source: Literal["number", "receipt", "marked", "lately"]
    since: str
    by: str
    closed_at: str | None
    closed_by: str
    result: str


class ContactComplaint(TypedDict):
    """That of one contact, if there is one, and who can be named."""

    complaint: StaffComplaint | None
    staff: list[StaffMember]


class ComplaintList(TypedDict):
    """The open ones, and the last that were closed."""

    items: list[StaffComplaint]
    over: list[StaffComplaint]


@dataclass(frozen=True, slots=True, kw_only=True)
class ComplaintSent:
    """Who is complained of; nobody: who served this citizen lately."""

    operator_ids: Annotated[tuple[str, ...], Texts(MOST_CONCERNED, Text(1, 64))] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ComplaintResult:
    """What came of it."""

    result: Annotated[str, Text(1, LONGEST_RESULT)]
