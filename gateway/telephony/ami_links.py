"""Our connections to one telephone system, one for each user that is needed all the time.

What is heard comes over one, what is done goes over the others, so that no secret both hears and
acts. The order of events against a snapshot still holds: the snapshot is asked where the events
come. Up means that we can hear *and* act; when the actions' link is lost, the events' link is made
anew, too, and a fresh snapshot follows.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from types import TracebackType
from typing import Self

import structlog

from gateway.telephony.ami_codec import AmiMessage
from gateway.telephony.ami_limits import LinkLimits
from gateway.telephony.ami_link import LOGIN_REFUSED, AmiLink, LinkDown, LinkState, LinkUp
from gateway.telephony.ami_users import AmiSecrets, AmiUser

CANNOT_ACT = "cannot act"

log = structlog.get_logger()


class AmiLinks:
    """Use as ``async with``; one consumer reads ``messages()``."""

    def __init__(
        self, *, host: str, port: int, secrets: AmiSecrets, limits: LinkLimits | None = None
    ) -> None:
        self._limits = limits or LinkLimits()

        def link(user: AmiUser, *, listens: bool) -> AmiLink:
            return AmiLink(
                host=host,
                port=port,
                user=user,
                secret=secrets[user],
                limits=self._limits,
                listens=listens,
            )

        self.events = link(AmiUser.EVENTS, listens=True)
        """Events and snapshots."""
        self.calls = link(AmiUser.CALLS, listens=False)
        """Everything that changes a call or a queue's members."""
        self.voice = link(AmiUser.VOICE, listens=False)
        """Originate. Its loss alone costs announcements and taps, so nothing else waits for it."""
        self._calls_up = asyncio.Event()
        self._why_not = CANNOT_ACT
        self._open = AsyncExitStack()
        self._tasks = asyncio.TaskGroup()

    @property
    def states(self) -> dict[str, LinkState]:
        """Where each user's link stands."""
        links = (self.events, self.calls, self.voice)
        return {link.user: link.state for link in links}

    async def __aenter__(self) -> Self:
        await self._tasks.__aenter__()
        for link in (self.voice, self.calls, self.events):
            await self._open.enter_async_context(link)
        self._tasks.create_task(self._watch_calls(), name="ami-calls")
        self._tasks.create_task(self._watch_voice(), name="ami-voice")
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._open.aclose()  # closed links end their watchers
        ours = kind is not None and issubclass(kind, asyncio.CancelledError)
        # what the body raised goes on as it is; a group would wrap it
        await self._tasks.__aexit__(*((kind, error, trace) if ours else (None, None, None)))

    async def messages(self) -> AsyncIterator[AmiMessage | LinkUp | LinkDown]:
        """As AmiLink's; LinkUp only when there is a link to act over, too."""
        told = ""
        async for heard in self.events.messages():
            match heard:
                case LinkUp() if not await self._can_act():
                    self.events.drop(self._why_not)
                    continue
                case LinkDown(reason) if reason == told:
                    continue
                case LinkDown(reason):
                    told = reason
                case LinkUp():
                    told = ""
            yield heard

    async def _can_act(self) -> bool:
        try:
            async with asyncio.timeout(self._limits.action_seconds):
                await self._calls_up.wait()
        except TimeoutError:
            return False
        return True

    async def _watch_calls(self) -> None:
        async for heard in self.calls.messages():
            match heard:
                case LinkUp():
                    self._calls_up.set()
                case LinkDown(reason):
                    self._why_not = reason if reason == LOGIN_REFUSED else CANNOT_ACT
                    self._calls_up.clear()
                    self.events.drop(self._why_not)

    async def _watch_voice(self) -> None:
        async for heard in self.voice.messages():
            if heard == LinkDown(LOGIN_REFUSED):
                log.error("announcements_refused", user=self.voice.user)
