"""What a citizen's own page or App reads of their conversation, and how it is woken.

No note, no other citizen and no operator's id is in it. Who may ask for which conversation is
looked up by who they are (``latest_chat_of``), never by what they send.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict, deque
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from gateway.core.chat import Chat, ChatState
from gateway.core.chat_moves import LEFT, closed, withdrawn
from gateway.core.errors import LineUnavailable, Unknown
from gateway.core.facts import Fact, FactKind
from gateway.core.message import Attachment, Direction, FileState, Message
from gateway.core.outbound import OutRoute, OutState, further
from gateway.core.query_code import code_hash, typed
from gateway.core.waiting import expected_wait
from gateway.intake.floor import Floor
from gateway.intake.views import Json, moment
from gateway.ports import Line, Row

MOST_MESSAGES = 200
LINE_SECONDS = 0.5
"""How long a position may take to find out; without it there is none."""
MOST_ANSWERED = 50
"""Answers in each queue from which the wait is guessed."""


class CitizenDesk:
    """One for all pages; ``media_dir`` holds what a browser may show."""

    def __init__(self, floor: Floor, line: Line, media_dir: Path) -> None:
        self.floor = floor
        self._line = line
        self._media_dir = media_dir
        self._answered: defaultdict[str, deque[datetime]] = defaultdict(
            lambda: deque(maxlen=MOST_ANSWERED)
        )
        floor.listeners.append(self.hear)

    def hear(self, fact: Fact) -> None:
        """A seat took a conversation: its queue moves."""
        if fact.kind in (FactKind.CHAT_ACCEPTED, FactKind.CHAT_TAKEN):
            chat = self.floor.chats.open.get(fact.contact_id)
            if chat is not None:
                self._answered[chat.queue].append(fact.at)

    async def latest_chat_of(self, account: str, scheme: str, value: str) -> str:
        """Their open conversation, else the last that was closed, else empty."""
        identity = await self.floor.store.identity(account, scheme, value)
        if identity is None:
            return ""
        chat = self.floor.chats.of_identity(identity.id)
        if chat is not None:
            return chat.id
        found = await self.floor.store.contacts_of([identity.id], limit=1)
        return found[0].id if found else ""

    async def account_of(self, contact_id: str) -> str:
        """The channel account that this conversation is on, empty when there is none."""
        open_chat = self.floor.chats.open.get(contact_id)
        chat = open_chat or await self.floor.store.chat(contact_id)
        return chat.account if chat else ""

    async def messages(self, contact_id: str, after_seq: int, limit: int) -> list[Json]:
        """In order, without notes and without what only operators need."""
        limit = min(max(1, limit), MOST_MESSAGES)
        found: list[Message] = []
        after = after_seq
        while len(found) < limit:
            page = await self.floor.store.messages(contact_id, after_seq=after, limit=limit)
            found += [one for one in page if one.direction is not Direction.NOTE]
            if len(page) < limit:
                break
            after = page[-1].seq
        found = found[:limit]
        if not found:
            return []
        files: defaultdict[str, list[Attachment]] = defaultdict(list)
        for one in await self.floor.store.attachments(contact_id):
            files[one.message_id].append(one)
        return [self._message_view(one, files[one.id]) for one in found]

    def _message_view(self, message: Message, files: list[Attachment]) -> Json:
        who = "citizen"
        if message.direction is Direction.OUT:
            who = "operator" if message.operator_id else "system"
        return {
            "seq": message.seq,
            "cid": message.provider_id if who == "citizen" else "",
            "who": who,
            "operator_name": self.floor.names.get(message.operator_id, ""),
            "kind": message.kind.value,
            "text": message.text,
            "at": moment(message.at),
            "files": [
                {
                    "id": one.id,
                    "kind": one.kind.value,
                    "name": one.name,
                    "size_bytes": one.size_bytes,
                    "state": one.state.value,
                    "type": one.view_type or one.found_type,
                    "url": None,
                }
                for one in files
            ],
        }

    async def wait(self, contact_id: str, after_seq: int, seconds: float) -> None:
        """Until a newer message is recorded or anything else of it changed, at most so long."""
        chats = self.floor.chats
        known = chats.changes.get(contact_id, 0)
        chat = chats.open.get(contact_id)
        if chat is not None and chat.last_seq > after_seq:
            return
        await chats.change(contact_id, known, seconds)

    async def status(self, contact_id: str) -> Json:
        """How it stands; where it waits, which place it has and how long that may take."""
        chat = self.floor.chats.open.get(contact_id) or await self.floor.store.chat(contact_id)
        if chat is None:
            return _status("", "none")
        if chat.state in (ChatState.WAITING, ChatState.OFFERED):
            position = await self._position(chat)
            return _status(contact_id, "waiting", chat) | {
                "position": position,
                "expected_wait_seconds": self._expected(chat, position),
            }
        name = self.floor.names.get(chat.operator_id, "")
        return _status(contact_id, chat.state.value, chat) | {"operator_name": name}

    async def _position(self, chat: Chat) -> int | None:
        if chat.state is ChatState.OFFERED:
            return 1
        if self.floor.bars.of(chat.id):
            return None  # a queue of its own says nothing of the others
        try:
            async with asyncio.timeout(LINE_SECONDS):
                ahead = await self._line.ahead_of(chat.id)
        except (LineUnavailable, TimeoutError):
            return None
        return None if ahead is None else ahead + 1

    def _expected(self, chat: Chat, position: int | None) -> int | None:
        if position is None:
            return None
        answered = self._answered.get(chat.queue, ())
        guess = expected_wait(position, tuple(answered), self.floor.clock.now())
        return None if guess is None else round(guess.total_seconds())

    async def seen(self, contact_id: str, seq: int) -> None:
        """The citizen's screen has shown everything up to ``seq``: what we said was read."""
        async with self.floor.chats.turn(contact_id):
            unread = [
                entry
                for entry in await self.floor.store.out_entries(contact_id)
                if entry.route is OutRoute.NONE
                and further(entry.state, OutState.READ) is not entry.state
            ]
            if not unread:
                return
            said = {
                one.id
                for one in await self._all(contact_id)
                if one.direction is Direction.OUT and one.seq <= seq
            }
            now = self.floor.clock.now()
            rows: list[Row] = [
                replace(entry, state=OutState.READ, changed_at=now)
                for entry in unread
                if entry.message_id in said
            ]
            if rows:
                await self.floor.commit_chat(*rows)

    async def _all(self, contact_id: str) -> list[Message]:
        found: list[Message] = []
        after = 0
        while page := await self.floor.store.messages(contact_id, after_seq=after, limit=500):
            found += page
            after = page[-1].seq
        return found

    async def leave(self, contact_id: str) -> None:
        """The citizen ends it; no error when it has ended."""
        async with self.floor.chats.turn(contact_id):
            chat = self.floor.chats.open.get(contact_id)
            if chat is None:
                return
            now = self.floor.clock.now()
            facts: list[Fact] = []
            if chat.state is ChatState.OFFERED:
                chat, fact = withdrawn(chat, now, LEFT)
                facts.append(fact)
            over, fact = closed(chat, now, reason=LEFT)
            await self.floor.commit_chat(over, *facts, fact)

    async def form_by_code(self, code: str) -> str:
        """The contact that this query code opens, or empty."""
        bare = typed(code)
        chat = await self.floor.store.chat_by_query_code(code_hash(bare)) if bare else None
        return chat.id if chat else ""

    async def file_of(self, contact_id: str, attachment_id: str) -> tuple[Path, str] | None:
        """Path and content type of what a browser may show of a file of this conversation.

        Of what an operator sent and no screen shows (a document) it is the file itself.
        """
        one = await self.floor.store.attachment(attachment_id)
        if one is None or one.contact_id != contact_id or not one.message_id:
            raise Unknown("attachment", attachment_id)
        if one.state is not FileState.READY:
            return None
        if one.view_file:
            return self._media_dir / one.view_file, one.view_type
        ours = not one.ref and one.file
        return (self._media_dir / one.file, one.found_type) if ours else None


def _status(contact_id: str, state: str, chat: Chat | None = None) -> Json:
    return {
        "contact_id": contact_id,
        "state": state,
        "position": None,
        "expected_wait_seconds": None,
        "operator_name": "",
        "last_seq": chat.last_seq if chat else 0,
    }
