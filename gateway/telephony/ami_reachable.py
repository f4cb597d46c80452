"""Whether a seat's phone can be reached, from Asterisk's device and contact events. PURE."""

from __future__ import annotations

from datetime import datetime

from gateway.core.line import SeatPhoneChanged
from gateway.telephony.ami_codec import AmiMessage
from gateway.telephony.ami_names import seat_of

MAX_PHONES = 20_000
MAX_CONTACTS = 8
"""Of one phone. A page that is loaded again registers anew before the old contact is gone."""

NO_DEVICE = "INVALID"
AWAY = frozenset({"UNAVAILABLE", NO_DEVICE, "UNKNOWN"})
"""Device states of a phone that cannot be rung."""
_HERE = {"Reachable", "NonQualified"}
_GONE = {"Unreachable", "Removed"}


class ReachableReader:
    """Remembers the last word on each phone, so that only changes are news."""

    def __init__(self) -> None:
        self._phones: dict[str, bool] = {}
        self._contacts: dict[str, set[str]] = {}

    def clear(self) -> None:
        """After a new login nothing is known."""
        self._phones.clear()
        self._contacts.clear()

    def told(self, interface: str) -> bool | None:
        """The last word on this phone; None: nothing was told since the login."""
        return self._phones.get(interface)

    def device(self, message: AmiMessage, now: datetime) -> list[SeatPhoneChanged]:
        """DeviceStateChange: says nothing of a phone that vanishes during its call."""
        interface = message.get("Device")
        reachable = message.get("State") not in AWAY
        if not reachable:
            self._contacts.pop(interface, None)
        return self._phone(interface, reachable, now)

    def contact(self, message: AmiMessage, now: datetime) -> list[SeatPhoneChanged]:
        """ContactStatus: a phone is reachable while one of its contacts is."""
        interface = f"PJSIP/{message.get('EndpointName')}"
        status, uri = message.get("ContactStatus"), message.get("URI")
        if seat_of(interface) is None or status not in _HERE | _GONE:
            return []
        contacts = self._contacts.setdefault(interface, set())
        if status in _GONE:
            contacts.discard(uri)
        elif len(contacts) < MAX_CONTACTS:
            contacts.add(uri)
        if not contacts:
            del self._contacts[interface]
        return self._phone(interface, bool(contacts), now)

    def _phone(self, interface: str, reachable: bool, now: datetime) -> list[SeatPhoneChanged]:
        known = seat_of(interface)
        if known is None or self._phones.get(interface) is reachable:
            return []
        if len(self._phones) >= MAX_PHONES:
            self.clear()
        self._phones[interface] = reachable
        seat, phone = known
        return [SeatPhoneChanged(seat=seat, phone=phone, reachable=reachable, at=now)]
