"""The ear: obeys commands, reports what it hears. It ends with the end of its commands."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from asr import wire
from asr.asking import Asking, prompt_sound
from asr.errors import AsrError, EngineAway, ModelUnusable, SoundUnusable
from asr.models import ModelFolder, look
from asr.pool import workers_for
from asr.recognizer import Recognizers
from asr.recognizers import open_recognizers
from asr.segment import Utterance
from asr.slots import calibrated_slots, measured_slots
from asr.streams import Streams
from asr.tap_server import Guest, TapServer
from asr.transcribe import transcribe

TICK_SECONDS = 0.25
LOAD_SECONDS = 1.0
AGAIN_SECONDS = 60.0
"""The same trouble is told once in so long."""
MOST_ASKINGS = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How it was started; empty and 0 mean what the settings of speech say."""

    model: str = ""
    server: str = ""
    workers: int = 0
    live_most: int = 0
    calibration: str = ""
    hot_words: tuple[str, ...] = ()


class Ear:
    """``say`` takes every report, and never waits."""

    def __init__(
        self, options: Options, say: Callable[[wire.Report], None], tasks: asyncio.TaskGroup
    ) -> None:
        self._options, self._say, self._tasks = options, say, tasks
        self._now = asyncio.get_running_loop().time
        self._server = TapServer(self._admit)
        self._streams: Streams | None = None
        self._recognizers: Recognizers | None = None
        self._askings: dict[str, Asking] = {}
        self._one_file = asyncio.Lock()
        self._told: dict[str, float] = {}
        self._load: wire.Load | None = None
        self._load_at = 0.0

    async def obey(self, commands: asyncio.StreamReader) -> None:
        """Until they end."""
        while line := await commands.readline():
            try:
                command = wire.decode(line)
            except wire.WireError as wrong:
                self._trouble("bad-command", f"收到无法识别的命令：{wrong}", str(wrong))
                continue
            self._obey(command)

    def _obey(self, command: wire.Command | wire.Report) -> None:
        if isinstance(command, wire.Ping):
            self._say(wire.Pong(number=command.number))
            return
        if self._streams is None:
            return  # before Ready: whoever speaks then says it again
        match command:
            case wire.Expect():
                self._streams.expect(command.stream, command.rank)
                self._server.expected(command.stream)
            case wire.Rank():
                self._streams.rerank(command.stream, command.rank)
            case wire.Forget():
                self._streams.forget(command.stream)
                if asking := self._askings.get(command.stream):
                    asking.forget()
            case wire.Ask():
                self._ask(command)
            case wire.Transcribe():
                self._tasks.create_task(self._transcribe(command, self._streams))

    async def work(self) -> None:
        """Open everything, say Ready, and turn the clock of the streams."""
        async with recognizers(self._options, self._failed) as found:
            self._recognizers = found
            slots = await self._slots(found)
            streams = Streams(found, slots, self._say, now=self._now, unix=unix)
            async with self._server:
                self._streams = streams
                model, engine = (found.model, found.engine) if found else (None, "vosk")
                self._say(
                    wire.Ready(port=self._server.port, model=model, slots=slots, engine=engine)
                )
                while True:
                    await asyncio.sleep(TICK_SECONDS)
                    self._tick(streams)

    def _tick(self, streams: Streams) -> None:
        now = self._now()
        streams.tick()
        for asking in tuple(self._askings.values()):
            asking.tick(now)
        load = wire.Load(
            live=streams.live,
            streams=streams.here,
            slots=streams.slots,
            lag_ms=int(streams.lag_seconds * 10) * 100,
        )
        if load != self._load and now - self._load_at >= LOAD_SECONDS:
            self._load, self._load_at = load, now
            self._say(load)

    def _admit(self, name: str) -> Guest | None:
        asking = self._askings.get(name)
        if asking is not None:
            return asking if asking.expected else None
        return self._streams.admit(name) if self._streams else None

    def _ask(self, ask: wire.Ask) -> None:
        if ask.stream in self._askings or len(self._askings) >= MOST_ASKINGS:
            self._say(wire.Answered(stream=ask.stream, why="refused"))
            return
        asking = Asking(ask, self._recognizers, self._say, self._asked)
        self._askings[ask.stream] = asking
        self._server.expected(ask.stream)
        if self._recognizers is None or self._recognizers.model is None:
            asking.prompted(None)
            return
        self._tasks.create_task(self._prompt(asking, Path(ask.prompt)))

    async def _transcribe(self, wanted: wire.Transcribe, live: Streams) -> None:
        utterances: tuple[Utterance, ...] = ()
        error = ""
        async with self._one_file:
            if self._recognizers is None or self._recognizers.model is None:
                error = "no-model"
            else:
                part = wanted.begin_seconds, wanted.end_seconds
                try:
                    utterances = await transcribe(self._recognizers, live, Path(wanted.file), *part)
                except SoundUnusable:
                    error = "unreadable"
                except EngineAway:
                    error = "failed"
        self._say(wire.Transcribed(job=wanted.job, utterances=utterances, error=error))

    def _asked(self, name: str) -> None:
        self._askings.pop(name, None)

    async def _prompt(self, asking: Asking, file: Path) -> None:
        sound = await asyncio.to_thread(prompt_sound, file)
        if sound is None:
            self._trouble(
                "prompt-unreadable",
                f"提示音 {file.name} 无法读取：应为 8 kHz、16 位、单声道的 WAV 文件。",
                f"The prompt {file.name} cannot be read: it must be a WAV file of 8 kHz, 16 bit, "
                "mono.",
            )
        asking.prompted(sound)

    async def _slots(self, found: Recognizers | None) -> int:
        if found is None or found.model is None:
            return 0
        slots, workers = None, workers_for(self._options.workers)
        if self._options.calibration:
            file = Path(self._options.calibration)
            slots = await asyncio.to_thread(calibrated_slots, file, found.model, workers)
        if slots is None:
            slots = await measured_slots(found, workers)
        most = self._options.live_most
        return min(slots, most) if most else slots

    def _failed(self, fault: AsrError) -> None:
        self._trouble(fault.code, fault.zh, fault.en)

    def _trouble(self, code: str, zh: str, en: str) -> None:
        now = self._now()
        if now - self._told.get(code, -AGAIN_SECONDS) >= AGAIN_SECONDS:
            self._told[code] = now
            self._say(wire.Trouble(code=code, zh=zh, en=en))


@asynccontextmanager
async def recognizers(
    options: Options, trouble: Callable[[AsrError], None]
) -> AsyncIterator[Recognizers | None]:
    """What recognises, as the options say; None, with a word to ``trouble``: nothing does."""
    folder = None
    if options.model or not options.server:
        try:
            folder = await asyncio.to_thread(_model, options)
        except ModelUnusable as fault:
            trouble(fault)
    if folder is None and not options.server:
        yield None
        return
    async with open_recognizers(folder, options.workers, options.server, trouble) as found:
        yield found


def _model(options: Options) -> ModelFolder:
    if not options.model:
        raise ModelUnusable(
            "没有语音模型：通话照常，但不转写。请运行 hotline model ls。",
            "There is no speech model: calls go on without transcripts. Run hotline model ls.",
        )
    return look(Path(options.model))


def unix() -> float:
    """The machine's time, in seconds."""
    return datetime.now(UTC).timestamp()
