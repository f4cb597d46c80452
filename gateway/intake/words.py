"""What operators say in conversations: to the citizen, and to each other.

Recorded before anybody is told; said twice under the same key it is said once. Raises as ``Talks``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from gateway.core.chat import Chat, ChatState
from gateway.core.chat_moves import answered, noted
from gateway.core.errors import IllegalMove, Invalid, Problem, Unknown
from gateway.core.message import Attachment, Direction, Message
from gateway.core.operator import Operator
from gateway.intake.channel_account import ChannelAccounts
from gateway.intake.desk import NOTE_CHARACTERS
from gateway.intake.floor import Floor
from gateway.intake.saying import Said, spoken

SAY_CHARACTERS = 4_000
FILES_AT_ONCE = 9


class Attached(Protocol):
    """Files that wait for their message; ``gateway.intake.sending_files.SendingFiles``."""

    def given(self, operator: Operator, chat: Chat, id_: str) -> Attachment:
        """One that this operator attached to this conversation. Raises Unknown."""
        ...

    def said(self, *ids: str) -> None:
        """These are part of a message now."""
        ...


class Words:
    """Both give the message, and whether it is new."""

    def __init__(self, floor: Floor, files: Attached) -> None:
        self.floor = floor
        self._files = files

    async def say(
        self,
        operator: Operator,
        contact_id: str,
        client_key: str,
        text: str,
        *,
        files: Sequence[str] = (),
        reply_to: str = "",
    ) -> tuple[Message, bool]:
        """Answer the citizen; False: this very message was said before."""
        key = f"{operator.id}:{client_key}"
        async with self.floor.chats.turn(contact_id):
            chat = held_open(self.floor, operator, contact_id)
            known = await self.floor.store.message_by_key(contact_id, key)
            if known:
                return known, False
            said = Said(text=text, operator_id=operator.id, client_key=key, reply_to=reply_to)
            attached = self._attached(operator, chat, files)
            if attached and not text.strip():
                said = replace(said, kind=attached[0].kind)
            self._must_be_sayable(chat, text, attached)
            message, entry = spoken(chat, self.floor.accounts, said, self._now())
            moved, facts = answered(chat, message.seq, message.at)
            mine = [replace(one, message_id=message.id) for one in attached]
            await self.floor.commit_chat(moved, message, *mine, entry, *facts)
            self._files.said(*files)
            return message, True

    async def note(
        self, operator: Operator, contact_id: str, client_key: str, text: str
    ) -> tuple[Message, bool]:
        """Write something that no citizen sees."""
        check_note(text)
        if not text.strip():
            raise Invalid(Problem("/text", "empty", "请填写内容。", "Write something."))
        key = f"{operator.id}:{client_key}"
        async with self.floor.chats.turn(contact_id):
            chat = held_open(self.floor, operator, contact_id)
            known = await self.floor.store.message_by_key(contact_id, key)
            if known:
                return known, False
            message = replace(
                noted_by(chat, operator, text, self._now(), self.floor.accounts), client_key=key
            )
            await self.floor.commit_chat(noted(chat, message.seq), message)
            return message, True

    async def shown(self, operator: Operator, contact_id: str, seq: int) -> None:
        """The operator's screen has shown everything up to ``seq``."""
        async with self.floor.chats.turn(contact_id):
            chat = mine(self.floor, operator, contact_id)
            seen = min(seq, chat.last_seq)
            if seen > chat.read_seq:
                await self.floor.commit_chat(replace(chat, read_seq=seen))

    # ---- inside ----

    def _now(self) -> datetime:
        return self.floor.clock.now()

    def _attached(self, operator: Operator, chat: Chat, files: Sequence[str]) -> list[Attachment]:
        if len(files) > FILES_AT_ONCE:
            en = f"At most {FILES_AT_ONCE} files."
            raise Invalid(Problem("/files", "too-many", f"最多 {FILES_AT_ONCE} 个文件。", en))
        return [self._files.given(operator, chat, id_) for id_ in dict.fromkeys(files)]

    def _must_be_sayable(self, chat: Chat, text: str, files: Sequence[Attachment]) -> None:
        account = self.floor.accounts.get(chat.account)
        if account is None:
            raise IllegalMove("chat", "no-channel", "say")
        caps = account.channel.caps
        problems = []
        most = min(SAY_CHARACTERS, caps.text_most)
        if len(text) > most:
            en = f"At most {most} characters."
            problems.append(Problem("/text", "too-long", f"最多 {most} 字。", en))
        if not text.strip() and not files:
            problems.append(Problem("/text", "empty", "请填写内容。", "Write something."))
        kinds = {kind.value for kind in caps.sends}
        if any(one.kind.value not in kinds for one in files):
            zh, en = "此渠道不能发送这种文件。", "This channel cannot send such a file."
            problems.append(Problem("/files", "not-sendable", zh, en))
        if problems:
            raise Invalid(*problems)


def mine(floor: Floor, operator: Operator, contact_id: str) -> Chat:
    """One that is offered to or open at this operator's seat. Raises Unknown."""
    chat = floor.chats.open.get(contact_id)
    if chat is None or chat.operator_id != operator.id:
        raise Unknown("chat", contact_id)
    return chat


def held_open(floor: Floor, operator: Operator, contact_id: str) -> Chat:
    """One that this operator has accepted. Raises Unknown, IllegalMove."""
    chat = mine(floor, operator, contact_id)
    if chat.state is not ChatState.OPEN:
        raise IllegalMove("chat", chat.state, "speak")
    return chat


def noted_by(
    chat: Chat, operator: Operator, text: str, now: datetime, accounts: ChannelAccounts
) -> Message:
    """A note of this operator, next in the conversation."""
    message, _ = spoken(chat, accounts, Said(text=text, operator_id=operator.id), now)
    return replace(message, direction=Direction.NOTE)


def check_note(note: str, problems: Sequence[Problem] = ()) -> None:
    """Raise Invalid with ``problems`` and what is wrong with a note."""
    found = list(problems)
    if len(note) > NOTE_CHARACTERS:
        en = f"At most {NOTE_CHARACTERS} characters."
        found.append(Problem("/note", "too-long", f"最多 {NOTE_CHARACTERS} 字。", en))
    if found:
        raise Invalid(*found)
