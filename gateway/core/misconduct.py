"""不当行为记录: what an operator, or a detector, holds against a contact, and the evidence. Pure.

The kinds are those that the regulations name (S0 article 11, S1 article 27, S2 article 29, S4
articles 14 and 47). A record alone changes nothing for the citizen: see ``core.standing``.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from gateway.core.errors import IllegalMove, Invalid, Problem

MOST_EVIDENCE = 1_000
"""Characters of a passage or a note."""


class MisconductKind(StrEnum):
    """What is held against them."""

    MALICIOUS = "malicious"
    """恶意拨打."""
    HARASSING = "harassing"
    """骚扰."""
    INSULTING = "insulting"
    """侮辱、谩骂."""
    THREATENING = "threatening"
    """威胁."""
    FABRICATING = "fabricating"
    """歪曲捏造事实、诬告陷害."""
    OCCUPYING = "occupying"
    """无正当理由长时间占用."""
    REPEATED = "repeated"
    """无正当理由反复使用."""


STOPS_AT_ONCE = frozenset(
    {
        MisconductKind.MALICIOUS,
        MisconductKind.HARASSING,
        MisconductKind.INSULTING,
        MisconductKind.THREATENING,
    }
)
"""After a reminder these have to stop; the others get time to come to a matter (S2 article 29)."""


class MisconductState(StrEnum):
    """proposed ─confirm→ noted, proposed | noted ─dismiss→ dismissed."""

    PROPOSED = "proposed"
    """A detector saw it; nobody has looked yet, and nothing follows from it."""
    NOTED = "noted"
    DISMISSED = "dismissed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Misconduct:
    """One record. ``by`` is the operator's id, empty for a detector's proposal.

    ``evidence`` is a passage of the transcript or of a message as it was shown then (numbers
    masked), or a note: personal data. ``source`` says which: ``segment``, ``message``, ``note``,
    ``detector``; ``source_id`` is the passage's own id. ``looked_by`` confirmed or dismissed it.
    """

    id: str
    contact_id: str
    identity_id: str
    kind: MisconductKind
    at: datetime
    by: str
    source: str
    source_id: str = ""
    evidence: str = field(repr=False)
    state: MisconductState = MisconductState.NOTED
    looked_by: str = ""
    looked_at: datetime | None = None


def looked_at(one: Misconduct, by: str, at: datetime, *, holds: bool) -> Misconduct:
    """A person has looked at it. Raises IllegalMove when it was dismissed before."""
    if one.state is MisconductState.DISMISSED:
        raise IllegalMove("misconduct", one.state, "confirm" if holds else "dismiss")
    state = MisconductState.NOTED if holds else MisconductState.DISMISSED
    return replace(one, state=state, looked_by=by, looked_at=at)


def checked_evidence(text: str) -> str:
    """The passage or note as it is kept. Raises Invalid: there is none, or too much."""
    text = text.strip()
    if not text:
        zh = "请选择一段通话或消息原文，或写明发生了什么。"
        en = "Choose a passage of what was said, or write down what happened."
        raise Invalid(Problem("/evidence", "missing", zh, en))
    if len(text) > MOST_EVIDENCE:
        zh, en = f"证据最多 {MOST_EVIDENCE} 字。", f"Evidence: {MOST_EVIDENCE} letters at most."
        raise Invalid(Problem("/evidence", "too-long", zh, en))
    return text
