"""Due process as people see it: numbers masked, names instead of ids, what this person may do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from gateway.core.citizen import mask_number
from gateway.core.detection import Finding, finding_in
from gateway.core.detection_words import told
from gateway.core.errors import Invalid
from gateway.core.identity import Identity
from gateway.core.misconduct import Misconduct
from gateway.core.operator import Operator, Right, may
from gateway.core.standing import (
    MEASURES,
    ConductRules,
    Most,
    Standing,
    StandingAppealState,
    StandingState,
    approved,
    proposed,
)
from gateway.core.standing_ends import heard
from gateway.intake.at_hand import PHONE
from gateway.intake.views import Names, moment

Json = dict[str, Any]


def rules_view(rules: ConductRules) -> Json:
    """What the city allows."""
    return {
        "most": rules.most.value,
        "law_zh": rules.law[0],
        "law_en": rules.law[1] or rules.law[0],
        "grace_hours": int(rules.grace.total_seconds() // 3600),
        "stop_minutes": int(rules.stop.total_seconds() // 60),
        "longest_days": rules.longest.days,
    }


def misconduct_view(
    one: Misconduct, names: Names, hides: Callable[[str], bool] = lambda _contact_id: False
) -> Json:
    """One record; the evidence is empty when its time was over. A detector's is told in words.

    ``hides``: contacts that are not named.
    """
    finding = finding_in(one.evidence) if one.source == "detector" else None
    return {
        "id": one.id,
        "contact_id": one.contact_id,
        "kind": one.kind.value,
        "at": moment(one.at),
        "by": names.get(one.by, ""),
        "source": one.source,
        "evidence": told(finding)[0] if finding else one.evidence,
        "finding": _finding_view(finding, hides) if finding else None,
        "state": one.state.value,
        "looked_by": names.get(one.looked_by, ""),
    }


def _finding_view(finding: Finding, hides: Callable[[str], bool]) -> Json:
    zh, en = told(finding)
    return {
        "pattern": finding.pattern.value,
        "count": finding.count,
        "limit": finding.often.count,
        "minutes": finding.often.minutes,
        "first": moment(finding.first),
        "last": moment(finding.last),
        "contact_ids": [id_ for id_ in finding.contact_ids if not hides(id_)],
        "told_zh": zh,
        "told_en": en,
    }


def standing_view(
    one: Standing, who: Identity | None, names: Names, moves: tuple[str, ...] = ()
) -> Json:
    """One procedure; ``moves`` are what whoever looks may do now."""
    wanted, appeal = one.proposal, one.appeal
    return {
        "id": one.id,
        "who": _who(who),
        "kind": one.kind.value,
        "state": one.state.value,
        "opened_at": moment(one.opened_at),
        "told": one.told,
        "reminded_at": moment(one.reminded_at),
        "reminded_by": names.get(one.reminded_by, ""),
        "grace_until": moment(one.grace_until),
        "again_at": moment(one.again_at),
        "proposal": {
            "by": names.get(wanted.by, ""),
            "at": moment(wanted.at),
            "days": wanted.days,
            "reason": wanted.reason,
        }
        if wanted
        else None,
        "reason": one.reason,
        "proposed_by": names.get(one.proposed_by, ""),
        "approved_by": names.get(one.approved_by, ""),
        "measured_at": moment(one.measured_at),
        "until": moment(one.until),
        "appeal": {
            "state": appeal.state.value,
            "at": moment(appeal.at),
            "contact_id": appeal.contact_id,
            "decided_by": names.get(appeal.decided_by, ""),
            "decided_at": moment(appeal.decided_at),
            "answer": appeal.answer,
        },
        "closed_at": moment(one.closed_at),
        "closed_by": names.get(one.closed_by, ""),
        "moves": list(moves),
    }


def _who(who: Identity | None) -> str:
    """A number masked, or the name that a platform gave."""
    if who is None:
        return ""
    return mask_number(who.value) if who.scheme == PHONE else who.name or who.account


def moves_of(
    one: Standing, by: Operator, now: datetime, rules: ConductRules
) -> tuple[tuple[str, ...], str]:
    """What this person may do now, and why nothing can be proposed (a code), if it cannot."""
    if one.closed_at is not None or not may(by.role, Right.SUPERVISE):
        return (), ""
    why = "" if one.proposal else _refused(one, by, now, rules)
    return tuple(_moves(one, by, now, rules, why)), why


def _moves(
    one: Standing, by: Operator, now: datetime, rules: ConductRules, why: str
) -> Iterator[str]:
    judged = one.state in (StandingState.GRACE, StandingState.RESTRICTED)
    if judged and one.proposal is None and not why:
        yield "propose"
    if one.proposal is not None:
        yield "reject"
        try:
            approved(one, by.id, now, rules)
            yield "approve"
        except Invalid:
            pass
    if one.state in MEASURES:
        yield "lift"
    if one.appeal.state is StandingAppealState.OPEN:
        try:
            heard(one, by.id, now, grant=True, answer="-")
            yield "hear"
        except Invalid:
            pass


def _refused(one: Standing, by: Operator, now: datetime, rules: ConductRules) -> str:
    if rules.most is Most.REMIND:
        return "not-in-this-city"
    if one.state not in (StandingState.GRACE, StandingState.RESTRICTED):
        return "not-yet" if one.state is StandingState.REMINDED else ""
    try:
        proposed(one, by.id, now, days=1, reason="-", rules=rules)
    except Invalid as refused:
        return refused.problems[0].code
    return ""
