"""What the admin's API answers, as JSON; the commands of ``hotline plan`` answer the same."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import asdict
from typing import Any

from config.allowed import STRATEGIES
from gateway.core.errors import Problem
from gateway.core.number import GREETING_TITLES
from gateway.core.operator import Role
from gateway.core.plan_check import Verdict
from gateway.core.plan_diff import Change
from gateway.core.plan_json import to_json
from gateway.core.revision import Published, Revision
from gateway.intake.admin import Drift, Outcome
from gateway.intake.views import moment

Json = dict[str, Any]
KEYS = "123456789*#"


def plan_view(now: Published, greetings: Collection[str]) -> Json:
    """The plan and what there is to choose from."""
    titled = [
        {"name": name, "title_zh": zh, "title_en": en}
        for name in sorted(greetings)
        for zh, en in (GREETING_TITLES.get(name, (name, name)),)
    ]
    return {
        "revision": now.revision.number,
        "published_at": moment(now.revision.at),
        "published_by": now.revision.by,
        "plan": to_json(now.plan),
        "choices": {
            "strategies": list(STRATEGIES),
            "roles": [role.value for role in Role],
            "greetings": titled,
            "keys": list(KEYS),
        },
    }


def check_view(verdict: Verdict, changes: Iterable[Change]) -> Json:
    """What is wrong and what would change."""
    return {
        "problems": _said(verdict.problems),
        "changes": _changes(changes),
        "warnings": _said(verdict.warnings),
    }


def result_view(outcome: Outcome) -> Json:
    """What a publish came to. One that did not read back as it should is none: it raises."""
    return {
        "revision": outcome.revision,
        "changes": _changes(outcome.changes),
        "read_back": {"in_step": True, "differences": []},
        "first_logins": [
            {"login": one.login, "password": one.password} for one in outcome.first_logins
        ],
    }


def revisions_view(found: Iterable[Revision]) -> Json:
    """Newest first."""
    return {
        "items": [
            {
                "revision": one.number,
                "at": moment(one.at),
                "by": one.by,
                "comment": one.comment,
                "changes": _changes(one.changes),
                "undoes": one.undoes,
            }
            for one in found
        ]
    }


def drift_view(drift: Drift) -> Json:
    """Looked at once."""
    return {
        "checked_at": moment(drift.at),
        "in_step": not drift.differences,
        "differences": [asdict(one) for one in drift.differences],
    }


def _said(problems: Iterable[Problem]) -> list[Json]:
    return [{"path": one.pointer, "zh": one.zh, "en": one.en} for one in problems]


def _changes(changes: Iterable[Change]) -> list[Json]:
    return [asdict(one) for one in changes]
