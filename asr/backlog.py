"""The sound of one stream from its last final on: what is asked, answered, and kept. PURE.

Recognisers die. So what they were given since the last final is kept, up to MOST_SECONDS, and given
to the next one again. Pauses and the close stand in it in their places.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from asr.recognizer import Missed

MOST_SECONDS = 30.0
JOINT_SECONDS = 0.01


@dataclass(frozen=True, slots=True)
class Piece:
    """Sound, where it begins in the stream, and when it came (any clock that only goes on)."""

    pcm: bytes
    begin_seconds: float
    seconds: float
    came: float

    @property
    def end_seconds(self) -> float:
        """Where it ends."""
        return self.begin_seconds + self.seconds


@dataclass(frozen=True, slots=True)
class Pause:
    """What is half said is final here."""


@dataclass(frozen=True, slots=True)
class Close:
    """Here the stream ends."""


Entry = Piece | Pause | Close


class Backlog:
    """Entries in order: answered ones that are kept, asked ones without answer, those to be asked.

    ``missed`` are parts that nobody will recognise; who reads it empties it (``take_missed``).
    """

    def __init__(self) -> None:
        self._entries: deque[Entry] = deque()
        self._answered = 0  # of the present recogniser
        self._asked = 0
        self._reached = 0  # what any recogniser has answered; behind it while one catches up
        self._seconds = 0.0
        self._forgotten: Missed | None = None
        self._missed: list[Missed] = []
        self._missing: Missed | None = None

    def add(self, entry: Entry) -> None:
        """Came. Sound for which there is no room is missed."""
        if isinstance(entry, Piece):
            while self._seconds + entry.seconds > MOST_SECONDS and self._answered:
                self._forget_oldest()
            if self._seconds + entry.seconds > MOST_SECONDS:
                self._missing = _joined(self._missing, entry)
                return
            self._seconds += entry.seconds
        self._end_missing()
        self._entries.append(entry)

    def next(self, most_asked: int) -> Entry | None:
        """What to ask now; None: nothing, or ``most_asked`` have no answer yet."""
        if self._asked - self._answered >= most_asked or self._asked == len(self._entries):
            return None
        self._asked += 1
        return self._entries[self._asked - 1]

    def answered(self, *, over: bool) -> Entry | None:
        """The oldest that was asked has its answer; None: nothing was asked.

        ``over``: nothing is half said any more, so all before is not kept any longer.
        """
        if self._answered == self._asked:
            return None
        entry = self._entries[self._answered]
        self._answered += 1
        self._reached = max(self._reached, self._answered)
        if over:
            for _ in range(self._answered):
                self._pop()
            self._reached = max(0, self._reached)
            self._forgotten = None
        return entry

    def again(self) -> None:
        """The recogniser is gone: all is to be asked again. What is not kept any more is missed."""
        self._answered = self._asked = 0
        if self._forgotten is not None:
            self._missed.append(self._forgotten)
            self._forgotten = None

    def give_up(self) -> None:
        """Nobody shall recognise what is here: it is missed. Pauses and the close stay."""
        self.again()
        for entry in self._entries:
            if isinstance(entry, Piece):
                self._missing = _joined(self._missing, entry)
        self._end_missing()
        self._entries = deque(each for each in self._entries if not isinstance(each, Piece))
        self._reached, self._seconds = 0, 0.0

    def take_missed(self) -> tuple[Missed, ...]:
        """What is missed since this was asked last."""
        taken, self._missed = tuple(self._missed), []
        return taken

    @property
    def caught_up(self) -> bool:
        """Whether the present recogniser has answered all that another had answered."""
        return self._answered >= self._reached

    @property
    def oldest(self) -> Piece | None:
        """The oldest sound that nobody has answered."""
        at = self._reached
        while at < len(self._entries):
            entry = self._entries[at]
            if isinstance(entry, Piece):
                return entry
            at += 1
        return None

    @property
    def unheard(self) -> tuple[float, float] | None:
        """From the oldest sound that nobody has answered to the newest."""
        first = self.oldest
        last = next((each for each in reversed(self._entries) if isinstance(each, Piece)), None)
        return (first.begin_seconds, last.end_seconds) if first and last else None

    def _end_missing(self) -> None:
        if self._missing is not None:
            self._missed.append(self._missing)
            self._missing = None

    def _forget_oldest(self) -> None:
        entry = self._pop()
        if isinstance(entry, Piece):
            self._forgotten = _joined(self._forgotten, entry)

    def _pop(self) -> Entry:
        entry = self._entries.popleft()
        self._answered -= 1
        self._asked -= 1
        self._reached -= 1
        if isinstance(entry, Piece):
            self._seconds -= entry.seconds
        return entry


def _joined(missed: Missed | None, piece: Piece) -> Missed:
    if missed is None:
        return Missed(piece.begin_seconds, piece.end_seconds)
    return Missed(missed.begin_seconds, max(missed.end_seconds, piece.end_seconds))
