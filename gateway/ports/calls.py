"""What the use cases ask of the store about calls, seats, people and the plan."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Protocol

from gateway.core.call import Call
from gateway.core.callback import Callback, CallbackState
from gateway.core.citizen import CallerFlag
from gateway.core.contact import ChatRecord, ContactQuery, ContactRecord
from gateway.core.dialling import CallbackTry
from gateway.core.facts import Fact, FactKind
from gateway.core.gap import Bookmark
from gateway.core.number import Number
from gateway.core.operator import Operator
from gateway.core.queue import Queue
from gateway.core.revision import Published, Revision
from gateway.core.seat import Seat
from gateway.core.session import Session


class CallStore(Protocol):
    """Calls, seats, people and the plan."""

    async def call(self, contact_id: str) -> Call | None:
        """The call of this contact."""
        ...

    async def open_calls(self) -> tuple[Call, ...]:
        """Every call that has not ended."""
        ...

    async def seats(self) -> tuple[Seat, ...]:
        """Every seat, by number."""
        ...

    async def queues(self) -> tuple[Queue, ...]:
        """Every queue, by name."""
        ...

    async def numbers(self) -> tuple[Number, ...]:
        """Every number that citizens dial."""
        ...

    async def revisions(self, *, before: int = 0, limit: int = 50) -> tuple[Revision, ...]:
        """Steps of the plan, newest first; ``before`` is a cursor, ``limit`` is 1..200."""
        ...

    async def published(self, number: int = 0) -> Published | None:
        """One step with its whole plan; 0 is the last one."""
        ...

    async def operators(self) -> tuple[Operator, ...]:
        """Everyone with a login, by login."""
        ...

    async def operator(self, operator_id: str) -> Operator | None:
        """One person by id."""
        ...

    async def operator_by_login(self, login: str) -> Operator | None:
        """One person by login, upper and lower case alike."""
        ...

    async def session(self, token_hash: str) -> Session | None:
        """A login that has not ended (it may have expired)."""
        ...

    async def sessions_of(self, operator_id: str) -> tuple[Session, ...]:
        """The logins of one person that have not ended (they may have expired), seen last first."""
        ...

    async def end_sessions(self, operator_id: str) -> None:
        """End every login of one person."""
        ...

    async def flags(self, number: str, now: datetime) -> tuple[CallerFlag, ...]:
        """The marks on a number that have not expired."""
        ...

    async def contact(self, contact_id: str) -> ContactRecord | ChatRecord | None:
        """One contact, by telephone or by messages, with its disposition and recording."""
        ...

    async def contacts(self, query: ContactQuery) -> tuple[ContactRecord | ChatRecord, ...]:
        """Newest first, of every channel."""
        ...

    async def bookmark(self, name: str) -> Bookmark | None:
        """How far a record that others write was read."""
        ...

    async def hotline_ids(self, wanted: Collection[str]) -> frozenset[str]:
        """Those of at most 1,000 ids that belong to a call, open or ended."""
        ...

    async def callback(self, callback_id: str) -> Callback | None:
        """One callback by id."""
        ...

    async def callbacks(
        self, *, state: CallbackState, number: str = "", limit: int = 500
    ) -> tuple[Callback, ...]:
        """Callbacks in one state, of one number or of all, oldest first. ``limit`` is 1..5000."""
        ...

    async def tries_dialling(self) -> tuple[CallbackTry, ...]:
        """The calls back that are under way, oldest first."""
        ...

    async def tries_of(self, callback_id: str) -> tuple[CallbackTry, ...]:
        """The calls of one callback, oldest first; at most 500."""
        ...

    async def facts(
        self, *, contact_id: str = "", after_seq: int = 0, limit: int = 500
    ) -> tuple[Fact, ...]:
        """Facts in order, of one contact or of all."""
        ...

    async def fact_seqs(self, since: datetime) -> tuple[int, int]:
        """The seq of the first fact that begins a figure at ``since`` or later, and of the newest.

        That is a call_arrived, chat_answered or chat_closed. Without one the first is one more than
        the newest; without a fact the newest is 0.
        """
        ...

    async def audit(
        self,
        *,
        kinds: Collection[FactKind],
        operator_id: str = "",
        since: datetime | None = None,
        until: datetime | None = None,
        before_seq: int = 0,
        limit: int = 100,
    ) -> tuple[Fact, ...]:
        """Facts of these kinds, newest first; ``operator_id`` empty: of everybody.

        ``since`` is in, ``until`` is out. ``before_seq`` is a cursor: the seq of the last fact of
        the page before; an unknown one finds nothing. ``limit`` is 1..200.
        """
        ...
