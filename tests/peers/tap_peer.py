"""A listener of taps (AudioSocket) in a process of its own, which can be told to misbehave.

async with tap_peer(tmp_path) as peer:
    peer.address                 host and port
    peer.sound(stream)           the samples that came, 8 kHz
    peer.heard(stream)           how many seconds that is
    peer.ended(stream)           whether Asterisk closed this tap
    await peer.stop_reading()    connections stay, nobody reads them any more
    peer.process                 to be stopped, killed

Its buffers are small, so that who writes to one that does not read notices soon.
"""

from __future__ import annotations

import asyncio
import socket
import sys
from array import array
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import UUID

HEAD_BYTES, RATE = 3, 8000
HANG_UP, NAME, SOUND = 0x00, 0x01, 0x10
BUFFER_BYTES = 4096
SEGMENT_BYTES = 536
"""The kernel lets a sender keep some segments; those of loopback would last for minutes."""


class TapPeer:
    """See the module's own words."""

    def __init__(self, folder: Path, process: Process, port: int) -> None:
        self._folder, self.process = folder, process
        self.address = ("127.0.0.1", port)

    def sound(self, stream: str) -> array[int]:
        """What came of this stream so far."""
        path = self._folder / f"{stream}.raw"
        data = path.read_bytes() if path.exists() else b""
        return array("h", data[: len(data) & ~1])

    def heard(self, stream: str) -> float:
        """Seconds of sound."""
        return len(self.sound(stream)) / RATE

    def ended(self, stream: str) -> bool:
        """Whether its connection is over."""
        return (self._folder / f"{stream}.ended").exists()

    async def stop_reading(self) -> None:
        """From now on nothing is read, of old connections and of new ones."""
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(b"stop\n")
        assert await self.process.stdout.readline() == b"stopped\n"

    async def kill(self) -> None:
        """It dies."""
        self.process.kill()
        await self.process.wait()


@asynccontextmanager
async def tap_peer(folder: Path) -> AsyncIterator[TapPeer]:
    """A peer that listens, and is gone afterwards."""
    folder = folder / "taps"
    folder.mkdir()
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-P", __file__, str(folder)), stdin=PIPE, stdout=PIPE
    )
    try:
        assert process.stdout
        yield TapPeer(folder, process, int(await process.stdout.readline()))
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


def _say(word: str) -> None:
    sys.stdout.write(word + "\n")
    sys.stdout.flush()


class _Listener:
    """The peer itself."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._reads = folder, asyncio.Event()
        self._reads.set()

    async def run(self) -> None:
        """Until the input ends."""
        door = socket.socket()
        door.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER_BYTES)
        door.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, SEGMENT_BYTES)
        door.bind(("127.0.0.1", 0))
        door.listen(200)
        await asyncio.start_server(self._serve, sock=door, limit=BUFFER_BYTES)
        _say(str(door.getsockname()[1]))
        loop, reader = asyncio.get_running_loop(), asyncio.StreamReader()
        await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
        while await reader.readline():
            self._reads.clear()
            _say("stopped")

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        name = ""
        try:
            while True:
                await self._reads.wait()
                head = await reader.readexactly(HEAD_BYTES)
                body = await reader.readexactly(int.from_bytes(head[1:], "big"))
                if head[0] == HANG_UP:
                    return
                if head[0] == NAME:
                    name = str(UUID(bytes=body))
                elif head[0] == SOUND:
                    with (self._folder / f"{name}.raw").open("ab") as file:
                        file.write(body)
        except (asyncio.IncompleteReadError, ConnectionError):
            return
        finally:
            (self._folder / f"{name}.ended").touch()
            writer.close()


if __name__ == "__main__":
    asyncio.run(_Listener(Path(sys.argv[1])).run())
