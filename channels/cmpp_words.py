"""What a CMPP gateway delivers, in the words of short messages: messages, parts, receipts. PURE."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone

from channels.cmpp_pdus import Deliver, Report
from channels.message import Inbound, Kind, Receipt, ReceiptState
from channels.sms_pieces import Came
from channels.sms_sender import sender_of
from channels.sms_text import Alphabet, without_header

CHINA = timezone(timedelta(hours=8))
OLDEST = timedelta(days=7)
"""What a gateway says of an older time is not believed; none keeps a message for longer."""
AHEAD = timedelta(hours=1)
_ALPHABETS: Mapping[int, Alphabet] = {
    0: Alphabet.ASCII,
    8: Alphabet.UCS2,
    15: Alphabet.GB18030,
    16: Alphabet.ASCII,
    24: Alphabet.UCS2,
}
"""Msg_Fmt → alphabet; 16 and 24 are 0 and 8 for at once on the screen. 3, 4 and others are none."""
_STATES: Mapping[str, ReceiptState] = {
    "DELIVRD": ReceiptState.DELIVERED,
    "EXPIRED": ReceiptState.EXPIRED,
    "ACCEPTD": ReceiptState.SENT,
    "UNKNOWN": ReceiptState.SENT,
}
"""Whatever else a report says (UNDELIV, DELETED, REJECTD, carriers' own) is that it failed."""


def came_of(deliver: Deliver, now: datetime) -> Came:
    """A citizen's message, or a part of one. Total: nothing a gateway sends is too odd.

    A part has the time at which it came here: others are waited for from then.
    """
    concat, data = None, deliver.msg_content
    if deliver.tp_udhi:
        concat, data = without_header(data)
    part = concat is not None and concat.total > 1
    return Came(
        sender=deliver.src_terminal_id.strip(),
        to=deliver.dest_id.strip(),
        data=data,
        alphabet=_alphabet(deliver.msg_fmt, data),
        at=now if part else sent_at(deliver.msg_id, now),
        concat=concat,
        id=id_of(deliver.msg_id),
    )


def _alphabet(msg_fmt: int, data: bytes) -> Alphabet:
    """As it is said; what is said to be ASCII and is not is Chinese, as some gateways have it."""
    said = _ALPHABETS.get(msg_fmt, Alphabet.OCTETS)
    return Alphabet.GB18030 if said is Alphabet.ASCII and not data.isascii() else said


def id_of(msg_id: int) -> str:
    """A Msg_Id as we keep it: 16 hex digits."""
    return f"{msg_id:016x}"


def sent_at(msg_id: int, now: datetime) -> datetime:
    """When the gateway took it, which stands in its Msg_Id without the year; else ``now``.

    Bits from the highest: month 4, day 5, hour 5, minute 6, second 6, gateway 22, number 16.
    """
    month, day, hour = msg_id >> 60 & 15, msg_id >> 55 & 31, msg_id >> 50 & 31
    minute, second = msg_id >> 44 & 63, msg_id >> 38 & 63
    local = now.astimezone(CHINA)
    for year in (local.year, local.year - 1):
        try:
            at = datetime(year, month, day, hour, minute, second, tzinfo=CHINA)
        except ValueError:
            return now
        if now - OLDEST <= at <= now + AHEAD:
            return min(at.astimezone(UTC), now)
    return now


def unread_report(deliver: Deliver, key: str, now: datetime) -> Inbound:
    """A report that has no length of one: kept as it came, and rings nobody."""
    return Inbound(
        key=key,
        sender=sender_of(deliver.src_terminal_id),
        kind=Kind.UNKNOWN,
        sent_at=now,
        fields={"type": "report"},
        starts=False,
    )


def receipt_of(report: Report, now: datetime) -> Receipt:
    """The gateway's word on a message of ours."""
    stat = report.stat.strip().upper()
    state = _STATES.get(stat, ReceiptState.FAILED)
    return Receipt(
        provider_id=id_of(report.msg_id),
        state=state,
        at=_done_at(report.done_time, now),
        code="" if state is ReceiptState.DELIVERED else stat,
    )


def _done_at(stamp: str, now: datetime) -> datetime:
    """YYMMDDhhmm in China, to the minute; ``now`` when it is no such time, or one to come."""
    if len(stamp) != 10 or not (stamp.isascii() and stamp.isdigit()):
        return now
    year, month, day, hour, minute = (int(stamp[at : at + 2]) for at in range(0, 10, 2))
    try:
        at = datetime(2000 + year, month, day, hour, minute, tzinfo=CHINA)
    except ValueError:
        return now
    return min(at.astimezone(UTC), now)
