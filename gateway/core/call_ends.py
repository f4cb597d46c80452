"""What the end of a call, and an emergency line in place of a seat, mean for it. PURE."""

from __future__ import annotations

from typing import Any

from gateway.core import line, line_guests
from gateway.core.call import Call, CallState, Outcome
from gateway.core.facts import FactKind, Scalar

Emergency = line_guests.EmergencyTried | line_guests.EmergencyReached | line_guests.EmergencyFailed
Told = tuple[dict[str, Any], FactKind, dict[str, Scalar]]
"""The call's changed fields, the kind of the fact, and the fact's own data."""


def emergency(event: Emergency, call: Call) -> Told:
    """The telephone system itself dials an emergency line. Who is reached is a person: answered."""
    data: dict[str, Scalar] = {"code": event.code, "trunk": event.trunk}
    match event:
        case line_guests.EmergencyTried():
            return {}, FactKind.EMERGENCY_TRIED, data
        case line_guests.EmergencyReached():
            changes = {"answered_at": call.answered_at or event.at}
            return changes, FactKind.EMERGENCY_REACHED, data
        case line_guests.EmergencyFailed():
            return {}, FactKind.EMERGENCY_FAILED, data | {"cause": event.cause}


def ended(event: line.CallGone, call: Call) -> Told:
    """The citizen is gone."""
    outcome = Outcome.ANSWERED if call.answered_at else call.outcome or Outcome.ABANDONED
    if event.cut:
        outcome = Outcome.LOST
    changes: dict[str, Any] = {
        "ended_at": event.at,
        "outcome": outcome,
        "hangup_cause": event.cause,
        "held_at": None,
        "leg": "",
    }
    if call.state is CallState.OFFERED:
        changes |= {"seat": "", "operator_id": ""}  # it rang there, nobody took it
    talk = (event.at - call.answered_at).total_seconds() if call.answered_at else 0.0
    data: dict[str, Scalar] = {
        "outcome": outcome.value,
        "cause": event.cause,
        "by_citizen": event.by_citizen,
        "talk_seconds": talk,
    }
    return changes, FactKind.CALL_ENDED, data
