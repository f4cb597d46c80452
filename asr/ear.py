"""The ear: obeys commands, reports what it hears. It ends with the end of its commands."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from asr import wire
from asr.asking import Asking, prompt_sound
from asr.errors import AsrError, ModelUnusable
from asr.hot_words import HotWords
from asr.jobs import Jobs
from asr.models import ModelFolder, look
from asr.pool import workers_for
from asr.recognizer import Recognizers
from asr.recognizers import open_recognizers
from asr.segment import Model
from asr.slots import calibrated_slots, measured_slots
from asr.streams import Streams
from asr.tap_server import Guest, TapServer

TICK_SECONDS = 0.25
LOAD_SECONDS = 1.0
AGAIN_SECONDS = 60.0
"""The same trouble is told once in so long."""
MOST_ASKINGS = 64
NO_MODEL = (
    "没有语音模型：通话照常，但不转写。请运行 hotline model ls。",
    "There is no speech model: calls go on without transcripts. Run hotline model ls.",
)


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
        self._jobs = Jobs(say, HotWords(options.hot_words))
        self._askings: dict[str, Asking] = {}
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
                self._ask(command, self._streams)
            case wire.Transcribe():
                self._jobs.add(command)

    async def work(self) -> None:
        """Open everything, say Ready, and turn the clock of the streams."""
        folder = await asyncio.to_thread(self._folder)
        given = self._options
        async with (
            open_recognizers(folder, given.workers, given.server, self._failed) as found,
            self._server,
            asyncio.TaskGroup() as tasks,
        ):
            streams = Streams(
                found, self._say, now=self._now, unix=unix, hot_words=HotWords(given.hot_words)
            )
            tasks.create_task(self._jobs.work(found, found))
            tasks.create_task(self._keep_ready(found, streams))
            while True:
                await asyncio.sleep(TICK_SECONDS)
                self._tick(streams)

    async def _keep_ready(self, found: Recognizers, streams: Streams) -> None:
        """Say what recognises, and how much of it there is; again when that is another."""
        told: tuple[Model | None, str] | None = None
        while True:
            now = found.model, found.engine
            if told is None or (now != told and found.model is not None):
                streams.slots = await self._slots(found)
                told = now
                self._say(
                    wire.Ready(
                        port=self._server.port,
                        model=now[0],
                        slots=streams.slots,
                        engine=now[1],
                    )
                )
                self._streams = streams
            await asyncio.sleep(TICK_SECONDS)

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
            refused=self._server.refused,
        )
        if load != self._load and now - self._load_at >= LOAD_SECONDS:
            self._load, self._load_at = load, now
            self._say(load)

    def _admit(self, name: str) -> Guest | None:
        asking = self._askings.get(name)
        if asking is not None:
            return asking if asking.expected else None
        return self._streams.admit(name) if self._streams else None

    def _ask(self, ask: wire.Ask, streams: Streams) -> None:
        if ask.stream in self._askings or len(self._askings) >= MOST_ASKINGS:
            self._say(wire.Answered(stream=ask.stream, why="refused"))
            return
        asking = Asking(ask, streams.recognizers, self._say, self._asked)
        self._askings[ask.stream] = asking
        self._server.expected(ask.stream)
        if streams.recognizers.model is None:
            asking.prompted(None)
            return
        self._tasks.create_task(self._prompt(asking, Path(ask.prompt)))

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

    async def _slots(self, found: Recognizers) -> int:
        if found.model is None:
            return 0
        slots, workers = None, workers_for(self._options.workers)
        if self._options.calibration and found.engine == "vosk":
            file = Path(self._options.calibration)
            slots = await asyncio.to_thread(calibrated_slots, file, found.model, workers)
        if slots is None:
            slots = await measured_slots(found, workers)
        most = self._options.live_most
        return min(slots, most) if most else slots

    def _folder(self) -> ModelFolder | None:
        """The model of the options. None: there is none; without a server that is a trouble."""
        if not self._options.model:
            if not self._options.server:
                self._failed(ModelUnusable(*NO_MODEL))
            return None
        try:
            return look(Path(self._options.model))
        except ModelUnusable as fault:
            self._failed(fault)
            return None

    def _failed(self, fault: AsrError) -> None:
        self._trouble(fault.code, fault.zh, fault.en)

    def _trouble(self, code: str, zh: str, en: str) -> None:
        now = self._now()
        if now - self._told.get(code, -AGAIN_SECONDS) >= AGAIN_SECONDS:
            self._told[code] = now
            self._say(wire.Trouble(code=code, zh=zh, en=en))


def unix() -> float:
    """The machine's time, in seconds."""
    return datetime.now(UTC).timestamp()
