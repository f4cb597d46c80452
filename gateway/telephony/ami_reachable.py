"""Whether a seat's phone can be reached, from Asterisk's device and contact events. PURE."""

from __future__ import annotations

from datetime import datetime

from gateway.core.line import SeatPhoneChanged
from gateway.telephony.ami_codec import AmiMessage
from gateway.telephony.ami_names import seat_of

MAX_PHONES = 20_000

_AWAY = {"UNAVAILABLE", "INVALID", "UNKNOWN"}
_CONTACT = {"Reachable": True, "NonQualified": True, "Unreachable": False, "Removed": False}
ANSWERING = {"Reachable", "NonQualified", "Created", "Updated"}
"""What a contact of a phone that can be rung is called in PJSIPShowEndpoint."""


class ReachableReader:
    """Remembers the last word on each phone, so that only changes are news."""

    def __init__(self) -> None:
        self._phones: dict[str, bool] = {}

    def clear(self) -> None:
        """After a new login nothing is known."""
        self._phones.clear()

    def device(self, message: AmiMessage, now: datetime) -> list[SeatPhoneChanged]:
        """DeviceStateChange: says nothing of a phone that vanishes during its call."""
        return self._phone(message.get("Device"), message.get("State") not in _AWAY, now)

    def contact(self, message: AmiMessage, now: datetime) -> list[SeatPhoneChanged]:
        """ContactStatus: a phone has one contact (``max_contacts=1``), so its word is final."""
        reachable = _CONTACT.get(message.get("ContactStatus"))
        if reachable is None:
            return []
        return self._phone(f"PJSIP/{message.get('EndpointName')}", reachable, now)

    def _phone(self, interface: str, reachable: bool, now: datetime) -> list[SeatPhoneChanged]:
        known = seat_of(interface)
        if known is None or self._phones.get(interface) is reachable:
            return []
        if len(self._phones) >= MAX_PHONES:
            self._phones.clear()
        self._phones[interface] = reachable
        seat, phone = known
        return [SeatPhoneChanged(seat=seat, phone=phone, reachable=reachable, at=now)]
