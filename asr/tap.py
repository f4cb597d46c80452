"""One tap's life.

expected ─connection→ here ─first sound→ flows (live, or recorded only) ─gone→ its last words → over
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Protocol

from asr import recognizer, wire
from asr.audiosocket import Frame
from asr.errors import EngineAway
from asr.gate import Closed, Gate
from asr.hot_words import HotWords
from asr.recognizer import Hearing, Said
from asr.segment import Utterance
from asr.tap_server import Line
from asr.timeline import Timeline
from asr.vad import FOR_WORDS, Frames

RATES = 8000, 16000
LAST_WORDS_SECONDS = 10.0
"""From a tap's end until a recogniser that does not answer is given up."""
QUIET_SECONDS = 1.0
"""No sound at all for so long: what was being said is over."""
RETRY_SECONDS = 1.0


class Host(Protocol):
    """What a stream asks of the place it lives in (asr/streams.py)."""

    say: Callable[[wire.Report], None]
    now: Callable[[], float]
    unix: Callable[[], float]
    hot_words: HotWords

    def entered(self, name: str) -> None: ...  # noqa: D102 - said there

    def left(self, name: str) -> None: ...  # noqa: D102

    def ended(self, name: str) -> None: ...  # noqa: D102

    def open(self, told: Callable[[Said], None], rate: int) -> Hearing: ...  # noqa: D102


class Tap:
    """A guest of the tap server. ``until``: when it has to be here."""

    def __init__(self, name: str, host: Host, *, until: float) -> None:
        self.name = name
        self._host = host
        self._until = until
        self._line: Line | None = None
        self._rate = 0
        self._timeline = Timeline(1)
        self._frames: Frames | None = None
        self._gate = Gate()
        self._hearing: Hearing | None = None
        self._turn: object = None
        """Which recogniser's words are ours: a dropped one may still speak."""
        self._wanted = False
        self._retry = 0.0
        self._away = False
        self._since: float | None = None
        """Where the sound begins that has not become final."""
        self._deaf_since: float | None = None
        self._heard_at = 0.0
        self._last_words: float | None = None
        self.expected, self.flows = True, False

    @property
    def here(self) -> bool:
        """Whether its tap is connected."""
        return self._line is not None

    @property
    def lag_seconds(self) -> float:
        """How old its oldest sound is that is not recognised."""
        counts = self._hearing and not self._away and self._last_words is None
        return self._hearing.lag_seconds if self._hearing and counts else 0.0

    # ---- the tap ----------------------------------------------------------------------------

    def came(self, line: Line) -> None:
        """Connected."""
        self.expected = False
        self._line = line

    def took(self, frame: Frame) -> None:
        """Sound; keys and errors of a tap mean nothing."""
        if not frame.payload or not frame.rate:
            return
        if frame.rate != self._rate:
            if self._rate or frame.rate not in RATES:
                self._host.say(_wrong_rate(frame.rate))
                self.close()
                return
            self._begin(frame)
        self._heard_at = self._host.now()
        for pcm, begin in self._timeline.take(frame.payload, self._heard_at):
            self._hear(pcm, begin)

    def gone(self) -> None:
        """The connection is over; the words that are under way still come."""
        self._line = None
        if not self.flows:
            self._over()
            return
        for pcm, begin in self._timeline.flush():
            self._hear(pcm, begin)
        self.flows = False
        self._wanted = False
        self._last_words = self._host.now() + LAST_WORDS_SECONDS
        self._host.left(self.name)
        if self._hearing:
            self._gate.shut()
            self._hearing.close()
        else:
            self._over()

    def close(self) -> None:
        """It is not wanted any more."""
        if self._line:
            self._line.close()
        elif self.expected:
            self._over()

    def tick(self, now: float, *, partials: bool) -> None:
        """Its limits."""
        if self.expected and now > self._until:
            self._over()
        elif self._last_words is not None and now > self._last_words:
            self._drop()
            self._over()
        elif self._hearing:
            if self._hearing.partials and not partials:
                self._host.say(wire.Partial(stream=self.name, text=""))
            self._hearing.partials = partials
            if self._gate.open and now - self._heard_at > QUIET_SECONDS:
                self._gate.shut()
                self._hearing.pause()
        elif self._wanted and now > self._retry:
            self._try_to_follow()

    # ---- followed or not --------------------------------------------------------------------

    def follow(self, *, live: bool, why: str) -> None:
        """Admission's word."""
        self._wanted = live
        if live:
            self._try_to_follow()
            return
        self._drop()
        self._host.say(wire.Mode(stream=self.name, live=False, why=why))

    def _begin(self, frame: Frame) -> None:
        self._rate = frame.rate
        self._timeline = Timeline(2 * frame.rate)
        self._frames = Frames(frame.rate, FOR_WORDS)
        self._deaf_since, self.flows = 0.0, True
        at = self._host.unix() - len(frame.payload) / (2 * frame.rate)
        self._host.say(wire.Began(stream=self.name, at=at))
        self._host.entered(self.name)

    def _try_to_follow(self) -> None:
        try:
            turn = self._turn = object()
            hearing = self._host.open(partial(self._told, turn), self._rate)
        except EngineAway:
            self._retry = self._host.now() + RETRY_SECONDS
            self._host.say(wire.Mode(stream=self.name, live=False, why="engine"))
            return
        self._hearing, self._gate, self._away = hearing, Gate(), False
        self._since = None
        if self._deaf_since is not None:
            self._missed(self._deaf_since, self._timeline.seconds)
            self._deaf_since = None
        self._host.say(wire.Mode(stream=self.name, live=True))

    def _hear(self, pcm: bytes, begin_seconds: float) -> None:
        if self._hearing is None or self._frames is None:
            return
        for frame, begin in self._frames.cut(pcm, begin_seconds):
            speech = self._frames.speech(frame)
            for out in self._gate.take(frame, begin, speech=speech):
                if isinstance(out, Closed):
                    self._hearing.pause()
                    continue
                if self._since is None:
                    self._since = out.begin_seconds
                self._hearing.feed(out.pcm, out.begin_seconds)

    def _drop(self) -> None:
        """Not followed any more: what it was about to say is in the recording."""
        if self._hearing is None:
            return
        here, lost = self._timeline.seconds, self._hearing.unheard
        begins = [*([lost[0]] if lost else []), *([] if self._since is None else [self._since])]
        self._missed(min(begins, default=here), here)
        self._hearing.drop()
        self._hearing = self._turn = self._since = None
        self._deaf_since = here
        self._host.say(wire.Partial(stream=self.name, text=""))

    def _told(self, turn: object, said: Said) -> None:
        if turn is not self._turn:
            return
        name, say = self.name, self._host.say
        match said:
            case recognizer.Partial():
                if not said.text and not self._gate.open:
                    self._since = None
                say(wire.Partial(stream=name, text=self._host.hot_words.text(said.text)))
            case Utterance():
                self._since = said.end_seconds if self._gate.open else None
                say(wire.Final(stream=name, utterance=self._host.hot_words.utterance(said)))
            case recognizer.Missed():
                self._missed(said.begin_seconds, said.end_seconds)
            case recognizer.Interrupted():
                self._away = True
                say(wire.Mode(stream=name, live=False, why="engine"))
            case recognizer.Resumed():
                self._away = False
                say(wire.Mode(stream=name, live=True))
            case recognizer.Done():
                self._hearing = None
                self._over()

    def _missed(self, begin: float, end: float) -> None:
        if end > begin:
            self._host.say(wire.Missed(stream=self.name, begin_seconds=begin, end_seconds=end))

    def _over(self) -> None:
        if self._deaf_since is not None and self._rate:
            self._missed(self._deaf_since, self._timeline.seconds)
        self.expected, self._last_words = False, None
        self._host.say(wire.Ended(stream=self.name, seconds=self._timeline.seconds))
        self._host.ended(self.name)


def _wrong_rate(rate: int) -> wire.Trouble:
    return wire.Trouble(
        code="wrong-rate",
        zh=f"一路通话的声音为每秒 {rate} 个采样，只支持 8000 和 16000，此路不转写。"
        "请检查电话系统的编码设置。",
        en=f"A leg's sound has {rate} samples a second; 8000 and 16000 are supported, so this leg "
        "is not transcribed. Check the codecs of the telephone system.",
    )
