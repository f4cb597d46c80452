"""A vosk-server of your own: the only door to websockets.

Its protocol (asr_server.py of alphacephei/vosk-server): a connection a stream; first the text
``{"config": {"sample_rate": 8000, "words": true}}``, which has no answer; then every binary message
(16 bit mono sound) has exactly one: ``{"partial": …}``, or ``{"result": […], "text": …}`` where an
utterance ended. ``{"reset" : 1}`` and ``{"eof" : 1}``, with exactly these bytes, are answered by
what was half said; after the second the server closes.

A list of expected words is not sent: the server takes only words of its model, which it does not
tell.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from urllib.parse import urlsplit

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, WebSocketException

from asr.backlog import Close, Entry, Pause
from asr.errors import AsrError, EngineAway
from asr.frames import Answer, FrameFault
from asr.hearing import Stream
from asr.resample import Doubler
from asr.said import partial_line, utterance
from asr.segment import Model

RESET, EOF = '{"reset" : 1}', '{"eof" : 1}'
OPENS_SECONDS = 5.0
HANGS_SECONDS = 5.0
"""No answer for so long, with something asked: it hangs."""
LOOKS_SECONDS = 0.25
FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 10.0
MOST_MESSAGE_BYTES = 1 << 20
PROBE = bytes(3200)
INTERNAL_ERROR = 1011
FAULTS = (OSError, TimeoutError, WebSocketException, FrameFault)


class VoskServer:
    """Whether it is there, and the streams that it recognises."""

    def __init__(
        self,
        url: str,
        tasks: asyncio.TaskGroup,
        *,
        trouble: Callable[[AsrError], None],
        came: Callable[[], None],
        lost: Callable[[Stream], None],
    ) -> None:
        """``came``: it is there again; ``lost``: this stream needs another (told so before)."""
        self._url, self._tasks = url, tasks
        self._trouble, self._came, self._lost = trouble, came, lost
        self._rate = 0  # what it takes; 0: it is away
        self._doubt = asyncio.Event()
        self._tried = asyncio.Event()
        self._connections: dict[Stream, _Connection] = {}

    @property
    def model(self) -> Model | None:
        """What is known of its model; None: it is away."""
        if not self._rate:
            return None
        return Model(name=urlsplit(self._url).netloc, rate=self._rate)

    def end(self) -> None:
        """No connection of ours is left."""
        for connection in self._connections.values():
            connection.task.cancel()

    async def tried(self) -> None:
        """Wait until it was called for the first time; bounded."""
        await self._tried.wait()

    async def keep(self) -> None:
        """Call it, for ever: at once when somebody doubts it, with growing pauses while away."""
        pause = FIRST_PAUSE_SECONDS
        away = False
        while True:
            self._doubt.clear()
            try:
                self._rate = await self._probed()
                pause, away = FIRST_PAUSE_SECONDS, False
                self._tried.set()
                self._came()
                await self._doubt.wait()
            except FAULTS as fault:
                self._rate = 0
                self._tried.set()
                if not away:
                    self._trouble(self._away(fault))
                away = True
                await asyncio.sleep(pause)
                pause = min(2 * pause, LONGEST_PAUSE_SECONDS)

    async def _probed(self) -> int:
        """The fewest samples a second that it takes: some models refuse those of a telephone."""
        try:
            return await self._takes(8000)
        except ConnectionClosed:
            return await self._takes(16000)

    async def _takes(self, rate: int) -> int:
        async with asyncio.timeout(HANGS_SECONDS), _called(self._url, rate) as line:
            await line.send(PROBE)
            _answer(await line.recv())
        return rate

    def _away(self, fault: BaseException) -> EngineAway:
        reason = type(fault).__name__
        return EngineAway(
            f"识别服务器 {self._url} 不可用（{reason}）：请检查该服务器和 speech.server_url",
            f"the vosk-server {self._url} is away ({reason}): check it, and speech.server_url",
        )

    # ---- asr.hearing.Link -----------------------------------------------------------------------

    def begin(self, stream: Stream) -> None:
        """It comes: a connection of its own."""
        doubles = stream.rate < self._rate
        connection = _Connection(stream, Doubler() if doubles else None)
        self._connections[stream] = connection
        rate = self._rate if doubles else stream.rate
        connection.task = self._tasks.create_task(self._serve(connection, rate))

    def send(self, stream: Stream, entry: Entry) -> None:
        """Ask this; what is on its way is bounded by the stream."""
        self._connections[stream].asks.put_nowait(entry)

    def leave(self, stream: Stream) -> None:
        """It goes."""
        connection = self._connections.pop(stream, None)
        if connection is not None:
            connection.left = True
            if connection.task is not asyncio.current_task():
                connection.task.cancel()

    async def _serve(self, connection: _Connection, rate: int) -> None:
        stream = connection.stream
        try:
            async with _called(self._url, rate) as line:
                await connection.serve(line)
        except FAULTS as fault:
            if self._connections.get(stream) is connection:
                del self._connections[stream]
                self._rate = 0
                self._doubt.set()
                broke = isinstance(fault, ConnectionClosed) and fault.rcvd is not None
                suspect = broke and fault.rcvd.code == INTERNAL_ERROR  # type: ignore[union-attr]
                stream.lost(suspect=suspect)
                self._lost(stream)


class _Connection:
    """One stream's."""

    task: asyncio.Task[None]

    def __init__(self, stream: Stream, doubler: Doubler | None) -> None:
        self.stream, self._doubler = stream, doubler
        self.asks: asyncio.Queue[Entry] = asyncio.Queue()
        self.left = False
        self._waits = 0

    async def serve(self, line: ClientConnection) -> None:
        """Until the stream leaves. Raises what FAULTS names."""
        sending = asyncio.create_task(self._send(line))
        try:
            while not self.left:
                said = _answer(await self._received(line))
                self._waits -= 1
                self.stream.answered(said)
        finally:
            sending.cancel()
            with suppress(asyncio.CancelledError, *FAULTS):
                await sending

    async def _received(self, line: ClientConnection) -> str | bytes:
        """The next answer. Raises TimeoutError when it hangs."""
        idle = 0.0  # counted in our own turns: if we stood still ourselves, it did not hang
        while idle < HANGS_SECONDS:
            try:
                async with asyncio.timeout(LOOKS_SECONDS):
                    return await line.recv()
            except TimeoutError:
                idle = idle + LOOKS_SECONDS if self._waits else 0.0
        raise TimeoutError

    async def _send(self, line: ClientConnection) -> None:
        while True:
            entry = await self.asks.get()
            self._waits += 1
            match entry:
                case Pause():
                    await line.send(RESET)
                case Close():
                    await line.send(EOF)
                case _:
                    double = self._doubler
                    await line.send(double.doubled(entry.pcm) if double else entry.pcm)


@asynccontextmanager
async def _called(url: str, rate: int) -> AsyncIterator[ClientConnection]:
    """A connection with its configuration. Raises what FAULTS names."""
    async with connect(
        url,
        open_timeout=OPENS_SECONDS,
        close_timeout=1,
        ping_interval=None,  # its own silence is what we watch
        compression=None,  # sound does not shrink
        max_size=MOST_MESSAGE_BYTES,
        proxy=None,  # sound stays in the building
    ) as line:
        await line.send(json.dumps({"config": {"sample_rate": rate, "words": True}}))
        yield line


def _answer(message: str | bytes) -> Answer:
    """Of one message; raises FrameFault."""
    try:
        said = json.loads(message)
        if "partial" in said:
            return Answer(partial=partial_line(said))
        if "text" not in said:
            raise FrameFault("no result")
        return Answer(utterance=utterance(said), over=True)
    except (ValueError, TypeError, KeyError, AttributeError) as wrong:
        raise FrameFault("not of a vosk-server") from wrong
