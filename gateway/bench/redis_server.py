"""A private redis-server in a folder of its own, as ``./hotline test`` installs it."""

from __future__ import annotations

import ctypes
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

from gateway.provision.places import here
from gateway.supervise import dies_with_us

NAME = "redis-server"
START_SECONDS, STOP_SECONDS = 20.0, 10.0


def find_redis() -> str | None:
    """The program, on PATH or as a private copy."""
    private = here().tools / "bin"
    return shutil.which(NAME, path=f"{os.environ.get('PATH', os.defpath)}:{private}")


class RedisServer:
    """One server in ``folder``, reached by a socket there; nothing is kept on the disk.

    ``start``, ``kill``, ``freeze`` and ``thaw`` as often as one likes.
    """

    def __init__(self, folder: Path, program: str, *options: str) -> None:
        self.folder, self.socket = folder, folder / "redis.sock"
        self._command = (
            *(program, "--port", "0", "--unixsocket", str(self.socket), "--dir", str(folder)),
            *("--save", "", "--appendonly", "no", "--logfile", str(folder / "log"), *options),
        )
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """For its clients."""
        return f"unix://{self.socket}"

    def start(self) -> None:
        """Start and wait until it takes connections; raises RuntimeError with what it said."""
        self.socket.unlink(missing_ok=True)
        self._process = subprocess.Popen(  # noqa: S603 - our own words
            self._command,
            preexec_fn=dies_with_us(signal.SIGKILL),  # noqa: PLW1509 - only system calls
        )
        until = time.monotonic() + START_SECONDS
        while not self.socket.exists():
            if self._process.poll() is not None or time.monotonic() > until:
                raise RuntimeError((self.folder / "log").read_text(errors="replace")[-2000:])
            time.sleep(0.02)

    def kill(self) -> None:
        """As by a power cut; no error when it is gone already."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait(STOP_SECONDS)

    def freeze(self) -> None:
        """It keeps its connections and says nothing."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """It goes on with what it was sent."""
        self._signal(signal.SIGCONT)

    def cpu_seconds(self) -> float:
        """What it has used so far, exactly (clock_getcpuclockid(3))."""
        clock = ctypes.c_int()
        pid = self._process.pid if self._process else 0
        if ctypes.CDLL(None).clock_getcpuclockid(pid, ctypes.byref(clock)):
            raise ProcessLookupError(pid)
        return time.clock_gettime(clock.value)

    def _signal(self, number: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(number)
