"""From Asterisk's events to our words. PURE.

Asterisk tells what its parts do; this tells what happened to a call. It is more than a table of
names: an abandon and a time-out send the same events, a ring's true end is known only at its
hang-up, two DialEnds end one ring, RingTime is milliseconds here and seconds there, and the
hang-ups of the two sides come in any order. What comes out is legal for ``core.call``: rings end
before an answer or the caller's end is told, the seat leaves before the call is gone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial

from gateway.core import line
from gateway.telephony import ami_dialplan, ami_emergency, ami_lost
from gateway.telephony.ami_codec import AmiMessage
from gateway.telephony.ami_guests import GuestReader
from gateway.telephony.ami_legs import (
    Guest,
    Leg,
    Track,
    Tracks,
    decline_cause,
    ring_seconds,
    shutting_down,
)
from gateway.telephony.ami_names import seat_of
from gateway.telephony.ami_reachable import ReachableReader

News = Sequence[line.News]
OnCall = Callable[[str, Track, AmiMessage, datetime], News]


class LineReader:
    """``feed`` one message after another; state is per live call and gone with it."""

    def __init__(self) -> None:
        self.tracks = Tracks()
        self.guests = GuestReader(self.tracks)
        self._phones = ReachableReader()
        self._since = 0.0
        self._on_call: dict[str, OnCall] = {
            "QueueCallerJoin": _joined,
            "QueueCallerAbandon": _abandoned,
            "AgentCalled": self._called,
            "AgentRingNoAnswer": _rang_out,
            "AgentConnect": self._connected,
            "Newstate": _state,
            "HangupRequest": _hangup_request,
            "SoftHangupRequest": shutting_down,
            "Hangup": self._hangup,
            "MixMonitorMute": ami_dialplan.paused,
        }
        self._on_legs: dict[str, Callable[[AmiMessage, datetime], News]] = {
            "HotlineSeatBack": partial(ami_lost.back, self.tracks),
            "HotlineEmergencyIn": partial(ami_emergency.reached, self.tracks),
            "HotlineGuest": self.guests.joined,
            "HotlineSeatTook": self.guests.took,
            "HotlineHandedOver": self.guests.handed_over,
        }
        self._on_user: dict[str, OnCall] = {
            "HotlineRecording": ami_dialplan.recording,
            "HotlineFailOpen": ami_dialplan.fail_open,
            "HotlineOverflow": ami_dialplan.overflowed,
            "HotlineQueueLeft": _queue_left,
            "HotlineSlow": ami_dialplan.slow,
            "HotlineSeatLost": partial(ami_lost.lost, self.tracks),
            "HotlineHeld": ami_dialplan.held,
            "HotlineCallbackWanted": ami_dialplan.callback_wanted,
            "HotlineAppeal": ami_dialplan.appealed,
            "HotlineOutTalk": partial(ami_dialplan.called_back, self.tracks),
            "HotlineEmergencyBegin": partial(ami_emergency.begun, self.tracks),
            "HotlineEmergencyTry": ami_emergency.tried,
            "HotlineEmergencyOut": ami_emergency.out,
            "HotlineRetrieved": ami_dialplan.retrieved,
            "HotlineParked": partial(ami_lost.parked, self.tracks),
            "HotlineSent": partial(ami_lost.sent, self.tracks),
        }

    def talks(self, leg: str) -> bool:
        """Whether this leg was answered, also when the queue has not said so yet."""
        found = self.tracks.of(leg)
        known = found[1].legs.get(leg) if found else None
        return known is not None and known.up

    def phone_told(self, interface: str) -> bool | None:
        """Whether this phone could be reached by the last word on it; None: there was none."""
        return self._phones.told(interface)

    def restore(self, snapshot: line.LineSnapshot, since: float) -> None:
        """Forget everything and begin at ``snapshot``.

        ``since`` is Asterisk's clock (Unix seconds) just before it was taken: what is older is in
        it already and makes no news.
        """
        self.tracks.clear()
        self.guests.clear()
        self._phones.clear()
        self._since = since
        for call in snapshot.calls:
            track = Track(call.channel, queue=call.queue, held=call.held)
            self.tracks.add(call.hotline_id, track)
            for one in call.guests:
                mode = None if one.ringing else one.mode
                track.guests[one.guest] = Guest(one.channel, mode, alerted=one.ringing)
            known = seat_of(call.leg)
            if call.reconnecting:
                track.left, track.lost = (call.seat, ""), ""
            if known is None or call.reconnecting:
                continue
            leg = Leg(*known, call.queue, snapshot.at, alerted=True, up=not call.ringing)
            self.tracks.add_leg(call.hotline_id, call.leg, leg)
            if not call.ringing:
                track.talking, track.queue = call.leg, ""

    def feed(self, message: AmiMessage, now: datetime) -> News:
        """The news in one message; mostly none."""
        news = self._read(message, now)
        if self._since and _stamp(message) >= self._since:
            self._since = 0.0  # for ever: a clock that is set back must not make us deaf
        return [] if self._since else news

    def _read(self, message: AmiMessage, now: datetime) -> News:
        event = message.event
        guests = self.guests.feed(message, now) if event != "UserEvent" else None
        if guests is not None:
            return guests
        if event in self._on_call:
            found = self.tracks.of(message.get("Channel"))
            return self._on_call[event](*found, message, now) if found else []
        match event:
            case "UserEvent":
                return self._user_event(message, now)
            case "DeviceStateChange":
                return self._phones.device(message, now)
            case "ContactStatus":
                return self._phones.contact(message, now)
            case "Rename":
                self.tracks.rename(message.get("Channel"), message.get("Newname"))
        return []

    def _user_event(self, message: AmiMessage, now: datetime) -> News:
        id_, name = message.get("HotlineId"), message.get("UserEvent")
        if name in self._on_legs:
            return self._on_legs[name](message, now)
        if not id_ or id_ != f"H{message.get('Uniqueid')}":
            return []  # only the citizen's own channel speaks for a call
        track = self.tracks.get(id_)
        if track is not None:
            read = self._on_user.get(name)
            return read(id_, track, message, now) if read else []
        if name != "HotlineArrived":
            return []
        self.tracks.add(id_, Track(message["Channel"]))
        return [ami_dialplan.arrived(id_, message, now)]

    def _called(self, id_: str, track: Track, message: AmiMessage, now: datetime) -> News:
        known, name = seat_of(message.get("Interface")), message.get("DestChannel")
        if not track.queue or known is None or name in track.legs:
            return []
        alerted = message.get("DestChannelStateDesc") == "Ringing"
        leg = Leg(*known, track.queue, now, alerted=alerted)
        self.tracks.add_leg(id_, name, leg)
        rang = line.SeatRang(
            hotline_id=id_, at=now, queue=leg.queue, seat=leg.seat, phone=leg.phone, leg=name
        )
        return [rang]

    def _connected(self, id_: str, track: Track, message: AmiMessage, now: datetime) -> News:
        name = message.get("DestChannel")
        if not track.queue or name not in track.legs:
            return []
        track.talking = name
        ended = self._end_rings(id_, track, now)
        track.queue, track.leaving = "", None
        leg = track.legs[name]
        leg.up = True
        answered = line.SeatAnswered(
            hotline_id=id_,
            at=now,
            seat=leg.seat,
            leg=name,
            queue=leg.queue,
            hold_seconds=float(_int(message.get("HoldTime"))),
            ring_seconds=float(_int(message.get("RingTime"))),
        )
        return [*ended, answered]

    def _hangup(self, id_: str, track: Track, message: AmiMessage, now: datetime) -> News:
        name, news = message["Channel"], list[line.News]()
        if name != track.channel:
            _refused(track.legs[name], message)
            return self._end_leg(id_, track, name, now)
        by_citizen, track.hung_up = track.hung_up, True
        cut = track.cut and not by_citizen
        news += self._end_rings(id_, track, now)
        why = line.QueueExit.LEFT if cut else line.QueueExit.ABANDONED
        news += _left(id_, track, why, now)
        if track.talking:
            news += ami_lost.leg_ended(self.tracks, id_, track, now)
        news += ami_lost.settled(id_, track, now)
        news += self.guests.all_gone(id_, track, now)
        self.tracks.drop(id_)
        cause = _int(message.get("Cause"))
        gone = line.CallGone(hotline_id=id_, at=now, cause=cause, by_citizen=by_citizen, cut=cut)
        return [*news, gone]

    def _end_rings(self, id_: str, track: Track, now: datetime) -> list[line.News]:
        rings = [name for name in track.legs if name != track.talking]
        return [each for name in rings for each in self._end_leg(id_, track, name, now)]

    def _end_leg(self, id_: str, track: Track, name: str, now: datetime) -> list[line.News]:
        if track.talking == name:
            return ami_lost.leg_ended(self.tracks, id_, track, now)
        leg = track.legs[name]
        self.tracks.drop_leg(id_, name)
        declined = line.SeatDeclined(
            hotline_id=id_,
            at=now,
            seat=leg.seat,
            leg=name,
            cause=decline_cause(leg, track),
            ring_seconds=ring_seconds(leg, now),
        )
        return [declined]


def _queue_left(id_: str, track: Track, message: AmiMessage, now: datetime) -> News:
    why = line.QueueExit.TIMED_OUT if message.get("Status") == "TIMEOUT" else line.QueueExit.LEFT
    return _left(id_, track, line.QueueExit.ABANDONED if track.hung_up else why, now)


def _joined(id_: str, track: Track, message: AmiMessage, now: datetime) -> News:
    if track.queue or track.talking:
        return []
    track.queue, track.leaving = message["Queue"], None
    position = max(1, _int(message.get("Position")))
    left = ami_lost.settled(id_, track, now)
    return [*left, line.CallerQueued(hotline_id=id_, at=now, queue=track.queue, position=position)]


def _abandoned(_id: str, track: Track, message: AmiMessage, _now: datetime) -> News:
    track.leaving = _int(message.get("Position")), float(_int(message.get("HoldTime")))
    return []  # the hang-up or the dialplan's own word says which kind of leaving this is


def _left(id_: str, track: Track, why: line.QueueExit, now: datetime) -> News:
    if not track.queue:
        return []
    position, hold_seconds = track.leaving or (0, 0.0)
    queue, track.queue = track.queue, ""
    left = line.CallerLeftQueue(
        hotline_id=id_, at=now, queue=queue, why=why, position=position, hold_seconds=hold_seconds
    )
    return [left]


def _rang_out(_id: str, track: Track, message: AmiMessage, _now: datetime) -> News:
    leg = track.legs.get(message.get("DestChannel"))
    if leg is not None:
        leg.ring_ms = _int(message.get("RingTime"))
    return []


def _state(_id: str, track: Track, message: AmiMessage, _now: datetime) -> News:
    leg = track.legs.get(message["Channel"])
    if leg is not None:
        state = message.get("ChannelStateDesc")
        leg.alerted = leg.alerted or state == "Ringing"
        leg.up = state == "Up"
    return []


def _hangup_request(_id: str, track: Track, message: AmiMessage, _now: datetime) -> News:
    name = message["Channel"]
    leg = track.legs.get(name)
    if leg is not None:
        _refused(leg, message)
    elif name == track.channel:
        track.hung_up = True
    return []


def _refused(leg: Leg, message: AmiMessage) -> None:
    status = message.get("TechCause")
    if status:  # only when the phone itself ended the ring
        leg.refused = message.get("Cause"), status


def _int(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 12 else 0


def _stamp(message: AmiMessage) -> float:
    """When Asterisk raised the event (``timestampevents``); without one it counts as new."""
    whole, _, rest = message.get("Timestamp").partition(".")
    return float(f"{whole}.{rest}") if whole.isdigit() and rest.isdigit() else float("inf")
