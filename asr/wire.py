"""What the gateway and the ear say to each other: one JSON object a line. PURE.

The ear is a process of its own (``python -P -m asr``): commands come in by its standard input,
reports go out by its standard output; the end of the input is its end. ``stream`` is a UUID as
text, made by the gateway: 122 bits of chance, so it is also the ticket by which a tap is let in.
``encode`` gives a line with its newline; ``decode`` takes one and raises WireError for any other.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from asr.segment import Model, Utterance, Word

MOST_LINE_BYTES = 16 << 20
"""The words of some hours, as the answer to one Transcribe."""


class WireError(ValueError):
    """A line that is no message of ours."""


# ---- commands -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Expect:
    """A tap with this id will connect within seconds. ``rank``: the smaller, the rather live."""

    stream: str
    rank: tuple[int, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rank:
    """A stream's rank is another now."""

    stream: str
    rank: tuple[int, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Forget:
    """This stream is over or unwanted: its tap is closed, what is half said becomes final."""

    stream: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """A caller will connect (AudioSocket application) to be asked something.

    ``prompt`` is a WAV file (8 kHz, 16 bit, mono) that is played and stops as soon as they speak or
    press a key. Ends with Answered after an utterance, a key, ``wait_ms`` of silence after the
    prompt, or ``most_ms`` in all. ``words`` restrict the recogniser where the model allows.
    """

    stream: str
    prompt: str
    words: tuple[str, ...] = ()
    wait_ms: int = 4000
    most_ms: int = 12000


@dataclass(frozen=True, slots=True, kw_only=True)
class Transcribe:
    """Recognise a WAV file, or the part of it between two times; answered by Transcribed.

    Runs below everything live. ``end_seconds`` 0: to its end.
    """

    job: str
    file: str
    begin_seconds: float = 0.0
    end_seconds: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Ping:
    """Answered by Pong at once; an ear that does not answer is replaced."""

    number: int


# ---- reports ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """Said once the ear listens, and again when what recognises is another than before.

    ``slots``: how many streams it can follow live; 0 with no model.

    ``engine`` is "vosk" or "vosk-server".
    """

    port: int
    model: Model | None
    slots: int
    engine: str = "vosk"


@dataclass(frozen=True, slots=True, kw_only=True)
class Began:
    """The first sound of a stream came; ``at`` is Unix time in seconds."""

    stream: str
    at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Partial:
    """What is being said now; replaced by the next Partial or by a Final. Empty: nothing."""

    stream: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Final:
    """An utterance is complete."""

    stream: str
    utterance: Utterance


@dataclass(frozen=True, slots=True, kw_only=True)
class Mode:
    """Whether a stream is followed live now; if not, it is recorded only.

    ``why``: "" | "full" | "behind" | "engine" (the recogniser is being replaced).
    """

    stream: str
    live: bool
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Missed:
    """This part of a stream was not recognised; it must be read from the recording."""

    stream: str
    begin_seconds: float
    end_seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """The tap is gone; everything of the stream has been said. ``seconds``: how long it was."""

    stream: str
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """How an Ask ended: ``text`` was said, or ``key`` was pressed, or neither.

    ``why``: "words", "key", "silence", "noise" (sound, but no word), "gone", "refused".
    """

    stream: str
    why: str
    text: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Transcribed:
    """How a Transcribe ended. ``error`` is "" or a word: "unreadable", "no-model", "failed"."""

    job: str
    utterances: tuple[Utterance, ...] = ()
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """Said when it changes, at most once a second. ``lag_ms``: the oldest sound not recognised.

    ``refused``: connections that were turned away since the start, because nobody expected them.
    """

    live: int
    streams: int
    slots: int
    lag_ms: int
    refused: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """Something an admin has to mend; calls are untouched. ``zh`` and ``en``: what, why, how."""

    code: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pong:
    """The answer to Ping."""

    number: int


Command = Expect | Rank | Forget | Ask | Transcribe | Ping
Report = (
    Ready | Began | Partial | Final | Mode | Missed | Ended | Answered | Transcribed | Load
    | Trouble | Pong
)  # fmt: skip

_KINDS: dict[str, type[Any]] = {
    kind.__name__.lower(): kind for kind in (*Command.__args__, *Report.__args__)
}


def encode(message: Command | Report) -> bytes:
    """One line."""
    said = {"is": type(message).__name__.lower(), **asdict(message)}
    return json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def decode(line: bytes) -> Command | Report:
    """The message of a line; raises WireError."""
    try:
        said = json.loads(line)
        kind = _KINDS[said.pop("is")]
        message: Command | Report = kind(**_values(kind, said))
    except (ValueError, LookupError, TypeError, AttributeError) as wrong:
        raise WireError(f"{type(wrong).__name__}: not a message") from wrong
    return message


def _values(kind: type[Any], said: Mapping[str, Any]) -> dict[str, Any]:
    made = {field.name: said[field.name] for field in fields(kind) if field.name in said}
    if "rank" in made:
        made["rank"] = (int(made["rank"][0]), float(made["rank"][1]))
    if "words" in made:
        made["words"] = tuple(map(str, made["words"]))
    if made.get("model"):
        made["model"] = Model(**made["model"])
    if "utterance" in made:
        made["utterance"] = _utterance(made["utterance"])
    if "utterances" in made:
        made["utterances"] = tuple(map(_utterance, made["utterances"]))
    return made


def _utterance(said: Mapping[str, Any]) -> Utterance:
    return Utterance(words=tuple(Word(**word) for word in said["words"]))
