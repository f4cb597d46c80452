"""What ``demo`` and ``simulate-call`` share: only one at a time, and why one cannot begin."""

from __future__ import annotations

import fcntl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from gateway.cli.options import FAILED, UNREACHABLE
from gateway.simulate.console import ConsoleRefused
from gateway.simulate.errors import PhoneError
from gateway.simulate.left_over import StillTalking
from gateway.simulate.scenario import NotEnoughSeats

LOCK = "simulate.lock"


class AlreadyRunning(PhoneError):
    """Another simulation of this hotline runs."""


@asynccontextmanager
async def alone(data_dir: Path) -> AsyncIterator[None]:
    """The only simulation of this hotline; the lock (flock(2)) ends with the process, however.

    Raises AlreadyRunning.
    """
    with (data_dir / LOCK).open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyRunning from None
        yield


def cannot_begin(error: BaseException, where: str) -> tuple[str, int]:
    """What a person is told, and the exit code; ``where`` is the address that was tried."""
    match error:
        case AlreadyRunning():
            zh = "另一个演示或模拟来电正在这台热线上运行，请先结束它（在它的终端按 Ctrl-C）"
            en = "another demo or simulate-call runs on this hotline, end it first (Ctrl-C there)"
            return f"{zh} / {en}", FAILED
        case NotEnoughSeats(wanted=wanted):
            zh = f"没有 {wanted} 个空闲坐席，请减少 --seats"
            return f"{zh} / not {wanted} free seats, ask for fewer with --seats", FAILED
        case StillTalking(seat=seat):
            zh = f"上次模拟留下的坐席 {seat} 还在通话中，没有动它；请一分钟后再试，或请班长强制签出"
            en = (
                f"seat {seat} of an earlier simulation still has a caller, and was left alone; "
                "try again in a minute, or let a supervisor sign it out"
            )
            return f"{zh} / {en}", FAILED
        case ConsoleRefused():
            said = f"{error.method} {error.path} {error.status} {error.code}"
            zh = f"网关在运行，但拒绝了模拟坐席：{said}"
            en = "the gateway runs and refused a simulated seat; see its log and ./hotline doctor"
            return f"{zh} / {en}", FAILED
    zh = "无法开始：请先运行 ./hotline up"
    return f"{zh} / cannot begin, is ./hotline up running? {where} {error!r}", UNREACHABLE
