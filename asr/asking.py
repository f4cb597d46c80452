"""A caller is asked something: the prompt is played, they speak or press a key, the answer is told.

The caller is on the dialplan's AudioSocket application, which goes on after our hangup frame. All
of it is timers of the loop, nothing waits.
"""

from __future__ import annotations

import asyncio
import wave
from collections.abc import Callable
from pathlib import Path

from asr import wire
from asr.audiosocket import Frame, Kind
from asr.errors import AsrError
from asr.gate import FRAME_SECONDS, Closed, Gate
from asr.recognizer import Hearing, Recognizers, Said
from asr.segment import Utterance
from asr.tap_server import Line
from asr.timeline import Timeline
from asr.vad import FOR_BARGE_IN, FOR_WORDS, Frames, loud
from asr.writing import written

RATE = 8000
FRAME_BYTES = round(RATE * FRAME_SECONDS) * 2
MOST_PROMPT_SECONDS = 120
EXPECTED_SECONDS = 10.0
BARGE_IN_FRAMES = 3
"""60 ms of speech stop the prompt."""
MOST_LATE_FRAMES = 5
"""After a late turn of the loop so many frames go at once; the rest of the delay stays a delay."""
LAST_WORD_SECONDS = 1.5
"""From the end of what was said, or of all time, to the recogniser's answer."""


class Asking:
    """A guest of the tap server. ``over`` is called once, after Answered and after it is gone."""

    def __init__(
        self,
        ask: wire.Ask,
        recognizers: Recognizers,
        say: Callable[[wire.Report], None],
        over: Callable[[str], None],
    ) -> None:
        self._ask, self._recognizers, self._say, self._over = ask, recognizers, say, over
        self._loop = asyncio.get_running_loop()
        self._until = self._loop.time() + EXPECTED_SECONDS
        self._line: Line | None = None
        self._hearing: Hearing | None = None
        self._gate, self._timeline = Gate(), Timeline(2 * RATE)
        self._frames = Frames(RATE, FOR_WORDS)
        self._barge_in = Frames(RATE, FOR_BARGE_IN)
        self._prompt: bytes | None = None
        self._played = 0
        self._since = 0.0
        self._beat: asyncio.TimerHandle | None = None
        self._spoken, self._noise = 0, False
        self._quiet_since: float | None = None
        self._last_word: float | None = None
        self.expected, self.answered = True, False

    # ---- the line ---------------------------------------------------------------------------

    def prompted(self, pcm: bytes | None) -> None:
        """What to play is here; None: it cannot be played."""
        if self.answered:
            return
        self._prompt = pcm
        if pcm is None:
            self._answer("refused")
        elif self._line:
            self._play()

    def came(self, line: Line) -> None:
        """The caller is here; they are heard from the first moment."""
        self.expected = False
        if self.answered:
            line.farewell()
            return
        self._line = line
        self._until = self._loop.time() + self._ask.most_ms / 1000
        try:
            self._hearing = self._recognizers.open(
                self._told, rate=RATE, words=self._ask.words, partials=False
            )
        except AsrError:
            self._answer("refused")
            return
        if self._prompt is not None:
            self._play()

    def took(self, frame: Frame) -> None:
        """Sound, or a key."""
        if self.answered or self._hearing is None:
            return
        if frame.kind is Kind.KEY:
            self._answer("key", key=frame.key)
        elif frame.rate and frame.rate != RATE:
            self._answer("refused")
        elif frame.payload:
            for pcm, begin in self._timeline.take(frame.payload, self._loop.time()):
                self._hear(self._hearing, pcm, begin)

    def gone(self) -> None:
        """They hung up, or we did."""
        self._line = None
        self._answer("gone")
        self._over(self._ask.stream)

    def forget(self) -> None:
        """Nobody wants the answer any more."""
        self._answer("refused")

    def tick(self, now: float) -> None:
        """Its limits."""
        if self.expected and now > self._until:
            self._answer("gone")
            self._over(self._ask.stream)
        elif self.answered or self._line is None:
            return
        elif self._last_word is not None:
            if now > self._last_word:
                self._answer("noise" if self._noise else "silence")
        elif now > self._until or (now > self._silent_at and not self._gate.open):
            self._conclude(now)

    @property
    def _silent_at(self) -> float:
        """When silence is the answer: some time after the prompt, or after what was said."""
        since = self._quiet_since
        return self._until if since is None else since + self._ask.wait_ms / 1000

    # ---- the prompt -------------------------------------------------------------------------

    def _play(self) -> None:
        if not self._noise:
            self._since = self._loop.time()
            self._send()

    def _send(self) -> None:
        """The frame that is due, and the next one's time; the clock paces, not the sending."""
        prompt, line = self._prompt or b"", self._line
        now = self._loop.time()
        late = int((now - self._since) / FRAME_SECONDS) - self._played
        if late > MOST_LATE_FRAMES:
            self._since += (late - MOST_LATE_FRAMES) * FRAME_SECONDS
        while line and self._since + self._played * FRAME_SECONDS <= now:
            begin = self._played * FRAME_BYTES
            if begin >= len(prompt):
                self._quiet_since = now
                return
            line.send(Frame(Kind.SLIN8, prompt[begin : begin + FRAME_BYTES]))
            self._played += 1
        self._beat = self._loop.call_at(self._since + self._played * FRAME_SECONDS, self._send)

    def _hush(self) -> None:
        if self._beat:
            self._beat.cancel()
            self._beat = None

    # ---- what they say ----------------------------------------------------------------------

    def _hear(self, hearing: Hearing, pcm: bytes, begin_seconds: float) -> None:
        for frame, begin in self._frames.cut(pcm, begin_seconds):
            meant = self._barge_in.speech(frame) and loud(frame)
            self._spoken = self._spoken + 1 if meant else 0
            if self._spoken == BARGE_IN_FRAMES:
                self._hush()
                self._noise = True
            for out in self._gate.take(frame, begin, speech=self._frames.speech(frame)):
                if isinstance(out, Closed):
                    hearing.pause()
                    if self._noise:
                        self._quiet_since = self._loop.time()
                else:
                    hearing.feed(out.pcm, out.begin_seconds)

    def _told(self, said: Said) -> None:
        if isinstance(said, Utterance) and not self.answered:
            self._answer("words", text=written(said.words))

    def _conclude(self, now: float) -> None:
        """No more time; what is half said may still become words."""
        self._hush()
        self._last_word = now
        if self._hearing and (self._gate.open or self._noise):
            self._last_word += LAST_WORD_SECONDS
            self._hearing.pause()

    def _answer(self, why: str, *, text: str = "", key: str = "") -> None:
        if self.answered:
            return
        self.answered = True
        self._hush()
        if self._hearing:
            self._hearing.drop()
        self._say(wire.Answered(stream=self._ask.stream, why=why, text=text, key=key))
        if self._line:
            self._line.farewell()


def prompt_sound(path: Path) -> bytes | None:
    """The samples of a prompt: WAV, 8 kHz, 16 bit, mono, not too long. None: it is none.

    Reads a file: call it in a thread.
    """
    try:
        with wave.open(str(path), "rb") as file:
            shape = file.getnchannels(), file.getsampwidth(), file.getframerate()
            if shape != (1, 2, RATE) or file.getnframes() > MOST_PROMPT_SECONDS * RATE:
                return None
            return file.readframes(file.getnframes())
    except (OSError, EOFError, wave.Error):
        return None
