"""What an operator may do at their seat. Every command is recorded before it is so.

Commands raise IllegalMove, Invalid, Unknown, AlreadyTaken, NotAllowed, and the two Unavailable.
"""

from collections.abc import Collection
from dataclasses import replace
from datetime import timedelta
from typing import Any

from gateway.core.call import WITH_SEAT, Call, CallState
from gateway.core.contact import Disposition
from gateway.core.errors import AlreadyTaken, IllegalMove, Invalid, NotAllowed, Problem, Unknown
from gateway.core.facts import Fact, FactKind
from gateway.core.line import PhoneKind
from gateway.core.operator import Operator
from gateway.core.seat import Seat, SeatMove, SeatState, move
from gateway.intake.floor import Floor
from gateway.intake.seating import Seating
from gateway.ports import Phones

NOTE_CHARACTERS = 4000
NAME_CHARACTERS = 64
EXTENSION_SECONDS = 60
REGISTER_PAUSES_SECONDS = (0.0, 0.3, 0.7, 1.0, 1.0)
IN_A_CALL = frozenset({SeatState.OFFERED, SeatState.TALKING})


class Desk:
    """Seats and the calls at them."""

    def __init__(
        self,
        floor: Floor,
        phones: Phones,
        seating: Seating,
        *,
        break_reasons: Collection[str],
        dispositions: Collection[str],
    ) -> None:
        self.floor = floor
        self.phones = phones
        self.seating = seating
        self._break_reasons = frozenset(break_reasons)
        self._dispositions = frozenset(dispositions)

    # ---- seats ----

    def seats(self) -> tuple[Seat, ...]:
        """Every seat, by number."""
        return tuple(self.floor.seats[number] for number in sorted(self.floor.seats))

    def call_state(self, seat: Seat) -> str:
        """Of the call at this seat; empty without one."""
        call = self.floor.calls.get(seat.contact_id)
        return call.state.value if call else ""

    def seat_of(self, operator_id: str) -> Seat | None:
        """Where this person sits."""
        return self.floor.seat_of(operator_id)

    def queues_view(self, operator_id: str) -> list[dict[str, Any]]:
        """Queues with waiting callers and ready seats."""
        return self.floor.queues_view(operator_id)

    async def sign_in(self, operator: Operator, seat: str, phone: PhoneKind) -> Seat:
        """Sit down. The same person at the same seat again (a reload) is no error."""
        async with self.floor.turn:
            mine = self.floor.seat_of(operator.id)
            wanted = self.floor.seats.get(seat)
            if wanted is None:
                raise Unknown("seat", seat)
            if mine and mine.number == seat and mine.phone is phone:
                return mine
            if mine:
                raise AlreadyTaken("operator", operator.id, mine.number)
            if wanted.state is not SeatState.SIGNED_OUT:
                raise AlreadyTaken("seat", seat, self.floor.names.get(wanted.operator_id, ""))
            self.floor.operators[operator.id] = operator
            self.floor.names[operator.id] = operator.name
            signed = move(wanted, SeatMove.SIGN_IN, self.floor.clock.now(), reason="signed_in")
            signed = replace(
                signed,
                operator_id=operator.id,
                phone=phone,
                contact_id="",
                next_break="",
                wrap_up_until=None,
            )
            fact = self._fact(FactKind.SEAT_SIGNED_IN, signed, phone=phone.value)
            await self.floor.commit(signed, fact, must=True)
        await self.seating.enlist(signed)
        return signed

    async def sign_out(self, operator_id: str) -> Seat:
        """Leave the seat; not during a call."""
        async with self.floor.turn:
            seat = self._seat(operator_id)
            left = move(seat, SeatMove.SIGN_OUT, self.floor.clock.now())
            left = replace(left, operator_id="", contact_id="", next_break="", wrap_up_until=None)
            await self.floor.commit(left, self._fact(FactKind.SEAT_SIGNED_OUT, seat), must=True)
        await self.seating.enforce(left.number)
        return left

    async def make_ready(self, operator_id: str) -> Seat:
        """示闲: take calls. The seat's phone must be registered, or it would ring into nothing."""
        seat = self._seat(operator_id)
        if seat.state is SeatState.WRAPPING_UP:
            return await self.finish_wrap_up(operator_id)
        await self.must_be_registered(seat)
        async with self.floor.turn:
            ready = move(self._seat(operator_id), SeatMove.MAKE_READY, self.floor.clock.now())
            ready = replace(ready, next_break="")
            await self.floor.commit(ready, self._fact(FactKind.SEAT_BECAME_READY, ready), must=True)
        await self.seating.agree(ready)
        return ready

    async def take_break(self, operator_id: str, reason: str) -> Seat:
        """小休: no new calls. During a call it is kept and taken when the wrap-up ends."""
        if reason not in self._break_reasons:
            raise Invalid(
                Problem("/reason", "unknown-reason", "没有这个小休原因。", "No such break reason.")
            )
        async with self.floor.turn:
            seat = self._seat(operator_id)
            if seat.state in IN_A_CALL:
                await self.floor.commit(later := replace(seat, next_break=reason), must=True)
                return later
            away = move(seat, SeatMove.TAKE_BREAK, self.floor.clock.now(), reason=reason)
            away = replace(away, contact_id="", next_break="", wrap_up_until=None)
            fact = self._fact(FactKind.SEAT_TOOK_BREAK, away, reason=reason)
            await self.floor.commit(away, fact, must=True)
        await self.seating.agree(away)
        return away

    async def finish_wrap_up(self, operator_id: str, away: str = "") -> Seat:
        """End the wrap-up: ready again, or into the break asked for during the call.

        ``away`` is why nobody would see the next call; such a seat does not become ready.
        """
        async with self.floor.turn:
            seat = self._seat(operator_id)
            if seat.state is not SeatState.WRAPPING_UP:
                raise IllegalMove("seat", seat.state, SeatMove.FINISH_WRAP_UP)
            done = await self._end_wrap_up(replace(seat, next_break=seat.next_break or away))
        await self.seating.agree(done)
        return done

    async def _end_wrap_up(self, seat: Seat) -> Seat:
        now = self.floor.clock.now()
        if seat.next_break:
            done = move(seat, SeatMove.TAKE_BREAK, now, reason=seat.next_break)
        else:
            done = move(seat, SeatMove.FINISH_WRAP_UP, now)
        done = replace(done, contact_id="", next_break="", wrap_up_until=None)
        await self.floor.commit(done, self._fact(FactKind.WRAP_UP_FINISHED, seat), must=True)
        return done

    async def extend_wrap_up(self, operator_id: str) -> Seat:
        """A minute more."""
        async with self.floor.turn:
            seat = self._seat(operator_id)
            if seat.state is not SeatState.WRAPPING_UP:
                raise IllegalMove("seat", seat.state, "extend_wrap_up")
            until = (seat.wrap_up_until or self.floor.clock.now()) + timedelta(
                seconds=EXTENSION_SECONDS
            )
            await self.floor.commit(longer := replace(seat, wrap_up_until=until), must=True)
            return longer

    # ---- calls ----

    async def pop_shown(self, operator_id: str, contact_id: str) -> None:
        """The screen has painted this pop."""
        async with self.floor.turn:
            seat = self._seat(operator_id)
            if seat.contact_id != contact_id or contact_id in self.floor.shown:
                return
            self.floor.shown.add(contact_id)
            await self.floor.commit(self._fact(FactKind.POP_SHOWN, seat, contact_id), must=False)
            self.floor.tell_seat(seat.number)

    async def hold(self, operator_id: str, contact_id: str) -> None:
        """Music for the citizen, for a limited time."""
        call = self._my_call(operator_id, contact_id)
        if call.state is not CallState.TALKING:
            raise IllegalMove("call", call.state, "hold")
        await self.phones.hold(call.channel, call.leg)

    async def retrieve(self, operator_id: str, contact_id: str) -> None:
        """Talk to the citizen again."""
        call = self._my_call(operator_id, contact_id)
        if call.state is not CallState.HELD:
            raise IllegalMove("call", call.state, "retrieve")
        await self.phones.retrieve(call.channel)

    async def hang_up(self, operator_id: str, contact_id: str) -> None:
        """End the call. A call that only rings here is not ours to end: it is refused instead."""
        call = self._my_call(operator_id, contact_id)
        if call.state is CallState.OFFERED:
            await self.phones.withdraw(call.leg)
        elif call.state in WITH_SEAT or call.state is CallState.RECONNECTING:
            await self.phones.hang_up(call.channel)

    async def close(
        self, operator: Operator, contact_id: str, code: str, note: str, caller_name: str
    ) -> Disposition:
        """Write down how the contact was dealt with; may be corrected by its operator."""
        problems = []
        if code not in self._dispositions:
            problems.append(
                Problem("/code", "unknown-code", "没有这个处理结果。", "No such disposition.")
            )
        if len(note) > NOTE_CHARACTERS:
            problems.append(
                Problem(
                    "/note",
                    "too-long",
                    f"最多 {NOTE_CHARACTERS} 字。",
                    f"At most {NOTE_CHARACTERS} characters.",
                )
            )
        if len(caller_name) > NAME_CHARACTERS:
            problems.append(
                Problem(
                    "/caller_name",
                    "too-long",
                    f"最多 {NAME_CHARACTERS} 字。",
                    f"At most {NAME_CHARACTERS} characters.",
                )
            )
        if problems:
            raise Invalid(*problems)
        call = self.floor.calls.get(contact_id) or await self.floor.store.call(contact_id)
        if call is None:
            raise Unknown("contact", contact_id)
        if call.operator_id != operator.id:
            raise NotAllowed("close")
        async with self.floor.turn:
            now = self.floor.clock.now()
            disposition = Disposition(
                contact_id=contact_id,
                operator_id=operator.id,
                code=code,
                at=now,
                note=note,
                caller_name=caller_name,
            )
            fact = Fact(
                kind=FactKind.DISPOSITION_RECORDED,
                at=now,
                contact_id=contact_id,
                seat=call.seat,
                operator_id=operator.id,
                data={"code": code},
            )
            await self.floor.commit(disposition, fact, must=True)
        return disposition

    # ---- inside ----

    def _seat(self, operator_id: str) -> Seat:
        seat = self.floor.seat_of(operator_id)
        if seat is None:
            raise IllegalMove("seat", SeatState.SIGNED_OUT, "command")
        return seat

    async def must_be_registered(self, seat: Seat) -> None:
        """A page that was just opened may need a moment to register its phone."""
        for pause in REGISTER_PAUSES_SECONDS:
            await self.floor.clock.sleep(pause)
            if await self.phones.reachable(seat.number, seat.phone):
                return
        raise Invalid(
            Problem(
                "/seat/phone",
                "phone-not-registered",
                "话机未注册：浏览器软电话请刷新页面并允许使用麦克风；桌面话机请检查网线和账号。",
                "The phone is not registered: reload the page and allow the microphone, "
                "or check the desk phone's cable and account.",
            )
        )

    def _my_call(self, operator_id: str, contact_id: str) -> Call:
        seat = self._seat(operator_id)
        call = self.floor.calls.get(contact_id)
        if call is None or seat.contact_id != contact_id or call.seat != seat.number:
            raise Unknown("call", contact_id)
        return call

    def _fact(self, kind: FactKind, seat: Seat, contact_id: str = "", **data: str) -> Fact:
        return Fact(
            kind=kind,
            at=self.floor.clock.now(),
            contact_id=contact_id or seat.contact_id,
            seat=seat.number,
            operator_id=seat.operator_id,
            data=data,
        )
