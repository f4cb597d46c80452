"""Short messages to who called: the operator names the contact, never a number.

What is written is a message of the call's own contact and leaves by the outbox like every other.
What the citizen answers is a conversation of the same identity, offered first to who wrote.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import timedelta

from channels.channel import Billed
from channels.sms_signature import OwnSignature, Terms
from gateway.core.call import Call
from gateway.core.chat import Chat
from gateway.core.citizen import normalise_number
from gateway.core.contact import ChatRecord, ContactRecord
from gateway.core.errors import Invalid, Problem, StoreUnavailable, Throttled, Unknown
from gateway.core.facts import Fact, FactKind
from gateway.core.message import Message
from gateway.core.operator import Operator
from gateway.core.texting import (
    BY_MESSAGES,
    NO_ACCOUNT,
    TextRules,
    count_problem,
    number_problem,
    text_problem,
    writer_problem,
)
from gateway.core.throttle import MICROSECONDS, Limit, Limits, Table
from gateway.intake.at_hand import PHONE
from gateway.intake.channel_account import SMS, ChannelAccount, short_messages
from gateway.intake.chat_views import messages_view
from gateway.intake.floor import Floor
from gateway.intake.records import Records
from gateway.intake.saying import Place, Said, said_at
from gateway.intake.views import Json, moment

MOST_ANSWERS = 20
AT_ONCE = 5
"""Short messages that one operator may write one after the other."""
MOST_OPERATORS = 10_000
ANSWER_SECONDS = 24 * 3600
"""A conversation that begins so long after a text of ours may be its answer."""
KEPT_SECONDS = 120
"""How long it is kept for who wrote."""
MOST_LOOKED_AT = 5
_OWN_SIGNATURE = Problem(
    "/text",
    "own-signature",
    "请勿自行填写【】签名，系统会自动加上热线签名。",
    "Leave out any signature in 【】: the hotline's own is added.",
)


class Texting:
    """``look`` at what was and can be written to a caller, ``send`` one more."""

    def __init__(self, floor: Floor, records: Records, rules: TextRules) -> None:
        self.floor = floor
        self._records = records
        self._rules = rules
        burst = min(AT_ONCE, rules.per_hour)
        limit = Limit(name="texts", count=rules.per_hour, seconds=3600, burst=burst)
        self._limits = Limits((limit,))
        self._paces = Table(MOST_OPERATORS)

    async def look(self, operator: Operator, contact_id: str) -> Json:
        """What was written, how far it came, what was answered; ``problem``: why no more may be.

        Raises Unknown, also for a contact that this operator may not see.
        """
        record = await self._records.visible(operator, contact_id)
        account = short_messages(self.floor.accounts)
        sent = await self._sent(record)
        problem = self._problem(operator, record, account, len(sent))
        caps = account.channel.caps if account else None
        billed = caps.billed if caps else None
        outs = await self.floor.store.out_entries(contact_id) if sent else ()
        return {
            "problem": _problem_view(problem),
            "text_most": caps.text_most if caps else 0,
            "billed": asdict(billed) if billed else None,
            "items": messages_view(sent, (), outs, self.floor.names),
            "answers": await self._answers(operator, record, sent),
        }

    async def send(
        self, operator: Operator, contact_id: str, client_key: str, text: str
    ) -> tuple[Json, bool]:
        """Write it down to be sent; False: this very message was written before.

        Raises Unknown, Invalid (with the reason), Throttled and StoreUnavailable.
        """
        record = await self._records.visible(operator, contact_id)
        key = f"{operator.id}:{client_key}"
        async with self.floor.chats.turn(contact_id):
            sent = await self._sent(record)
            known = next((one for one in sent if one.client_key == key), None)
            if known is not None:
                return await self._view(known), False
            account = short_messages(self.floor.accounts)
            problem = self._problem(operator, record, account, len(sent))
            if problem or account is None or isinstance(record, ChatRecord):
                raise Invalid(problem or NO_ACCOUNT)
            _must_be_sayable(account, text)
            self._pace(operator)
            said = Said(text=text.strip(), operator_id=operator.id, client_key=key)
            message = await self._write(record.call, account, said, sent)
            return await self._view(message), True

    # ---- inside ----

    def _problem(
        self,
        operator: Operator,
        record: ContactRecord | ChatRecord,
        account: ChannelAccount | None,
        sent: int,
    ) -> Problem | None:
        if isinstance(record, ChatRecord):
            return BY_MESSAGES
        call = self.floor.calls.get(record.id, record.call)
        return (
            writer_problem(call, operator.id, self.floor.clock.now(), self._rules)
            or number_problem(call.number)
            or (None if account else NO_ACCOUNT)
            or count_problem(sent, self._rules)
        )

    async def _sent(self, record: ContactRecord | ChatRecord) -> tuple[Message, ...]:
        """What was written to who called; a call has no other messages."""
        if isinstance(record, ChatRecord):
            return ()
        return await self.floor.store.messages(record.id)

    async def _view(self, message: Message) -> Json:
        outs = await self.floor.store.out_entries(message.contact_id)
        return messages_view((message,), (), outs, self.floor.names)[0]

    def _pace(self, operator: Operator) -> None:
        now = int(self.floor.clock.monotonic() * MICROSECONDS)
        verdict = self._paces.ask(self._limits, [operator.id], now)
        if not verdict.passed:
            raise Throttled(verdict.wait_seconds)

    async def _write(
        self,
        call: Call,
        account: ChannelAccount,
        said: Said,
        sent: Sequence[Message],
    ) -> Message:
        now = self.floor.clock.now()
        number = normalise_number(call.number)
        identity = await self.floor.store.identity("", PHONE, number)
        if identity is None:  # the call itself is still owed to the store
            raise StoreUnavailable("owed")
        place = Place(
            contact_id=call.id,
            account=account.id,
            identity_id=identity.id,
            last_seq=sent[-1].seq if sent else 0,
        )
        message, entry = said_at(place, self.floor.accounts, said, now)
        billed = account.channel.caps.billed
        parts = _terms(billed).parts(said.text + billed.behind) if billed else 1
        fact = Fact(
            kind=FactKind.CONTACT_TEXTED,
            at=now,
            contact_id=call.id,
            operator_id=said.operator_id,
            data={"account": account.id, "parts": parts},
        )
        await self.floor.commit_chat(message, entry, fact)
        return message

    async def _answers(
        self, operator: Operator, record: ContactRecord | ChatRecord, sent: Sequence[Message]
    ) -> list[Json]:
        """Conversations by SMS of the same number, that have words since the first of ours."""
        if isinstance(record, ChatRecord) or not sent:
            return []
        store = self.floor.store
        identity = await store.identity("", PHONE, normalise_number(record.number))
        found = await store.contacts_of([identity.id], MOST_ANSWERS) if identity else ()
        answers = []
        for one in reversed(found):
            if not isinstance(one, ChatRecord) or one.chat.channel != SMS:
                continue
            chat = self.floor.chats.open.get(one.id, one.chat)
            if chat.last_in_at is None or chat.last_in_at < sent[0].at:
                continue
            shown = await self._may_see(operator, one.id)
            answers.append(
                {
                    "contact_id": one.id,
                    "at": moment(chat.last_in_at),
                    "state": chat.state.value,
                    "operator_name": self.floor.names.get(chat.operator_id, ""),
                    "shown": shown,
                    "text": self.floor.chats.texts.get(one.id, one.last_text) if shown else "",
                }
            )
        return answers

    async def _may_see(self, operator: Operator, contact_id: str) -> bool:
        try:
            await self._records.visible(operator, contact_id)
        except Unknown:
            return False
        return True


async def kept_for_writer(floor: Floor, chat: Chat) -> Chat:
    """A conversation that begins by SMS, kept a while for who wrote to this citizen last.

    Raises StoreUnavailable.
    """
    if chat.channel != SMS:
        return chat
    since = chat.opened_at - timedelta(seconds=ANSWER_SECONDS)
    for one in await floor.store.contacts_of([chat.identity_id], MOST_LOOKED_AT):
        if isinstance(one, ChatRecord):
            continue
        said = await floor.store.messages(one.id)
        if said and said[-1].at >= since:
            until = chat.opened_at + timedelta(seconds=KEPT_SECONDS)
            return replace(chat, wanted_operator=said[-1].operator_id, wanted_until=until)
    return chat


def _terms(billed: Billed) -> Terms:
    name = billed.before.removeprefix("【").partition("】")[0]
    return Terms(name=name, mils_per_part=billed.mils)


def _must_be_sayable(account: ChannelAccount, text: str) -> None:
    caps = account.channel.caps
    problem = text_problem(text, caps.text_most)
    if problem is None:
        try:
            (_terms(caps.billed) if caps.billed else Terms()).signed(text)
        except OwnSignature:
            problem = _OWN_SIGNATURE
    if problem:
        raise Invalid(problem)


def _problem_view(problem: Problem | None) -> Json | None:
    return {"code": problem.code, "zh": problem.zh, "en": problem.en} if problem else None
