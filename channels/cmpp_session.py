"""One CMPP connection of ours, without a socket and without a clock. PURE.

Bytes and the time (seconds of any steady clock) go in; events come out, and bytes to be sent.
``deadline`` says when ``tick`` is due. Every submit ends in exactly one of Taken, Again and
Refused; nothing that was delivered is answered but by ``answer``, which is called once it is
recorded. What is not answered the gateway delivers again.

Source: the standard's chapter 6 (window, resending) and 7 (long connections): an idle connection is
tried every C seconds, an answer is awaited T seconds, N times; 16 requests may be without one.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from enum import StrEnum

from channels import cmpp_codec as codec
from channels.cmpp_events import (
    Again,
    Arrived,
    Ended,
    Event,
    LoggedIn,
    Login,
    NotNow,
    Pace,
    Refused,
    Strayed,
    Taken,
)
from channels.cmpp_fields import BadPdu
from channels.cmpp_pdus import (
    ActiveTest,
    ActiveTestResp,
    Connect,
    ConnectResp,
    Deliver,
    DeliverResp,
    Pdu,
    Submit,
    SubmitResp,
    Terminate,
    TerminateResp,
)

WINDOW = 16
MOST_UNANSWERED = 64
"""Deliveries that nobody has recorded yet. A gateway keeps to its window; one that does not is
told that this is too fast, and delivers again."""
MOST_LATE = 256
GOODBYE_SECONDS = 3.0
STRUCTURE, REPEATED, TOO_FAST = 1, 3, 8
FLOW_SECONDS = 1.0
"""How long one waits that was told 8: limits of gateways are counted by the second."""


class _Phase(StrEnum):
    CONNECTING = "connecting"
    OPEN = "open"
    ENDING = "ending"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class _Waiting:
    handle: Hashable
    until: float


class Session:
    """From CONNECT to the end. ``stamp`` is MMDDHHMMSS in China; ``first`` the first Sequence_Id.

    Sequence numbers should not begin anew with each connection: some gateways take what comes
    under one of the last minute for a repetition.
    """

    def __init__(self, login: Login, pace: Pace, *, stamp: int, first: int, now: float) -> None:
        self._login, self._pace = login, pace
        self._source = codec.authenticator_source(login.source_addr, login.secret, stamp)
        self._phase = _Phase.CONNECTING
        self._next = first % 2**32
        self._frames = codec.Frames()
        self._out: list[bytes] = []
        self._waiting: dict[int, _Waiting] = {}
        self._late: dict[int, Hashable] = {}
        self._unanswered: set[bytes] = set()
        self._tests = 0
        self._quiet_until = now + pace.answer_seconds
        self._send(
            Connect(
                source_addr=login.source_addr,
                authenticator_source=self._source,
                version=login.version,
                timestamp=stamp,
            ),
        )

    # ---- what may be asked of it ----

    @property
    def room(self) -> int:
        """How many submits may be made now."""
        return WINDOW - len(self._waiting) if self._phase is _Phase.OPEN else 0

    @property
    def ended(self) -> bool:
        """Whether it is over."""
        return self._phase is _Phase.ENDED

    @property
    def open(self) -> bool:
        """Whether we are logged in."""
        return self._phase is _Phase.OPEN

    def deadline(self) -> float:
        """When ``tick`` is due, if nothing comes before."""
        return min([self._quiet_until, *(one.until for one in self._waiting.values())])

    def take_bytes(self) -> bytes:
        """What is to be sent now."""
        out, self._out = b"".join(self._out), []
        return out

    # ---- what it is told ----

    def submit(self, handle: Hashable, pdu: Submit, now: float) -> None:
        """Send it; what becomes of it is said by ``handle``. Raises NotNow, BadPdu."""
        if self.room <= 0:
            raise NotNow
        number = self._send(pdu)
        self._waiting[number] = _Waiting(handle, now + self._pace.answer_seconds)

    def answer(self, arrived: Arrived) -> None:
        """It is recorded. On a connection that is over this says nothing."""
        if arrived.frame in self._unanswered:
            self._unanswered.discard(arrived.frame)
            self._respond(arrived.frame, DeliverResp(msg_id=arrived.deliver.msg_id, result=0))

    def forget(self, arrived: Arrived) -> None:
        """It could not be recorded: without an answer, and heard anew when delivered again."""
        self._unanswered.discard(arrived.frame)

    def receive(self, data: bytes, now: float) -> list[Event]:
        """What came. After ``Ended`` nothing is read."""
        events: list[Event] = []
        try:
            for frame in self._frames.feed(data):
                if self.ended:
                    break
                events += self._frame(frame, now)
        except BadPdu as bad:
            events += self._end(f"unreadable-{bad.reason}")
        return events

    def tick(self, now: float) -> list[Event]:
        """Time has passed."""
        if self.ended:
            return []
        events: list[Event] = []
        for number, one in [*self._waiting.items()]:
            if one.until <= now:
                del self._waiting[number]
                self._late[number] = one.handle
                events.append(Again(handle=one.handle, code="no-answer", unknown=True))
        while len(self._late) > MOST_LATE:
            del self._late[next(iter(self._late))]
        return events + self._quiet(now)

    def goodbye(self, now: float) -> None:
        """End it in order: what is under way may still be answered. Ended follows."""
        if self._phase is _Phase.OPEN:
            self._phase = _Phase.ENDING
            self._quiet_until = now + GOODBYE_SECONDS
            self._send(Terminate())

    def lost(self) -> list[Event]:
        """The connection broke."""
        return self._end("lost")

    # ---- inside ----

    def _send(self, pdu: Pdu) -> int:
        number = self._next
        self._out.append(codec.encode(pdu, number, self._login.version))
        self._next = (number + 1) % 2**32
        return number

    def _respond(self, frame: bytes, pdu: Pdu) -> None:
        self._out.append(codec.encode(pdu, codec.sequence(frame), self._login.version))

    def _end(self, reason: str) -> list[Event]:
        if self.ended:
            return []
        self._phase = _Phase.ENDED
        waiting, self._waiting = self._waiting, {}
        self._unanswered.clear()
        return [
            *(Again(handle=one.handle, code="lost", unknown=True) for one in waiting.values()),
            Ended(reason=reason),
        ]

    def _quiet(self, now: float) -> list[Event]:
        """Nothing was heard for as long as one waits."""
        if now < self._quiet_until:
            return []
        if self._phase is _Phase.CONNECTING:
            return self._end("no-login")
        if self._phase is _Phase.ENDING:
            return self._end("goodbye")
        if self._tests >= self._pace.tries:
            return self._end("silent")
        self._tests += 1
        self._quiet_until = now + self._pace.answer_seconds
        self._send(ActiveTest())
        return []

    def _frame(self, frame: bytes, now: float) -> list[Event]:
        if self._phase is not _Phase.ENDING:
            self._tests, self._quiet_until = 0, now + self._pace.idle_seconds
        try:
            number, pdu = codec.decode(frame, self._login.version)
        except BadPdu as bad:
            return self._unread(frame, bad.reason)
        if self._phase is _Phase.CONNECTING:
            return self._login_answered(pdu, len(frame))
        return self._heard(frame, number, pdu)

    def _heard(self, frame: bytes, number: int, pdu: Pdu) -> list[Event]:
        events: list[Event] = []
        match pdu:
            case SubmitResp():
                events = self._submit_answered(number, pdu)
            case Deliver():
                events = self._delivered(frame, pdu)
            case ActiveTest():
                self._respond(frame, ActiveTestResp())
            case ActiveTestResp():
                pass
            case Terminate():
                self._respond(frame, TerminateResp())
                events = self._end("terminated")
            case TerminateResp() if self._phase is _Phase.ENDING:
                events = self._end("goodbye")
            case _:
                events = [Strayed(reason=type(pdu).__name__)]
        return events

    def _unread(self, frame: bytes, reason: str) -> list[Event]:
        """A frame of the right length with something wrong inside."""
        if self._phase is _Phase.CONNECTING:
            return self._end(f"unreadable-{reason}")
        if codec.command(frame) == Deliver.COMMAND:
            start = codec.HEADER_BYTES
            msg_id = int.from_bytes(frame[start : start + 8], "big")
            self._respond(frame, DeliverResp(msg_id=msg_id, result=STRUCTURE))
        return [Strayed(reason=f"unreadable-{reason}")]

    def _login_answered(self, pdu: Pdu, length: int) -> list[Event]:
        """Its Sequence_Id is not looked at: the authenticator shows what it answers."""
        if not isinstance(pdu, ConnectResp):
            return self._end(f"login-{type(pdu).__name__}")
        if pdu.status:
            return self._end(f"login-{pdu.status}")
        if length != codec.CONNECT_RESP_BYTES[self._login.version]:
            return self._end("login-version")
        proven = codec.vouches(pdu, self._source, self._login.secret)
        if self._login.strict and not proven:
            return self._end("login-ismg")
        self._phase = _Phase.OPEN
        return [LoggedIn(proven=proven)]

    def _submit_answered(self, number: int, pdu: SubmitResp) -> list[Event]:
        one = self._waiting.pop(number, None)
        if one is None:
            handle = self._late.pop(number, None)
            if handle is not None and pdu.result == 0:
                return [Taken(handle=handle, msg_id=pdu.msg_id, late=True)]
            return [Strayed(reason=type(pdu).__name__)]
        if pdu.result == 0:
            return [Taken(handle=one.handle, msg_id=pdu.msg_id)]
        code = str(pdu.result)
        if pdu.result == TOO_FAST:
            return [Again(handle=one.handle, code=code, seconds=FLOW_SECONDS)]
        if pdu.result == REPEATED:
            return [Again(handle=one.handle, code=code)]
        return [Refused(handle=one.handle, code=code)]

    def _delivered(self, frame: bytes, pdu: Deliver) -> list[Event]:
        if frame in self._unanswered:
            return []  # delivered again while it is being recorded: one answer is enough
        if len(self._unanswered) >= MOST_UNANSWERED:
            self._respond(frame, DeliverResp(msg_id=pdu.msg_id, result=TOO_FAST))
            return [Strayed(reason="too-fast")]
        self._unanswered.add(frame)
        return [Arrived(deliver=pdu, frame=frame)]
