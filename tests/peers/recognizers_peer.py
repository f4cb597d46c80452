"""Recognisers for tests of the ear's parts: what they are given is seen, what they say is said."""

from collections.abc import Callable
from dataclasses import dataclass, field

from asr.errors import EngineAway
from asr.recognizer import Done, Said
from asr.segment import Model, Utterance, Word


def utterance(text: str, begin: float = 0.0, end: float = 1.0) -> Utterance:
    """One word."""
    return Utterance(words=(Word(raw=text, text=text, begin_seconds=begin, end_seconds=end),))


@dataclass
class HearingPeer:
    """Implements ``asr.recognizer.Hearing``. ``say`` tells its ear something; drops are silent."""

    told: Callable[[Said], None]
    words: tuple[str, ...]
    partials: bool
    lag_seconds: float = 0.0
    unheard: tuple[float, float] | None = None
    fed: list[tuple[bytes, float]] = field(default_factory=list)
    pauses: int = 0
    closed: bool = False
    dropped: bool = False
    done_at_close: bool = True

    def say(self, *said: Said) -> None:
        """In order."""
        for one in said:
            self.told(one)

    def feed(self, pcm: bytes, begin_seconds: float) -> None:
        """Kept."""
        self.fed.append((pcm, begin_seconds))

    def pause(self) -> None:
        """Counted."""
        self.pauses += 1

    def close(self) -> None:
        """Done at once, unless the test says when."""
        self.closed = True
        if self.done_at_close:
            self.told(Done())

    def drop(self) -> None:
        """Noted."""
        self.dropped = True


@dataclass
class RecognizersPeer:
    """Implements ``asr.recognizer.Recognizers``; ``away``: it opens nothing."""

    model: Model | None = field(default_factory=lambda: Model(name="peer", rate=8000))
    engine: str = "vosk"
    away: bool = False
    opened: list[HearingPeer] = field(default_factory=list)
    done_at_close: bool = True

    def open(
        self,
        told: Callable[[Said], None],
        *,
        rate: int = 8000,
        words: tuple[str, ...] = (),
        partials: bool = True,
        background: bool = False,
    ) -> HearingPeer:
        """The next one of ``opened``."""
        assert rate in {8000, 16000}
        assert not background
        if self.away:
            raise EngineAway("不在", "away")
        hearing = HearingPeer(told, words, partials, done_at_close=self.done_at_close)
        self.opened.append(hearing)
        return hearing
