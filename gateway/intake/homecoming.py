"""After a restart of the telephone system phones come back in their own time.

A browser's softphone registers anew after some seconds, a desk phone when its time has come. Until
then no seat is taken out for it: nobody should have to click 示闲 because of a restart that took
three seconds. The queues ring no phone that is not there. Whose phone has not come back by then is
taken out as if it had just gone.
"""

from __future__ import annotations

from datetime import timedelta

import structlog

from gateway.core import line
from gateway.core.errors import HotlineError
from gateway.core.seat import SeatState
from gateway.intake.floor import Floor
from gateway.intake.reception import Reception
from gateway.intake.turn import PATIENCE_SECONDS
from gateway.ports import Phones

TICK_SECONDS = 1.0
PATIENCE = timedelta(seconds=PATIENCE_SECONDS)

log = structlog.get_logger()


class Homecoming:
    """Watches ``floor.restarted_at``."""

    def __init__(self, floor: Floor, phones: Phones, reception: Reception) -> None:
        self.floor = floor
        self.phones = phones
        self.reception = reception

    async def run(self) -> None:
        """Tick for ever."""
        while True:
            await self.tick()
            await self.floor.clock.sleep(TICK_SECONDS)

    async def tick(self) -> None:
        """Once the patience has ended: see which phones are not there."""
        now = self.floor.clock.now()
        if self.floor.restarted_at is None or now - self.floor.restarted_at < PATIENCE:
            return
        self.floor.restarted_at = None
        for seat in tuple(self.floor.seats.values()):
            if seat.state is not SeatState.READY:
                continue
            try:
                here = await self.phones.reachable(seat.number, seat.phone)
            except HotlineError as fault:
                log.warning("phone_not_asked", seat=seat.number, code=fault.code)
                continue
            if not here:
                gone = line.SeatPhoneChanged(
                    seat=seat.number, phone=seat.phone, reachable=False, at=now
                )
                await self.reception.take([gone])
