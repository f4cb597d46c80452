"""What we say leaves here: at least once, in order within a conversation, by the best way there is.

A try is written down before it is made, with the right to reply that it spends; a gateway that dies
between the two tries again, under the same key. What must wait holds back what was said after it.
"""

from __future__ import annotations

import asyncio
import secrets
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import structlog

from channels.errors import NotConnected, RecipientGone, SendFailed, TryLater, WindowClosed
from channels.message import Sent
from gateway.core.errors import StoreUnavailable
from gateway.core.facts import Fact, FactKind
from gateway.core.outbound import OutEntry, OutRoute, OutState
from gateway.core.sending import pause_seconds
from gateway.intake.floor import Floor
from gateway.intake.receipts import Receipts, carried
from gateway.intake.tries import MOST_TRIES, SEND_SECONDS, Tries, Try, end
from gateway.ports import Row

LOOK_EVERY_SECONDS = 1.0
AT_ONCE_PER_ACCOUNT = 8
MOST_DUE = 200
MOST_RECOVERED = 1_000
FINISH_SECONDS = 2.5

log = structlog.get_logger()


class Outbox:
    """``run`` it; entries come with the messages that ``Talks`` and ``Inbox`` record."""

    def __init__(
        self,
        floor: Floor,
        receipts: Receipts,
        media_dir: Path,
        *,
        jitter: Callable[[], float] = lambda: secrets.randbelow(1000) / 1000,
    ) -> None:
        self.floor = floor
        self._receipts = receipts
        self._tries = Tries(floor, media_dir, jitter)
        self._jitter = jitter
        self._busy: set[str] = set()
        self._at_work: Counter[str] = Counter()
        self._paused: dict[str, datetime] = {}
        self._ending = False

    async def run(self) -> None:
        """Send for ever. What is on its way when this ends is tried again at the next start."""
        stirred = self.floor.chats.said
        async with asyncio.TaskGroup() as tasks:
            await self._recover()
            while True:
                stirred.clear()
                with suppress(StoreUnavailable):
                    for entry in await self.due():
                        tasks.create_task(self._attend(entry))
                with suppress(TimeoutError):
                    async with asyncio.timeout(LOOK_EVERY_SECONDS):
                        await stirred.wait()

    async def finish(self) -> None:
        """Begin nothing more; what is on its way gets a moment for its answer."""
        self._ending = True
        steady = self.floor.clock.monotonic
        until = steady() + FINISH_SECONDS
        while self._busy and steady() < until:
            await self.floor.clock.sleep(FINISH_SECONDS / 50)

    async def _recover(self) -> None:
        """Tries that a gateway before us began and did not end are made again at once."""
        now = self.floor.clock.now()
        with suppress(StoreUnavailable):
            for entry in await self.floor.store.out_due(now + timedelta(days=1), MOST_RECOVERED):
                if entry.tries and not entry.code and entry.next_at > now:
                    await self._later(entry, now)

    async def due(self) -> list[OutEntry]:
        """What may be tried now, one for each conversation; it counts as being tried."""
        now = self.floor.clock.now()
        chosen: list[OutEntry] = []
        if self._ending:
            return chosen
        for entry in await self.floor.store.out_due(now, MOST_DUE):
            if entry.contact_id in self._busy:
                continue
            if self._paused.get(entry.account, now) > now:
                await self._later(entry, self._paused[entry.account])
            elif self._at_work[entry.account] < AT_ONCE_PER_ACCOUNT:
                self._busy.add(entry.contact_id)
                self._at_work[entry.account] += 1
                chosen.append(entry)
        return chosen

    async def _attend(self, entry: OutEntry) -> None:
        try:
            with suppress(StoreUnavailable):
                await self.attempt(entry)
        finally:
            self._busy.discard(entry.contact_id)
            self._at_work[entry.account] -= 1
            self.floor.chats.said.set()

    async def attempt(self, entry: OutEntry) -> None:
        """Try one entry by one way after the other. Raises StoreUnavailable."""
        shut: set[OutRoute] = set()
        while True:
            tried = await self._tries.begin(entry.contact_id, entry.message_id, shut)
            if tried is None:
                return
            if await self._send(tried, shut):
                return

    async def _send(self, tried: Try, shut: set[OutRoute]) -> bool:
        """One try; False when another way is to be tried at once."""
        try:
            async with asyncio.timeout(SEND_SECONDS):
                sent = await tried.channel.send(tried.outbound)
        except TimeoutError:
            await self._try_later(tried, "unreachable", 0.0)
        except TryLater as fault:
            asked = not isinstance(fault, NotConnected)
            await self._try_later(tried, fault.code, fault.retry_after_seconds, asked=asked)
        except SendFailed as fault:
            return await self._refused(tried, fault, shut)
        except Exception as fault:  # noqa: BLE001 - one channel's fault must not end the others
            log.warning("send_fault", account=tried.entry.account, fault=type(fault).__name__)
            await self._try_later(tried, "internal", 0.0)
        else:
            await self._sent(tried, sent)
        return True

    async def _refused(self, tried: Try, fault: SendFailed, shut: set[OutRoute]) -> bool:
        """The platform does not take it by this way; False when there may be another."""
        route = tried.entry.route
        shut.add(route)
        if isinstance(fault, WindowClosed):
            await self._window_closed(tried, fault)
            return False
        if isinstance(fault, RecipientGone):
            shut |= {OutRoute.REPLY, OutRoute.NOTICE}
            return False
        if route is OutRoute.NOTICE:
            return False
        await self._fail(tried.entry, fault.provider_code or fault.code)
        return True

    # ---- after ----

    async def _sent(self, tried: Try, sent: Sent) -> None:
        """It was taken; what the platform said of it meanwhile is looked up."""
        entry, now = tried.entry, self.floor.clock.now()
        done = replace(
            entry,
            state=OutState(sent.state.value),
            provider_ids=tuple(carried(tried.carrier, one) for one in sent.parts),
            code="",
            changed_at=now,
        )
        rows: list[Row] = [done]
        more = len(sent.parts) - tried.counted
        if tried.grant is not None and entry.route is OutRoute.REPLY and more > 0:
            rows.append(replace(tried.grant, used=tried.grant.used + more))
        fact = Fact(
            kind=FactKind.MESSAGE_SENT,
            at=now,
            contact_id=entry.contact_id,
            data={"account": entry.account, "route": entry.route.value, "tries": entry.tries},
        )
        async with self.floor.chats.turn(entry.contact_id):
            await self.floor.commit_chat(*rows, fact)
        await self._receipts.settle(done)

    async def _window_closed(self, tried: Try, fault: WindowClosed) -> None:
        """The platform knows better than we: nothing is left of that right."""
        log.info("window_closed", account=tried.entry.account, code=fault.provider_code)
        grant = tried.grant
        if grant is not None and grant.quota:
            async with self.floor.chats.turn(tried.entry.contact_id):
                await self.floor.commit_chat(replace(grant, used=grant.quota))

    async def _try_later(
        self, tried: Try, code: str, retry_after: float, *, asked: bool = True
    ) -> None:
        """``asked``: the platform was there. A carrier that is away for a night uses no try up."""
        entry, now = tried.entry, self.floor.clock.now()
        if not asked:
            entry = replace(entry, tries=min(entry.tries, MOST_TRIES - 1))
        pause = pause_seconds(entry.tries, self._jitter(), retry_after)
        until = now + timedelta(seconds=pause)
        if retry_after > 0:
            self._paused[entry.account] = now + timedelta(seconds=retry_after)
        await self._later(replace(entry, code=code, changed_at=now), until)

    async def _later(self, entry: OutEntry, until: datetime) -> None:
        async with self.floor.chats.turn(entry.contact_id):
            await self.floor.commit_chat(replace(entry, next_at=until))

    async def _fail(self, entry: OutEntry, code: str) -> None:
        async with self.floor.chats.turn(entry.contact_id):
            await end(self.floor, entry, OutState.FAILED, code)
