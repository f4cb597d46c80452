"""A seat's page is cut off from its phone: which talks are lost with it, and which go on.

Sound and signalling are two roads. A page whose socket broke may still be talking, and will be back
in a moment: its talk is never touched while there is sound. A page that crashed sends none: its
talk is torn away at once, so that the citizen hears music instead of nothing. Whatever this does
not see, the telephone system's own limit on silence does.
"""

from collections.abc import Callable

from gateway.core.call import Call, CallState
from gateway.core.line import PhoneKind
from gateway.intake.floor import Floor
from gateway.ports import Phones

LOOK_SECONDS = 0.6
"""Sound is sent fifty times a second; none for so long, from a page that is cut off, is its end."""
WATCH_SECONDS = 10.0
RING_SECONDS = 3.0
"""How long a ring waits for the page; then the call rings elsewhere."""


class Lifeline:
    """Told by the web what happens to seats' pages."""

    def __init__(self, floor: Floor, phones: Phones) -> None:
        self.floor = floor
        self.phones = phones

    async def replaced(self, number: str) -> None:
        """Another page is this seat's phone: the sound of the one before is gone for good."""
        call = self._call(number)
        if call is None or not call.leg:
            return
        if call.state is CallState.OFFERED:
            await self.phones.withdraw(call.leg)
        else:
            await self.phones.lose(call.leg)

    async def cut(self, number: str, back: Callable[[], bool]) -> None:
        """The page's socket broke; returns when it is ``back``, or what was to be done is done."""
        before, looked = ("", -1), 0.0
        while looked < WATCH_SECONDS and not back():
            call = self._call(number)
            if call is None or not call.leg:
                return
            if call.state is not CallState.OFFERED:
                heard = call.leg, await self.phones.packets_from(call.leg)
                if heard == before:
                    await self.phones.lose(call.leg)
                    return
                before = heard
            elif looked >= RING_SECONDS:
                await self.phones.withdraw(call.leg)
                return
            await self.floor.clock.sleep(LOOK_SECONDS)
            looked += LOOK_SECONDS

    def _call(self, number: str) -> Call | None:
        seat = self.floor.seats.get(number)
        if seat is None or seat.phone is not PhoneKind.BROWSER:
            return None
        call = self.floor.calls.get(seat.contact_id)
        return call if call and call.seat == number else None  # else it is a guest there
