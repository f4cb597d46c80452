"""An ear for tests of use cases: what it reports is said by the test, what it was told is seen."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

from asr import wire
from asr.segment import Model
from gateway.ports.ears import EarsLost, EarsUnavailable, Heard

DEMO = Model(name="demo-8k", rate=8000, demo=True, grammar=True)


@dataclass
class EarsPeer:
    """Implements ``gateway.ports.Ears``.

    ``answers`` (by prompt file) and ``transcripts`` (by file name) are what it will say; without
    one it answers nothing until ``lose``, as an ear that is busy.
    """

    told: list[wire.Command] = field(default_factory=list)
    answers: dict[str, wire.Answered] = field(default_factory=dict)
    transcripts: dict[str, wire.Transcribed] = field(default_factory=dict)
    asked: list[wire.Ask] = field(default_factory=list)
    jobs: list[wire.Transcribe] = field(default_factory=list)
    ready: wire.Ready | None = None
    off: bool = False
    _reports: asyncio.Queue[Heard] = field(default_factory=asyncio.Queue)
    _gone: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def state(self) -> str:
        """As EarProcess says it."""
        return "off" if self.off else "up" if self.ready else "down"

    def up(self, *, slots: int = 8, model: Model | None = DEMO, port: int = 1) -> None:
        """It is there, and says so."""
        self.ready = wire.Ready(port=port, model=model, slots=slots)
        self._gone = asyncio.Event()
        self.say(self.ready)

    def say(self, *reports: Heard) -> None:
        """It reports this."""
        for one in reports:
            self._reports.put_nowait(one)

    def lose(self) -> None:
        """It is gone; whoever asked gets no answer."""
        self.ready = None
        self._gone.set()
        self.say(EarsLost())

    def expected(self) -> list[str]:
        """The streams that may connect, in the order they were told."""
        over = {one.stream for one in self.told if isinstance(one, wire.Forget)}
        return [
            one.stream
            for one in self.told
            if isinstance(one, wire.Expect) and one.stream not in over
        ]

    def heard(self) -> AsyncIterator[Heard]:
        """What the test says."""
        return self._listen()

    async def _listen(self) -> AsyncIterator[Heard]:
        while True:
            yield await self._reports.get()

    def tell(self, command: wire.Command) -> None:
        """Noted; dropped without an ear."""
        if self.ready:
            self.told.append(command)

    async def ask(self, ask: wire.Ask) -> wire.Answered:
        """The answer to this prompt."""
        self.asked.append(ask)
        answer = self.answers.get(ask.prompt)
        if answer is None or self.ready is None:
            await self._lost()
            raise EarsUnavailable("peer")
        return wire.Answered(stream=ask.stream, why=answer.why, text=answer.text, key=answer.key)

    async def transcribe(self, job: str, file: Path, begin: float, end: float) -> wire.Transcribed:
        """The words of this file."""
        asked = wire.Transcribe(job=job, file=str(file), begin_seconds=begin, end_seconds=end)
        self.jobs.append(asked)
        found = self.transcripts.get(file.name)
        if found is None or self.ready is None:
            await self._lost()
            raise EarsUnavailable("peer")
        return wire.Transcribed(job=job, utterances=found.utterances, error=found.error)

    async def _lost(self) -> None:
        if self.ready is not None:
            await self._gone.wait()
