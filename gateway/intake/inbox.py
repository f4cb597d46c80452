"""Everything that citizens send: recorded once, in one transaction, before it is acknowledged.

A delivery is known by (account, key); the store itself refuses a second one, so that overlapping
retries of a platform make one message. What one citizen sends is taken in one after the other, what
many send at the same time becomes one commit.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Coroutine, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, tzinfo
from typing import Any

from channels.message import Inbound, Received
from gateway.core.chat import ChatForm
from gateway.core.errors import AlreadyTaken, StoreUnavailable
from gateway.core.targets import Targets
from gateway.intake.arriving import Accepted, AsForm, Begun, Delivery
from gateway.intake.batches import Batches
from gateway.intake.floor import Floor
from gateway.intake.inbound import is_urgent, starts
from gateway.intake.notice import Notice
from gateway.intake.people import People, key_of
from gateway.intake.receipts import Receipts
from gateway.intake.taking_in import TakingIn
from gateway.intake.throttling import NOWHERE, From, Throttling
from gateway.ports import Row

Name = tuple[str, str]
"""By which a delivery is known: account, key."""

TRIES = 3
"""When somebody is made known by two at the same moment."""
MOST_REMEMBERED = 4096
"""Deliveries that are known without asking the store."""
REST_SECONDS = 0.1
"""Between two units of somebody who is over a limit and goes on."""


class Inbox:
    """``accept`` what a hook received, ``accept_one`` what a page of ours took."""

    def __init__(
        self,
        floor: Floor,
        people: People,
        receipts: Receipts,
        *,
        targets: Targets,
        notice: Notice,
        emergency_words: Sequence[str],
        throttling: Throttling,
        slow_notice: Notice,
        hint_words: Sequence[str] = (),
        zone: tzinfo = UTC,
    ) -> None:
        self.floor = floor
        self._people, self._receipts = people, receipts
        self._throttling = throttling
        self._taking = TakingIn(
            floor, people, targets=targets, notice=notice, slow_notice=slow_notice, zone=zone
        )
        self._words = tuple(word.casefold() for word in emergency_words)
        self._hints = tuple(word.casefold() for word in hint_words)
        self._batches = Batches(self._record, floor.clock, _rest)
        self._known: OrderedDict[tuple[str, str], Accepted] = OrderedDict()

    async def accept(
        self, account: str, received: Received, raw: bytes = b"", origin: From = NOWHERE
    ) -> tuple[Accepted, ...]:
        """Record all of it; then it may be acknowledged. Raises StoreUnavailable."""
        known = self.floor.accounts.get(account)
        form = ChatForm.FORM if known and not known.channel.caps.live else ChatForm.CHAT
        each = [
            self.accept_one(account, one, raw=raw, form=form, origin=origin)
            for one in received.messages
        ]
        taken = [await each[0]] if len(each) == 1 else await _all_of(each)
        for receipt in received.receipts:
            await self._receipts.take(account, receipt)
        return tuple(taken)

    async def accept_one(
        self,
        account: str,
        inbound: Inbound,
        *,
        raw: bytes = b"",
        form: ChatForm = ChatForm.CHAT,
        queue: str = "",
        query_code_hash: str = "",
        origin: From = NOWHERE,
    ) -> Accepted:
        """Record one thing once. Raises StoreUnavailable.

        A form begins a contact unless it goes on from one that is open (``Inbound.thread``).
        What is over a limit is recorded like everything else, marked, and served after others.
        """
        urgent = is_urgent(inbound, self._words)
        one = Delivery(
            account=account,
            inbound=inbound,
            raw=raw,
            as_form=AsForm(form=form, queue=queue, query_code_hash=query_code_hash),
            origin=origin,
            urgent=urgent,
            hinted=urgent or is_urgent(inbound, self._hints),
        )
        return await self._batches.bring(key_of(account, inbound.sender), one)

    # ---- of one citizen, in order ----

    async def _record(self, batch: Sequence[Delivery]) -> list[Accepted | Exception]:
        """What became of each; what goes together is one unit."""
        return [answer for run in _runs(batch) for answer in await self._record_run(run)]

    async def _record_run(self, run: Sequence[Delivery]) -> list[Accepted | Exception]:
        said: dict[Name, Accepted | Exception] = {}
        new: dict[Name, Delivery] = {}
        for one in run:
            known = self._known.get(one.name)
            if known is None:
                new.setdefault(one.name, one)
            else:
                said[one.name] = known
        if new:
            said |= await self._record_new(tuple(new.values()))
        answers = [said[one.name] for one in run]
        for at, one in enumerate(run):  # what was here before, also in this very run
            answer = answers[at]
            if isinstance(answer, Accepted) and answer.new and new.get(one.name) is not one:
                answers[at] = replace(answer, new=False)
        return answers

    async def _record_new(self, new: Sequence[Delivery]) -> dict[Name, Accepted | Exception]:
        """One unit of all; where one of them spoils it, each by itself."""
        try:
            return await self._record_unit(new)
        except StoreUnavailable as fault:
            return dict.fromkeys((one.name for one in new), fault)
        except Exception as fault:  # noqa: BLE001 - it is told to whoever brought it
            if len(new) == 1:
                return {new[0].name: fault}
        said: dict[Name, Accepted | Exception] = {}
        for one in new:
            said |= await self._record_new((one,))
        return said

    async def _record_unit(self, new: Sequence[Delivery]) -> dict[Name, Accepted | Exception]:
        for left in reversed(range(TRIES)):
            try:
                begun, rows = await self._begin(new)
                taken = await self._taking.write(begun, rows, new[0].as_form)
                break
            except AlreadyTaken as refused:
                if refused.kind in ("event", "message"):
                    return await self._recall(new, refused)
                if refused.kind != "identity" or not left:
                    raise  # else a call or another's message made them known meanwhile
        said = {one.name: answer for one, answer in zip(new, taken, strict=True)}
        self._remember(said)
        return {**said}

    def _remember(self, said: Mapping[Name, Accepted]) -> None:
        self._known |= said
        while len(self._known) > MOST_REMEMBERED:
            self._known.popitem(last=False)

    async def _recall(
        self, new: Sequence[Delivery], refused: AlreadyTaken
    ) -> dict[Name, Accepted | Exception]:
        """What deliveries before these became; those that are new are recorded without them."""
        found = await asyncio.gather(*(self._before(*one.name) for one in new))
        before = {
            one.name: known for one, known in zip(new, found, strict=True) if known is not None
        }
        if len(new) == 1:
            return {new[0].name: before.get(new[0].name, Accepted(new=False))}
        if not before:
            raise refused
        self._remember(before)
        rest = tuple(one for one in new if one.name not in before)
        return {**before, **(await self._record_new(rest) if rest else {})}

    async def _before(self, account: str, key: str) -> Accepted | None:
        event = await self.floor.store.event(account, key)
        if event is None:
            return None
        if not event.contact_id:
            return Accepted(new=False)
        message = await self.floor.store.message_by_key(event.contact_id, key)
        return Accepted(
            contact_id=event.contact_id,
            message_id=message.id if message else "",
            seq=message.seq if message else 0,
            new=False,
        )

    async def _begin(self, new: Sequence[Delivery]) -> tuple[list[Begun], list[Row]]:
        """Who it is, and which of it is over a limit: asked once, even when we begin again."""
        first = new[0]
        who = await self._people.who(first.account, first.inbound.sender)
        asking = [one for one in new if one.over is None and not one.hinted and starts(one.inbound)]
        if asking:  # what asks for nobody is not counted
            within, limit = await self._throttling.messages(
                who.identity.id, first.account, first.origin, count=len(asking)
            )
            for at, one in enumerate(asking):
                one.over = "" if at < within else limit
        now = self.floor.clock.now()
        begun = [
            Begun(
                account=one.account,
                inbound=one.inbound,
                identity=who.identity,
                raw=one.raw,
                new_identity=who.new,
                now=now,
                urgent=one.urgent,
                hinted=one.hinted,
                over=one.over or "",
            )
            for one in new
        ]
        return begun, who.rows


def _runs(batch: Sequence[Delivery]) -> list[list[Delivery]]:
    """What goes together, in order."""
    runs: list[list[Delivery]] = []
    for one in batch:
        if runs and one.goes_with(runs[-1][0]):
            runs[-1].append(one)
        else:
            runs.append([one])
    return runs


def _rest(batch: Sequence[Delivery]) -> float:
    return REST_SECONDS if any(one.over for one in batch) else 0.0


async def _all_of(each: Sequence[Coroutine[Any, Any, Accepted]]) -> list[Accepted]:
    """All of them, then the first fault: what can be recorded is."""
    found = await asyncio.gather(*each, return_exceptions=True)
    for one in found:
        if isinstance(one, BaseException):
            raise one
    return [one for one in found if isinstance(one, Accepted)]
