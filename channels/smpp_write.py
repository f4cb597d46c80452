"""SMPP 3.4: the PDUs that we send. The one door to aiosmpplib, whose codec writes them.

Its ``ESME`` class is not used. It answers a deliver_sm that it cannot decode with a generic_nack
(the message is lost), acknowledges parts of a long message while it keeps them in memory only, ends
its connection at a status that the standard does not name, notes a submit_sm only after it was
written (a quick answer finds nobody), leaves sockets open, and writes PDUs into its log.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from aiosmpplib import (
    NPI,
    TON,
    BindReceiver,
    BindTransceiver,
    BindTransmitter,
    DeliverSmResp,
    EnquireLink,
    EnquireLinkResp,
    GenericNack,
    PhoneNumber,
    SmppCommandStatus,
    SubmitSm,
    Unbind,
    UnbindResp,
)

from channels.smpp_read import Command
from channels.sms_text import Segment

UDHI, WITH_RECEIPT = 0x40, 0x01
TEMPORARY = SmppCommandStatus.ESME_RX_T_APPN.value
"""Cannot be recorded now: deliver it again."""
UNKNOWN_COMMAND = SmppCommandStatus.ESME_RINVCMDID.value


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """Who binds; ``password`` has at most 8 characters (5.2.2)."""

    system_id: str
    password: str = field(repr=False)
    system_type: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """A number with its type and plan (5.2.5, 5.2.6)."""

    number: str = field(repr=False)
    ton: int = 0
    npi: int = 0


_BINDS = {
    Command.BIND_RECEIVER: BindReceiver,
    Command.BIND_TRANSMITTER: BindTransmitter,
    Command.BIND_TRANSCEIVER: BindTransceiver,
}


def bind(login: Login, sequence: int, role: Command = Command.BIND_TRANSCEIVER) -> bytes:
    """bind_transceiver, bind_transmitter or bind_receiver: by ``role``."""
    return _octets(
        _BINDS[role](
            sequence_num=sequence,
            system_id=login.system_id,
            password=login.password,
            system_type=login.system_type,
        )
    )


def submit(segment: Segment, source: Address, to: Address, sequence: int) -> bytes:
    """submit_sm of one part in UCS-2, with a receipt asked for."""
    message = SubmitSm(
        sequence_num=sequence,
        short_message="-",  # what is sent is set below, as octets
        source=_phone(source),
        destination=_phone(to),
        esm_class=UDHI if segment.header else 0,
        registered_delivery=WITH_RECEIPT,
        encoding="ucs2",
    )
    message.set_encoded_message(segment.data)
    return _octets(message)


def enquire(sequence: int) -> bytes:
    """enquire_link."""
    return _octets(EnquireLink(sequence_num=sequence))


def unbind(sequence: int) -> bytes:
    """Unbind: we leave."""
    return _octets(Unbind(sequence_num=sequence))


def answer(command: int, sequence: int, status: int = 0) -> bytes:
    """The response to a request of theirs; generic_nack to one that we do not know."""
    said: dict[str, Any] = {"sequence_num": sequence, "command_status": SmppCommandStatus(status)}
    if command == Command.DELIVER_SM:
        return _octets(DeliverSmResp(**said))
    if command == Command.ENQUIRE_LINK:
        return _octets(EnquireLinkResp(**said))
    if command == Command.UNBIND:
        return _octets(UnbindResp(**said))
    said["command_status"] = SmppCommandStatus(UNKNOWN_COMMAND)
    return _octets(GenericNack(**said))


def _phone(address: Address) -> PhoneNumber:
    return PhoneNumber(address.number, TON(address.ton), NPI(address.npi))


def _octets(message: Any) -> bytes:
    return bytes(message.pdu())
