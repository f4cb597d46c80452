"""A phone is reachable while one of its contacts is; only changes are news."""

from __future__ import annotations

from datetime import UTC, datetime

from gateway.core.line import PhoneKind
from gateway.telephony.ami_codec import AmiMessage
from gateway.telephony.ami_reachable import MAX_CONTACTS, ReachableReader

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


class Phones:
    """A reader and what it said."""

    def __init__(self) -> None:
        self.reader = ReachableReader()

    def contact(self, status: str, uri: str = "sip:a", endpoint: str = "seat-8001") -> list[bool]:
        """One ContactStatus."""
        headers = {"ContactStatus": status, "URI": uri, "EndpointName": endpoint}
        return [each.reachable for each in self.reader.contact(AmiMessage(headers, {}), NOW)]

    def device(self, state: str, device: str = "PJSIP/seat-8001") -> list[bool]:
        """One DeviceStateChange."""
        headers = {"Device": device, "State": state}
        return [each.reachable for each in self.reader.device(AmiMessage(headers, {}), NOW)]


def test_registering_and_leaving() -> None:
    """Told once each; another word for the same is no news."""
    phones = Phones()
    assert phones.contact("NonQualified") == [True]
    assert phones.contact("Reachable") == []
    assert phones.device("INUSE") == []
    assert phones.contact("Removed") == [False]
    assert phones.device("UNAVAILABLE") == []
    assert phones.device("NOT_INUSE") == [True]


def test_the_last_word_can_be_asked() -> None:
    """Of each phone; none after a login."""
    phones, seat = Phones(), "PJSIP/seat-8001"
    assert phones.reader.told(seat) is None
    phones.contact("Reachable")
    assert phones.reader.told(seat) is True
    phones.contact("Removed")
    assert phones.reader.told(seat) is False
    phones.reader.clear()
    assert phones.reader.told(seat) is None


def test_a_page_loaded_again_stays_reachable() -> None:
    """The new contact comes before the old one goes."""
    phones = Phones()
    phones.contact("Reachable", "sip:old")
    assert phones.contact("Reachable", "sip:new") == []
    assert phones.contact("Removed", "sip:old") == []
    assert phones.contact("Unreachable", "sip:new") == [False]


def test_other_devices_are_nobodys_phone() -> None:
    """Trunks, queues, rooms."""
    phones = Phones()
    assert phones.contact("Reachable", endpoint="trunk-local") == []
    assert phones.device("INUSE", "Queue:civil") == []
    assert phones.contact("Created") == []


def test_what_is_remembered_is_bounded_and_can_be_cleared() -> None:
    """Many contacts of one phone are not kept; after a login everything is told anew."""
    phones = Phones()
    for number in range(MAX_CONTACTS + 5):
        phones.contact("Reachable", f"sip:{number}")
    assert len(phones.reader._contacts["PJSIP/seat-8001"]) == MAX_CONTACTS
    phones.reader.clear()
    (news,) = phones.reader.device(
        AmiMessage({"Device": "PJSIP/desk-8001", "State": "NOT_INUSE"}, {}), NOW
    )
    assert (news.seat, news.phone, news.at) == ("8001", PhoneKind.DESK, NOW)
