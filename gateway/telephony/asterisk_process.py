"""An Asterisk of our own, as a child process: laid out, started, watched, stopped in order."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import secrets
import shutil
import signal
import tempfile
import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Self

from gateway.core.errors import PhonesUnavailable
from gateway.supervise import dies_with_us
from gateway.telephony.asterisk_config import AsteriskDirs
from gateway.telephony.asterisk_layout import lay_out, lay_out_again
from gateway.telephony.asterisk_logs import keep_small
from gateway.telephony.asterisk_program import AsteriskProgram

BOOT_SECONDS = 30.0
STOP_SECONDS = 8.0
PROBE_SECONDS = 0.05
BANNER_SECONDS = 2.0
FIRST_BACKOFF_SECONDS = 1.0
LONGEST_BACKOFF_SECONDS = 30.0
STEADY_SECONDS = 60.0
"""Up for so long, a next death is a new one: the backoff starts again."""
SOCKET_PATH_BYTES = 100
"""A UNIX socket's path is at most 107 bytes (unix(7)); Asterisk adds nothing after its own name."""
QUOTED_LINES = 12
TRANSPORT = re.compile(r"^\[(\w+)\]\ntype = transport", re.MULTILINE)


class AsteriskDidNotStart(PhonesUnavailable):
    """The telephone system did not start; its last words are in the reason."""

    code = "asterisk-did-not-start"


def dirs_for(base: Path, recordings: Path) -> AsteriskDirs:
    """The layout under ``base``; the run folder goes to a short temporary path when it must."""
    dirs = AsteriskDirs.under(base, recordings)
    if len(os.fsencode(dirs.run / "asterisk.ctl")) <= SOCKET_PATH_BYTES:
        return dirs
    short = Path(tempfile.mkdtemp(prefix="hotline-"))
    return AsteriskDirs.under(base, recordings, run=short)


def unique_system_name() -> str:
    """A name for one run: calls of two runs, or of two machines, never have the same Uniqueid."""
    return f"h{secrets.token_hex(4)}"


class AsteriskProcess:
    """Runs one Asterisk for as long as the context lasts.

    ``config`` is what ``render_asterisk`` gave for the same ``dirs``; ``prompts`` is a folder of
    sound files that the dialplan calls ``hotline/<name>``. Entering returns when Asterisk is fully
    booted and its manager port answers; it raises AsteriskDidNotStart with the last lines of its
    log. A dead Asterisk is started again, at once and then with a growing pause; ``restarts``
    counts and ``on_restart`` is told (it must not raise). Leaving sends SIGTERM, and SIGKILL after
    a limit.

    With ``dies_with_us`` the kernel ends Asterisk when the thread that started it ends, even by
    SIGKILL (prctl(2) PR_SET_PDEATHSIG): no second telephone system is ever left on the ports.
    """

    def __init__(
        self,
        program: AsteriskProgram,
        config: Mapping[str, str],
        dirs: AsteriskDirs,
        *,
        ami: tuple[str, int],
        prompts: Path | None = None,
        on_restart: Callable[[int], None] | None = None,
        boot_seconds: float = BOOT_SECONDS,
        stop_seconds: float = STOP_SECONDS,
        dies_with_us: bool = True,
    ) -> None:
        self._program = program
        self._config = config
        self.dirs = dirs
        self._ami = ami
        self._prompts = prompts
        self._on_restart = on_restart
        self._boot_seconds, self._stop_seconds = boot_seconds, stop_seconds
        self._dies_with_us = dies_with_us
        self._child: asyncio.subprocess.Process | None = None
        self._tasks = asyncio.TaskGroup()
        self._watching: tuple[asyncio.Task[None], ...] = ()
        self.restarts = 0

    @property
    def pid(self) -> int | None:
        """The process id while it runs."""
        child = self._child
        return child.pid if child and child.returncode is None else None

    async def __aenter__(self) -> Self:
        await asyncio.to_thread(lay_out, self._program, self._config, self.dirs, self._prompts)
        try:
            await self._start()
        except BaseException:
            await self._stop()
            raise
        await self._tasks.__aenter__()
        log, reopen = self.dirs.log / "messages.log", partial(self.command, "logger reload")
        self._watching = (
            self._tasks.create_task(self._keep_up(), name="asterisk"),
            self._tasks.create_task(keep_small(log, reopen), name="asterisk-log"),
        )
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for task in self._watching:
            task.cancel()
        try:
            # the body's own error stays what it is, not in a group
            cancelled = kind is asyncio.CancelledError
            await self._tasks.__aexit__(
                *((kind, error, trace) if cancelled else (None, None, None))
            )
        finally:
            await self._stop()
            if self.dirs.run.parent == Path(tempfile.gettempdir()):
                shutil.rmtree(self.dirs.run, ignore_errors=True)

    def last_words(self) -> str:
        """The end of its log and of what it printed."""
        lines: list[str] = []
        for name in ("console.log", "messages.log"):
            with contextlib.suppress(OSError):
                text = (self.dirs.log / name).read_text(encoding="utf-8", errors="replace")
                lines += text.splitlines()[-QUOTED_LINES:]
        return "\n".join(lines)

    async def _start(self) -> None:
        argv = (*self._program.argv, "-C", str(self.dirs.etc / "asterisk.conf"), "-f", "-n")
        environment = {k: v for k, v in os.environ.items() if not k.startswith("LD_")}
        console = self.dirs.log / "console.log"
        with console.open("wb") as out:
            self._child = await asyncio.create_subprocess_exec(
                *argv,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=out,
                stderr=asyncio.subprocess.STDOUT,
                env=environment | dict(self._program.env),
                cwd=self.dirs.state,
                process_group=0,
                umask=0o077,  # recordings are for us alone
                preexec_fn=dies_with_us(signal.SIGTERM) if self._dies_with_us else None,
            )
        try:
            async with asyncio.timeout(self._boot_seconds):
                await self._booted(self._child)
        except TimeoutError:
            raise AsteriskDidNotStart(
                f"not booted after {self._boot_seconds:g} s\n{self.last_words()}"
            ) from None

    async def _booted(self, child: asyncio.subprocess.Process) -> None:
        while True:
            if child.returncode is not None:
                raise AsteriskDidNotStart(f"it ended with {child.returncode}\n{self.last_words()}")
            if await self._says_booted() and await answers_as_manager(*self._ami):
                await self._listens()
                return
            await asyncio.sleep(PROBE_SECONDS)

    async def _listens(self) -> None:
        """Asterisk goes on without a transport whose port is taken: nobody could call."""
        wanted = TRANSPORT.findall(self._config.get("pjsip.conf", ""))
        have = await self.command("pjsip show transports") if wanted else ""
        missing = [name for name in wanted if not re.search(rf"Transport: +{name} ", have)]
        if missing:
            raise AsteriskDidNotStart(f"no SIP over {missing}\n{self.last_words()}")

    async def _says_booted(self) -> bool:
        if not (self.dirs.run / "asterisk.ctl").exists():
            return False
        return "fully booted" in await self.command("core waitfullybooted")

    async def command(self, line: str) -> str:
        """What the console answers to one command, for set-up and tests; empty when it cannot."""
        asking = await asyncio.create_subprocess_exec(
            *self._program.argv,
            "-C",
            str(self.dirs.etc / "asterisk.conf"),
            "-rx",
            line,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env=dict(os.environ) | dict(self._program.env),
        )
        try:
            async with asyncio.timeout(self._boot_seconds):
                out, _ = await asking.communicate()
        finally:
            if asking.returncode is None:
                asking.kill()
                await asking.wait()
        return out.decode("utf-8", "replace")

    async def _keep_up(self) -> None:
        pause = FIRST_BACKOFF_SECONDS
        while True:
            child = self._child
            if child is None:
                return
            born = time.monotonic()
            await child.wait()
            if time.monotonic() - born > STEADY_SECONDS:
                pause = FIRST_BACKOFF_SECONDS
            while True:
                self.restarts += 1
                if self._on_restart is not None:
                    self._on_restart(self.restarts)
                try:
                    await asyncio.to_thread(lay_out_again, self._config, self.dirs)
                    await self._start()
                    break
                except (AsteriskDidNotStart, OSError):
                    await self._stop()
                    await asyncio.sleep(pause)
                    pause = min(pause * 2, LONGEST_BACKOFF_SECONDS)

    async def _stop(self) -> None:
        child = self._child
        if child is None or child.returncode is not None:
            return
        child.terminate()
        try:
            async with asyncio.timeout(self._stop_seconds):
                await child.wait()
        except TimeoutError:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)
            await child.wait()


async def answers_as_manager(host: str, port: int) -> bool:
    """Whether somebody there says the manager interface's first words."""
    try:
        async with asyncio.timeout(BANNER_SECONDS):
            reader, writer = await asyncio.open_connection(host, port)
            try:
                return (await reader.readline()).startswith(b"Asterisk Call Manager/")
            finally:
                writer.close()
    except (OSError, TimeoutError):
        return False
