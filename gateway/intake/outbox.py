"""What we say leaves here: at least once, in order within a conversation, by the best way there is.

A try is written down before it is made, with the right to reply that it spends; a gateway that dies
between the two tries again, under the same key. What must wait holds back what was said after it.
"""

from __future__ import annotations

import asyncio
import secrets
from collections import Counter
from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import structlog

from channels.channel import Channel
from channels.errors import ChannelError, RecipientGone, SendFailed, TryLater, WindowClosed
from channels.message import Kind, Outbound, OutFile, Route, Sent
from gateway.core.errors import StoreUnavailable
from gateway.core.facts import Fact, FactKind
from gateway.core.identity import Identity, connected
from gateway.core.message import FileState, Message
from gateway.core.outbound import OutEntry, OutRoute, OutState, ReplyGrant, newest_live
from gateway.core.sending import is_over, pause_seconds, route_of
from gateway.intake.callers import PHONE
from gateway.intake.floor import Floor
from gateway.intake.receipts import Receipts, failed
from gateway.ports import Row

LOOK_EVERY_SECONDS = 1.0
SEND_SECONDS = 30.0
AT_ONCE_PER_ACCOUNT = 8
MOST_DUE = 200
MOST_TRIES = 40
"""More than two days of pauses hold; what fails so often fails for ever."""
ROUTES = {Route.REPLY: OutRoute.REPLY, Route.NOTICE: OutRoute.NOTICE}

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Try:
    """One try that is written down: who is asked to carry what to whom."""

    entry: OutEntry
    channel: Channel
    outbound: Outbound
    grant: ReplyGrant | None = None


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
        self._media_dir = media_dir
        self._jitter = jitter
        self._busy: set[str] = set()
        self._at_work: Counter[str] = Counter()
        self._paused: dict[str, datetime] = {}

    async def run(self) -> None:
        """Send for ever. What is on its way when this ends is tried again at the next start."""
        stirred = self.floor.chats.said
        async with asyncio.TaskGroup() as tasks:
            while True:
                stirred.clear()
                with suppress(StoreUnavailable):
                    for entry in await self.due():
                        tasks.create_task(self._attend(entry))
                with suppress(TimeoutError):
                    async with asyncio.timeout(LOOK_EVERY_SECONDS):
                        await stirred.wait()

    async def due(self) -> list[OutEntry]:
        """What may be tried now, one for each conversation; it counts as being tried."""
        now = self.floor.clock.now()
        chosen: list[OutEntry] = []
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
            tried = await self._begin(entry.contact_id, entry.message_id, shut)
            if tried is None:
                return
            try:
                async with asyncio.timeout(SEND_SECONDS):
                    sent = await tried.channel.send(tried.outbound)
            except WindowClosed as fault:
                shut.add(tried.entry.route)
                await self._window_closed(tried, fault)
                continue
            except TryLater as fault:
                await self._try_later(tried, fault.code, fault.retry_after_seconds)
            except SendFailed as fault:
                shut.add(tried.entry.route)
                if tried.entry.route is OutRoute.NOTICE or isinstance(fault, RecipientGone):
                    shut |= {OutRoute.REPLY, OutRoute.NOTICE}
                    continue
                await self._fail(tried.entry, fault.provider_code or fault.code)
            except TimeoutError:
                await self._try_later(tried, "unreachable", 0.0)
            except ChannelError as fault:
                await self._fail(tried.entry, fault.code)
            except Exception as fault:  # noqa: BLE001 - one channel's fault must not end the others
                log.warning("send_fault", account=entry.account, fault=type(fault).__name__)
                await self._try_later(tried, "internal", 0.0)
            else:
                await self._sent(tried, sent)
            return

    # ---- before ----

    async def _begin(
        self, contact_id: str, message_id: str, shut: Collection[OutRoute]
    ) -> _Try | None:
        """Write the next try down; None when there is nothing to try (now)."""
        async with self.floor.chats.turn(contact_id):
            now = self.floor.clock.now()
            entries = {e.message_id: e for e in await self.floor.store.out_entries(contact_id)}
            entry = entries.get(message_id)
            if entry is None or entry.state is not OutState.QUEUED:
                return None
            before = [e for e in entries.values() if e.not_after < entry.not_after]
            held = [e.next_at for e in before if e.state is OutState.QUEUED]
            if held and not shut:
                await self._move(replace(entry, next_at=max(*held, now + timedelta(seconds=1))))
                return None
            if is_over(entry, now):
                await self._end(entry, OutState.EXPIRED, "too-late")
                return None
            if entry.tries >= MOST_TRIES:
                await self._end(entry, OutState.FAILED, "too-often")
                return None
            return await self._write_try(entry, now, shut)

    async def _write_try(
        self, entry: OutEntry, now: datetime, shut: Collection[OutRoute]
    ) -> _Try | None:
        account = self.floor.accounts.get(entry.account)
        (identity,) = await self.floor.store.identities([entry.identity_id]) or (None,)
        if account is None or identity is None:
            await self._end(entry, OutState.FAILED, "no-channel")
            return None
        caps = account.channel.caps
        grant = newest_live(await self.floor.store.grants(entry.identity_id, now), now)
        sms, phone = await self._sms(entry)
        route = route_of(
            entry,
            grant,
            {ROUTES[one] for one in caps.routes},
            grants_rule=caps.windowed,
            sms=sms is not None and phone is not None,
            shut=shut,
        )
        if route is None:
            await self._end(entry, OutState.FAILED, "window-closed")
            return None
        channel, to = account.channel, identity
        if route is OutRoute.SMS and sms is not None and phone is not None:
            channel, to = sms, phone
        spends = route is OutRoute.REPLY and not (entry.tries and entry.route is OutRoute.REPLY)
        pause = pause_seconds(entry.tries + 1, self._jitter(), SEND_SECONDS * 2)
        tried = replace(
            entry,
            route=route,
            tries=entry.tries + 1,
            next_at=now + timedelta(seconds=pause),
            changed_at=now,
        )
        rows: list[Row] = [tried]
        if spends and grant is not None:
            grant = replace(grant, used=grant.used + 1)
            rows.append(grant)
        await self.floor.commit_chat(*rows)
        outbound = await self._outbound(tried, to, route)
        return _Try(entry=tried, channel=channel, outbound=outbound, grant=grant)

    async def _sms(self, entry: OutEntry) -> tuple[Channel | None, Identity | None]:
        """A channel for short messages, and the telephone that a person has linked."""
        sms = next((a.channel for a in self.floor.accounts.values() if a.kind == "sms"), None)
        if sms is None:
            return None, None
        ids = connected(entry.identity_id, await self.floor.store.links(entry.identity_id))
        known = await self.floor.store.identities(ids)
        return sms, next((one for one in known if one.scheme == PHONE), None)

    async def _outbound(self, entry: OutEntry, to: Identity, route: OutRoute) -> Outbound:
        message = await self._message(entry)
        files = [
            one
            for one in await self.floor.store.attachments(entry.contact_id)
            if one.message_id == entry.message_id and one.file and one.state is not FileState.FAILED
        ]
        return Outbound(
            key=entry.message_id,
            scheme=to.scheme,
            to=to.value,
            text=message.text if message else "",
            route=Route.NOTICE if route is OutRoute.NOTICE else Route.REPLY,
            files=tuple(
                OutFile(
                    path=str(self._media_dir / one.file),
                    kind=Kind(one.kind.value),
                    name=one.name,
                    content_type=one.found_type or one.declared_type,
                )
                for one in files
            ),
            reply_to=message.reply_to if message else "",
        )

    async def _message(self, entry: OutEntry) -> Message | None:
        after = 0
        while page := await self.floor.store.messages(entry.contact_id, after_seq=after, limit=500):
            for one in page:
                if one.id == entry.message_id:
                    return one
            after = page[-1].seq
        return None

    # ---- after ----

    async def _sent(self, tried: _Try, sent: Sent) -> None:
        """It was taken; what the platform said of it meanwhile is looked up."""
        entry, now = tried.entry, self.floor.clock.now()
        done = replace(
            entry,
            state=OutState(sent.state.value),
            provider_ids=sent.parts,
            code="",
            changed_at=now,
        )
        rows: list[Row] = [done]
        more = len(sent.parts) - 1
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

    async def _window_closed(self, tried: _Try, fault: WindowClosed) -> None:
        """The platform knows better than we: nothing is left of that right."""
        log.info("window_closed", account=tried.entry.account, code=fault.provider_code)
        grant = tried.grant
        if grant is not None and grant.quota:
            async with self.floor.chats.turn(tried.entry.contact_id):
                await self.floor.commit_chat(replace(grant, used=grant.quota))

    async def _try_later(self, tried: _Try, code: str, retry_after: float) -> None:
        entry, now = tried.entry, self.floor.clock.now()
        pause = pause_seconds(entry.tries, self._jitter(), retry_after)
        until = now + timedelta(seconds=pause)
        if retry_after > 0:
            self._paused[entry.account] = now + timedelta(seconds=retry_after)
        await self._later(replace(entry, code=code, changed_at=now), until)

    async def _later(self, entry: OutEntry, until: datetime) -> None:
        async with self.floor.chats.turn(entry.contact_id):
            await self._move(replace(entry, next_at=until))

    async def _move(self, entry: OutEntry) -> None:
        await self.floor.commit_chat(entry)

    async def _fail(self, entry: OutEntry, code: str) -> None:
        async with self.floor.chats.turn(entry.contact_id):
            await self._end(entry, OutState.FAILED, code)

    async def _end(self, entry: OutEntry, state: OutState, code: str) -> None:
        """It will not leave; its conversation's screen says why."""
        over = replace(entry, state=state, code=code[:64], changed_at=self.floor.clock.now())
        await self.floor.commit_chat(over, failed(over, code[:64], self.floor))
