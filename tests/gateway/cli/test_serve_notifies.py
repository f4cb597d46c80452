"""``hotline serve`` below systemd: it says when it is ready, beats while it lives, says goodbye.

Beside an Asterisk that is away: the gateway opens all the same.
"""

import asyncio
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from gateway.telephony.free_port import free_port
from tests.eventually import eventually, remains
from tests.gateway_world import CHECKOUT, environment, toml
from tests.stopped_process import stop


class Systemd:
    """A supervisor that listens on a real datagram socket."""

    def __init__(self, peer: socket.socket) -> None:
        self._peer = peer
        self.heard: list[str] = []

    def read(self) -> None:
        """Whatever has come."""
        while True:
            try:
                self.heard.append(self._peer.recv(4096).decode())
            except BlockingIOError:
                return

    def is_silent(self) -> bool:
        """Whether nothing has come."""
        self.read()
        return not self.heard

    def has_heard(self, line: str, times: int = 1) -> bool:
        """Whether it has come so often."""
        self.read()
        return self.heard.count(line) >= times


@asynccontextmanager
async def systemd(folder: Path) -> AsyncIterator[tuple[Systemd, asyncio.subprocess.Process]]:
    """The program as a unit would start it."""
    config = folder / "hotline.toml"
    asterisk: dict[str, Any] = {
        "managed": False,
        "ami_port": free_port(),
        "ami_secret_file": "ami",
        "agi_port": free_port(),
        "ws_url": f"ws://127.0.0.1:{free_port()}/ws",
    }
    tables: dict[str, dict[str, Any]] = {"web": {"port": free_port()}, "asterisk": asterisk}
    config.write_text(toml(tables, {"data_dir": "data"}), "utf-8")
    (folder / "ami").write_text("secret\n", "utf-8")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as peer:
        peer.bind("")
        peer.setblocking(False)
        child = await asyncio.create_subprocess_exec(
            *(sys.executable, "-P", "-m", "gateway", "serve", "--config", str(config)),
            cwd=CHECKOUT,
            env={**environment(), "NOTIFY_SOCKET": "@" + peer.getsockname()[1:].decode()},
            stderr=asyncio.subprocess.DEVNULL,
        )
        try:
            yield Systemd(peer), child
        finally:
            if child.returncode is None:
                child.kill()
                await child.wait()


async def test_it_is_ready_beats_only_while_its_loop_turns_and_says_goodbye(
    tmp_path: Path,
) -> None:
    """The status names each step; stopped, it is silent; continued, it beats again."""
    async with systemd(tmp_path) as (supervisor, gateway):
        await eventually(lambda: supervisor.has_heard("READY=1"), 60)
        statuses = [line for line in supervisor.heard if line.startswith("STATUS=")]
        assert any("opening the store" in line for line in statuses)
        beats = supervisor.heard.count("WATCHDOG=1")
        await eventually(lambda: supervisor.has_heard("WATCHDOG=1", beats + 2), 20)
        await stop(gateway)
        supervisor.read()
        supervisor.heard.clear()
        await remains(supervisor.is_silent, 1.5)  # three beats long
        gateway.send_signal(signal.SIGCONT)
        await eventually(lambda: supervisor.has_heard("WATCHDOG=1", 2), 20)
        gateway.terminate()
        async with asyncio.timeout(30):
            assert await gateway.wait() == 0
        assert supervisor.has_heard("STOPPING=1")
