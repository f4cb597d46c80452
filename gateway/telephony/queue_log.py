"""Asterisk's queue_log as whole calls. PURE.

A line is ``second|uniqueid|queue|member|event|data|...``. app_queue writes who entered, was
connected, completed, gave up; the dialplan adds lines of its own (QueueLog): the first of each
call, HOTLINEIN ``did|origin|recording``, its last, HOTLINEOUT ``who hung up|Q.850 cause``,
HOTLINEOPEN ``reason`` when the flow failed, HOTLINEFULL ``told`` when all was full, HOTLINESLOW
when a caller over a limit begins to wait beside a queue, HOTLINELEFT when a key led out of it.
Nobody's number is in it. QUEUESTART is the first line of each run of Asterisk.

When Asterisk is told to stop it ends every call, and app_queue writes that as if people had hung
up. Only HOTLINEOUT knows better: nobody did. Calls that ended so, with no sign of life between them
and the next run, were cut off.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from gateway.core import line
from gateway.core.gap import LoggedCall
from gateway.telephony.ami_dialplan import origin_of
from gateway.telephony.ami_names import seat_of

MAX_LINE_BYTES = 4_096
MAX_CALLS = 5_000
"""Calls that go on; over that the oldest is given up, counted in ``given_up``."""
MAX_EVENTS = 200
"""Of one call; what is more is left out, its end never."""
MAX_FINISHED = 5_000
"""Ids of calls that have ended, so that a line that comes late opens no new call."""

_ID = re.compile(r"[A-Za-z0-9._-]{3,64}")
_SEAT = re.compile(r"[0-9]{1,8}")
_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
_FILE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}")
_DID = re.compile(r"[A-Za-z0-9+*#]{1,32}")
_LAST_WORDS = frozenset({"COMPLETECALLER", "COMPLETEAGENT", "ABANDON", "HOTLINEOUT", "QUEUESTART"})
"""What may be written while Asterisk goes down."""


@dataclass(frozen=True, slots=True)
class _Line:
    hotline_id: str
    at: datetime
    queue: str
    member: str
    data: tuple[str, ...]
    """Padded: what is not written is empty."""


@dataclass(slots=True)
class _Story:
    begins_at: int
    """Byte of its first line."""
    events: list[line.LineEvent] = field(default_factory=list)
    seat: str = ""


class QueueLogReader:
    """``feed`` one line after another; calls come out as they end, in that order."""

    def __init__(self) -> None:
        self._stories: OrderedDict[str, _Story] = OrderedDict()
        self._finished: OrderedDict[str, None] = OrderedDict()
        self._by_nobody: list[LoggedCall] = []
        self.restarted_at: datetime | None = None
        """When the first new run began, if one did."""
        self.skipped = 0
        """Lines that cannot be understood."""
        self.given_up = 0

    def feed(self, raw: bytes, begins_at: int) -> list[LoggedCall]:
        """One line without its end, and the byte where it begins; calls whose end is certain."""
        fields = raw.decode("utf-8", "replace").split("|") if len(raw) <= MAX_LINE_BYTES else []
        if len(fields) < 5 or not fields[0].isascii() or not fields[0].isdigit():
            self.skipped += 1
            return []
        try:
            at = datetime.fromtimestamp(int(fields[0]), UTC)
        except (ValueError, OverflowError, OSError):
            self.skipped += 1
            return []
        event = fields[4]
        over = [] if event in _LAST_WORDS else self._taken()
        if event == "QUEUESTART":
            return self._new_run(at)
        one = _Line(f"H{fields[1]}", at, fields[2], fields[3], (*fields[5:], "", "", "", ""))
        if not _ID.fullmatch(fields[1]) or one.hotline_id in self._finished:
            return over
        if event == "HOTLINEOUT":
            return over + self._ended(one)
        read = _READ.get(event)
        for each in read(one) if read else ():
            self._add(one.hotline_id, each, begins_at)
        return over

    def rest(self) -> list[LoggedCall]:
        """At the end of the record: who ended last, and whoever has not ended."""
        living = self._stories.items()
        return self._taken() + [
            LoggedCall(hotline_id=id_, events=tuple(story.events)) for id_, story in living
        ]

    def from_byte(self, end: int) -> int:
        """From where the calls that go on are told whole; ``end`` when there are none."""
        return min((story.begins_at for story in self._stories.values()), default=end)

    def _add(self, id_: str, event: line.LineEvent, begins_at: int) -> None:
        story = self._stories.get(id_)
        if _is_told(event, story.events[-1] if story and story.events else None):
            return
        if story is None:
            if len(self._stories) >= MAX_CALLS:
                self._stories.popitem(last=False)
                self.given_up += 1
            story = self._stories[id_] = _Story(begins_at)
        if isinstance(event, line.SeatAnswered):
            story.seat = event.seat
        if isinstance(event, line.SeatLeft):
            event, story.seat = replace(event, seat=story.seat), ""
        if len(story.events) < MAX_EVENTS:
            story.events.append(event)

    def _ended(self, one: _Line) -> list[LoggedCall]:
        by, cause = one.data[0], one.data[1]
        by_citizen = by.startswith("PJSIP/") and seat_of(by) is None
        call = self._finish(
            line.CallGone(
                hotline_id=one.hotline_id,
                at=one.at,
                cause=int(cause) if cause.isdecimal() and len(cause) < 4 else 0,
                by_citizen=by_citizen,
            )
        )
        if by:
            return [call]
        self._by_nobody.append(call)
        return []

    def _finish(self, gone: line.CallGone) -> LoggedCall:
        story = self._stories.pop(gone.hotline_id, _Story(0))
        self._finished[gone.hotline_id] = None
        if len(self._finished) > MAX_FINISHED:
            self._finished.popitem(last=False)
        events = list(story.events)
        if events and isinstance(events[-1], line.CallerQueued):
            events.append(_gave_up(events[-1], gone.at))
        if story.seat:
            left = line.SeatLeft(hotline_id=gone.hotline_id, at=gone.at, seat=story.seat, leg="")
            events.append(left)
        return LoggedCall(hotline_id=gone.hotline_id, events=(*events, gone))

    def _taken(self) -> list[LoggedCall]:
        calls, self._by_nobody = self._by_nobody, []
        return calls

    def _new_run(self, at: datetime) -> list[LoggedCall]:
        """Whoever was here, and whoever nobody hung up on, was cut off."""
        self.restarted_at = self.restarted_at or at
        cut = [_cut(call) for call in self._taken()]
        for id_ in tuple(self._stories):
            gone = line.CallGone(hotline_id=id_, at=at, cause=0, by_citizen=False)
            cut.append(_cut(self._finish(gone)))
        return cut


def _is_told(event: line.LineEvent, last: line.LineEvent | None) -> bool:
    """Whoever waited beside a queue stands in it now; and a key is told only where none was."""
    match event:
        case line.CallerQueued():
            return isinstance(last, line.CallerQueued) and last.queue == event.queue
        case line.CallerLeftQueue():
            return last is not None and not isinstance(last, line.CallerQueued)
    return False


def _gave_up(queued: line.CallerQueued, at: datetime) -> line.CallerLeftQueue:
    """Beside a queue nobody but us writes that a caller hung up."""
    return line.CallerLeftQueue(
        hotline_id=queued.hotline_id,
        at=at,
        queue=queued.queue,
        why=line.QueueExit.ABANDONED,
        position=queued.position,
        hold_seconds=(at - queued.at).total_seconds(),
    )


def _cut(call: LoggedCall) -> LoggedCall:
    """The same call, cut off: it gave up nothing."""
    events = list(call.events)
    for at, event in enumerate(events):
        if isinstance(event, line.CallGone):
            events[at] = replace(event, cut=True)
        elif isinstance(event, line.CallerLeftQueue) and at == len(events) - 2:
            events[at] = replace(event, why=line.QueueExit.LEFT)
    return replace(call, events=tuple(events))


def _arrived(one: _Line) -> list[line.LineEvent]:
    did, origin, file = one.data[:3]
    arrived = line.CallArrived(
        hotline_id=one.hotline_id,
        at=one.at,
        channel="",
        number="",
        did=did if _DID.fullmatch(did) else "",
        origin=origin_of(origin),
    )
    if not _FILE.fullmatch(file):
        return [arrived]
    return [arrived, line.RecordingStarted(hotline_id=one.hotline_id, at=one.at, file=file)]


def _failed_open(one: _Line) -> list[line.LineEvent]:
    reason = one.data[0][:64]
    return [line.FlowFailedOpen(hotline_id=one.hotline_id, at=one.at, reason=reason)]


def _overflowed(one: _Line) -> list[line.LineEvent]:
    told = one.data[0]
    known = line.Told(told) if told in set(line.Told) else line.Told.LATER
    return [line.CallOverflowed(hotline_id=one.hotline_id, at=one.at, told=known)]


def _entered(one: _Line) -> list[line.LineEvent]:
    if not _NAME.fullmatch(one.queue):
        return []
    position = max(1, _int(one.data[2]))
    return [
        line.CallerQueued(hotline_id=one.hotline_id, at=one.at, queue=one.queue, position=position)
    ]


def _slow(one: _Line) -> list[line.LineEvent]:
    if not _NAME.fullmatch(one.queue):
        return []
    id_, queue = one.hotline_id, one.queue
    return [line.CallerQueued(hotline_id=id_, at=one.at, queue=queue, position=1, slow=True)]


def _connected(one: _Line) -> list[line.LineEvent]:
    if not _SEAT.fullmatch(one.member):
        return []
    answered = line.SeatAnswered(
        hotline_id=one.hotline_id,
        at=one.at,
        seat=one.member,
        leg="",
        queue=one.queue,
        hold_seconds=float(_int(one.data[0])),
        ring_seconds=float(_int(one.data[2])),
    )
    return [answered]


def _completed(one: _Line) -> list[line.LineEvent]:
    return [line.SeatLeft(hotline_id=one.hotline_id, at=one.at, seat="", leg="")]


def _left(why: line.QueueExit) -> Callable[[_Line], list[line.LineEvent]]:
    def read(one: _Line) -> list[line.LineEvent]:
        return [
            line.CallerLeftQueue(
                hotline_id=one.hotline_id,
                at=one.at,
                queue=one.queue,
                why=why,
                position=_int(one.data[0]),
                hold_seconds=float(_int(one.data[2])),
            )
        ]

    return read


_READ: dict[str, Callable[[_Line], list[line.LineEvent]]] = {
    "HOTLINEIN": _arrived,
    "HOTLINEOPEN": _failed_open,
    "HOTLINEFULL": _overflowed,
    "ENTERQUEUE": _entered,
    "HOTLINESLOW": _slow,
    "HOTLINELEFT": _left(line.QueueExit.LEFT),
    "CONNECT": _connected,
    "COMPLETECALLER": _completed,
    "COMPLETEAGENT": _completed,
    "ABANDON": _left(line.QueueExit.ABANDONED),
    "EXITWITHTIMEOUT": _left(line.QueueExit.TIMED_OUT),
    "EXITEMPTY": _left(line.QueueExit.LEFT),
    "EXITWITHKEY": _left(line.QueueExit.LEFT),
}


def _int(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
