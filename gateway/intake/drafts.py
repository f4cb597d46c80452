"""What an operator has typed of a wrap-up and not submitted yet.

Kept here so that a browser that crashes costs none of it; in memory only, because these are the
words of somebody who has not said yet that they shall be kept.
"""

from dataclasses import dataclass

from gateway.core.errors import Unknown
from gateway.intake.floor import Floor


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A wrap-up that may lack anything. Personal data."""

    code: str = ""
    note: str = ""
    caller_name: str = ""


class Drafts:
    """One for each call at a seat; gone with the call."""

    def __init__(self, floor: Floor) -> None:
        self.floor = floor
        self._drafts: dict[tuple[str, str], Draft] = {}

    def __len__(self) -> int:
        return len(self._drafts)

    def keep(self, operator_id: str, contact_id: str, draft: Draft) -> None:
        """Instead of the last one; an empty one is none. Raises Unknown for another seat's call."""
        self._mine(operator_id, contact_id)
        here = {seat.contact_id for seat in self.floor.seats.values()}
        self._drafts = {key: one for key, one in self._drafts.items() if key[1] in here}
        if draft == Draft():
            self._drafts.pop((operator_id, contact_id), None)
        else:
            self._drafts[operator_id, contact_id] = draft

    def of(self, operator_id: str, contact_id: str) -> Draft:
        """What was kept; empty when nothing was. Raises Unknown for another seat's call."""
        self._mine(operator_id, contact_id)
        return self._drafts.get((operator_id, contact_id), Draft())

    def _mine(self, operator_id: str, contact_id: str) -> None:
        seat = self.floor.seat_of(operator_id)
        if seat is None or not contact_id or seat.contact_id != contact_id:
            raise Unknown("call", contact_id)
