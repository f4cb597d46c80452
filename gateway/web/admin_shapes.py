"""What the admin's API answers, key by key."""

from __future__ import annotations

from typing import Any, Literal, TypedDict

Hours = TypedDict("Hours", {"days": list[int], "from": str, "to": str})
Hours.__doc__ = "Open on these days (ISO 8601); ``to`` not after ``from`` is on the next day."


class PlanQueue(TypedDict):
    """A queue; no hours: always open."""

    name: str
    title_zh: str
    title_en: str
    strategy: str
    ring_seconds: int
    max_wait_seconds: int
    wrap_up_seconds: int
    service_level_seconds: int
    key: str
    rank: int
    hours: list[Hours]
    closed_queue: str
    language: str


class PlanNumber(TypedDict):
    """A number that citizens dial."""

    did: str
    title_zh: str
    title_en: str
    queue: str
    greeting: str
    tag: str
    origin: str


class PlanSeat(TypedDict):
    """A seat."""

    number: str
    title: str


class PlanOperator(TypedDict):
    """A login; ``skills`` maps queues to penalties."""

    login: str
    name: str
    role: str
    active: bool
    skills: dict[str, int]


class Plan(TypedDict):
    """Everything that an admin sets."""

    queues: list[PlanQueue]
    numbers: list[PlanNumber]
    seats: list[PlanSeat]
    operators: list[PlanOperator]


class Greeting(TypedDict):
    """A prompt that may greet."""

    name: str
    title_zh: str
    title_en: str


class Choices(TypedDict):
    """What there is to choose from."""

    strategies: list[str]
    roles: list[str]
    greetings: list[Greeting]
    keys: list[str]


class PublishedPlan(TypedDict):
    """The plan as it is now."""

    revision: int
    published_at: str | None
    published_by: str
    plan: Plan
    choices: Choices


class PlanProblem(TypedDict):
    """Where, and what is wrong and how to mend it."""

    path: str
    zh: str
    en: str


class PlanChange(TypedDict):
    """``field`` is empty when the whole thing comes or goes; values as in the plan."""

    action: Literal["add", "change", "remove"]
    kind: Literal["queue", "number", "seat", "operator"]
    name: str
    field: str
    before: Any
    after: Any


class CheckedPlan(TypedDict):
    """Problems forbid publishing, warnings do not."""

    problems: list[PlanProblem]
    changes: list[PlanChange]
    warnings: list[PlanProblem]


class PlanDifference(TypedDict):
    """One thing that does not run as it was published."""

    kind: str
    name: str
    field: str
    published: str
    running: str


class ReadBack(TypedDict):
    """What the telephone system had afterwards."""

    in_step: bool
    differences: list[PlanDifference]


class NewLogin(TypedDict):
    """Shown once and kept nowhere."""

    login: str
    password: str


class PublishResult(TypedDict):
    """It is published, and was read back."""

    revision: int
    changes: list[PlanChange]
    read_back: ReadBack
    first_logins: list[NewLogin]


class PlanRevision(TypedDict):
    """Who published what; ``undoes`` is the revision taken back, or 0."""

    revision: int
    at: str | None
    by: str
    comment: str
    changes: list[PlanChange]
    undoes: int


class PlanRevisions(TypedDict):
    """Newest first."""

    items: list[PlanRevision]


class PlanDrift(TypedDict):
    """What is published against what runs."""

    checked_at: str | None
    in_step: bool
    differences: list[PlanDifference]
