"""What each value of a published plan may be: the same rules as for the settings' seeds. Pure.

Kinds and fields as in ``gateway.core.plan``; ``gateway.core.plan_check`` is given this table.
"""

from __future__ import annotations

from collections.abc import Mapping

from config.allowed import NAME, SOME_TEXT, TEXT, Rule, Says, between, like
from config.rules import RESERVED_QUEUES, RULES

PENALTY = between(0, 40)
"""Below the penalty of the fallback queue."""


def queue_name(value: str) -> Says | None:
    """A name that the system does not use itself."""
    if value in RESERVED_QUEUES:
        return "这个名称系统自用，请换一个", "this name is the system's own; choose another"
    return NAME(value)


PLAN_RULES: Mapping[str, Mapping[str, Rule]] = {
    "queue": {**RULES["QueueSeed"], "name": queue_name},
    "number": {**RULES["Number"], "greeting": NAME},
    "seat": {
        "number": like(
            r"[1-9][0-9]{1,7}", "2 至 8 位数字，不以 0 开头", "2 to 8 digits, the first not 0"
        ),
        "title": SOME_TEXT,
    },
    "operator": {
        "login": like(
            r"[a-z0-9][a-z0-9._-]{1,31}",
            "2 至 32 位小写字母、数字或 . _ -，以字母或数字开头",
            "2 to 32 lower-case letters, digits or . _ -, the first a letter or digit",
        ),
        "name": TEXT,
    },
    "skill": {"penalty": PENALTY},
}
