"""A vosk-server: the wire format of asr_server.py, over a real model; and servers that misbehave.

Written from the protocol, not with our client: config, one answer a binary message, reset, eof.
"""

from __future__ import annotations

import asyncio
import importlib
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed

import asr.vosk_local  # noqa: F401 - its stand-in for srt comes before vosk
from tests.eventually import never

vosk: Any = importlib.import_module("vosk")


@dataclass
class VoskServerPeer:
    """``does``, at the next message: "answers", "hangs", "closes", "garbage", "breaks" (1011).

    ``configs`` is what its connections were told.
    """

    model: Path
    does: str = "answers"
    _serving: set[asyncio.Task[None]] = field(default_factory=set)
    configs: list[dict[str, object]] = field(default_factory=list)
    port: int = 0
    _server: Server | None = None

    def __post_init__(self) -> None:
        vosk.SetLogLevel(-1)
        self._vosk = vosk.Model(model_path=str(self.model))

    @property
    def connections(self) -> int:
        """How many are open."""
        return len(self._serving)

    @property
    def url(self) -> str:
        """Where it is."""
        return f"ws://127.0.0.1:{self.port}"

    async def start(self) -> None:
        """Listen; again on the same port."""
        self._server = await serve(self._recognize, "127.0.0.1", self.port, close_timeout=0.2)
        self.port = next(iter(self._server.sockets)).getsockname()[1]

    async def stop(self) -> None:
        """As when it is killed: every connection is gone, nobody listens."""
        assert self._server is not None
        for connection in tuple(self._server.connections):
            connection.transport.abort()
        for task in self._serving:
            task.cancel()
        self._server.close(close_connections=False)
        await self._server.wait_closed()

    async def _recognize(self, line: ServerConnection) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._serving.add(task)
        try:
            await self._serve(line)
        except ConnectionClosed:
            return  # they hung up
        finally:
            self._serving.discard(task)

    async def _serve(self, line: ServerConnection) -> None:
        rate, recognizer = 8000.0, None
        async for message in line:
            if isinstance(message, str) and "config" in message:
                config = json.loads(message)["config"]
                self.configs.append(config)
                rate = float(config.get("sample_rate", rate))
                continue
            match self.does:
                case "hangs":
                    await never()
                case "closes":
                    return
                case "garbage":
                    await line.send("[]")
                    continue
                case "breaks":
                    raise RuntimeError("as told")
            if recognizer is None:
                recognizer = vosk.KaldiRecognizer(self._vosk, rate)
                recognizer.SetWords(True)
            loop = asyncio.get_running_loop()
            answer, over = await loop.run_in_executor(None, _answered, recognizer, message)
            await line.send(answer)
            if over:
                return


def _answered(recognizer: Any, message: str | bytes) -> tuple[str, bool]:
    if message == '{"eof" : 1}':
        return recognizer.FinalResult(), True
    if message == '{"reset" : 1}':
        return recognizer.FinalResult(), False
    if recognizer.AcceptWaveform(message):
        return recognizer.Result(), False
    return recognizer.PartialResult(), False


@asynccontextmanager
async def vosk_server(model: Path) -> AsyncIterator[VoskServerPeer]:
    """One that listens."""
    peer = VoskServerPeer(model)
    await peer.start()
    try:
        yield peer
    finally:
        await peer.stop()
