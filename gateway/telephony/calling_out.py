"""Calls that we make: a citizen is called back, first or after a seat's phone.

What answers is taken in by the dialplan (config/asterisk/extensions_out.conf.in) and is a call like
any other, with or without us. Only the second half of a call that rings the seat first is ordered
here, when that seat has answered: the citizen's channel must have the name that the order gave it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from gateway.core.errors import Invalid, PhonesUnavailable, Problem, Unknown
from gateway.core.guest import CallOut, SeatPhone
from gateway.core.guest_kind import GuestEnd
from gateway.core.line import CallGone, News
from gateway.core.line_guests import CallOutFailed
from gateway.telephony.ami_codec import AmiMessage
from gateway.telephony.ami_links import AmiLinks
from gateway.telephony.ami_names import (
    checked_channel,
    checked_leg,
    checked_word,
    interface,
    number_of,
)
from gateway.telephony.ami_protocol import ActionRefused

CITIZEN, SEAT = "out-", "outseat-"
"""How the Uniqueids of the two legs begin; the order's id follows."""
CITIZEN_EXTEN, SEAT_EXTEN = "out", "seat"
"""How the extensions begin: OriginateResponse has them when there never was a channel."""
MOST_ORDERS = 1_000
LONGEST_RING_SECONDS = 120
SEAT_RING_SECONDS = 20
SEAT_PATIENCE_SECONDS = 10
"""So much longer than the citizen rings, the seat's phone waits before the dialplan lets it go."""
NORMAL_CLEARING = 16

_ID = re.compile(r"[0-9a-f]{32}")
_CODE = re.compile(r"[0-9]{1,20}")
_ENDS = {17: GuestEnd.BUSY, 19: GuestEnd.NO_ANSWER, 21: GuestEnd.REJECTED}
"""Q.850 causes; all others mean that nobody could be reached."""


class CallingOut:
    """The part of the telephone system that calls citizens and sends them to emergency lines."""

    def __init__(self, links: AmiLinks) -> None:
        self._out_voice, self._out_calls, self._out_events = links.voice, links.calls, links.events
        self._orders: dict[str, CallOut] = {}
        """Ordered, and neither answered by the citizen nor failed."""
        self._legs: set[str] = set()
        """Uniqueids of their channels."""
        self._seats: dict[str, str] = {}
        """The leg of a seat that answered first, by the order's id; empty: it has hung up."""

    async def call_out(self, order: CallOut) -> None:
        """Call a citizen, or the seat first; CallArrived or CallOutFailed follows.

        Raises Invalid for an order that is none, PhonesUnavailable when it was refused.
        """
        _check(order)
        if len(self._orders) >= MOST_ORDERS:
            raise PhonesUnavailable(f"more than {MOST_ORDERS} calls out")
        self._orders[order.id] = order
        first = order.seat_first
        headers = _to_seat(order, first) if first else _to_citizen(order)
        try:
            answer = await self._out_voice.act("Originate", **headers)
        except PhonesUnavailable:
            self._forget(order.id)
            self._end_legs(order.id)  # it may have been heard all the same
            raise
        if not answer.ok:
            self._forget(order.id)
            raise PhonesUnavailable(f"call out refused: {answer.get('Message')}")

    async def take_over(self, order: CallOut) -> bool:
        """An order that an earlier gateway gave, if a leg of it is there; else False.

        While its seat rings nobody has called the citizen: that happens when it answers, as if we
        had ordered it. A seat that had answered before waits in vain, lest they are called twice.
        Raises Invalid and PhonesUnavailable.
        """
        _check(order)
        self._orders[order.id] = order  # an answer while we ask is heard
        try:
            there = {
                each.get("Uniqueid") for each in await self._out_events.act_list("CoreShowChannels")
            }
        except (PhonesUnavailable, ActionRefused):
            self._forget(order.id)
            raise PhonesUnavailable("channels are not told") from None
        legs = {f"{CITIZEN}{order.id}", f"{SEAT}{order.id}"} & there
        if not legs:
            self._forget(order.id)
            return False
        self._legs |= legs
        return True

    async def send_to_emergency(self, channel: str, code: str) -> None:
        """Let the dialplan take the citizen to this emergency line; the seat's leg ends.

        A line that is not there leads to the head of the fallback queue. Raises Unknown when the
        citizen is gone.
        """
        if not _CODE.fullmatch(code):
            raise _wrong("code")
        answer = await self._out_calls.act(
            "Redirect",
            Channel=checked_channel(channel),
            Context="hotline-emergency-send",
            Exten=code,
            Priority=1,
        )
        if not answer.ok:
            raise Unknown("channel", channel)

    def heard_out(self, message: AmiMessage, news: Sequence[News], now: datetime) -> Sequence[News]:
        """Keep in step; says that a call out failed. ``news``: what else the message said."""
        unique = message.get("Uniqueid")
        match message.event:
            case "Newchannel" if unique.removeprefix(SEAT).removeprefix(CITIZEN) in self._orders:
                self._legs.add(unique)
            case "UserEvent":
                self._said(message)
            case "Hangup" if unique.startswith(CITIZEN):
                if any(isinstance(each, CallGone) for each in news):
                    self._forget(unique.removeprefix(CITIZEN))
                else:
                    return self._failed(unique.removeprefix(CITIZEN), message, now)
            case "Hangup" if unique.startswith(SEAT):
                return self._seat_ended(unique.removeprefix(SEAT), message, now)
            case "OriginateResponse" if message.get("Response") == "Failure":
                return self._refused(message, now)
        return ()

    def _said(self, message: AmiMessage) -> None:
        name, unique = message.get("UserEvent"), message.get("Uniqueid")
        if name == "HotlineArrived":
            self._forget(unique.removeprefix(CITIZEN))
        order = self._orders.get(unique.removeprefix(SEAT))
        if name == "HotlineOutSeat" and order is not None:
            self._seats[order.id] = leg = checked_leg(message["Channel"])
            self._out_voice.tell("Originate", **_to_citizen(order, leg))

    def _seat_ended(self, id_: str, message: AmiMessage, now: datetime) -> Sequence[News]:
        if id_ in self._seats:  # it answered: what becomes of the citizen's leg is told by that
            self._seats[id_] = ""
            self._out_calls.tell("Hangup", Channel=f"{CITIZEN}{id_}", Cause=NORMAL_CLEARING)
            return ()
        return self._failed(id_, message, now) if id_ in self._orders else ()

    def _refused(self, message: AmiMessage, now: datetime) -> Sequence[News]:
        """There never was a channel; the extension has the order's id."""
        exten = message.get("Exten")
        for begins, unique in ((CITIZEN_EXTEN, CITIZEN), (SEAT_EXTEN, SEAT)):
            id_ = exten.removeprefix(begins)
            if exten != id_ and id_ in self._orders and f"{unique}{id_}" not in self._legs:
                return self._failed(id_, message, now)
        return ()

    def _failed(self, id_: str, message: AmiMessage, now: datetime) -> Sequence[News]:
        order, said = self._orders.get(id_), message.get("Cause")
        cause = int(said) if said.isdecimal() and len(said) < 4 else 0
        end, seat = _ENDS.get(cause, GuestEnd.UNREACHABLE), ""
        if order is not None and order.seat_first is not None:
            if self._seats.get(id_) == "":
                end = GuestEnd.WITHDRAWN
            if not self._seats.get(id_):
                seat = order.seat_first.seat
        self._forget(id_)
        hotline_id = f"H{CITIZEN}{id_}"
        return [CallOutFailed(hotline_id=hotline_id, at=now, end=end, cause=cause, seat=seat)]

    def _forget(self, id_: str) -> None:
        self._orders.pop(id_, None)
        self._seats.pop(id_, None)
        self._legs -= {f"{CITIZEN}{id_}", f"{SEAT}{id_}"}

    def _end_legs(self, id_: str) -> None:
        for begins in (CITIZEN, SEAT):
            self._out_calls.tell("Hangup", Channel=f"{begins}{id_}", Cause=NORMAL_CLEARING)


def _to_citizen(order: CallOut, leg: str = "") -> dict[str, str | int]:
    """Headers of Originate; ``leg``: of the seat that waits already."""
    variables = {
        "HOTLINE_NUMBER": order.to.number,
        "HOTLINE_DID": order.shown,
        "HOTLINE_OUT_QUEUE": order.queue,
        "HOTLINE_OUT_RANK": str(order.rank),
        "HOTLINE_OUT_LEG": leg,
    }
    return {
        "Channel": f"PJSIP/{order.to.number}@trunk-{order.to.trunk}",
        "Context": "hotline-out-seated" if leg else "hotline-out",
        "Exten": f"{CITIZEN_EXTEN}{order.id}",
        "Priority": 1,
        "ChannelId": f"{CITIZEN}{order.id}",
        "CallerID": f"<{order.shown}>",
        "Timeout": order.ring_seconds * 1000,
        "Async": "true",
        "Variable": ",".join(f"{name}={value}" for name, value in variables.items()),
    }


def _to_seat(order: CallOut, first: SeatPhone) -> dict[str, str | int]:
    patience = order.ring_seconds + SEAT_PATIENCE_SECONDS
    variables = {
        "HOTLINE_OUT_ID": f"H{CITIZEN}{order.id}",
        "HOTLINE_OUT_SECONDS": str(patience),
        "PJSIP_HEADER(add,X-Hotline-Guest)": order.id,
    }
    return {
        "Channel": interface(first.seat, first.phone),
        "Context": "hotline-out-seat",
        "Exten": f"{SEAT_EXTEN}{order.id}",
        "Priority": 1,
        "ChannelId": f"{SEAT}{order.id}",
        "CallerID": f"<{order.shown}>",
        "Timeout": SEAT_RING_SECONDS * 1000,
        "Async": "true",
        "Variable": ",".join(f"{name}={value}" for name, value in variables.items()),
    }


def _check(order: CallOut) -> None:
    if not _ID.fullmatch(order.id):
        raise _wrong("id")
    for name, number in (("number", order.to.number), ("shown", order.shown)):
        if not number or number_of(number) != number:
            raise _wrong(name)
    checked_word(order.to.trunk, "trunk")
    checked_word(order.queue, "queue")
    if not 0 < order.ring_seconds <= LONGEST_RING_SECONDS or not 0 <= order.rank <= 1_000:
        raise _wrong("ring_seconds")


def _wrong(name: str) -> Invalid:
    return Invalid(Problem(f"/{name}", "bad-name", "不合规", "Not valid."))
