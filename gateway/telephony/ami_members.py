"""What must change so that a seat's phone is a member of exactly these queues. PURE."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from gateway.telephony.ami_codec import AmiMessage


@dataclass(frozen=True, slots=True)
class Membership:
    """One phone in one queue, as the queue has it. ``static`` comes from the queue's file."""

    queue: str
    interface: str
    penalty: int
    paused: bool
    static: bool


@dataclass(frozen=True, slots=True)
class Changes:
    """``add`` and ``penalty`` by queue; ``remove`` as (queue, interface)."""

    add: Mapping[str, int]
    penalty: Mapping[str, int]
    remove: tuple[tuple[str, str], ...]


def memberships(items: Iterable[AmiMessage]) -> tuple[Membership, ...]:
    """From the items of QueueStatus."""
    return tuple(
        Membership(
            queue=item["Queue"],
            interface=item["Location"],
            penalty=int(item["Penalty"]),
            paused=item.get("Paused") == "1",
            static=item.get("Membership") == "static",
        )
        for item in items
        if item.event == "QueueMember"
    )


def changes(have: Iterable[Membership], interface: str, skills: Mapping[str, int]) -> Changes:
    """``have`` are the memberships of both phones of the seat, ``skills`` name → penalty.

    A static membership is the dialplan's last resort: it is neither removed nor changed.
    """
    mine = {each.queue: each for each in have if each.interface == interface}
    return Changes(
        add={queue: penalty for queue, penalty in skills.items() if queue not in mine},
        penalty={
            queue: penalty
            for queue, penalty in skills.items()
            if queue in mine and not mine[queue].static and mine[queue].penalty != penalty
        },
        remove=tuple(
            (each.queue, each.interface)
            for each in have
            if not each.static and (each.interface != interface or each.queue not in skills)
        ),
    )
