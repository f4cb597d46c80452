"""Who can be called into a call: asked of those who know, by role."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, Protocol

from gateway.core.errors import Unknown
from gateway.core.guest_kind import GuestRole
from gateway.core.reach import Try

Json = dict[str, Any]


class Targets(Protocol):
    """Everybody of one role who can be called in. Answers at once, from what it has in memory."""

    def entries(self) -> list[Json]:
        """What the console offers to choose from; no number of anybody."""
        ...

    def title(self, target: str) -> str:
        """What screens show for this target, in Chinese. Raises Unknown."""
        ...

    def tries(self, target: str, region: str, now: datetime) -> tuple[Try, ...]:
        """Who is tried for it, in order; empty when nobody is there. Raises Unknown."""
        ...


NAMES = {
    GuestRole.EXPERT: "experts",
    GuestRole.DISPATCHER: "emergency",
    GuestRole.LINE: "lines",
    GuestRole.SEAT: "seats",
}
"""Under which key the console finds the entries of a role."""


class Directory:
    """Targets by role; whoever knows some adds them."""

    def __init__(self) -> None:
        self._targets: dict[GuestRole, Targets] = {}
        self._shown: dict[str, Callable[[], list[Json]]] = {}

    def add(self, role: GuestRole, targets: Targets) -> None:
        """These know everybody of this role."""
        self._targets[role] = targets
        self.show(NAMES[role], targets.entries)

    def show(self, name: str, entries: Callable[[], list[Json]]) -> None:
        """Something else to choose from, under this key."""
        self._shown[name] = entries

    def of(self, role: GuestRole) -> Targets:
        """Who knows this role. Raises Unknown."""
        found = self._targets.get(role)
        if found is None:
            raise Unknown("role", role.value)
        return found

    def view(self) -> Json:
        """Everything to choose from, by name."""
        return {name: entries() for name, entries in sorted(self._shown.items())}
