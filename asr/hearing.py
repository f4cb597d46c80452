"""One stream between the ear and what recognises it: buffered, re-fed after a loss, with its times.

It holds no task and never waits; the link it hangs on (a worker process, a connection) sends what
it is given and brings the answers in order.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from asr.backlog import Backlog, Close, Entry, Pause, Piece
from asr.fed_time import JOINT_SECONDS, FedTime
from asr.frames import Answer
from asr.recognizer import Done, Interrupted, Missed, Partial, Resumed, Said
from asr.segment import Utterance

PIECE_SECONDS = 0.1
"""20 ms of sound are worth no frame of their own; a recogniser moves in steps of 0.24 s anyway."""
MOST_ASKED = 20
MOST_ASKED_BACKGROUND = 1
"""Pieces on their way to a recogniser. Of what is not live only one: it delays others least."""
MOST_DEATHS = 2
"""So many recognisers may die of the same sound; then it is not given to another."""
SAMPLE_BYTES = 2


class Link(Protocol):
    """What recognises a stream at the moment."""

    def begin(self, stream: Stream) -> None:
        """It comes, from its very first sample."""
        ...

    def send(self, stream: Stream, entry: Entry) -> None:
        """Ask this; answered by ``stream.answered``, in order. Never waits."""
        ...

    def leave(self, stream: Stream) -> None:
        """It goes: nothing more is told to it."""
        ...


class Stream:
    """One stream; asr.recognizer.Hearing tells what its calls mean."""

    def __init__(
        self,
        told: Callable[[Said], None],
        now: Callable[[], float],
        *,
        rate: int,
        words: tuple[str, ...] = (),
        partials: bool = True,
        background: bool = False,
        left: Callable[[Stream], None] = lambda _: None,
        rested: Callable[[Stream], None] = lambda _: None,
    ) -> None:
        """``left``: it is over or dropped; ``rested``: nothing is half said, it may move."""
        self.rate, self.words, self.partials, self.background = rate, words, partials, background
        self.link: Link | None = None
        self._told, self._now, self._left, self._rested = told, now, left, rested
        self._backlog, self._fed_time = Backlog(), FedTime()
        self._joining, self._joining_at, self._joining_came = bytearray(), 0.0, 0.0
        self._partial, self._deaths = "", 0
        self._interrupted = self._closing = self._gone = False

    # ---- the ear's side -------------------------------------------------------------------------

    def feed(self, pcm: bytes, begin_seconds: float) -> None:
        """Sound, and where in the stream it begins."""
        if self._closing or self._gone:
            return
        size = SAMPLE_BYTES * int(self.rate * PIECE_SECONDS)
        here = self._joining_at + self._seconds(len(self._joining))
        if self._joining and abs(here - begin_seconds) > JOINT_SECONDS:
            self._join()
        if not self._joining:
            self._joining_at, self._joining_came = begin_seconds, self._now()
        self._joining += pcm
        while len(self._joining) >= size:
            rest, end = self._joining[size:], self._joining_at + PIECE_SECONDS
            del self._joining[size:]
            self._join()
            self._joining, self._joining_at, self._joining_came = rest, end, self._now()
        self._ask()

    def pause(self) -> None:
        """Nothing more is said for now."""
        if not (self._closing or self._gone):
            self._join()
            self._backlog.add(Pause())
            self._ask()

    def close(self) -> None:
        """The stream is over."""
        if not (self._closing or self._gone):
            self._closing = True
            self._join()
            self._backlog.add(Close())
            self._ask()

    def drop(self) -> None:
        """The stream is unwanted."""
        if not self._gone:
            self._gone = True
            self._leave()
            self._left(self)

    @property
    def lag_seconds(self) -> float:
        """How long the oldest sound without an answer has been here."""
        oldest = self._backlog.oldest
        return self._now() - oldest.came if oldest else 0.0

    @property
    def unheard(self) -> tuple[float, float] | None:
        """Where the sound lies that has no answer yet."""
        return self._backlog.unheard

    # ---- the side of what recognises ------------------------------------------------------------

    def attach(self, link: Link) -> None:
        """From now on this one recognises it, beginning with what is kept."""
        self._leave()
        self.link, self._fed_time = link, FedTime()
        self._backlog.again()
        self._tell_missed()
        link.begin(self)
        self._ask()
        self._caught_up()

    def lost(self, *, suspect: bool) -> None:
        """Its recogniser is gone. ``suspect``: it may be this stream's sound that killed it."""
        self.link = None
        self._deaths += suspect
        if self._deaths >= MOST_DEATHS:
            self._backlog.give_up()
            self._deaths = 0
        else:
            self._backlog.again()
        self._tell_missed()
        if not self._interrupted:
            self._interrupted = True
            self._told(Interrupted())

    def answered(self, answer: Answer) -> None:
        """The oldest that was asked has this answer."""
        entry = self._backlog.answered(over=answer.over)
        if entry is None or self._gone:
            return
        if answer.fault and isinstance(entry, Piece):
            self._told(Missed(entry.begin_seconds, entry.end_seconds))
        self._tell(answer)
        if isinstance(entry, Close):
            self._gone = True
            self._leave()
            self._told(Done())
            self._left(self)
            return
        self._caught_up()
        if answer.over:
            self._deaths = 0
            self._rested(self)
        self._ask()

    # ---- inside ---------------------------------------------------------------------------------

    def _tell(self, answer: Answer) -> None:
        if answer.utterance is not None:
            self._partial = ""
            self._told(self._placed(answer.utterance))
            return
        partial = "" if answer.over else answer.partial
        if partial is not None and partial != self._partial:
            self._partial = partial
            if self.partials or not partial:
                self._told(Partial(partial))

    def _placed(self, utterance: Utterance) -> Utterance:
        return self._fed_time.placed(utterance)

    def _caught_up(self) -> None:
        if self._interrupted and self._backlog.caught_up:
            self._interrupted = False
            self._told(Resumed())

    def _join(self) -> None:
        if self._joining:
            pcm, self._joining = bytes(self._joining), bytearray()
            seconds = self._seconds(len(pcm))
            self._backlog.add(Piece(pcm, self._joining_at, seconds, self._joining_came))

    def _ask(self) -> None:
        most = MOST_ASKED_BACKGROUND if self.background else MOST_ASKED
        while self.link is not None and (entry := self._backlog.next(most)) is not None:
            if isinstance(entry, Piece):
                self._fed_time.feed(entry.begin_seconds, entry.seconds)
            self.link.send(self, entry)
        self._tell_missed()

    def _tell_missed(self) -> None:
        for missed in self._backlog.take_missed():
            self._told(missed)

    def _leave(self) -> None:
        if self.link is not None:
            self.link.leave(self)
            self.link = None

    def _seconds(self, size: int) -> float:
        return size / SAMPLE_BYTES / self.rate
