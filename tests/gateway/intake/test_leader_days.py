"""Laws of leaders' days: seats serve what is booked, callers are led there, assistants hear."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from gateway.core.errors import Invalid, NotAllowed, StoreUnavailable, Unknown
from gateway.core.facts import FactKind
from gateway.core.guest_kind import GuestMode, GuestRole
from gateway.core.leader_day import LeaderDay, sound, words
from gateway.core.number import Number
from gateway.core.queue import Queue
from gateway.core.seat import SeatState
from gateway.intake.greeting import Greeting
from gateway.intake.leader_days import LeaderDays, Wanted
from gateway.intake.leader_report import report_view
from gateway.intake.leader_shadow import LeaderShadow
from tests.eventually import eventually
from tests.gateway.intake.company import Company
from tests.gateway.intake.floor_world import FloorWorld
from tests.gateway.intake.test_floor import StoreBehindASwitch
from tests.gateway.intake.test_greeting import arrival, publish
from tests.gateway.intake.test_incidents import SoundsPeer

SHANGHAI = ZoneInfo("Asia/Shanghai")
LEADERS = Queue(name="leaders", title_zh="领导接听", title_en="Leaders")
TAX = Queue(name="tax", title_zh="税", title_en="Tax", key="3")
HOUR = 3600


@dataclass
class Days:
    """The plan has 12345 and the queues civil, leaders and tax."""

    world: FloorWorld
    sounds: SoundsPeer
    days: LeaderDays

    def wanted(self, **more: Any) -> Wanted:
        """In an hour, for an hour, at 8001, wang assisting at 8002."""
        local = self.world.clock.now().astimezone(SHANGHAI)
        usual: dict[str, Any] = {
            "date": local.date(),
            "begins": (local + timedelta(hours=1)).time(),
            "ends": (local + timedelta(hours=2)).time(),
            "name": "张三",
            "title": "副市长",
            "department": "",
            "seat": "8001",
            "assistant": "8002",
            "queue": "leaders",
            "key": "8",
            "dids": ["12345"],
        }
        return Wanted(**usual | more)

    async def book(self, **more: Any) -> LeaderDay:
        """Chen books it."""
        return await self.days.book(self.world.operators["chen"], self.wanted(**more))

    async def turn(self, seconds: float) -> None:
        """Time goes by, and seats are brought in line."""
        self.world.clock.turn(seconds)
        await self.days.look()

    def queues(self, seat: str) -> set[str]:
        """The queues that may ring this seat."""
        return {queue for number, queue in self.world.phones.members if number == seat}


@asynccontextmanager
async def opened(world: FloorWorld) -> AsyncIterator[Days]:
    """As after a start."""
    await publish(world, Number(did="12345", queue="civil"), LEADERS, TAX)
    sounds = SoundsPeer()
    days = LeaderDays(world.floor, world.desk.seating, sounds, SHANGHAI, {"1"})
    await days.open()
    yield Days(world, sounds, days)


async def test_in_the_booked_hours_a_key_leads_to_the_leader_and_every_caller_may_know(
    world: FloorWorld,
) -> None:
    """Before and after, the key means nothing; while nobody sits at the seat, neither."""
    async with opened(world) as own:
        day = await own.book()
        greeting = Greeting(
            world.floor, SHANGHAI, leaders_at=own.days.reached_from, prompts=["leader_key_8"]
        )
        await world.seated("li", "8001")
        plan = await greeting.plan(arrival())
        assert (plan.keys, plan.hints, plan.welcomes) == ({"3": "tax"}, (), {})
        await own.turn(HOUR)
        plan = await greeting.plan(arrival())
        assert plan.keys == {"3": "tax", "8": "leaders"}
        assert plan.hints == ("leader_key_8",)
        assert plan.welcomes == {"leaders": sound(day)}
        assert plan.default_queue == "civil"
        assert own.sounds.heard[sound(day)] == "今天由副市长张三接听您的电话，请稍候。"
        assert (await greeting.plan(arrival(did="12315"))).hints == ()
        await world.desk.sign_out("id-li")
        assert (await greeting.plan(arrival())).hints == ()
        await world.seated("li", "8001")
        await own.turn(HOUR)
        assert (await greeting.plan(arrival())).keys == {"3": "tax"}
        assert own.sounds.heard == {}


async def test_without_a_key_every_caller_of_the_number_is_led_there(world: FloorWorld) -> None:
    """And no key is named; nobody comes to the queue by chance, whatever they dialled."""
    async with opened(world) as own:
        await own.book(key="")
        await world.seated("li", "8001")
        await own.turn(HOUR)
        greeting = Greeting(
            world.floor, SHANGHAI, leaders_at=own.days.reached_from, prompts=["leader_key_8"]
        )
        plan = await greeting.plan(arrival())
        assert (plan.default_queue, plan.hints) == ("leaders", ())
        del world.floor.queues["civil"]
        assert (await greeting.plan(arrival(did="110"))).default_queue == "tax"


async def test_seats_serve_the_day_and_afterwards_what_they_did_before(world: FloorWorld) -> None:
    """The leader's seat its queue alone, the assistant's none; whoever waited is answered first."""
    async with opened(world) as own:
        await own.book()
        await world.seated("li", "8001")
        await world.seated("wang", "8002")
        await own.turn(HOUR - 1)
        assert own.queues("8001") == {"civil", "fallback"}
        await own.turn(1)
        assert (own.queues("8001"), own.queues("8002")) == ({"leaders"}, set())
        assert [seat.number for seat in world.floor.ready_seats("leaders")] == ["8001"]
        assert world.floor.ready_seats("civil") == ()
        await world.desk.take_break("id-wang", "meal")
        await world.desk.make_ready("id-wang")
        call = await world.arrives()
        async with world.floor.turn:
            await world.floor.commit(replace(call, queue="leaders"), must=True)
        await own.turn(HOUR)
        assert own.queues("8001") == {"leaders"}
        await world.hangs_up(world.floor.calls[call.id])
        await own.turn(1)
        for seat in ("8001", "8002"):
            assert own.queues(seat) == {"civil", "fallback"}
            assert world.phones.paused(seat) is False


async def test_it_is_changed_and_called_off_and_outlives_a_restart(world: FloorWorld) -> None:
    """Each is a fact with who did it; names of leaders stand in none; other words, other sound."""
    async with opened(world) as own:
        guo = replace(world.operators["chen"], id="id-guo")
        day = await own.book()
        changed = await own.days.change(guo, day.id, own.wanted(name="李四", seat="8003"))
        assert (changed.changed_by, list(own.sounds.heard)) == ("id-guo", [sound(changed)])
        later = LeaderDays(world.floor, world.desk.seating, own.sounds, SHANGHAI)
        await later.open()
        await world.seated("chen", "8003")
        world.clock.turn(HOUR)
        assert later.reached_from("12345") == (changed,)
        await later.look()
        assert own.queues("8003") == {"leaders"}
        await later.cancel(guo, day.id)
        await later.look()
        assert own.queues("8003") == {"civil", "fallback"}
        assert (later.reached_from("12345"), own.sounds.heard) == ((), {})
        with pytest.raises(Unknown):
            await later.cancel(guo, day.id)
        facts = [one for one in await world.store.facts() if "leader" in one.kind]
        assert [(one.kind, one.operator_id) for one in facts] == [
            (FactKind.LEADER_DAY_BOOKED, "id-chen"),
            (FactKind.LEADER_DAY_CHANGED, "id-guo"),
            (FactKind.LEADER_DAY_CANCELLED, "id-guo"),
        ]
        assert "张三" not in str(facts)


async def test_what_cannot_be_heard_or_kept_is_not_booked(world: FloorWorld) -> None:
    """A name that no voice reads, a queue that others lead to, a store that is away."""
    async with opened(world) as own:
        for wrong, pointer in (
            ({"queue": "civil"}, "/queue"),
            ({"queue": "tax"}, "/queue"),
            ({"queue": "fallback"}, "/queue"),
            ({"key": "3"}, "/key"),
            ({"key": "1"}, "/key"),
        ):
            with pytest.raises(Invalid) as refused:
                await own.book(**wrong)
            assert [one.pointer for one in refused.value.problems] == [pointer]
        switch = StoreBehindASwitch(world.store)
        world.floor.store, switch.away = switch, True
        with pytest.raises(StoreUnavailable):
            await own.book()
        switch.away = False
        assert own.sounds.heard == {}
        assert await world.store.leader_days(10) == ()


async def test_it_begins_and_ends_by_itself(world: FloorWorld) -> None:
    """Nobody has to look."""
    async with opened(world) as own:
        await world.seated("li", "8001")

        def serves(wanted: set[str]) -> bool:
            return own.queues("8001") == wanted

        async with asyncio.TaskGroup() as tasks:
            running = tasks.create_task(own.days.run())
            await eventually(lambda: world.clock.sleepers)
            await own.book()
            for served in ({"leaders"}, {"civil", "fallback"}):
                await eventually(lambda: world.clock.sleepers)
                await world.clock.elapse(HOUR)
                await eventually(partial(serves, served))
            running.cancel()


async def shadowed(company: Company) -> LeaderShadow:
    """The talk at 8001 is one of li's day; wang assists."""
    world = company.world
    await publish(world, Number(did="12345", queue="tax"), TAX)
    days = LeaderDays(world.floor, world.desk.seating, SoundsPeer(), SHANGHAI)
    await days.open()
    shadow = LeaderShadow(world.floor, days, company.supervision)
    own = Days(world, SoundsPeer(), days)
    await own.book(queue="civil")
    await own.turn(HOUR)
    return shadow


async def test_the_assistant_hears_each_of_the_leaders_calls_by_themselves(
    company: Company,
) -> None:
    """Heard by nobody; may whisper, and leave; then is ready for the next one."""
    world, wang = company.world, company.world.operators["wang"]
    shadow = await shadowed(company)
    await shadow.look()
    (order,) = world.phones.called_in
    assert (order.role, order.mode) == (GuestRole.SUPERVISOR, GuestMode.LISTEN)
    assert order.to.seat == "8002"  # type: ignore[union-attr]
    await company.joins(order.guest, GuestMode.LISTEN)
    shown = shadow.picture(wang)["shadow"]
    assert shown == {
        "contact_id": company.call.id,
        "leader": "副市长张三",
        "mode": "listen",
        "state": "in",
    }
    assert shadow.picture(world.operators["li"])["shadow"] is None
    await shadow.act(wang, company.call.id, GuestMode.WHISPER)
    assert world.phones.moved == [(company.call.channel, order.guest, GuestMode.WHISPER)]
    with pytest.raises(Invalid):
        await shadow.act(wang, company.call.id, GuestMode.JOIN)
    for other in ("li", "chen"):
        with pytest.raises(NotAllowed):
            await shadow.act(world.operators[other], company.call.id, GuestMode.LISTEN)
    with pytest.raises(NotAllowed):
        await shadow.act(wang, "another", GuestMode.LISTEN)
    await shadow.act(wang, company.call.id, None)
    assert world.phones.dropped == [order.guest]
    await shadow.look()
    assert len(world.phones.called_in) == 1
    await world.hangs_up(company.now())
    assert world.state("8002") is SeatState.READY
    assert shadow.picture(wang)["shadow"] is None


async def test_the_assistants_screen_is_told_what_a_fresh_one_shows(company: Company) -> None:
    """When they are called, when they are in, and when it is over."""
    world, wang = company.world, company.world.operators["wang"]
    shadow = await shadowed(company)
    hub = world.floor.hub
    async with hub.attach(wang) as console:
        first = await anext(console)
        assert first["data"]["shadow"]["mode"] == ""
        await shadow.look()
        await company.joins(world.phones.called_in[0].guest, GuestMode.LISTEN)
        await world.hangs_up(company.now())
        async with hub.attach(wang) as fresh:
            last = (await anext(fresh))["seq"]
        told = [first]
        while told[-1]["seq"] < last:
            told.append(await anext(console))
    said = [one["data"] for one in told if one["type"] == "shadow"]
    assert [one and one["state"] for one in said] == ["dialling", "in", None]


async def test_an_assistant_who_is_not_there_changes_nothing(company: Company) -> None:
    """On a break nobody is called; a phone that is gone is no fault of the call."""
    world = company.world
    shadow = await shadowed(company)
    await world.desk.take_break("id-wang", "meal")
    await shadow.look()
    assert world.phones.called_in == []
    await world.desk.make_ready("id-wang")
    world.phones.gone.add(company.call.hotline_id)
    await shadow.look()
    await shadow.look()
    assert len(world.phones.called_in) <= 1
    assert company.now().seat == "8001"
    assert world.state("8002") is SeatState.READY


async def test_the_days_own_figures_and_who_is_to_be_called_back(world: FloorWorld) -> None:
    """Only who came to the leader's queue in the booked hours."""
    async with opened(world) as own:
        day = await own.book()
        with pytest.raises(Unknown):
            await report_view(world.floor, "none")
        view = await report_view(world.floor, day.id)
        assert (view["offered"], view["back"], view["matters"]) == (0, [], {})
        assert words(day)
