"""What recognises: the two sides of it, as protocols. PURE.

Inside one process (asr/vosk_local.py) an ``Engine`` makes a ``Recognizer`` for each stream; they
are synchronous and take the time they take. The ear asks ``Recognizers`` (asr/pool.py), which never
make it wait: it opens a ``Hearing`` for each stream and is told what was said.

Seconds count from a stream's first sample. A gate may leave silence out: each piece says where in
the stream it begins, and the words come back with the stream's own times.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from asr.segment import Model, Utterance

MOST_PIECE_SECONDS = 0.2
"""Vosk looks for the end of an utterance once a piece: longer ones would join utterances."""


@dataclass(frozen=True, slots=True)
class Partial:
    """What is being said now; replaced by the next, or by an Utterance. Empty: nothing."""

    text: str


@dataclass(frozen=True, slots=True)
class Missed:
    """This part of the stream was not recognised and will not be; the recording has it."""

    begin_seconds: float
    end_seconds: float


@dataclass(frozen=True, slots=True)
class Interrupted:
    """The recogniser of this stream is being replaced; what came since is kept for the next."""


@dataclass(frozen=True, slots=True)
class Resumed:
    """It is followed again. What could not be kept was told as Missed before."""


@dataclass(frozen=True, slots=True)
class Done:
    """The last word of a closed stream: everything of it has been told."""


Said = Partial | Utterance | Missed | Interrupted | Resumed | Done


class Recognizer(Protocol):
    """One stream's recogniser. Its times count the seconds that it was fed, and nothing else."""

    partials: bool
    """Whether Partials are told."""
    rests: bool
    """Whether the last call ended what was being said: nothing before it is needed any more."""

    def feed(self, pcm: bytes) -> Partial | Utterance | None:
        """Hear 16 bit little endian mono sound, at most MOST_PIECE_SECONDS.

        None: nothing new. A Partial only when it is another than before. An utterance that held no
        word is told as an empty Partial, once. Raises SoundUnusable.
        """
        ...

    def finish(self) -> Utterance | None:
        """What is half said becomes final; afterwards it can be fed again."""
        ...

    def restrict(self, words: tuple[str, ...]) -> None:
        """Expect only these phrases (and noise) from now on; an empty tuple: everything again.

        What is half said becomes lost. Raises GrammarRefused.
        """
        ...


class Engine(Protocol):
    """A model in memory, from which streams are recognised."""

    @property
    def model(self) -> Model:
        """What it is."""
        ...

    def recognizer(self, rate: int) -> Recognizer:
        """One for a stream of ``rate`` samples a second: 8000 or 16000. Raises EngineAway."""
        ...


class Hearing(Protocol):
    """One stream, as the ear holds it. No call of these ever waits."""

    partials: bool
    """Whether Partials are told. Turning them off saves their work."""

    def feed(self, pcm: bytes, begin_seconds: float) -> None:
        """Sound of any length (20 ms is usual), and where in the stream it begins.

        What is more than the buffer holds is told as Missed.
        """
        ...

    def pause(self) -> None:
        """Nothing more is said for now: what is half said becomes final at once."""
        ...

    def close(self) -> None:
        """The stream is over: what is half said becomes final, then comes Done."""
        ...

    def drop(self) -> None:
        """The stream is unwanted: nothing more is told of it."""
        ...

    @property
    def lag_seconds(self) -> float:
        """How long the oldest sound without an answer has been here; 0.0 when there is none."""
        ...

    @property
    def unheard(self) -> tuple[float, float] | None:
        """Where in the stream the sound lies that has no answer yet: what ``drop`` would lose."""
        ...


class Recognizers(Protocol):
    """All that recognise: workers here, or a server with the workers behind it."""

    @property
    def model(self) -> Model | None:
        """What recognises now; None: nothing does."""
        ...

    @property
    def engine(self) -> str:
        """What recognises now: "vosk" (workers here) or "vosk-server"."""
        ...

    def open(
        self,
        told: Callable[[Said], None],
        *,
        rate: int = 8000,
        words: tuple[str, ...] = (),
        partials: bool = True,
        background: bool = False,
    ) -> Hearing:
        """Begin a stream; ``told`` is called in the loop, must not wait and must not raise.

        ``words``: expect only these, where the model allows (otherwise everything is expected).
        ``background``: after everything that is live. Raises EngineAway when nothing recognises.
        """
        ...
