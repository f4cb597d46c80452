"""Taps from the moment they are expected until their last word: which of them are, and who is live.

Everything here runs in the ear's loop and never waits.
"""

from __future__ import annotations

from collections.abc import Callable

from asr import wire
from asr.admission import Admission, Rank
from asr.hot_words import HotWords
from asr.recognizer import Hearing, Recognizers, Said
from asr.tap import Tap
from asr.tap_server import Guest

EXPECTED_SECONDS = 10.0
"""From Expect to the connection."""
MOST_STREAMS = 512


class Streams:
    """All of them. ``say`` takes the reports, ``now`` is a clock that never runs back.

    ``unix`` is the machine's time, asked once a stream. Nobody is live before ``slots`` is set.
    """

    def __init__(
        self,
        recognizers: Recognizers,
        say: Callable[[wire.Report], None],
        *,
        now: Callable[[], float],
        unix: Callable[[], float],
        hot_words: HotWords,
        expected_seconds: float = EXPECTED_SECONDS,
        most: int = MOST_STREAMS,
    ) -> None:
        self.recognizers = recognizers
        self._admission = Admission(0)
        self.say, self.now, self.unix, self.hot_words = say, now, unix, hot_words
        self._expected_seconds, self._most = expected_seconds, most
        self._streams: dict[str, Tap] = {}
        self._ranks: dict[str, Rank] = {}

    @property
    def here(self) -> int:
        """How many are connected."""
        return sum(stream.here for stream in self._streams.values())

    @property
    def live(self) -> int:
        """How many are followed live."""
        return len(self._admission.live)

    @property
    def slots(self) -> int:
        """How many can be."""
        return self._admission.slots

    @slots.setter
    def slots(self, slots: int) -> None:
        self._admission.slots = slots
        self.settle()

    @property
    def lag_seconds(self) -> float:
        """The oldest sound of all that is not recognised; streams whose engine is away apart."""
        return max((stream.lag_seconds for stream in self._streams.values()), default=0.0)

    def expect(self, name: str, rank: Rank) -> None:
        """It will connect. Told again, it is a new rank."""
        self._ranks[name] = rank
        if name in self._streams:
            self.rerank(name, rank)
        elif len(self._streams) < self._most:
            self._streams[name] = Tap(name, self, until=self.now() + self._expected_seconds)
        else:
            self._ranks.pop(name)
            self.say(wire.Ended(stream=name, seconds=0.0))

    def rerank(self, name: str, rank: Rank) -> None:
        """Its rank is another."""
        if name not in self._streams:
            return
        self._ranks[name] = rank
        if self._streams[name].flows:
            self._admission.enter(name, rank)
            self.settle()

    def forget(self, name: str) -> None:
        """Its tap is closed, what is half said becomes final."""
        if name in self._streams:
            self._streams[name].close()

    def admit(self, name: str) -> Guest | None:
        """For the tap server: who is expected and not here yet."""
        stream = self._streams.get(name)
        return stream if stream and stream.expected else None

    def tick(self) -> None:
        """To be called some times a second: limits, lag, partials, who is live."""
        now = self.now()
        for stream in tuple(self._streams.values()):
            stream.tick(now, partials=self._admission.partials)
        self._admission.lag(self.lag_seconds, now)
        self.settle()

    # ---- for a stream -----------------------------------------------------------------------

    def entered(self, name: str) -> None:
        """Its first sound came."""
        self._admission.enter(name, self._ranks[name])
        self.settle()

    def left(self, name: str) -> None:
        """Its sound is over: its slot is free, though its last words may still come."""
        self._admission.leave(name)
        self.settle()

    def ended(self, name: str) -> None:
        """Everything of it was said."""
        self._streams.pop(name, None)
        self._ranks.pop(name, None)

    def settle(self) -> None:
        """Tell the streams whose turn changed."""
        for verdict in self._admission.settle():
            if stream := self._streams.get(verdict.stream):
                away = not verdict.live and self.recognizers.model is None
                stream.follow(live=verdict.live, why="engine" if away else verdict.why)

    def open(self, told: Callable[[Said], None], rate: int) -> Hearing:
        """A recogniser for a stream. Raises EngineAway."""
        return self.recognizers.open(told, rate=rate, partials=self._admission.partials)
