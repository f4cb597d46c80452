"""What one citizen sent, one thing or many, becomes one unit of the store.

What belongs to the conversation is done once for all of them; what is done for each is little, so
that a flood costs the others little. In a long unit everybody else has their turn now and then.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo

from gateway.core.chat import Chat, ChatForm
from gateway.core.chat_moves import alarmed, demoted, fact_of, heard, noted, relieved
from gateway.core.facts import Fact, FactKind
from gateway.core.targets import Targets
from gateway.intake.arriving import Accepted, AsForm, Begun
from gateway.intake.complained_of import ComplainedOf
from gateway.intake.doors import complaint_queue, door
from gateway.intake.floor import Floor
from gateway.intake.ids import new_id
from gateway.intake.inbound import (
    MOST_FILES,
    Ids,
    attachments_of,
    grant_of,
    message_of,
    starts,
)
from gateway.intake.measured import Measured
from gateway.intake.notice import Notice
from gateway.intake.people import People
from gateway.intake.tagging import tags_of_account
from gateway.intake.texting import kept_for_writer
from gateway.intake.threads import contact_of_thread
from gateway.ports import Row

MOST_REMEMBERED = 4096
"""Conversations in which a word of danger was said."""
AT_A_STRETCH = 8
"""Things after which others have a turn."""


@dataclass(slots=True)
class _Unit:
    """What is recorded together; ``chat`` as it is after what was added."""

    chat: Chat | None
    rows: list[Row]
    facts: list[Fact] = field(default_factory=list)
    taken: list[Accepted] = field(default_factory=list)
    numbers: set[str] = field(default_factory=set)

    def add(self, rows: Sequence[Row]) -> None:
        """Facts stand behind what they are about."""
        self.facts += [row for row in rows if isinstance(row, Fact)]
        self.rows += [row for row in rows if not isinstance(row, Fact)]


class TakingIn:
    """``write`` it; the sender's lock is held by whoever calls."""

    def __init__(
        self,
        floor: Floor,
        people: People,
        *,
        targets: Targets,
        notice: Notice,
        slow_notice: Notice,
        zone: tzinfo = UTC,
    ) -> None:
        self.floor = floor
        self._people, self._targets, self._zone = people, targets, zone
        self._notice, self._slow_notice = notice, slow_notice
        self._measured, self._complained = Measured(floor), ComplainedOf(floor)
        self._hinted: OrderedDict[str, None] = OrderedDict()

    async def write(
        self, run: Sequence[Begun], rows: Sequence[Row], as_form: AsForm
    ) -> list[Accepted]:
        """Record all of it, of one citizen; ``rows`` make them known.

        Raises StoreUnavailable, AlreadyTaken, RowRefused: then nothing of it was recorded.
        """
        chats, first, goes_on = self.floor.chats, run[0], ""
        if as_form.form is ChatForm.FORM:
            goes_on = await contact_of_thread(
                self.floor, first.account, first.inbound, first.identity.id
            )

        def there() -> Chat | None:
            if as_form.form is ChatForm.FORM:
                return chats.open.get(goes_on)
            return chats.of_identity(first.identity.id)

        chat = there()
        if chat is None:
            return await self._write(run, _Unit(None, [*rows]), as_form)
        async with chats.turn(chat.id):
            return await self._write(run, _Unit(there(), [*rows]), as_form)

    async def _write(self, run: Sequence[Begun], unit: _Unit, as_form: AsForm) -> list[Accepted]:
        for number, begun in enumerate(run, 1):
            await self._add(unit, begun, as_form)
            if number % AT_A_STRETCH == 0:
                await self.floor.clock.sleep(0)
        changed = () if unit.chat is None else (unit.chat,)
        await self.floor.commit_chat(*changed, *unit.rows, *unit.facts)
        self._people.recorded(run[0].identity)
        self.floor.chats.knows(run[0].identity)
        return unit.taken

    async def _add(self, unit: _Unit, begun: Begun, as_form: AsForm) -> None:
        inbound, now = begun.inbound, begun.now
        grant = grant_of(inbound, new_id(now), begun.identity.id, now)
        if grant:
            unit.rows.append(grant)
        if unit.chat is None and not starts(inbound):
            unit.add((begun.event(""), begun.fact("", 0)))
            unit.taken.append(Accepted())
            return
        fresh = unit.chat is None
        chat = unit.chat or await kept_for_writer(self.floor, self._opened(begun, as_form))
        seq = chat.last_seq + 1
        ids = Ids(
            contact=chat.id,
            message=new_id(now),
            files=tuple(new_id(now) for _ in inbound.media[:MOST_FILES]),
        )
        if fresh:
            unit.facts.append(_opening(chat, now))
            if not begun.new_identity:
                await self.floor.chats.learn_grants(begun.identity.id)
        unit.rows += [
            begun.event(chat.id),
            message_of(inbound, ids, contact_id=chat.id, seq=seq, now=now),
            *attachments_of(inbound.media, ids, contact_id=chat.id, now=now),
        ]
        unit.facts.append(begun.fact(chat.id, seq))
        chat = self._heard(unit, begun, chat, seq) if starts(inbound) else noted(chat, seq)
        if fresh:
            chat, told = self._notice.tell(chat, begun.identity, inbound.text, now)
            unit.add(told)
        if begun.hinted:
            chat = self._hint(chat)
        elif begun.over and chat.id not in self._hinted:
            chat, told = self._demote(begun, chat)
            unit.add(told)
        unit.add(await self._people.numbers_given(begun.identity, inbound, chat, now, unit.numbers))
        if fresh:
            unit.add(await self._complained.of_form(chat, inbound.fields, unit.rows, now))
        unit.chat = chat
        unit.taken.append(Accepted(contact_id=chat.id, message_id=ids.message, seq=seq))

    def _heard(self, unit: _Unit, begun: Begun, chat: Chat, seq: int) -> Chat:
        chat, more = heard(chat, seq, begun.now, self._targets)
        unit.add(more)
        if begun.urgent:
            chat, more = alarmed(chat, begun.now)
            unit.add(more)
        chat, told = self._measured.tell(chat, begun.inbound.text, begun.now)
        unit.add(told)
        return chat

    def _opened(self, begun: Begun, as_form: AsForm) -> Chat:
        """The conversation that it begins."""
        account = self.floor.accounts.get(begun.account)
        wanted = as_form.queue or (account.queue if account else "")
        if self._complained.complains(begun.inbound.fields):
            wanted = complaint_queue(self.floor, wanted)
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
