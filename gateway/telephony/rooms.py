"""Orders for calls of more than two: who is called in, moved, muted, sent, parked.

The order only starts something: the dialplan puts the legs together when a guest answers and when
somebody leaves (config/asterisk/extensions_room.conf.in), so a gateway that dies in between changes
nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from gateway.core.errors import Invalid, PhonesUnavailable, Problem, Unknown
from gateway.core.guest import CallIn, OutsideNumber, SeatPhone
from gateway.core.guest_kind import GuestEnd, GuestMode, GuestRole
from gateway.core.line import News
from gateway.core.line_guests import GuestFailed
from gateway.telephony.ami_codec import Value
from gateway.telephony.ami_events import LineReader
from gateway.telephony.ami_links import AmiLinks
from gateway.telephony.ami_names import (
    checked_channel,
    checked_hotline_id,
    checked_leg,
    checked_shown,
    checked_word,
    guest_channel,
    interface,
    outside,
)
from gateway.telephony.ami_snapshot import PARK_CONTEXT

GUEST_CONTEXT = "hotline-guest"
SEND_CONTEXT = "hotline-send"
VOICEMAIL_CONTEXT, CALLBACK_CONTEXT = "hotline-voicemail", "hotline-callback"
RING_SECONDS = range(1, 181)
NORMAL_CLEARING = 16
WITHDRAWN = 26
"""Q.850: a ring that is taken back is no missed call."""
NO_CHANNEL = "No such channel"
_BY_ITSELF = (
    r"PJSIP_HEADER(add,Call-Info)=<sip:hotline>\;answer-after=0",
    r"PJSIP_HEADER(add,Alert-Info)=<http://hotline>\;info=alert-autoanswer\;delay=0",
)


class Rooms:
    """The part of ``ports.Phones`` for calls of more than two; ``reader`` knows the live calls."""

    def __init__(self, links: AmiLinks, reader: LineReader) -> None:
        self._voice, self._calls, self._reader = links.voice, links.calls, reader

    async def call_in(self, order: CallIn) -> None:
        """Dial a guest. Raises Unknown for a call that is gone, PhonesUnavailable when refused."""
        channel = checked_channel(order.channel)
        id_, device = checked_hotline_id(order.hotline_id), device_of(order.to)
        guest, shown = guest_channel(order.guest), checked_shown(order.shown)
        if order.ring_seconds not in RING_SECONDS:
            raise Invalid(Problem("/ring_seconds", "bad-number", "时长不合规", "Not a valid time."))
        if not self._reader.guests.order(order.guest, id_, device):
            raise Unknown("call", id_)
        try:
            answer = await self._voice.act(
                "Originate",
                Channel=device,
                Context=GUEST_CONTEXT,
                Exten="s",
                Priority=1,
                Timeout=order.ring_seconds * 1_000,
                CallerID=f"<{shown}>",
                Variable=_variables(order, channel),
                ChannelId=guest,
                Async="true",
            )
        except PhonesUnavailable:
            self._calls.tell("Hangup", Channel=guest)  # it may have been heard all the same
            self._reader.guests.cancel(order.guest)
            raise
        if not answer.ok:
            self._reader.guests.cancel(order.guest)
            raise PhonesUnavailable(f"call refused: {answer.get('Message')}")

    async def move_guest(self, channel: str, guest: str, mode: GuestMode) -> None:
        """Let a guest who is in take part in another way; raises Unknown when they are not."""
        checked_channel(channel)
        await self._send(guest_channel(guest), GUEST_CONTEXT, mode.value)

    async def mute(self, channel: str, *, muted: bool) -> None:
        """Nobody hears this leg, wherever it is; raises Unknown when it is gone."""
        await self._set(checked_channel(channel), "MUTEAUDIO(in)", "on" if muted else "off")

    async def drop(self, guest: str) -> None:
        """End a guest's leg; no error when it is gone."""
        known = self._reader.tracks.with_guest(guest)
        rings = known is not None and known[1].guests[guest].mode is None
        await self._end(guest_channel(guest), WITHDRAWN if rings else NORMAL_CLEARING)

    async def leave(self, leg: str) -> None:
        """End a talking seat's leg; the dialplan keeps the citizen with the guests."""
        await self._end(checked_leg(leg), NORMAL_CLEARING)

    async def send_to_queue(self, channel: str, queue: str, rank: int) -> None:
        """Take the citizen into a queue; raises Unknown when they are gone."""
        channel, queue = checked_channel(channel), checked_word(queue, "queue")
        await self._set(channel, "HOTLINE_TO", queue)
        await self._set(channel, "QUEUE_PRIO", str(max(0, int(rank))))
        await self._send(channel, SEND_CONTEXT, "s")

    async def leave_message(self, channel: str, *, voicemail: bool) -> None:
        """Take a waiting citizen to a message, or to where they are told that we call back.

        Raises Unknown when they are gone.
        """
        context = VOICEMAIL_CONTEXT if voicemail else CALLBACK_CONTEXT
        await self._send(checked_channel(channel), context, "s")

    async def park(self, channel: str, leg: str) -> None:
        """Music for the citizen; the dialplan ends the seat's leg."""
        checked_leg(leg)
        await self._send(checked_channel(channel), PARK_CONTEXT, "s")

    async def pause_recording(self, channel: str, *, paused: bool) -> None:
        """Silence in the recordings of this call, or their going on."""
        answer = await self._calls.act(
            "MixMonitorMute",
            Channel=checked_channel(channel),
            Direction="both",
            State="1" if paused else "0",
        )
        if not answer.ok:
            raise Unknown("channel", channel)

    def _guests_heard(self, news: Sequence[News]) -> None:
        """Whoever still rings for a call that is gone need not answer any more."""
        for each in news:
            if isinstance(each, GuestFailed) and each.end is GuestEnd.WITHDRAWN:
                self._calls.tell("Hangup", Channel=guest_channel(each.guest), Cause=WITHDRAWN)

    async def _end(self, channel: str, cause: int) -> None:
        answer = await self._calls.act("Hangup", Channel=channel, Cause=cause)
        if not answer.ok and not answer.get("Message").endswith(NO_CHANNEL):
            raise Unknown("channel", channel)

    async def _set(self, channel: str, name: str, value: str) -> None:
        answer = await self._calls.act("Setvar", Channel=channel, Variable=name, Value=value)
        if not answer.ok:
            raise Unknown("channel", channel)

    async def keep_announcement(self, did: str, name: str, until: datetime) -> None:
        """What the dialplan plays to callers of this number while no gateway answers."""
        value = f"{int(until.timestamp())}-{checked_word(name, 'name')}" if name else ""
        variable = f"HOTLINE_INCIDENT_{checked_word(did, 'did')}"
        answer = await self._calls.act("Setvar", Variable=variable, Value=value)
        if not answer.ok:
            raise PhonesUnavailable(answer.get("Message"))

    async def _send(self, channel: str, context: str, exten: str) -> None:
        answer = await self._calls.act(
            "Redirect", Channel=channel, Context=context, Exten=exten, Priority=1
        )
        if not answer.ok:
            raise Unknown("channel", channel)


def device_of(to: SeatPhone | OutsideNumber) -> str:
    """What Asterisk dials; raises Invalid for a name that is none."""
    if isinstance(to, SeatPhone):
        return interface(to.seat, to.phone)
    return outside(to.number, to.trunk)


def _variables(order: CallIn, channel: str) -> Value:
    """What the dialplan must know, and for a seat's phone what tells it which call this is."""
    values = (
        f"__HOTLINE_ID={order.hotline_id}",
        f"__HOTLINE_CHANNEL={channel}",
        f"HOTLINE_GUEST={order.guest}",
        f"HOTLINE_ROLE={order.role.value}",
        f"HOTLINE_MODE={order.mode.value}",
        f"HOTLINE_LEAVES={int(order.leaves)}",
    )
    if isinstance(order.to, OutsideNumber):
        return values
    header = f"PJSIP_HEADER(add,X-Hotline-Guest)={order.guest}"
    alone = _BY_ITSELF if order.role is GuestRole.SUPERVISOR else ()
    return (*values, header, *alone)
