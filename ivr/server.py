"""The FastAGI server: every call in a task of its own, never more than it can carry.

A call that is refused, or whose session fails, loses nothing but the flow: without a verdict the
dialplan puts the caller into its own queue.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from types import TracebackType
from typing import Self

from ivr.errors import IvrError
from ivr.flow import Flow
from ivr.hearing import Hearing
from ivr.session import READ_LIMIT_BYTES, Complain, Decide, Journey, Session, SessionLimits

MAX_CALLS = 500
BACKLOG = 128
CLOSE_SECONDS = 3.0
"""How long calls may finish when the server closes."""
WENT_SECONDS = 10.0

Went = Callable[[Journey], Awaitable[None]]
"""Told what happened to each caller who was known, once they have gone on."""

log = logging.getLogger(__name__)


class FlowServer:
    """Use as ``async with``; ``port`` 0 takes a free one, and says which afterwards.

    ``outcomes`` counts ends by kind: ``queue``, ``hangup``, ``full``, ``timeout``, ``failed`` and
    the codes of IvrError. ``flow`` may be replaced at any time; calls finish on theirs. What
    callers say is heard by ``hearing``, which is open as long as this.
    """

    def __init__(
        self,
        *,
        host: str,
        port: int,
        flow: Flow,
        decide: Decide,
        limits: SessionLimits | None = None,
        prompt_folder: str = "hotline/",
        max_calls: int = MAX_CALLS,
        close_seconds: float = CLOSE_SECONDS,
        hearing: Hearing | None = None,
        went: Went | None = None,
        complain: Complain | None = None,
    ) -> None:
        self.host, self.port = host, port
        self.flow = flow
        self._decide, self._folder = decide, prompt_folder
        self._hearing, self._went, self._complain = hearing, went, complain
        self._limits = limits or SessionLimits()
        self._max_calls, self._close_seconds = max_calls, close_seconds
        self.outcomes: Counter[str] = Counter()
        self._tasks = asyncio.TaskGroup()
        self._calls: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None

    @property
    def running(self) -> int:
        """Calls in the flow now."""
        return len(self._calls)

    async def __aenter__(self) -> Self:
        await self._tasks.__aenter__()
        try:
            self._server = await asyncio.start_server(
                self._connected, self.host, self.port, limit=READ_LIMIT_BYTES, backlog=BACKLOG
            )
        except BaseException:
            await self._tasks.__aexit__(None, None, None)
            raise
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._server is not None:
            self._server.close()
        if kind is None and self._calls:
            await asyncio.wait(self._calls, timeout=self._close_seconds)
        for task in self._calls:
            task.cancel()
        ours = kind is not None and issubclass(kind, asyncio.CancelledError)
        # what the body raised goes on as it is; a group would wrap it
        await self._tasks.__aexit__(*((kind, error, trace) if ours else (None, None, None)))

    def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if len(self._calls) >= self._max_calls:
            self.outcomes["full"] += 1
            writer.transport.abort()
            return
        task = self._tasks.create_task(self._serve(reader, writer), name="ivr-call")
        self._calls.add(task)
        task.add_done_callback(self._calls.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        session = Session(
            reader,
            writer,
            flow=self.flow,
            decide=self._decide,
            limits=self._limits,
            folder=self._folder,
            hearing=self._hearing,
            complain=self._complain,
        )
        try:
            queue = await session.run()
            ended = "emergency" if session.journey.emergency else "hangup"
            self.outcomes["queue" if queue else ended] += 1
        except IvrError as fault:
            self.outcomes[fault.code] += 1
        except TimeoutError:
            self.outcomes["timeout"] += 1
        except ConnectionError:
            self.outcomes["caller-gone"] += 1
        except Exception as fault:  # noqa: BLE001 - the dialplan goes on; the next call must, too
            self.outcomes["failed"] += 1
            log.warning("flow session failed: %s", type(fault).__name__)
        finally:
            # at once: the dialplan goes on when the connection ends
            writer.transport.abort() if reader.at_eof() else writer.close()
        if self._went is not None and session.journey.hotline_id:
            with suppress(Exception):  # the caller is not here any more; who is told logs it
                async with asyncio.timeout(WENT_SECONDS):
                    await self._went(session.journey)
