"""Everything that citizens send: recorded once, in one transaction, before it is acknowledged.

A delivery is known by (account, key); the store itself refuses a second one, so that overlapping
retries of a platform make one message. What one citizen sends is taken in one after the other, what
many send at the same time becomes one commit.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, tzinfo

from channels.message import Inbound, Received
from gateway.core.chat import Chat, ChatForm
from gateway.core.chat_moves import alarmed, demoted, fact_of, heard, noted, relieved
from gateway.core.errors import AlreadyTaken
from gateway.core.facts import Fact, FactKind
from gateway.core.targets import Targets
from gateway.intake.arriving import AsForm, Begun
from gateway.intake.doors import door
from gateway.intake.floor import Floor
from gateway.intake.ids import new_id
from gateway.intake.inbound import (
    MOST_FILES,
    Ids,
    attachments_of,
    grant_of,
    is_urgent,
    message_of,
    starts,
)
from gateway.intake.measured import Measured
from gateway.intake.notice import Notice
from gateway.intake.one_at_a_time import OneAtATime
from gateway.intake.people import People, key_of
from gateway.intake.receipts import Receipts
from gateway.intake.tagging import tags_of_account
from gateway.intake.texting import kept_for_writer
from gateway.intake.threads import contact_of_thread
from gateway.intake.throttling import NOWHERE, From, Throttling
from gateway.ports import Row

TRIES = 3
"""When somebody is made known by two at the same moment."""
MOST_REMEMBERED = 4096
"""Deliveries that are known without asking the store."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """What became of one thing; ``new`` False: it was here before. All empty: no conversation."""

    contact_id: str = ""
    message_id: str = ""
    seq: int = 0
    new: bool = True


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
        self._people = people
        self._receipts = receipts
        self._targets = targets
        self._notice = notice
        self._throttling, self._slow_notice = throttling, slow_notice
        self._measured = Measured(floor)
        self._words = tuple(word.casefold() for word in emergency_words)
        self._hints = tuple(word.casefold() for word in hint_words)
        self._hinted: OrderedDict[str, None] = OrderedDict()
        self._zone = zone
        self._senders = OneAtATime()
        self._known: OrderedDict[tuple[str, str], Accepted] = OrderedDict()

    async def accept(
        self, account: str, received: Received, raw: bytes = b"", origin: From = NOWHERE
    ) -> tuple[Accepted, ...]:
        """Record all of it; then it may be acknowledged. Raises StoreUnavailable."""
        known = self.floor.accounts.get(account)
        form = ChatForm.FORM if known and not known.channel.caps.live else ChatForm.CHAT
        taken = [
            await self.accept_one(account, one, raw=raw, form=form, origin=origin)
            for one in received.messages
        ]
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
        async with self._senders.of(key_of(account, inbound.sender)):
            known = self._known.get((account, inbound.key))
            if known:
                return replace(known, new=False)
            as_form = AsForm(form=form, queue=queue, query_code_hash=query_code_hash)
            urgent = is_urgent(inbound, self._words)
            hinted = urgent or is_urgent(inbound, self._hints)
            over: str | None = None
            for left in reversed(range(TRIES)):
                try:
                    begun, rows = await self._begin(account, inbound, raw)
                    if over is None:
                        over = "" if hinted else await self._over(begun, origin)
                    begun = replace(begun, urgent=urgent, hinted=hinted, over=over)
                    taken = await self._take(begun, rows, as_form)
                    break
                except AlreadyTaken as refused:
                    if refused.kind in ("event", "message"):
                        return await self._recall(account, inbound.key)
                    if refused.kind != "identity" or not left:
                        raise  # else a call or another's message made them known meanwhile
            self._remember(account, inbound.key, taken)
            return taken

    def _remember(self, account: str, key: str, taken: Accepted) -> None:
        self._known[account, key] = taken
        while len(self._known) > MOST_REMEMBERED:
            self._known.popitem(last=False)

    async def _recall(self, account: str, key: str) -> Accepted:
        """What a delivery before this one became."""
        event = await self.floor.store.event(account, key)
        contact_id = event.contact_id if event else ""
        if not contact_id:
            return Accepted(new=False)
        message = await self.floor.store.message_by_key(contact_id, key)
        return Accepted(
            contact_id=contact_id,
            message_id=message.id if message else "",
            seq=message.seq if message else 0,
            new=False,
        )

    async def _begin(self, account: str, inbound: Inbound, raw: bytes) -> tuple[Begun, list[Row]]:
        who = await self._people.who(account, inbound.sender)
        begun = Begun(
            account=account,
            inbound=inbound,
            identity=who.identity,
            raw=raw,
            new_identity=who.new,
            now=self.floor.clock.now(),
        )
        return begun, who.rows

    async def _over(self, begun: Begun, origin: From) -> str:
        """The limit that it is over; what asks for nobody is not counted."""
        if not starts(begun.inbound):
            return ""
        return await self._throttling.message(begun.identity.id, begun.account, origin)

    async def _take(self, begun: Begun, rows: list[Row], as_form: AsForm) -> Accepted:
        chats, id_ = self.floor.chats, begun.identity.id
        goes_on = ""
        if as_form.form is ChatForm.FORM:
            goes_on = await contact_of_thread(self.floor, begun.account, begun.inbound, id_)

        def there() -> Chat | None:
            if as_form.form is ChatForm.FORM:
                return chats.open.get(goes_on)
            return chats.of_identity(id_)

        chat = there()
        if chat is None:
            fresh = await kept_for_writer(self.floor, self._opened(begun, as_form))
            return await self._write(begun, rows, None, fresh)
        async with chats.turn(chat.id):
            return await self._write(begun, rows, there(), self._opened(begun, as_form))

    def _opened(self, begun: Begun, as_form: AsForm) -> Chat:
        """The conversation that it would begin."""
        account = self.floor.accounts.get(begun.account)
        wanted = as_form.queue or (account.queue if account else "")
        return Chat(
            id=new_id(begun.now),
            channel=begun.account.partition(":")[0],
            account=begun.account,
            identity_id=begun.identity.id,
            tags=tags_of_account(self.floor, begun.account),
            form=as_form.form,
            queue=door(self.floor, wanted, begun.now.astimezone(self._zone)),
            opened_at=begun.now,
            query_code_hash=as_form.query_code_hash,
        )

    async def _write(
        self, begun: Begun, rows: list[Row], there: Chat | None, fresh: Chat
    ) -> Accepted:
        inbound, now = begun.inbound, begun.now
        grant = grant_of(inbound, new_id(now), begun.identity.id, now)
        if grant:
            rows.append(grant)
        if there is None and not starts(inbound):
            rows += [begun.event(""), begun.fact("", 0)]
            await self.floor.commit_chat(*rows)
            self._people.recorded(begun.identity)
            return Accepted()
        chat = there or fresh
        seq = chat.last_seq + 1
        ids = Ids(
            contact=chat.id,
            message=new_id(now),
            files=tuple(new_id(now) for _ in inbound.media[:MOST_FILES]),
        )
        rows += [
            begun.event(chat.id),
            message_of(inbound, ids, contact_id=chat.id, seq=seq, now=now),
            *attachments_of(inbound.media, ids, contact_id=chat.id, now=now),
        ]
        facts: list[Fact] = [begun.fact(chat.id, seq)]
        if there is None:
            facts.insert(0, _opening(chat, now))
            if not begun.new_identity:
                await self.floor.chats.learn_grants(begun.identity.id)
        if starts(inbound):
            chat, more = heard(chat, seq, now, self._targets)
            facts += more
            if begun.urgent:
                chat, more = alarmed(chat, now)
                facts += more
            chat, told = self._measured.tell(chat, inbound.text, now)
            rows += told
        else:
            chat = noted(chat, seq)
        if there is None:
            chat, told = self._notice.tell(chat, begun.identity, inbound.text, now)
            rows += told
        if begun.hinted:
            chat = self._hint(chat)
        elif begun.over and chat.id not in self._hinted:
            chat, told = self._demote(begun, chat)
            rows += told
        rows += await self._people.numbers_given(begun.identity, inbound, chat, now)
        facts += [row for row in rows if isinstance(row, Fact)]
        kept = [row for row in rows if not isinstance(row, Fact)]
        await self.floor.commit_chat(chat, *kept, *facts)
        self._people.recorded(begun.identity)
        return Accepted(contact_id=chat.id, message_id=ids.message, seq=seq)

    def _hint(self, chat: Chat) -> Chat:
        """Somebody may be in danger: it stands where it would, and no flood sets it back."""
        self._hinted[chat.id] = None
        while len(self._hinted) > MOST_REMEMBERED:
            self._hinted.popitem(last=False)
        return relieved(chat, self._targets)

    def _demote(self, begun: Begun, chat: Chat) -> tuple[Chat, list[Row]]:
        """Others go first from now on; the citizen is told, once in this contact."""
        known, now = chat.throttled, begun.now
        chat, facts = demoted(chat, now, begun.over, self._targets)
        if known or not chat.throttled:
            return chat, [*facts]
        chat, told = self._slow_notice.tell(chat, begun.identity, begun.inbound.text, now)
        return chat, [*facts, *told]


def _opening(chat: Chat, now: datetime) -> Fact:
    kind, form = FactKind.CHAT_OPENED, chat.form.value
    return fact_of(
        kind, chat, now, account=chat.account, queue=chat.queue, form=form, **chat.tags.said()
    )
