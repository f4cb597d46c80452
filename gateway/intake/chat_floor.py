"""Every open conversation as it is now, with what its screens need; a part of the floor.

It changes only by what the store has taken (``Floor.commit_chat``). Whoever wants to change one
conversation holds ``turn`` of its id; many conversations change at once, so that their records
become one commit of the store.
"""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from contextlib import AbstractAsyncContextManager
from datetime import datetime

from gateway.core.chat import Chat, ChatForm, ChatState
from gateway.core.contact import ChatRecord, Disposition
from gateway.core.identity import Identity
from gateway.core.message import Attachment, Message
from gateway.core.outbound import OutEntry, OutState, ReplyGrant, newest_live
from gateway.core.transcript import Segment
from gateway.intake.one_at_a_time import OneAtATime
from gateway.ports import Clock, Row, Store

EXCERPT_CHARACTERS = 80
READ_AT_ONCE = 500


class ChatFloor:
    """Open conversations by id, by identity, by seat; who waits; what was said last."""

    def __init__(self, store: Callable[[], Store], clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._turns = OneAtATime()
        self.open: dict[str, Chat] = {}
        self.by_identity: dict[str, str] = {}
        self.at_seat: defaultdict[str, dict[str, Chat]] = defaultdict(dict)
        self.waiting: dict[str, Chat] = {}
        self.waiting_in: Counter[str] = Counter()
        self.identities: dict[str, Identity] = {}
        self._uses: Counter[str] = Counter()
        self.grants: dict[str, ReplyGrant] = {}
        """By identity: the right to reply that is spent next."""
        self.texts: dict[str, str] = {}
        self.changes: dict[str, int] = {}
        self.filling: set[str] = set()
        """Seats that are being paused because the next conversation fills them."""
        self.per_seat = 3
        self.held_back: Callable[[Chat], bool] = lambda _chat: False
        """Whether this conversation is kept, but given to nobody; see ``intake.standings``."""
        self.stirred = asyncio.Event()
        self.said = asyncio.Event()
        """Something of ours waits to be sent."""
        self.dirty: dict[str, None] = {}
        """Conversations whose place in line may have changed, in order."""
        self.handed: dict[str, tuple[str, datetime]] = {}
        """By whom a waiting conversation was given away, and until when it is not given back."""
        self._ears: defaultdict[str, set[asyncio.Event]] = defaultdict(set)
        self._change = 0

    def turn(self, contact_id: str) -> AbstractAsyncContextManager[None]:
        """Hold one conversation while it is changed."""
        return self._turns.of(contact_id)

    async def read(self) -> None:
        """Fill it from the store."""
        self._change = int(self._clock.now().timestamp() * 1000)  # never one from before
        chats = await self._store().open_chats()
        wanted = sorted({chat.identity_id for chat in chats})
        for start in range(0, len(wanted), READ_AT_ONCE):
            some = await self._store().identities(wanted[start : start + READ_AT_ONCE])
            self.identities |= {one.id: one for one in some}
        for start in range(0, len(chats), READ_AT_ONCE):
            await asyncio.gather(*map(self._learn, chats[start : start + READ_AT_ONCE]))
        for chat in chats:
            self._place(chat)
            self._bump(chat.id)

    async def _learn(self, chat: Chat) -> None:
        record = await self._store().contact(chat.id)
        if isinstance(record, ChatRecord):
            self.texts[chat.id] = record.last_text[:EXCERPT_CHARACTERS]
        await self.learn_grants(chat.identity_id)

    async def learn_grants(self, identity_id: str) -> None:
        """Which right to reply this identity has now."""
        now = self._clock.now()
        found = newest_live(await self._store().grants(identity_id, now), now)
        if found:
            self.grants[identity_id] = found

    def knows(self, identity: Identity) -> None:
        """Who is behind an open conversation, also somebody whom the store knew before."""
        if identity.id in self._uses:
            self.identities[identity.id] = identity

    def of_identity(self, identity_id: str) -> Chat | None:
        """The open conversation of this identity; a form is none."""
        return self.open.get(self.by_identity.get(identity_id, ""))

    def lined(self) -> dict[str, Chat]:
        """Those that wait and may be given to somebody, by id."""
        return {id_: chat for id_, chat in self.waiting.items() if not self.held_back(chat)}

    def look_again(self, identity_id: str) -> None:
        """Whether this identity's conversations are held back may have changed."""
        for chat in self.waiting.values():
            if chat.identity_id == identity_id:
                self.dirty[chat.id] = None
        self.stirred.set()

    def look_at(self, contact_id: str) -> None:
        """Who may have this conversation may have changed."""
        if contact_id in self.open:
            self.dirty[contact_id] = None
            self.stirred.set()

    def full(self, seat: str) -> bool:
        """Whether this seat can hold no more: then it is not rung either."""
        return seat in self.filling or len(self.at_seat.get(seat, ())) >= self.per_seat

    def room(self, seat: str) -> int:
        """How many more conversations this seat can hold."""
        return max(0, self.per_seat - len(self.at_seat.get(seat, ())))

    def apply(self, rows: Iterable[Row]) -> set[str]:
        """Let these rows be so; the seats whose screens change with them."""
        rows = tuple(rows)
        seats: set[str] = set()
        for row in rows:
            if isinstance(row, Chat):
                before = self.open.get(row.id)
                seats |= {before.seat, row.seat} if before else {row.seat}
                self._place(row)
                self._bump(row.id)
        for row in rows:
            contact_id = self._aside(row)
            if contact_id:
                self._bump(contact_id)
                chat = self.open.get(contact_id)
                seats |= {chat.seat} if chat else set()
        self.stirred.set()
        return seats - {""}

    def read_out(self, rows: Iterable[Row]) -> set[str]:
        """Voice messages whose words are known now; the seats whose screens change with them."""
        seats: set[str] = set()
        for row in rows:
            if isinstance(row, Segment) and row.message_id:
                self._bump(row.contact_id)
                chat = self.open.get(row.contact_id)
                seats |= {chat.seat} if chat else set()
        return seats - {""}

    def _aside(self, row: Row) -> str:
        """What belongs to a conversation; its contact's id when its screen changes."""
        match row:
            case Message():
                if row.by_a_person and row.contact_id in self.open:
                    said = row.text or f"[{row.event or row.kind.value}]"
                    self.texts[row.contact_id] = said[:EXCERPT_CHARACTERS]
                return row.contact_id
            case OutEntry():
                if row.state is OutState.QUEUED:
                    self.said.set()
                return row.contact_id
            case Attachment():
                return row.contact_id
            case Disposition():
                return row.contact_id if row.contact_id in self.open else ""
            case Identity():
                if row.id in self._uses:
                    self.identities[row.id] = row
            case ReplyGrant():
                return self._granted(row)
        return ""

    def _granted(self, grant: ReplyGrant) -> str:
        id_ = grant.identity_id
        if id_ not in self._uses:
            return ""
        kept = self.grants.get(id_)
        rivals = [grant] if kept is None or kept.id == grant.id else [kept, grant]
        best = newest_live(rivals, self._clock.now()) or grant
        self.grants[id_] = best
        return self.by_identity.get(id_, "")

    def _place(self, chat: Chat) -> None:
        self._unplace(chat.id)
        self.dirty[chat.id] = None
        if chat.state is ChatState.CLOSED:
            self.texts.pop(chat.id, None)
            self.handed.pop(chat.id, None)
            self.changes.pop(chat.id, None)
            if chat.identity_id not in self._uses:
                self.grants.pop(chat.identity_id, None)
                self.identities.pop(chat.identity_id, None)
            return
        self.open[chat.id] = chat
        self._uses[chat.identity_id] += 1
        if chat.form is ChatForm.CHAT:
            self.by_identity[chat.identity_id] = chat.id
        if chat.state is ChatState.WAITING:
            self.waiting[chat.id] = chat
            self.waiting_in[chat.queue] += 1
        else:
            self.at_seat[chat.seat][chat.id] = chat

    def _unplace(self, id_: str) -> None:
        before = self.open.pop(id_, None)
        if before is None:
            return
        self._uses[before.identity_id] -= 1
        if not self._uses[before.identity_id]:
            del self._uses[before.identity_id]
        if self.by_identity.get(before.identity_id) == id_:
            del self.by_identity[before.identity_id]
        if self.waiting.pop(id_, None):
            self.waiting_in[before.queue] -= 1
            if not self.waiting_in[before.queue]:
                del self.waiting_in[before.queue]
        here = self.at_seat.get(before.seat, {})
        here.pop(id_, None)
        if not here:
            self.at_seat.pop(before.seat, None)

    # ---- whoever waits for a change ----

    def _bump(self, contact_id: str) -> None:
        self._change += 1
        if contact_id in self.open:
            self.changes[contact_id] = self._change
        for ear in self._ears.get(contact_id, ()):
            ear.set()

    async def change(self, contact_id: str, known: int, seconds: float) -> bool:
        """Wait until this conversation has changed since ``known``; False when it has not."""
        ear = asyncio.Event()
        self._ears[contact_id].add(ear)
        try:
            if self.changes.get(contact_id, 0) != known:
                return True
            async with asyncio.timeout(seconds):
                await ear.wait()
        except TimeoutError:
            return False
        finally:
            self._ears[contact_id].discard(ear)
            if not self._ears[contact_id]:
                del self._ears[contact_id]
        return True
