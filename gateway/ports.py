"""What the use cases ask of the world."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from gateway.core.bans import DoorRestored, Knock
from gateway.core.call import Call
from gateway.core.callback import Callback, CallbackState
from gateway.core.citizen import CallerFlag
from gateway.core.contact import ContactQuery, ContactRecord, Disposition, Recording
from gateway.core.facts import Fact, FactKind
from gateway.core.gap import Bookmark, LogPage
from gateway.core.line import LineSnapshot, News, PhoneKind
from gateway.core.number import Number
from gateway.core.operator import Operator
from gateway.core.queue import Queue
from gateway.core.revision import Published, Removal, Revision
from gateway.core.seat import Seat
from gateway.core.session import Session

Row = (
    Call
    | Seat
    | Operator
    | Queue
    | Session
    | CallerFlag
    | Disposition
    | Recording
    | Callback
    | Bookmark
    | Number
    | Published
    | Removal
    | Fact
)


class Clock(Protocol):
    """The only source of time."""

    def now(self) -> datetime:
        """Aware UTC."""
        ...

    def monotonic(self) -> float:
        """Seconds that never run backwards; only differences mean anything."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        ...


class Store(Protocol):
    """The truth. Raises StoreUnavailable when it cannot answer."""

    async def record(self, *rows: Row) -> None:
        """Write all rows in one transaction; when this returns they survive a power cut.

        A Fact is appended; every other row replaces the one with its key (Call.id, Seat.number,
        Operator.id, Queue.name, Session.token_hash, CallerFlag number+kind, Disposition.contact_id,
        Recording.contact_id, Callback.id, Bookmark.name).
        """
        ...

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

    async def contact(self, contact_id: str) -> ContactRecord | None:
        """One contact with its disposition and recording."""
        ...

    async def contacts(self, query: ContactQuery) -> tuple[ContactRecord, ...]:
        """Newest first."""
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

    async def facts(
        self, *, contact_id: str = "", after_seq: int = 0, limit: int = 500
    ) -> tuple[Fact, ...]:
        """Facts in order, of one contact or of all."""
        ...

    async def fact_seqs(self, since: datetime) -> tuple[int, int]:
        """The seq of the first call_arrived at ``since`` or later, and that of the newest fact.

        Without such a call the first is one more than the newest; without a fact the newest is 0.
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


class Phones(Protocol):
    """The telephone system. Every call raises PhonesUnavailable when it does not answer in time."""

    def news(self) -> AsyncIterator[News]:
        """What happens, in order per call; the first thing after each login is LinkRestored."""
        ...

    async def enlist(
        self, seat: str, phone: PhoneKind, name: str, skills: Mapping[str, int], *, paused: bool
    ) -> None:
        """Make the seat's phone a member of exactly these queues (name → penalty)."""
        ...

    async def dismiss(self, seat: str) -> None:
        """Take both phones of a seat out of every queue; no error when they were in none."""
        ...

    async def expel(self, queue: str, interface: str) -> None:
        """Take out of a queue what no seat put there; no error when it is gone already."""
        ...

    async def pause(self, seat: str, phone: PhoneKind, reason: str) -> None:
        """No new calls for this seat."""
        ...

    async def resume(self, seat: str, phone: PhoneKind) -> None:
        """New calls for this seat."""
        ...

    async def withdraw(self, leg: str) -> None:
        """Stop ringing this leg; the caller keeps their place and rings elsewhere."""
        ...

    async def hold(self, channel: str, leg: str) -> None:
        """Music for the citizen; comes back by itself after the hold limit."""
        ...

    async def retrieve(self, channel: str) -> None:
        """Citizen and seat together again."""
        ...

    async def hang_up(self, channel: str) -> None:
        """End the citizen's leg and with it the call; no error when it is gone already."""
        ...

    async def lose(self, leg: str) -> None:
        """End a talking seat's leg as torn away: the citizen is kept for the seat, to music."""
        ...

    async def packets_from(self, leg: str) -> int:
        """How many packets of sound this seat has sent in its leg; 0 when that is gone."""
        ...

    async def whisper(self, channel: str, prompts: Sequence[str]) -> None:
        """Speak prompts (names) over the music without taking the caller out of the queue."""
        ...

    async def reachable(self, seat: str, phone: PhoneKind) -> bool:
        """Whether this phone is registered now."""
        ...

    async def rouse(self, seat: str, phone: PhoneKind) -> None:
        """Ask this phone now whether it is there, instead of when its time has come."""
        ...

    async def snapshot(self) -> LineSnapshot:
        """Everything the telephone system has now."""
        ...


class Door(Protocol):
    """The doors of SIP. Asking and telling raise PhonesUnavailable without an answer."""

    def knocks(self) -> AsyncIterator[Knock | DoorRestored]:
        """Who tries to get in; the first thing after each login is DoorRestored."""
        ...

    async def phones_at(self) -> frozenset[str]:
        """The addresses from which phones of ours are registered now."""
        ...

    async def shut_out(self, sources: Sequence[str]) -> None:
        """Refuse every request from these networks, and from no others."""
        ...


class CallLog(Protocol):
    """The telephone system's own record of its calls, kept also while we are away."""

    def pages(self, since: Bookmark) -> AsyncIterator[LogPage]:
        """What was written after ``since``, calls in the order of their ends, in bounded pages.

        The last page has the calls that have not ended, and is there even when nothing is new. A
        record that cannot be read gives none.
        """
        ...

    async def end(self) -> Bookmark | None:
        """Where the record ends now, with an empty ``run``; None when it cannot be read."""
        ...


class PhoneSecrets(Protocol):
    """What a seat's phone needs to register."""

    def password(self, seat: str, phone: PhoneKind) -> str:
        """The SIP password of this phone."""
        ...
