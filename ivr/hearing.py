"""Ask a caller something and hear the answer; whatever fails, they go on within seconds."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from types import TracebackType
from typing import Any, Protocol, Self

from ivr.gate import Ending, Gate, Passage
from ivr.machine import DEAF, Hear, Input

ANSWER_SECONDS = 0.5
"""The ear's answer comes by another way than its sound, at the same time."""

LAST_WORD_SECONDS = 2.0
"""What was said in the last moment is recognised a little later."""

Join = Callable[[str, str], Awaitable[object]]
"""Bring the caller's sound to (stream, address); returns when it has been there."""


class Ear(Protocol):
    """Who plays prompts and recognises. The leaf knows no more of it."""

    @property
    def address(self) -> tuple[str, int] | None:
        """Where it takes sound (AudioSocket); None while nobody can hear."""
        ...

    async def ask(self, stream: str, hear: Hear, most_seconds: float) -> Input:
        """Play, listen, answer; may raise anything and be cancelled."""
        ...


class Hearing:
    """Use as ``async with``; ``host`` is where Asterisk reaches us."""

    def __init__(self, ear: Ear, host: str) -> None:
        self._ear = ear
        self._gate = Gate(host)
        self._tasks = asyncio.TaskGroup()
        self._opened = AsyncExitStack()

    async def __aenter__(self) -> Self:
        async with AsyncExitStack() as opening:
            await opening.enter_async_context(self._tasks)
            await opening.enter_async_context(self._gate)
            self._opened = opening.pop_all()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._opened.__aexit__(None, None, None)

    async def hear(self, hear: Hear, most_seconds: float, join: Join) -> Input:
        """What the caller says or presses; DEAF for every failure. Raises what ``join`` raises."""
        where = self._ear.address
        passage = self._gate.expect(where) if where else None
        if passage is None:
            return DEAF
        known = self._tasks.create_task(self._known(passage, hear, most_seconds))
        try:
            await join(passage.stream, self._gate.address)
            passage.close()  # Asterisk may have come back without having been here
            return await known
        finally:
            self._gate.forget(passage)
            known.cancel()

    async def _known(self, passage: Passage, hear: Hear, most_seconds: float) -> Input:
        """The answer; the caller is let go as soon as it is known, or will not come."""
        asking = self._tasks.create_task(self._asked(passage.stream, hear, most_seconds))
        ways: set[asyncio.Future[Any]] = {asking, passage.over}
        try:
            await asyncio.wait(ways, timeout=most_seconds, return_when=asyncio.FIRST_COMPLETED)
            how = passage.over.result() if passage.over.done() else None
            if isinstance(how, str):
                return how
            if how is not Ending.LOST:
                await asyncio.wait({asking}, timeout=ANSWER_SECONDS if how else 0.0)
            return asking.result() if asking.done() else DEAF
        finally:
            passage.close()
            asking.cancel()

    async def _asked(self, stream: str, hear: Hear, most_seconds: float) -> Input:
        try:
            return await self._ear.ask(stream, hear, max(1.0, most_seconds - LAST_WORD_SECONDS))
        except Exception:  # noqa: BLE001 - who is asked may fail in any way; the caller goes on
            return DEAF
