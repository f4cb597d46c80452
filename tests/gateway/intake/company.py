"""A talk with everything that calls others into it, and a telephone system of a test."""

from datetime import datetime
from typing import Any

from gateway.core import line_guests
from gateway.core.call import Call
from gateway.core.guest_kind import GuestEnd, GuestMode, GuestRole
from gateway.core.reach import Reach, Try
from gateway.intake.directory import Directory
from gateway.intake.guests_desk import GuestsDesk, Wish
from gateway.intake.own_targets import SeatTargets
from gateway.intake.reaches import Reaches
from gateway.intake.supervision import Supervision
from tests.gateway.intake.floor_world import FloorWorld


class Lines:
    """Two numbers on two trunks."""

    def entries(self) -> list[dict[str, Any]]:
        """Nothing to look at."""
        return []

    def title(self, target: str) -> str:
        """Its name."""
        return target

    def tries(self, target: str, region: str, now: datetime) -> tuple[Try, ...]:
        """Trunk a, then trunk b."""
        del region, now
        return tuple(
            Try(target_id=target, title=target, number="110", trunk=trunk) for trunk in "ab"
        )


class Company:
    """A floor with seats li and wang, a supervisor chen, and a talk at 8001."""

    def __init__(self, world: FloorWorld, call: Call) -> None:
        self.world, self.call = world, call
        self.directory = Directory()
        self.directory.add(GuestRole.DISPATCHER, Lines())
        self.directory.add(GuestRole.EXPERT, Lines())
        self.directory.add(GuestRole.SEAT, SeatTargets(world.floor))
        self.reaches = Reaches(world.floor, world.phones, world.desk.seating)
        self.desk = GuestsDesk(world.floor, world.phones, world.desk, self.directory, self.reaches)
        self.supervision = Supervision(world.floor, world.phones, world.desk, self.reaches)
        self.failed: list[Reach] = []
        self.reaches.on_failed.append(self._hear)

    async def _hear(self, reach: Reach) -> None:
        self.failed.append(reach)

    async def ask(self, role: GuestRole, target: str = "x", **more: Any) -> Reach:
        """The operator asks for somebody."""
        values: dict[str, Any] = {
            "region": "",
            "mode": GuestMode.JOIN,
            "leaves": False,
            "consent": True,
            "reason": "",
        }
        wish = Wish(role=role, target=target, **(values | more))
        return await self.desk.ask("id-li", self.call.id, wish)

    def now(self) -> Call:
        """The call as the floor has it."""
        return self.world.floor.calls[self.call.id]

    def id_(self) -> dict[str, Any]:
        """What every event of the call has."""
        return {"hotline_id": self.call.hotline_id, "at": self.world.clock.now()}

    async def joins(self, guest: str, mode: GuestMode = GuestMode.JOIN) -> None:
        """The guest answers."""
        joined = line_guests.GuestJoined(**self.id_(), guest=guest, channel="PJSIP/x-1", mode=mode)
        await self.world.hear(joined)

    async def fails(self, guest: str, end: GuestEnd = GuestEnd.BUSY) -> None:
        """The guest does not come."""
        await self.world.hear(line_guests.GuestFailed(**self.id_(), guest=guest, end=end, cause=17))
