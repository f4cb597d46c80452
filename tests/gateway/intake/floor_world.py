"""A floor with a real store, a clock that is turned and a telephone that says what we say."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from gateway.core import line
from gateway.core.call import Call
from gateway.core.operator import Operator, Role
from gateway.core.queue import FALLBACK, Queue
from gateway.core.seat import Seat, SeatState
from gateway.intake.desk import Desk
from gateway.intake.dispatch import Dispatch
from gateway.intake.floor import Floor
from gateway.intake.reception import Reception
from gateway.intake.seating import Seating
from gateway.store.store import SqlStore, open_store
from tests.peers.phones_peer import PhonesPeer
from tests.turned_clock import TurnedClock

BROWSER = line.PhoneKind.BROWSER


@dataclass
class FloorWorld:
    """Everything of the intake, nothing of the telephone or the web."""

    store: SqlStore
    clock: TurnedClock
    phones: PhonesPeer
    floor: Floor
    desk: Desk
    reception: Reception
    dispatch: Dispatch
    ended: asyncio.Queue[Call]
    operators: dict[str, Operator]
    folder: Path
    _ids: "count[int]" = field(default_factory=lambda: count(1))

    def beside(self) -> AbstractAsyncContextManager[SqlStore]:
        """Another store, empty."""
        return open_store("", data_dir=self.folder / "beside", clock=self.clock)

    async def hear(self, *news: line.News) -> None:
        """The telephone system says; reception has dealt with it when this returns."""
        await self.reception.take(list(news))

    async def arrives(self, number: str = "13800001234", *, slow: bool = False) -> Call:
        """A citizen dials and stands in the queue."""
        hotline_id = f"Ht-{next(self._ids)}"
        id_: dict[str, Any] = {"hotline_id": hotline_id, "at": self.clock.now()}
        await self.hear(
            line.CallArrived(
                **id_,
                channel=f"PJSIP/trunk-local-{hotline_id}",
                number=number,
                did="12345",
                origin=line.Origin.TRUNK,
            ),
            line.CallerQueued(**id_, queue="civil", position=1, slow=slow),
        )
        call = self.floor.call_by_hotline_id(hotline_id)
        assert call
        return call

    def state(self, seat: str) -> SeatState:
        """The state of this seat now."""
        return self.floor.seats[seat].state

    def leg(self, call: Call, seat: str) -> str:
        """The name of the seat's side of this call."""
        return f"PJSIP/seat-{seat}-{call.hotline_id}"

    async def rings(self, call: Call, seat: str) -> None:
        """The seat's phone rings for this call."""
        await self.hear(
            line.SeatRang(
                hotline_id=call.hotline_id,
                at=self.clock.now(),
                queue=call.queue,
                seat=seat,
                phone=BROWSER,
                leg=self.leg(call, seat),
            )
        )

    async def answers(self, call: Call, seat: str) -> None:
        """The seat picks up."""
        await self.hear(
            line.SeatAnswered(
                hotline_id=call.hotline_id,
                at=self.clock.now(),
                seat=seat,
                leg=self.leg(call, seat),
                queue=call.queue,
                hold_seconds=1.0,
                ring_seconds=1.0,
            )
        )

    async def declines(self, call: Call, seat: str, cause: line.DeclineCause) -> None:
        """The ring ends without an answer."""
        await self.hear(
            line.SeatDeclined(
                hotline_id=call.hotline_id,
                at=self.clock.now(),
                seat=seat,
                leg=self.leg(call, seat),
                cause=cause,
                ring_seconds=1.0,
            )
        )

    async def hangs_up(self, call: Call) -> None:
        """The citizen is gone."""
        await self.hear(
            line.CallGone(
                hotline_id=call.hotline_id, at=self.clock.now(), cause=16, by_citizen=True
            )
        )

    async def seated(self, login: str, seat: str) -> Seat:
        """Sign in with a registered browser phone and get ready."""
        self.phones.registered.add((seat, BROWSER))
        operator = self.operators[login]
        await self.desk.sign_in(operator, seat, BROWSER)
        return await self.desk.make_ready(operator.id)


@asynccontextmanager
async def floor_world(folder: Path) -> AsyncIterator[FloorWorld]:
    """Two operators, three seats, one queue and the fallback."""
    clock = TurnedClock()
    async with open_store("", data_dir=folder, clock=clock) as store:
        operators = {
            login: Operator(
                id=f"id-{login}", login=login, name=name, role=role, skills={"civil": 0}
            )
            for login, name, role in (
                ("li", "李明", Role.OPERATOR),
                ("wang", "王芳", Role.OPERATOR),
                ("chen", "陈班长", Role.SUPERVISOR),
            )
        }
        await store.record(
            *operators.values(),
            Queue(name="civil", title_zh="综合服务", title_en="General", wrap_up_seconds=30),
            Queue(name=FALLBACK, title_zh="兜底", title_en="Fallback"),
            *(Seat(number=str(number)) for number in (8001, 8002, 8003)),
        )
        floor = Floor(store, clock)
        await floor.open()
        phones = PhonesPeer(at=clock.now())
        seating = Seating(floor, phones)
        desk = Desk(
            floor, phones, seating, break_reasons=("rest", "meal"), dispositions=("consult",)
        )
        ended: asyncio.Queue[Call] = asyncio.Queue()
        yield FloorWorld(
            store=store,
            clock=clock,
            phones=phones,
            floor=floor,
            desk=desk,
            reception=Reception(floor, phones, seating, ended),
            dispatch=Dispatch(floor, phones, seating, desk),
            ended=ended,
            operators=operators,
            folder=folder,
        )
