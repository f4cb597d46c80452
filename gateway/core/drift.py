"""What was published, against what the telephone system runs."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from gateway.core.errors import Unavailable
from gateway.core.plan import Plan
from gateway.core.queue import Queue


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Difference:
    """One thing that is not as published; texts for people, empty for what is not there.

    ``field`` is empty when the whole thing is missing or too much.
    """

    kind: str
    name: str
    field: str = ""
    published: str = ""
    running: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """What of a plan the telephone system has to know.

    ``members`` are the (queue, seat) pairs of those who are signed in; None: not looked at.
    """

    queues: Sequence[Queue]
    dids: Sequence[str]
    seats: Sequence[str]
    members: Collection[tuple[str, str]] | None = field(default=None)


def shape_of(plan: Plan) -> Shape:
    """What the telephone system has to know of this plan."""
    return Shape(
        queues=plan.queues,
        dids=tuple(one.did for one in plan.numbers),
        seats=tuple(one.number for one in plan.seats),
    )


class PublishFailed(Unavailable):
    """The change could not be brought to the telephone system.

    ``step`` is what was being done; ``put_back`` says whether everything is again as it was.
    """

    code = "publish-failed"

    def __init__(self, step: str, reason: str, *, put_back: bool = True) -> None:
        super().__init__(reason)
        self.step, self.put_back = step, put_back
