"""What happened while nobody listened, from the telephone system's own record of its calls.

The record holds whole stories; what of them is news depends on what we knew and on what is there
now. News are ordinary events, so that one table (``core.call``) remains the only road.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from itertools import zip_longest

from gateway.core import line
from gateway.core.call import MOVES, Call, CallState

TELEPHONE = "telephone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bookmark:
    """How far the record was followed: every fact before it is ours.

    ``run`` names the run of the telephone system that we heard last; ``file`` (its number in the
    file system, 0 for never read) and ``offset`` in bytes are a place in the record.
    """

    name: str = TELEPHONE
    run: str = ""
    file: int = 0
    offset: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedCall:
    """One call as the record tells it: events in order, whole seconds, legs unnamed.

    Begins with CallArrived unless the record was opened in the middle of the call; ends with
    CallGone when the call has ended.
    """

    hotline_id: str
    events: tuple[line.LineEvent, ...]

    @property
    def ended(self) -> bool:
        """Whether its end is told."""
        return isinstance(self.events[-1], line.CallGone)

    @property
    def whole(self) -> bool:
        """Whether its beginning is told."""
        return isinstance(self.events[0], line.CallArrived)


@dataclass(frozen=True, slots=True, kw_only=True)
class LogPage:
    """Some calls, and the place from which nothing after them is missed.

    ``restarted_at`` is when the telephone system began its first new run since, if it did.
    """

    calls: tuple[LoggedCall, ...]
    bookmark: Bookmark
    restarted_at: datetime | None = None


def told(
    logged: LoggedCall, known: Call | None, last_fact: datetime | None, live: line.LiveCall | None
) -> tuple[line.LineEvent, ...]:
    """The events of one call that are news.

    ``known`` is the call as we have it when it is open, ``last_fact`` when we last recorded
    something of it; ``live`` is the call as it is now. A call that is neither known nor live and
    has not ended began after we listened again: that is told by others.
    """
    events = logged.events
    if live is not None:
        events = _until_now(events, live)
    elif not logged.ended:
        return ()
    if known is None:
        return events if events and isinstance(events[0], line.CallArrived) else ()
    return _after(known, last_fact or known.arrived_at, events)


def _until_now(
    events: tuple[line.LineEvent, ...], live: line.LiveCall
) -> tuple[line.LineEvent, ...]:
    """The longest beginning that leads to what is; its channel, number and leg are the live ones.

    The record may know more than the snapshot, when it was read a moment later.
    """
    for end in range(len(events), 0, -1):
        if _agrees(events[end - 1], live):
            break
    else:
        return ()
    first, last = events[0], events[end - 1]
    whole = list(events[:end])
    if live.reconnecting and isinstance(last, line.SeatLeft):
        # to app_queue the talk is over; the dialplan knows better
        whole[-1] = line.SeatLost(
            hotline_id=last.hotline_id, at=last.at, seat=last.seat, leg=last.leg
        )
    if isinstance(last, line.SeatAnswered):
        whole[-1] = replace(last, leg=live.leg)
    if isinstance(first, line.CallArrived):
        whole[0] = replace(
            first, channel=live.channel, number=live.number, did=live.did, origin=live.origin
        )
    return tuple(whole)


def _agrees(last: line.LineEvent, live: line.LiveCall) -> bool:
    talks = bool(live.leg) and not live.ringing
    match last:
        case line.SeatAnswered():
            return talks and last.seat == live.seat
        case line.CallerQueued():
            return not talks and last.queue == live.queue
        case line.CallGone():
            return False
    return not live.leg and not live.queue


def _after(
    call: Call, last_fact: datetime, events: tuple[line.LineEvent, ...]
) -> tuple[line.LineEvent, ...]:
    """What is later than our last fact and leads on from the state we knew.

    The record has whole seconds: of the second of our last fact, what the table cannot make again
    is known already. To the record a hold is the end of the talk: where the end of the call is the
    next it tells, that alone counts.
    """
    since = last_fact.replace(microsecond=0)
    news: list[line.LineEvent] = []
    state, leg = call.state, call.leg
    for event, following in zip_longest(events, events[1:]):
        to = MOVES.get((state, type(event)))
        if event.at < since or to is None or _is_known(call, event):
            continue
        if isinstance(event, line.SeatLeft) and isinstance(following, line.CallGone):
            continue
        if isinstance(event, line.SeatLeft):
            news.append(replace(event, leg=leg))
            leg = ""
        else:
            news.append(event)
            leg = event.leg if isinstance(event, line.SeatAnswered) else leg
        state = to
    return tuple(news)


def _is_known(call: Call, event: line.LineEvent) -> bool:
    match event:
        case line.RecordingStarted():
            return bool(call.recording_file)
        case line.FlowFailedOpen():
            return call.failed_open
        case line.SeatLost():
            return call.state is CallState.RECONNECTING
    return False
