"""The edge as a child process: checked before it starts, started again when it ends.

A proxy without memory: while it starts anew no call that runs is lost, and none that comes in
waits longer than a carrier's own repeats.
"""

from __future__ import annotations

import asyncio
import os
import secrets
import signal
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

import structlog

from gateway.core.errors import PhonesUnavailable
from gateway.supervise import Health, dies_with_us, keep_running
from gateway.telephony.edge_config import MAIN, with_port

START_SECONDS = 15.0
STOP_SECONDS = 5.0
ASK_SECONDS = 0.2
MEMORY_MB = 64
ERRORS, CRITICAL_ONLY = "--debug=-1", "--debug=-2"
"""What it says of its configuration; and what it says while it runs, never of a message."""
LOG_BYTES_KEPT = 5 * 1024 * 1024
LOOK_SECONDS = 20.0
QUOTED_LINES = 12

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class EdgeProgram:
    """A Kamailio that can be started, as AsteriskProgram; ``modules_dir`` is its mpath."""

    argv: tuple[str, ...]
    modules_dir: Path
    env: Mapping[str, str] = field(default_factory=dict)


class EdgeDidNotStart(PhonesUnavailable):
    """The edge refused its configuration or could not listen; its last words are in the reason."""

    code = "edge-did-not-start"


class EdgeProcess:
    """Runs one for as long as the context lasts; ``config`` is what ``render_edge`` gave.

    ``inner`` is the address at which it says to this machine that it is there. Entering raises
    EdgeDidNotStart. The kernel ends it when the thread that started it ends, even by SIGKILL.
    """

    def __init__(
        self, program: EdgeProgram, config: str, folder: Path, inner: tuple[str, int]
    ) -> None:
        self._program, self._config, self._inner = program, config, inner
        self._file, self._log = folder / MAIN, folder / "edge.log"
        self._child: asyncio.subprocess.Process | None = None
        self._tasks = asyncio.TaskGroup()
        self._watching: tuple[asyncio.Task[None], ...] = ()

    @property
    def pid(self) -> int | None:
        """The process id while it runs."""
        child = self._child
        return child.pid if child and child.returncode is None else None

    async def __aenter__(self) -> Self:
        self._file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._file.touch(mode=0o600)
        self._file.write_text(self._config, encoding="utf-8")
        if said := await complaint(self._program, self._file):
            raise EdgeDidNotStart(f"Kamailio 不接受配置 / Kamailio refuses {self._file}\n{said}")
        await self._start()
        await self._tasks.__aenter__()
        self._watching = (
            self._tasks.create_task(keep_running("edge", self._lives, Health()), name="edge"),
            self._tasks.create_task(self._keep_log_small(), name="edge-log"),
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
        cancelled = kind is asyncio.CancelledError
        try:
            # the body's own error stays what it is, not in a group
            await self._tasks.__aexit__(
                *((kind, error, trace) if cancelled else (None, None, None))
            )
        finally:
            await self._stop()

    async def _lives(self) -> None:
        """One life; starts the next one when there is none."""
        if self.pid is None:
            await self._start()
        if self._child:
            code = await self._child.wait()
            log.error("edge_ended", status=code)
            await self._stop()

    async def _start(self) -> None:
        try:
            await self._started()
        except BaseException:
            await self._stop()
            raise

    async def _started(self) -> None:
        with self._log.open("ab") as out:
            child = await asyncio.create_subprocess_exec(
                *self._program.argv,
                *("-DD", "-E", CRITICAL_ONLY, "-m", str(MEMORY_MB), "-f", str(self._file)),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                env=environment_of(self._program),
                process_group=0,
                umask=0o077,
                preexec_fn=dies_with_us(signal.SIGTERM),
            )
            self._child = child
        with suppress(TimeoutError):
            async with asyncio.timeout(START_SECONDS):
                while child.returncode is None:
                    if await answers_options(self._inner):
                        return
        said = await asyncio.to_thread(self._log.read_text, "utf-8", "replace")
        raise EdgeDidNotStart(
            "Kamailio 没有启动（端口被占用？） / Kamailio did not start (is its port taken?)\n"
            + _last(said)
        )

    async def _stop(self) -> None:
        """The whole group: a main process that was killed leaves its children behind."""
        child, self._child = self._child, None
        if child is None:
            return
        if child.returncode is None:
            child.terminate()
            with suppress(TimeoutError):
                async with asyncio.timeout(STOP_SECONDS):
                    await child.wait()
        with suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        await child.wait()

    async def _keep_log_small(self) -> None:
        """It appends; what was cut away is gone."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            with suppress(OSError):
                if self._log.stat().st_size > LOG_BYTES_KEPT:
                    os.truncate(self._log, 0)


def environment_of(program: EdgeProgram) -> Mapping[str, str]:
    """Ours, without what would bend its libraries."""
    inherited = {k: v for k, v in os.environ.items() if not k.startswith("LD_")}
    return inherited | dict(program.env)


async def complaint(program: EdgeProgram, file: Path) -> str:
    """What it has against this configuration, its last lines; empty for nothing."""
    checking = await asyncio.create_subprocess_exec(
        *program.argv,
        *("-c", ERRORS, "-f", str(file)),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env=environment_of(program),
    )
    said, _ = await checking.communicate()
    return _last(said.decode("utf-8", "replace")) if checking.returncode else ""


async def answers_options(server: tuple[str, int], within_seconds: float = ASK_SECONDS) -> bool:
    """Whether anybody there answers OPTIONS within a moment (RFC 3261 section 11), by UDP."""
    loop = asyncio.get_running_loop()
    answered: asyncio.Future[None] = loop.create_future()
    try:
        transport, _ = await loop.create_datagram_endpoint(
            lambda: _Answered(answered), remote_addr=server
        )
    except OSError:
        return False
    try:
        host, port = transport.get_extra_info("sockname")[:2]
        transport.sendto(_options(with_port(*server), with_port(host, port)))
        async with asyncio.timeout(within_seconds):
            await answered
    except TimeoutError:
        return False
    finally:
        transport.close()
    return True


class _Answered(asyncio.DatagramProtocol):
    def __init__(self, answered: asyncio.Future[None]) -> None:
        self._answered = answered

    def datagram_received(self, data: bytes, _addr: object) -> None:
        if data.startswith(b"SIP/2.0 ") and not self._answered.done():
            self._answered.set_result(None)


def _options(there: str, here: str) -> bytes:
    lines = (
        f"OPTIONS sip:{there} SIP/2.0",
        f"Via: SIP/2.0/UDP {here};branch=z9hG4bK{secrets.token_hex(8)};rport",
        f"From: <sip:keeper@{here}>;tag={secrets.token_hex(6)}",
        f"To: <sip:{there}>",
        f"Call-ID: {secrets.token_hex(12)}",
        "CSeq: 1 OPTIONS",
        "Max-Forwards: 70",
        "Content-Length: 0",
        "",
        "",
    )
    return "\r\n".join(lines).encode()


def _last(text: str) -> str:
    return "\n".join(text.splitlines()[-QUOTED_LINES:])
