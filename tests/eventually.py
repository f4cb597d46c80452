"""Named waits: a test says what it waits for, or what takes its time, instead of sleeping.

eventually(check)        something becomes true
until(check)             the same where there is no event loop
remains(check, seconds)  something stays true
others_run()             whoever is ready runs; no time passes
takes(seconds)           what somebody does takes so long
never()                  something hangs

Nothing else under tests/ sleeps (tests/test_waits.py).
"""

import asyncio
import inspect
import time
from collections.abc import Awaitable, Callable
from typing import Any, NoReturn, TypeVar, overload

T = TypeVar("T")
POLL_SECONDS = 0.01


@overload
async def eventually(check: Callable[[], Awaitable[T | None]], within_seconds: float = 5) -> T: ...
@overload
async def eventually(check: Callable[[], T | None], within_seconds: float = 5) -> T: ...
async def eventually(check: Callable[[], Any], within_seconds: float = 5) -> Any:
    """The first truthy value of ``check``, asked every 10 ms; AssertionError names the check."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + within_seconds
    while True:
        answer = check()
        value = await answer if inspect.isawaitable(answer) else answer
        if value:
            return value
        if loop.time() >= deadline:
            raise _false(check, f"within {within_seconds} s", value)
        await asyncio.sleep(POLL_SECONDS)


def until(check: Callable[[], T | None], within_seconds: float) -> T:
    """As ``eventually``, for what is set up outside an event loop; this thread stands meanwhile."""
    deadline = time.monotonic() + within_seconds
    while True:
        value = check()
        if value:
            return value
        if time.monotonic() >= deadline:
            raise _false(check, f"within {within_seconds} s", value)
        time.sleep(POLL_SECONDS)


async def remains(check: Callable[[], object], for_seconds: float) -> None:
    """``check`` is truthy now and all this time, asked every 10 ms and once more at the end.

    AssertionError at the first time that it is not. For laws of the kind "nothing comes".
    """
    loop = asyncio.get_running_loop()
    began = loop.time()
    while True:
        over = loop.time() - began >= for_seconds
        value = check()
        if not value:
            raise _false(check, f"after {loop.time() - began:.2f} s", value)
        if over:
            return
        await asyncio.sleep(POLL_SECONDS)


async def others_run(turns: int = 1) -> None:
    """Give way so many turns of the loop: whoever is ready runs, no time passes.

    For "it has begun, and waits"; not for what needs a socket, a file or a thread.
    """
    for _ in range(turns):
        await asyncio.sleep(0)


async def takes(seconds: float) -> None:
    """What this one does takes so long: a peer that dribbles, a seat that works, callers at a rate.

    It is behaviour that the test is about, on the machine's own clock; never a wait for something
    to become true.
    """
    await asyncio.sleep(seconds)


async def never() -> NoReturn:
    """Hang until cancelled, or killed with the process."""
    while True:
        await asyncio.Event().wait()


def _false(check: Callable[[], object], when: str, last: object) -> AssertionError:
    name = getattr(check, "__qualname__", repr(check))
    return AssertionError(f"not {when}: {name} (last: {last!r})")
