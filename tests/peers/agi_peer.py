"""Both ends of FastAGI for tests.

``verdict_peer`` is a gateway that sends every caller straight to one queue. ``AgiCaller`` is
Asterisk's end: it connects, says who calls, and answers commands as the channel would.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from tests.eventually import takes
from tests.peers.audiosocket_peers import audiosocket

OK = b"200 result=0\n"


@asynccontextmanager
async def verdict_peer(port: int, queue: str, prio: int = 0) -> AsyncIterator[None]:
    """Every caller goes to ``queue``."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await reader.readuntil(b"\n\n")
            for name, value in (("GW_QUEUE", queue), ("GW_PRIO", prio), ("GW_VERDICT", "queue")):
                writer.write(f'SET VARIABLE {name} "{value}"\n'.encode())
                await reader.readline()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", port):
        yield


class AgiCaller:
    """One call as Asterisk's side of FastAGI.

    ``commands`` are the lines that came, ``variables`` what was set; ``answers`` maps the beginning
    of a command to the raw reply, ``OK`` for the rest, after ``pause_seconds``; what begins as one
    of ``held`` gets none. ``run`` returns when the server hangs up.
    """

    def __init__(self, port: int, number: str = "13800001111", did: str = "12345") -> None:
        self.port = port
        self.headers = {
            "agi_network": "yes",
            "agi_network_script": "intake",
            "agi_request": f"agi://127.0.0.1:{port}/intake",
            "agi_channel": "PJSIP/trunk-local-00000001",
            "agi_language": "en",
            "agi_type": "PJSIP",
            "agi_uniqueid": "a1-1.1",
            "agi_callerid": number or "unknown",
            "agi_calleridname": "unknown",
            "agi_dnid": did,
            "agi_context": "hotline-in",
            "agi_extension": "s",
            "agi_priority": "1",
        }
        self.answers: dict[str, bytes] = {}
        self.held: set[str] = set()
        self.pause_seconds = 0.0
        self.commands: list[str] = []
        self.variables: dict[str, str] = {}
        self.order: list[str] = []
        self.channel_variables: Mapping[str, str] = {}
        self.presses: list[str] = []
        """The key that is pressed in each AudioSocket in turn; empty for none."""
        self.sounds: list[bytes] = []
        """What each AudioSocket played."""

    async def run(self, within_seconds: float = 5) -> None:
        """From the connection to its end."""
        async with asyncio.timeout(within_seconds):
            reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
            with contextlib.closing(writer), contextlib.suppress(ConnectionError):
                lines = (f"{key}: {value}\n" for key, value in self.headers.items())
                writer.write("".join(lines).encode() + b"\n")
                while line := (await reader.readline()).decode().rstrip("\n"):
                    self.commands.append(line)
                    await takes(self.pause_seconds)
                    if line.startswith("EXEC AudioSocket"):
                        await self._audiosocket(line)
                    if not any(line.startswith(each) for each in self.held):
                        writer.write(self._answer(line))
                        await writer.drain()

    async def _audiosocket(self, line: str) -> None:
        stream, _, address = line.split(" ")[2].strip('"').partition(",")
        key = self.presses.pop(0) if self.presses else ""
        with contextlib.suppress(ConnectionError):
            self.sounds.append(await audiosocket(address, stream, key))

    def _answer(self, line: str) -> bytes:
        for start, answer in self.answers.items():
            if line.startswith(start):
                return answer
        words = line.split(" ", 3)
        if words[:2] == ["SET", "VARIABLE"]:
            self.variables[words[2]] = words[3].strip('"')
            self.order.append(words[2])
            return b"200 result=1\n"
        if words[:2] == ["GET", "VARIABLE"]:
            value = self.channel_variables.get(words[2])
            return b"200 result=0\n" if value is None else f"200 result=1 ({value})\n".encode()
        return OK
