"""Who else may be in a call, put together: the directory, the wishes, the desks."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from gateway.app.experts import ExpertDesk
from gateway.core.errors import Unknown
from gateway.core.guest_kind import GuestRole
from gateway.core.reach import Reach
from gateway.intake.desk import Desk
from gateway.intake.directory import Directory
from gateway.intake.floor import Floor
from gateway.intake.guests_desk import GuestsDesk
from gateway.intake.own_targets import SeatTargets, queue_entries
from gateway.intake.parking import Parking
from gateway.intake.reaches import Reaches
from gateway.intake.supervision import Supervision
from gateway.web.uses import GuestParts


class GuestDesk:
    """The use cases of guests over one floor; ``use_cases`` run for ever."""

    def __init__(
        self, floor: Floor, desk: Desk, experts: ExpertDesk, lines: Callable[[Directory], None]
    ) -> None:
        """``lines`` adds the city's lines to the directory."""
        self._floor = floor
        self._experts = experts
        self.directory = Directory()
        self.directory.add(GuestRole.EXPERT, experts.experts)
        self.directory.show("departments", experts.experts.department_entries)
        lines(self.directory)
        self.directory.add(GuestRole.SEAT, SeatTargets(floor))
        self.directory.show("queues", lambda: queue_entries(floor))
        phones = desk.phones
        self.reaches = Reaches(floor, phones, desk.seating)
        self.reaches.on_failed.append(self._promise)
        self.guests = GuestsDesk(floor, phones, desk, self.directory, self.reaches)
        self.parking = Parking(floor, self.reaches)
        self.supervision = Supervision(floor, phones, desk, self.reaches)

    async def _promise(self, reach: Reach) -> None:
        """No expert came: the citizen is owed an answer."""
        call = self._floor.calls.get(reach.contact_id)
        if reach.role is not GuestRole.EXPERT or call is None:
            return
        try:
            await self._experts.promises.make(call, reach.target, reach.by, reach_id=reach.id)
        except Unknown:
            return  # the department was removed meanwhile

    def parts(self) -> GuestParts:
        """What the web asks of them."""
        return GuestParts(
            directory=self.directory,
            guests=self.guests,
            parking=self.parking,
            supervision=self.supervision,
        )

    def use_cases(self) -> Mapping[str, Callable[[], Awaitable[None]]]:
        """What runs for ever, by name."""
        return {"reaches": self.reaches.run}
