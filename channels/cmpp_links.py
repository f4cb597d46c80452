"""The connections of one CMPP account: kept up, submitted over, listened to.

What one number sends is recorded in the order in which it came; numbers do not wait for each other.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass, field

from channels.cmpp_events import (
    Again,
    Arrived,
    Ended,
    Event,
    LoggedIn,
    Login,
    Pace,
    Refused,
    Strayed,
    Taken,
)
from channels.cmpp_link import Link, dial
from channels.cmpp_pdus import Deliver, Submit
from channels.errors import NotConnected, NotRecorded, TryLater

MOST_REMEMBERED = 1000
LONGEST_RECORD_PAUSE_SECONDS = 15.0
NOT_CONNECTED = "not-connected"
ROOM_SECONDS = 20.0
"""How long one waits for room in the window; an outbox waits 30 s."""

log = logging.getLogger(__name__)
Take = Callable[[Deliver, bytes], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Retry:
    """Pauses between connections, in seconds: doubled from the first to the most.

    ``refused``: at least so long after a login was refused; gateways lock out who asks too often.
    """

    first: float = 1.0
    most: float = 60.0
    refused: float = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Ismg:
    """Where the gateway is, and how many connections it lets us have."""

    host: str
    port: int
    login: Login
    connections: int = 1
    pace: Pace = field(default_factory=Pace)
    retry: Retry = field(default_factory=Retry)


class Links:
    """``run`` them; ``submit`` over whichever has room; ``take`` is what came."""

    def __init__(self, ismg: Ismg) -> None:
        self._ismg = ismg
        self._links: dict[int, Link] = {}
        self._moved = asyncio.Event()
        self._pending: dict[Hashable, asyncio.Future[Taken | Again | Refused]] = {}
        self._taken: OrderedDict[Hashable, int] = OrderedDict()
        self._newest: dict[str, asyncio.Task[None]] = {}
        self.last_end = ""
        """Why the last connection that is over ended."""

    @property
    def open(self) -> int:
        """How many are logged in."""
        return sum(link.open for link in self._links.values())

    async def run(self, take: Take) -> None:
        """For ever. ``take`` raises NotRecorded; what it has not recorded is not answered."""
        async with asyncio.TaskGroup() as tasks:

            def news(link: Link, event: Event) -> None:
                if isinstance(event, Arrived):
                    self._arrived(link, event, take, tasks)
                else:
                    self._hear(link, event)

            for number in range(self._ismg.connections):
                tasks.create_task(self._keep(number, news))

    async def submit(self, handle: Hashable, pdu: Submit) -> Taken | Again | Refused:
        """What became of it. Under the same handle again it joins what is still under way.

        What was taken meanwhile, though nobody waited for it, is not submitted again. Raises
        TryLater: nothing was submitted; BadPdu: it fits into no PDU.
        """
        if handle in self._taken:
            return Taken(handle=handle, msg_id=self._taken[handle])
        if handle not in self._pending:
            link = await self._room()
            if handle not in self._pending:
                link.submit(handle, pdu)
                self._pending[handle] = asyncio.get_running_loop().create_future()
        return await asyncio.shield(self._pending[handle])

    # ---- inside ----

    async def _keep(self, number: int, news: Callable[[Link, Event], None]) -> None:
        """One that does not last is dialled ever more slowly, also when it was let in."""
        retry, steady = self._ismg.retry, asyncio.get_running_loop().time
        pause = retry.first
        while True:
            began = steady()
            link = await self._once(number, news)
            if link is not None and link.welcome and steady() - began >= retry.most:
                pause = retry.first
            refused = link is not None and link.reason.startswith("login-")
            wait = max(pause, retry.refused) if refused else pause
            await asyncio.sleep(wait * (0.5 + secrets.randbelow(1000) / 2000))
            pause = min(pause * 2, retry.most)

    async def _once(self, number: int, news: Callable[[Link, Event], None]) -> Link | None:
        """One connection from its beginning to its end; None: there was none."""
        ismg = self._ismg
        try:
            link = await dial(ismg.host, ismg.port, lambda: Link(ismg.login, ismg.pace, news))
        except (OSError, TimeoutError) as fault:
            self.last_end = f"unreachable-{type(fault).__name__}"
            return None
        self._links[number] = link
        try:
            await link.until_over()
        finally:
            del self._links[number]
            await link.goodbye()
        self.last_end = link.reason
        return link

    async def _room(self) -> Link:
        try:
            async with asyncio.timeout(ROOM_SECONDS):
                while True:
                    links = [link for link in self._links.values() if link.open]
                    if not links:
                        raise NotConnected(NOT_CONNECTED)
                    best = max(links, key=lambda link: link.room)
                    if best.room > 0:
                        return best
                    self._moved.clear()
                    await self._moved.wait()
        except TimeoutError:
            raise TryLater("window-full") from None

    def _hear(self, link: Link, event: Event) -> None:
        if isinstance(event, Taken):
            self._taken[event.handle] = event.msg_id
            while len(self._taken) > MOST_REMEMBERED:
                self._taken.popitem(last=False)
        if isinstance(event, Taken | Again | Refused):
            waiting = self._pending.pop(event.handle, None)
            if waiting is not None and not waiting.done():
                waiting.set_result(event)
        self._note(link, event)
        self._moved.set()

    def _note(self, link: Link, event: Event) -> None:
        """What an admin should know of; each kind of nonsense once for a connection."""
        if isinstance(event, LoggedIn) and not event.proven:
            log.warning("cmpp gateway logged us in and does not prove that it knows the secret")
        elif isinstance(event, Ended):
            level = logging.INFO if event.reason == "goodbye" else logging.WARNING
            log.log(level, "cmpp connection over: %s", event.reason)
        elif isinstance(event, Strayed) and event.reason not in link.strayed:
            link.strayed.add(event.reason)
            log.warning("cmpp gateway sent what was ignored: %s", event.reason)

    def _arrived(self, link: Link, arrived: Arrived, take: Take, tasks: asyncio.TaskGroup) -> None:
        """One after the other for each number."""
        sender = arrived.deliver.src_terminal_id
        before = self._newest.get(sender)
        task = tasks.create_task(self._record(link, arrived, take, before))
        self._newest[sender] = task
        task.add_done_callback(lambda done: self._forget(sender, done))

    def _forget(self, sender: str, done: asyncio.Task[None]) -> None:
        if self._newest.get(sender) is done:
            del self._newest[sender]

    async def _record(
        self, link: Link, arrived: Arrived, take: Take, before: asyncio.Task[None] | None
    ) -> None:
        """Until it is recorded, or the connection is over: then it is delivered again."""
        if before is not None:
            await asyncio.wait({before})
        pause = 0.5
        while True:
            try:
                await take(arrived.deliver, arrived.frame)
            except NotRecorded:
                if link.ended:
                    return
                await asyncio.sleep(pause)
                pause = min(pause * 2, LONGEST_RECORD_PAUSE_SECONDS)
            except Exception as fault:  # noqa: BLE001 - one message must not end the others' line
                log.warning("cmpp delivery not recorded: %s", type(fault).__name__)
                link.forget(arrived)
                return
            else:
                link.answer(arrived)
                return
