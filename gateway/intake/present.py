"""The floor as it is now, and what people see of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any

from gateway.core.call import Call, CallState
from gateway.core.callback import Callback
from gateway.core.chat import Chat
from gateway.core.contact import Disposition
from gateway.core.dialling import CallbackTry, DialRules
from gateway.core.errors import Invalid
from gateway.core.guest import Guest, GuestState
from gateway.core.identity import Identity
from gateway.core.item import IntakeItem
from gateway.core.number import Number
from gateway.core.operator import Operator
from gateway.core.queue import FALLBACK, Queue
from gateway.core.reach import OPEN, Reach
from gateway.core.seat import Seat, SeatState
from gateway.core.staff_complaint import CONCERNED, Bars, ComplaintRules, StaffComplaint
from gateway.intake import views
from gateway.intake.callers import Callers
from gateway.intake.channel_account import ChannelAccounts
from gateway.intake.chat_floor import ChatFloor
from gateway.intake.chat_views import chat_view
from gateway.intake.hub import Hub
from gateway.intake.measures import Measures, NoMeasures
from gateway.ports import Clock, Store


async def _nobody_apart(_contact_id: str, _queue: str) -> None:
    """Every seat is rung."""


class Present:
    """Everything live, to look at; ``Floor`` changes it."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self.store = store
        self.clock = clock
        self.calls: dict[str, Call] = {}
        self.seats: dict[str, Seat] = {}
        self.queues: dict[str, Queue] = {}
        self.numbers: dict[str, Number] = {}
        self.leaving: set[str] = set()
        """Queues that are being removed: nobody new is sent there."""
        self.operators: dict[str, Operator] = {}
        self.names: dict[str, str] = {}
        self.callers = Callers(lambda: self.store, clock)
        self.chats = ChatFloor(lambda: self.store, clock)
        self.accounts: ChannelAccounts = {}
        """Channel accounts by id; set before the floor is opened."""
        self.dispositions: dict[str, Disposition] = {}
        self.callbacks: dict[str, Callback] = {}
        """Everybody who is listed, by id."""
        self.tries: dict[str, CallbackTry] = {}
        """The calls back that are under way, by the telephone system's id."""
        self.dial_rules = DialRules()
        self.withheld: Callable[[Seat], bool] = lambda _seat: False
        """Whether this seat is kept for somebody who keeps a place; see ``intake.places``."""
        self.reserved: Callable[[str], Mapping[str, int] | None] = lambda _seat: None
        """The queues that a seat serves now, whoever sits there; None: as its operator can."""
        self.booked: Callable[[str], bool] = lambda _queue: False
        """Whether nobody is led to this queue but by a booking."""
        self.send_apart: Callable[[str, str], Awaitable[None]] = _nobody_apart
        """Asked before a call is sent to a queue; see ``intake.seclusion``."""
        self.places: Callable[[], Iterable[IntakeItem]] = tuple
        """Those whose turn is to come, and who are called when it has."""
        self.measures: Measures = NoMeasures()
        self.bars = Bars()
        self.complaints: dict[str, StaffComplaint] = {}
        """About staff, by id: those that nobody has closed."""
        self.complaint_rules = ComplaintRules()
        self.guests: dict[str, Guest] = {}
        """Of calls that are on the floor, by id: also those who are gone."""
        self.reaches: dict[str, Reach] = {}
        self.shown: set[str] = set()
        self.slow: set[str] = set()
        """Callers who wait and are over a limit, by the telephone system's id."""
        self.link = "down"
        self.line: dict[str, Any] = views.line_view((), clock.now())
        """What waits, as it was told last."""
        self.own_lines: dict[str, dict[str, Any]] = {}
        """The same for those from whom some of it is kept."""
        self.pictures: list[Callable[[Operator], dict[str, Any]]] = []
        """Parts of a screen that others keep."""
        self.hub = Hub(self.picture, clock)

    def barred(self, operator_id: str, contact_id: str) -> bool:
        """Whether this contact does not exist for this person (``core.staff_complaint``).

        The call that they are in already goes on until it is wrapped up.
        """
        if not self.bars.bars(operator_id, contact_id):
            return False
        seat = self.seat_of(operator_id)
        inside = (SeatState.TALKING, SeatState.WRAPPING_UP)
        return seat is None or seat.contact_id != contact_id or seat.state not in inside

    def must_not_ring(self, number: str, contact_id: str) -> None:
        """Raise Invalid for the seat of somebody whom the citizen of this contact complains of."""
        seat = self.seats.get(number)
        if seat is not None and self.bars.bars(seat.operator_id, contact_id):
            raise Invalid(CONCERNED)

    def kept_from(self) -> set[str]:
        """Everybody from whom something that waits here is kept."""
        owed = {one.contact_id: None for one in self.callbacks.values()} if self.bars else {}
        everything = (self.calls.keys(), self.chats.waiting.keys(), owed.keys())
        return {who for ids in everything for who in self.bars.anybody(ids)}

    def callbacks_for(self, operator_id: str) -> list[Callback]:
        """Who is listed to be called, as far as this person may know."""
        listed = self.callbacks.values()
        return [one for one in listed if not self.barred(operator_id, one.contact_id)]

    def tell_seat(self, number: str) -> None:
        """Send this seat's operator their seat and call."""
        seat = self.seats[number]
        if seat.operator_id:
            self.hub.tell(seat.operator_id, "seat", views.seat_view(seat))
            self.hub.tell(seat.operator_id, "call", self.pop_of(seat))

    def tell_chats(self, number: str) -> None:
        """Send this seat's operator their conversations."""
        seat = self.seats.get(number)
        if seat and seat.operator_id:
            self.hub.tell(seat.operator_id, "chats", self.chats_view(number))

    def chats_view(self, number: str) -> list[dict[str, Any]]:
        """The conversations of this seat, the oldest first."""
        who = self.seats[number].operator_id  # what another had here waits again in a moment
        here = [c for c in self.chats.at_seat.get(number, {}).values() if c.operator_id == who]
        return [self.chat_view(one) for one in sorted(here, key=lambda c: (c.opened_at, c.id))]

    def chat_view(self, chat: Chat) -> dict[str, Any]:
        """One open conversation."""
        chats = self.chats
        return chat_view(
            chat,
            accounts=self.accounts,
            queue=self.queues.get(chat.queue),
            identity=chats.identities.get(chat.identity_id),
            grant=chats.grants.get(chat.identity_id),
            last_text=chats.texts.get(chat.id, ""),
            changed=chats.changes.get(chat.id, 0),
            disposition=None,
            names=self.names,
        )

    def closed_chat_view(
        self,
        chat: Chat,
        identity: Identity | None,
        last_text: str,
        disposition: Disposition | None,
    ) -> dict[str, Any]:
        """One that is over, from what the store has of it."""
        return chat_view(
            chat,
            accounts=self.accounts,
            queue=self.queues.get(chat.queue),
            identity=identity,
            grant=None,
            last_text=last_text,
            changed=0,
            disposition=disposition,
            names=self.names,
        )

    def pop_of(self, seat: Seat) -> dict[str, Any] | None:
        """The pop at this seat; a talk that it is called into is an offer for it."""
        if self.barred(seat.operator_id, seat.contact_id):
            return None
        view = self.call_view(seat.contact_id, seat.operator_id)
        offered = view is not None and seat.state is SeatState.OFFERED
        return {**view, "state": CallState.OFFERED.value} if view and offered else view

    def call_view(self, contact_id: str, operator_id: str) -> dict[str, Any] | None:
        """The pop of this contact as this person sees it, or None."""
        call = self.calls.get(contact_id)
        if call is None:
            return None
        view = views.call_view(
            call,
            self.queues.get(call.queue),
            pop_shown=contact_id in self.shown,
            flags=self.callers.flags.get(contact_id, ()),
            earlier=[
                one
                for one in self.callers.earlier.get(contact_id, ())
                if not self.barred(operator_id, one.id)
            ],
            disposition=self.dispositions.get(contact_id),
            callback=self.callback_of(contact_id),
            guests=self.guests_of(contact_id),
            reach=self.last_reach(contact_id),
            reaches=self.open_reaches(contact_id),
            ends=self.last_ends(contact_id),
            names=self.names,
        )
        return view | {"throttled": self.callers.throttled.get(contact_id, "")}

    def guests_of(self, contact_id: str) -> tuple[Guest, ...]:
        """Who is being called into this call, or is in."""
        there = (GuestState.DIALLING, GuestState.IN)
        return tuple(
            one
            for one in self.guests.values()
            if one.contact_id == contact_id and one.state in there
        )

    def last_ends(self, contact_id: str) -> dict[str, str]:
        """By wish: how the last of those who were tried for it and did not come ended."""
        failed = [
            one
            for one in self.guests.values()
            if one.contact_id == contact_id and one.state is GuestState.FAILED
        ]
        return {one.reach_id: one.end.value for one in sorted(failed, key=lambda g: g.asked_at)}

    def last_reach(self, contact_id: str) -> Reach | None:
        """The wish that is open, or the newest that is over."""
        found = [one for one in self.reaches.values() if one.contact_id == contact_id]
        return max(found, key=lambda one: (one.state in OPEN, one.asked_at), default=None)

    def open_reaches(self, contact_id: str) -> tuple[Reach, ...]:
        """The wishes that are open in this call, the oldest first."""
        found = [r for r in self.reaches.values() if r.contact_id == contact_id]
        return tuple(sorted((r for r in found if r.state in OPEN), key=lambda r: r.asked_at))

    def reach_of(self, contact_id: str) -> Reach | None:
        """The wish that is open in this call, or None."""
        for one in self.reaches.values():
            if one.contact_id == contact_id and one.state in OPEN:
                return one
        return None

    def callback_of(self, contact_id: str) -> Callback | None:
        """The open callback that this contact left, or None."""
        for one in self.callbacks.values():
            if one.contact_id == contact_id:
                return one
        return None

    def queues_view(self, operator_id: str = "") -> list[dict[str, Any]]:
        """Every queue with its waiting callers and ready seats, as this person may know them."""
        calls = [one for one in self.calls.values() if not self.barred(operator_id, one.id)]
        return [
            views.queue_view(queue, calls, len(self.ready_seats(queue.name)))
            for queue in self.queues.values()
        ]

    def ready_seats(self, queue: str) -> tuple[Seat, ...]:
        """The seats that could take a call of this queue now."""
        return tuple(
            seat
            for seat in self.seats.values()
            if seat.state is SeatState.READY
            and not self.chats.full(seat.number)
            and not self.withheld(seat)
            and (operator := self.operators.get(seat.operator_id))
            and self._serves(seat, operator, queue)
        )

    def _serves(self, seat: Seat, operator: Operator, queue: str) -> bool:
        only = self.reserved(seat.number)
        return queue == FALLBACK or queue in operator.skills if only is None else queue in only

    def seat_of(self, operator_id: str) -> Seat | None:
        """Where this person sits, if anywhere."""
        for seat in self.seats.values():
            if seat.operator_id == operator_id and seat.state is not SeatState.SIGNED_OUT:
                return seat
        return None

    def call_by_hotline_id(self, hotline_id: str) -> Call | None:
        """The open call with the telephone system's id."""
        for call in self.calls.values():
            if call.hotline_id == hotline_id and call.state is not CallState.ENDED:
                return call
        return None

    def picture(self, operator: Operator) -> dict[str, Any]:
        """The whole state of one operator's screen."""
        seat = self.seat_of(operator.id)
        others = {name: part for of in self.pictures for name, part in of(operator).items()}
        return {
            "me": views.me_view(operator),
            "seat": views.seat_view(seat) if seat else None,
            "call": self.pop_of(seat) if seat else None,
            "queues": self.queues_view(operator.id),
            "callbacks": len(self.callbacks_for(operator.id)),
            "chats": self.chats_view(seat.number) if seat else [],
            "line": self.own_lines.get(operator.id, self.line),
            "link": self.link,
            **others,
        }
