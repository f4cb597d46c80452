"""All that recognise, as the ear asks them: a server of your own, with the workers here behind it.

The server comes first. While it is away the workers recognise, if there is a model here; streams go
back to it when it is there again, each at the end of an utterance. With neither, streams wait.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager

from asr.errors import AsrError, EngineAway
from asr.hearing import Stream
from asr.models import ModelFolder
from asr.pool import Pool, open_pool
from asr.recognizer import Said
from asr.segment import Model
from asr.vosk_server import VoskServer


class EveryRecognizer:
    """Implements asr.recognizer.Recognizers."""

    def __init__(self) -> None:
        self.pool: Pool | None = None
        self.server: VoskServer | None = None
        self._waiting: set[Stream] = set()
        self._here: set[Stream] = set()
        self._live: set[Stream] = set()

    @property
    def model(self) -> Model | None:
        """What recognises now."""
        there = self.server.model if self.server else None
        return there or (self.pool.model if self.pool else None)

    @property
    def engine(self) -> str:
        """What recognises now; with nothing, what should."""
        there = self.server is not None and (self.server.model or self.pool is None)
        return "vosk-server" if there else "vosk"

    @property
    def lag_seconds(self) -> float:
        """The oldest live sound that has no answer."""
        return max((stream.lag_seconds for stream in self._live), default=0.0)

    def open(
        self,
        told: Callable[[Said], None],
        *,
        rate: int = 8000,
        words: tuple[str, ...] = (),
        partials: bool = True,
        background: bool = False,
    ) -> Stream:
        """Begin a stream. Raises EngineAway when nothing recognises."""
        if self.model is None:
            raise EngineAway("没有可用的语音模型", "there is no model that can be used")
        stream = Stream(
            told,
            asyncio.get_running_loop().time,
            rate=rate,
            words=words,
            partials=partials,
            background=background,
            left=self._left,
            rested=self._rested,
        )
        if not background:
            self._live.add(stream)
        self.place(stream)
        return stream

    def place(self, stream: Stream) -> None:
        """Recognise it where that is possible now."""
        self._unplace(stream)
        if self.server is not None and self.server.model is not None:
            stream.attach(self.server)
        elif self.pool is not None and self.pool.model is not None:
            self._here.add(stream)
            self.pool.take(stream)
        else:
            self._waiting.add(stream)

    def came(self) -> None:
        """Something recognises again: whoever waits need not any longer."""
        for stream in tuple(self._waiting):
            self.place(stream)

    def _rested(self, stream: Stream) -> None:
        if stream in self._here and self.server is not None and self.server.model is not None:
            self.place(stream)

    def _unplace(self, stream: Stream) -> None:
        self._waiting.discard(stream)
        if stream in self._here:
            self._here.discard(stream)
            if self.pool is not None:
                self.pool.release(stream)

    def _left(self, stream: Stream) -> None:
        self._unplace(stream)
        self._live.discard(stream)


@asynccontextmanager
async def open_recognizers(
    folder: ModelFolder | None,
    workers: int,
    server_url: str,
    trouble: Callable[[AsrError], None],
) -> AsyncIterator[EveryRecognizer]:
    """With the model in memory and the server called once; ``model`` is None when neither works.

    ``folder`` None: no model here. ``workers`` 0: one a core, one core left for calls.
    ``server_url`` "": no server. ``trouble`` is told what an admin should know, in the loop; it
    must not wait.
    """
    every = EveryRecognizer()
    async with AsyncExitStack() as stack:
        if folder is not None:
            pool = open_pool(folder, workers, trouble, came=every.came)
            every.pool = await stack.enter_async_context(pool)
        if server_url:
            tasks = await stack.enter_async_context(asyncio.TaskGroup())
            every.server = VoskServer(
                server_url, tasks, trouble=trouble, came=every.came, lost=every.place
            )
            calling = tasks.create_task(every.server.keep())
            stack.callback(calling.cancel)
            stack.callback(every.server.end)
            await every.server.tried()
        yield every
