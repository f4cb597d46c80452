"""Seats and queues as targets of the directory."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from gateway.core.errors import Unknown
from gateway.core.reach import Try
from gateway.core.seat import SeatState
from gateway.intake.floor import Floor

Json = dict[str, Any]


class SeatTargets:
    """坐席: whoever is signed in."""

    def __init__(self, floor: Floor) -> None:
        self._floor = floor

    def entries(self) -> list[Json]:
        """Every signed-in seat."""
        return [
            {
                "number": seat.number,
                "operator_name": self._floor.names.get(seat.operator_id, ""),
                "state": seat.state.value,
            }
            for _, seat in sorted(self._floor.seats.items())
            if seat.state is not SeatState.SIGNED_OUT
        ]

    def title(self, target: str) -> str:
        """Who sits there. Raises Unknown."""
        seat = self._floor.seats.get(target)
        if seat is None:
            raise Unknown("seat", target)
        return f"{seat.number} {self._floor.names.get(seat.operator_id, '')}".strip()

    def tries(self, target: str, region: str, now: datetime) -> tuple[Try, ...]:
        """This seat; whether it is free is seen when it is called. Raises Unknown."""
        del region, now
        return (Try(target_id=target, title=self.title(target), seat=target),)


def queue_entries(floor: Floor) -> list[Json]:
    """Queues to transfer to, with how many wait."""
    names = ("name", "title_zh", "title_en", "waiting")
    return [
        {name: view[name] for name in names}
        for view in floor.queues_view()
        if view["name"] not in floor.leaving
    ]
