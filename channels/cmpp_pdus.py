"""The PDUs of CMPP 2.0 and 3.0, each with the table of its fields in both versions. PURE.

Source: China Mobile, 中国移动互联网短信网关接口协议 2.0 (2002) and 3.0 (2003), chapter 8; names are
the standard's. QUERY, CANCEL and what gateways forward to each other are not here: nobody asks.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from channels.cmpp_fields import Content, Field, Number, Padding, Raw, Terminals, Text

RESPONSE = 0x8000_0000
"""The bit of Command_Id that makes a response of a request."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Connect:
    """Who we are. ``timestamp`` is MMDDHHMMSS as a number."""

    COMMAND: ClassVar[int] = 1
    FIELDS: ClassVar[tuple[Field, ...]] = (
        Text("source_addr", 6),
        Raw("authenticator_source", 16),
        Number("version", 1),
        Number("timestamp", 4),
    )
    source_addr: str
    authenticator_source: bytes = field(repr=False)
    version: int
    timestamp: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectResp:
    """Whether we may. 0 yes, 1 structure, 2 source_addr, 3 authentication, 4 version, 5+ other."""

    COMMAND: ClassVar[int] = RESPONSE | 1
    FIELDS: ClassVar[tuple[Field, ...]] = (
        Number("status", 1, 4),
        Raw("authenticator_ismg", 16),
        Number("version", 1),
    )
    status: int
    authenticator_ismg: bytes = field(repr=False)
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Terminate:
    """The connection is to end."""

    COMMAND: ClassVar[int] = 2
    FIELDS: ClassVar[tuple[Field, ...]] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TerminateResp:
    """It ends."""

    COMMAND: ClassVar[int] = RESPONSE | 2
    FIELDS: ClassVar[tuple[Field, ...]] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Submit:
    """A message for telephones; names are the standard's. ``msg_id`` is the gateway's to fill."""

    COMMAND: ClassVar[int] = 4
    FIELDS: ClassVar[tuple[Field, ...]] = (
        Number("msg_id", 8),
        Number("pk_total", 1),
        Number("pk_number", 1),
        Number("registered_delivery", 1),
        Number("msg_level", 1),
        Text("service_id", 10),
        Number("fee_user_type", 1),
        Text("fee_terminal_id", 21, 32),
        Number("fee_terminal_type", 0, 1),
        Number("tp_pid", 1),
        Number("tp_udhi", 1),
        Number("msg_fmt", 1),
        Text("msg_src", 6),
        Text("fee_type", 2),
        Text("fee_code", 6),
        Text("valid_time", 17),
        Text("at_time", 17),
        Text("src_id", 21),
        Terminals("dest_terminal_ids", 21, 32),
        Number("dest_terminal_type", 0, 1),
        Content("msg_content"),
        Padding("", 8, 0),
        Text("link_id", 0, 20),
    )
    msg_id: int = 0
    pk_total: int = 1
    pk_number: int = 1
    registered_delivery: int = 1
    msg_level: int = 1
    service_id: str = ""
    fee_user_type: int = 2
    """Whom it costs: 2, us."""
    fee_terminal_id: str = field(default="", repr=False)
    fee_terminal_type: int = 0
    tp_pid: int = 0
    tp_udhi: int = 0
    msg_fmt: int
    msg_src: str
    fee_type: str = "01"
    """01: free for whoever receives it."""
    fee_code: str = "000000"
    valid_time: str = ""
    at_time: str = ""
    src_id: str
    dest_terminal_ids: tuple[str, ...] = field(repr=False)
    dest_terminal_type: int = 0
    msg_content: bytes = field(repr=False)
    link_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmitResp:
    """What became of it: 0 taken under ``msg_id``, 8 too fast, others refused."""

    COMMAND: ClassVar[int] = RESPONSE | 4
    FIELDS: ClassVar[tuple[Field, ...]] = (Number("msg_id", 8), Number("result", 1, 4))
    msg_id: int
    result: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Deliver:
    """A citizen's message, or with ``registered_delivery`` 1 a report on one of ours."""

    COMMAND: ClassVar[int] = 5
    FIELDS: ClassVar[tuple[Field, ...]] = (
        Number("msg_id", 8),
        Text("dest_id", 21),
        Text("service_id", 10),
        Number("tp_pid", 1),
        Number("tp_udhi", 1),
        Number("msg_fmt", 1),
        Text("src_terminal_id", 21, 32),
        Number("src_terminal_type", 0, 1),
        Number("registered_delivery", 1),
        Content("msg_content"),
        Padding("", 8, 0),
        Text("link_id", 0, 20),
    )
    msg_id: int
    dest_id: str = ""
    service_id: str = ""
    tp_pid: int = 0
    tp_udhi: int = 0
    msg_fmt: int = 0
    src_terminal_id: str = field(default="", repr=False)
    src_terminal_type: int = 0
    registered_delivery: int = 0
    msg_content: bytes = field(default=b"", repr=False)
    link_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliverResp:
    """0: it is recorded here. 1: it cannot be read. 8: too fast."""

    COMMAND: ClassVar[int] = RESPONSE | 5
    FIELDS: ClassVar[tuple[Field, ...]] = (Number("msg_id", 8), Number("result", 1, 4))
    msg_id: int
    result: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ActiveTest:
    """Whether the other side is there."""

    COMMAND: ClassVar[int] = 8
    FIELDS: ClassVar[tuple[Field, ...]] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ActiveTestResp:
    """It is."""

    COMMAND: ClassVar[int] = RESPONSE | 8
    FIELDS: ClassVar[tuple[Field, ...]] = (Padding("", 1),)


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What became of the message that the gateway took under ``msg_id``.

    ``stat``: DELIVRD, EXPIRED, DELETED, UNDELIV, ACCEPTD, UNKNOWN, REJECTD, or a carrier's own code
    (``MA:0001``). Times are YYMMDDhhmm in China.
    """

    msg_id: int
    stat: str
    submit_time: str = ""
    done_time: str = ""
    dest_terminal_id: str = field(default="", repr=False)
    smsc_sequence: int = 0


Pdu = (
    Connect
    | ConnectResp
    | Terminate
    | TerminateResp
    | Submit
    | SubmitResp
    | Deliver
    | DeliverResp
    | ActiveTest
    | ActiveTestResp
)
PDUS: tuple[type[Pdu], ...] = (
    Connect,
    ConnectResp,
    Terminate,
    TerminateResp,
    Submit,
    SubmitResp,
    Deliver,
    DeliverResp,
    ActiveTest,
    ActiveTestResp,
)
