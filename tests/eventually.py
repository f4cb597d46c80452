"""Wait for what must become true, instead of sleeping."""

import asyncio
import inspect
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar, overload

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
            name = getattr(check, "__qualname__", repr(check))
            raise AssertionError(f"not within {within_seconds} s: {name} (last: {value!r})")
        await asyncio.sleep(POLL_SECONDS)
