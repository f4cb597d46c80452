"""A stream in a test: sound goes in as the ear gives it, everything told is kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from asr.demo_model.sound import Sound, pcm
from asr.recognizer import Done, Hearing, Interrupted, Missed, Partial, Recognizers, Resumed, Said
from asr.segment import Utterance
from tests.eventually import eventually

FRAME_SECONDS = 0.02
FRAME_BYTES = 320


@dataclass
class Row:
    """What was told of one stream, in order."""

    said: list[Said] = field(default_factory=list)
    hearing: Hearing = field(init=False)

    def opened(self, recognizers: Recognizers, **how: object) -> Row:
        """The stream begins."""
        self.hearing = recognizers.open(self.said.append, **how)  # type: ignore[arg-type]
        return self

    def hears(self, sound: Sound, begin_seconds: float = 0.0) -> float:
        """All of it at once, in frames of 20 ms; gives where it ends."""
        whole = pcm(sound)
        for at in range(0, len(whole), FRAME_BYTES):
            self.hearing.feed(whole[at : at + FRAME_BYTES], begin_seconds + at / 16000)
        return begin_seconds + len(whole) / 16000

    @property
    def finals(self) -> list[str]:
        """The raw words of each utterance."""
        return [each.raw for each in self.said if isinstance(each, Utterance)]

    @property
    def utterances(self) -> list[Utterance]:
        """All of them."""
        return [each for each in self.said if isinstance(each, Utterance)]

    @property
    def partials(self) -> list[str]:
        """What was being said."""
        return [each.text for each in self.said if isinstance(each, Partial)]

    @property
    def missed(self) -> list[Missed]:
        """What nobody recognised."""
        return [each for each in self.said if isinstance(each, Missed)]

    @property
    def turns(self) -> list[str]:
        """Whether it was followed, as it changed."""
        kinds = (Interrupted, Resumed, Done)
        return [type(each).__name__ for each in self.said if isinstance(each, kinds)]

    async def done(self, within_seconds: float = 20) -> Row:
        """Close it, and wait until everything has been told."""
        self.hearing.close()
        return await self.until(
            lambda: bool(self.turns) and self.turns[-1] == "Done", within_seconds
        )

    async def until(self, check: Callable[[], object], within_seconds: float = 20) -> Row:
        """Wait until this is so."""
        await eventually(lambda: bool(check()), within_seconds)
        return self
