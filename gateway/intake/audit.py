"""Who did what, for the auditor. Reading it is itself noted *before* anything is shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from gateway.core.citizen import hide_numbers
from gateway.core.errors import Invalid, NotAllowed, Problem
from gateway.core.facts import Fact, FactKind, Scalar
from gateway.core.operator import Operator, Right, may
from gateway.intake.views import moment
from gateway.ports import Clock, Store

AUDIT: Mapping[FactKind, frozenset[str]] = {
    FactKind.LOGGED_IN: frozenset({"address"}),
    FactKind.LOGIN_REFUSED: frozenset({"address"}),
    FactKind.LOGGED_OUT: frozenset(),
    FactKind.SEAT_SIGNED_IN: frozenset({"phone"}),
    FactKind.SEAT_SIGNED_OUT: frozenset(),
    FactKind.CONTACT_VIEWED: frozenset(),
    FactKind.NUMBER_REVEALED: frozenset({"reason"}),
    FactKind.NUMBER_FLAGGED: frozenset({"kind"}),
    FactKind.NUMBER_UNFLAGGED: frozenset({"kind"}),
    FactKind.RECORDING_PLAYED: frozenset(),
    FactKind.DISPOSITION_RECORDED: frozenset({"code"}),
    FactKind.OPERATOR_CHANGED: frozenset({"what", "role"}),
    FactKind.SOURCE_BANNED: frozenset({"source", "until", "times"}),
    FactKind.BAN_LIFTED: frozenset({"source"}),
    FactKind.PLAN_PUBLISHED: frozenset({"revision", "changes", "by"}),
    FactKind.PLAN_UNDONE: frozenset({"revision", "undoes", "changes", "by"}),
    FactKind.PLAN_DRIFTED: frozenset({"differences", "first", "mended"}),
    FactKind.LINK_LOST: frozenset({"reason"}),
    FactKind.LINK_RESTORED: frozenset({"calls", "restarted"}),
    FactKind.CALLBACK_DONE: frozenset({"reason", "waited_seconds"}),
    FactKind.CHAT_VIEWED: frozenset(),
    FactKind.ATTACHMENT_VIEWED: frozenset(),
    FactKind.LINK_PROPOSED: frozenset({"evidence"}),
    FactKind.LINK_CONFIRMED: frozenset({"evidence"}),
    FactKind.LINK_REVOKED: frozenset({"evidence"}),
    FactKind.TRANSCRIPT_VIEWED: frozenset(),
    FactKind.TRANSCRIPT_WATCHED: frozenset(),
    FactKind.ORIGINAL_REVEALED: frozenset({"reason"}),
    FactKind.WORDS_SEARCHED: frozenset({"found", "channel"}),
    FactKind.SEGMENT_CORRECTED: frozenset(),
    FactKind.ALARM_SEEN: frozenset({"word"}),
    FactKind.CONTACT_CONFIDENTIAL: frozenset({"confidential", "reason"}),
    FactKind.DATA_SHREDDED: frozenset({"class", "count"}),
    FactKind.MISCONDUCT_NOTED: frozenset({"kind", "source", "state", "pattern", "count", "limit"}),
    FactKind.EVIDENCE_PACKED: frozenset({"standing_id", "reason", "sha256"}),
    FactKind.STANDING_MOVED: frozenset({"standing_id", "move", "state", "until"}),
    FactKind.APPEAL_SAID: frozenset(),
    FactKind.STAFF_COMPLAINT_BEGUN: frozenset({"complaint_id", "source", "concerned"}),
    FactKind.STAFF_COMPLAINT_NAMED: frozenset({"complaint_id", "concerned"}),
    FactKind.STAFF_COMPLAINT_CLOSED: frozenset({"complaint_id"}),
    FactKind.INCIDENT_BEGUN: frozenset({"queue", "numbers"}),
    FactKind.INCIDENT_ENDED: frozenset({"queue", "numbers"}),
    FactKind.LEADER_DAY_BOOKED: frozenset({"seat", "queue", "begins"}),
    FactKind.LEADER_DAY_CHANGED: frozenset({"seat", "queue", "begins"}),
    FactKind.LEADER_DAY_CANCELLED: frozenset({"seat", "queue", "begins"}),
    FactKind.AUDIT_READ: frozenset({"kind", "whose", "since", "until", "before"}),
}
"""The kinds that are audit, and which of their data is told. What is not named is not told."""
TYPED = frozenset({"reason"})
"""Data that people typed: numbers are hidden again, whatever was written before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditQuery:
    """What to look for; empty fields do not restrict.

    ``before`` is a cursor: the seq of the last fact of the page before. ``limit`` is 1..200.
    """

    kind: FactKind | None = None
    operator_id: str = ""
    since: datetime | None = None
    until: datetime | None = None
    before: int = 0
    limit: int = 50


class Audit:
    """What was done, for those who may read it."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def read(self, operator: Operator, query: AuditQuery) -> tuple[Fact, ...]:
        """Newest first, without personal data of citizens.

        Raises NotAllowed, and Invalid for a kind that is not audit.
        """
        if not may(operator.role, Right.READ_AUDIT):
            raise NotAllowed(Right.READ_AUDIT.value)
        if query.kind is not None and query.kind not in AUDIT:
            raise Invalid(
                Problem(
                    "/kind",
                    "not-audit",
                    "此类事实不属于审计",
                    "Facts of this kind are not part of the audit",
                )
            )
        noted = Fact(
            kind=FactKind.AUDIT_READ,
            at=self._clock.now(),
            operator_id=operator.id,
            data=_asked(query),
        )
        await self._store.record(noted)
        found = await self._store.audit(
            kinds=AUDIT if query.kind is None else (query.kind,),
            operator_id=query.operator_id,
            since=query.since,
            until=query.until,
            before_seq=query.before,
            limit=query.limit,
        )
        return tuple(replace(fact, data=_told(fact)) for fact in found)


def _asked(query: AuditQuery) -> Mapping[str, Scalar]:
    """What was looked for, empty fields left out."""
    asked: dict[str, Scalar] = {
        "kind": query.kind.value if query.kind else "",
        "whose": query.operator_id,
        "since": moment(query.since),
        "until": moment(query.until),
        "before": query.before,
    }
    return {name: value for name, value in asked.items() if value}


def _told(fact: Fact) -> Mapping[str, Scalar]:
    return {
        name: hide_numbers(value) if name in TYPED and isinstance(value, str) else value
        for name, value in fact.data.items()
        if name in AUDIT[fact.kind]
    }
