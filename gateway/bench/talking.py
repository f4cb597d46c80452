"""Voices that talk to a real ear in real time, and when their words arrive.

Who talks is this process; what is measured are the ear and its workers.
"""

from __future__ import annotations

import asyncio
import os
import random
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self
from uuid import UUID, uuid4

import numpy as np

from asr import wire
from asr.audiosocket import Frame, Kind, frame_bytes
from asr.demo_model.examples import HELD_OUT_VARIANTS
from asr.demo_model.sentences import sentence
from asr.demo_model.sound import PHONE, RATE, pcm, through
from asr.demo_model.voice import Manner, Voice
from asr.models import ModelFolder
from config.speech_settings import Speech
from gateway.bench.child import ChildFailed
from gateway.ports.ears import EarsLost
from gateway.speech.ear_command import ear_command
from gateway.speech.ear_process import EarProcess

SENTENCES_A_TALK = 6
PAUSE_SECONDS = 1.6
FRAME_BYTES, FRAME_SECONDS = 320, 0.02
READY_SECONDS = 60.0
LAST_WORDS_SECONDS = 10.0
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Talk:
    """Sentences with silence between them, by telephone; ``times`` are begin and end of each."""

    pcm: bytes
    times: tuple[tuple[float, float], ...]

    @property
    def seconds(self) -> float:
        """How long it is."""
        return len(self.pcm) / 2 / RATE

    @property
    def share_said(self) -> float:
        """How much of it is words."""
        return sum(end - begin for begin, end in self.times) / self.seconds


def talk_of(voice: Voice, seed: int) -> Talk:
    """The same talk for the same seed, in a voice that the model was never trained on."""
    chance = random.Random(seed)  # noqa: S311 - sentences
    pause = np.zeros(int(PAUSE_SECONDS * RATE))
    parts, times, at = [pause], [], PAUSE_SECONDS
    manner = Manner(variant=HELD_OUT_VARIANTS[seed % len(HELD_OUT_VARIANTS)], speed=160)
    for _ in range(SENTENCES_A_TALK):
        said, phones = voice.speak(sentence(chance), manner)
        times.append((at + phones[0].begin, at + phones[-1].end))
        parts += [said, pause]
        at += len(said) / RATE + PAUSE_SECONDS
    sound = through(np.concatenate(parts), PHONE, np.random.default_rng(seed))
    return Talk(pcm(sound), tuple(times))


@dataclass(slots=True)
class Talking:
    """One ear, ``voices`` voices; the figures are there after ``run``."""

    ears: EarProcess
    talks: Sequence[Talk]
    voices: int
    port: int
    streams_a_core: float = 0.0
    sentences: int = 0
    first_partial_ms: list[float] = field(default_factory=list)
    final_ms: list[float] = field(default_factory=list)
    _began: dict[str, tuple[float, Talk]] = field(default_factory=dict)
    _ended: set[str] = field(default_factory=set)
    _all_ended: asyncio.Event = field(default_factory=asyncio.Event)
    _first: set[tuple[str, int]] = field(default_factory=set)

    @classmethod
    @asynccontextmanager
    async def of(
        cls, found: ModelFolder, talks: Sequence[Talk], voices: int
    ) -> AsyncIterator[Self]:
        """A fresh ear with this model, up."""
        with tempfile.TemporaryDirectory(prefix="hotline-bench-") as name:
            speech = Speech(live_most=voices)
            command = ear_command(speech, model=found.path, calibration=Path(name) / "none.json")
            async with EarProcess(command) as ears:
                async with asyncio.timeout(READY_SECONDS):
                    async for report in ears.heard():
                        if isinstance(report, wire.Ready) and report.model is not None:
                            yield cls(ears, talks, voices, report.port)
                            break

    async def run(self) -> None:
        """Everybody talks once, then what was heard is reckoned."""
        before = _cpu_of_children()
        async with asyncio.TaskGroup() as tasks:
            hearing = tasks.create_task(self._hear())
            speaking = [tasks.create_task(self._speak(at)) for at in range(self.voices)]
            await asyncio.wait(speaking)
            async with asyncio.timeout(LAST_WORDS_SECONDS):
                await self._all_ended.wait()
            hearing.cancel()
        sound = sum(talk.seconds for _, talk in self._began.values())
        self.sentences = sum(len(talk.times) for _, talk in self._began.values())
        self.streams_a_core = sound / max(_cpu_of_children() - before, 1 / _TICKS)

    async def _speak(self, at: int) -> None:
        talk, stream = self.talks[at % len(self.talks)], str(uuid4())
        loop = asyncio.get_running_loop()
        await asyncio.sleep(at * 0.37 % 2.0)  # not all in step
        self.ears.tell(wire.Expect(stream=stream, rank=(1, float(at))))
        _, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(frame_bytes(Frame(Kind.ID, UUID(stream).bytes)))
        began = loop.time()
        self._began[stream] = (began, talk)
        for n, place in enumerate(range(0, len(talk.pcm), FRAME_BYTES), 1):
            writer.write(frame_bytes(Frame(Kind.SLIN8, talk.pcm[place : place + FRAME_BYTES])))
            await asyncio.sleep(max(0.0, began + n * FRAME_SECONDS - loop.time()))
        writer.close()

    async def _hear(self) -> None:
        loop = asyncio.get_running_loop()
        async for report in self.ears.heard():
            now = loop.time()
            match report:
                case wire.Partial() if report.text and report.stream in self._began:
                    began, talk = self._began[report.stream]
                    spoken = [n for n, (begin, _) in enumerate(talk.times) if began + begin < now]
                    if spoken and (report.stream, spoken[-1]) not in self._first:
                        self._first.add((report.stream, spoken[-1]))
                        self.first_partial_ms.append(
                            1000 * (now - began - talk.times[spoken[-1]][0])
                        )
                case wire.Final() if report.stream in self._began:
                    began, talk = self._began[report.stream]
                    middle = (report.utterance.begin_seconds + report.utterance.end_seconds) / 2
                    for _, end in (each for each in talk.times if each[0] <= middle <= each[1]):
                        self.final_ms.append(1000 * (now - began - end))
                case wire.Ended():
                    self._ended.add(report.stream)
                    if len(self._ended) == self.voices:
                        self._all_ended.set()
                case EarsLost():
                    raise ChildFailed("asr: the ear was lost")


def _cpu_of_children() -> float:
    """CPU seconds of this process's children and theirs, those that live."""
    parents, used = dict[int, int](), dict[int, int]()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text("ascii", "replace").rpartition(")")[2].split()
        except OSError:
            continue
        pid = int(stat.parent.name)
        parents[pid], used[pid] = int(fields[1]), int(fields[11]) + int(fields[12])
    ours, found = {os.getpid()}, set[int]()
    while ours:
        ours = {pid for pid, parent in parents.items() if parent in ours} - found
        found |= ours
    return sum(used[pid] for pid in found) / _TICKS
