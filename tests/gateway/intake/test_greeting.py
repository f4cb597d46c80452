"""How a caller is received."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from gateway.core.citizen import CallerFlag, FlagKind
from gateway.core.hours import Opening
from gateway.core.number import Number
from gateway.core.queue import FALLBACK, Queue
from gateway.intake.greeting import Greeting
from gateway.ports import Row
from ivr.plan import Arrival
from tests.gateway.intake.floor_world import FloorWorld
from tests.gateway.intake.test_floor import StoreBehindASwitch

NUMBER = "13800001234"
SHANGHAI = ZoneInfo("Asia/Shanghai")
TAX = Queue(name="tax", title_zh="税", title_en="Tax", key="3")


def arrival(number: str = NUMBER, did: str = "12345") -> Arrival:
    """Someone at the door."""
    return Arrival(hotline_id="Ht-1", number=number, did=did)


async def publish(world: FloorWorld, *rows: Row) -> None:
    """As after a publish."""
    await world.store.record(*rows)
    async with world.floor.turn:
        await world.floor.reload_plan()


async def test_the_dialled_number_chooses_queue_and_greeting(world: FloorWorld) -> None:
    """A number that nobody knows, or whose queue is gone, reaches the first queue there is."""
    await publish(
        world,
        Number(did="12345", queue="civil"),
        Number(did="12315", queue="closed-down", greeting="greeting_plain"),
        Number(did="12366", queue="tax", greeting="greeting_enterprise"),
        replace(TAX, rank=4),
    )
    greeting = Greeting(world.floor, SHANGHAI)
    for did, queue, prompt, prio in (
        ("12345", "civil", "greeting", 0),
        ("12315", "civil", "greeting_plain", 0),
        ("12366", "tax", "greeting_enterprise", 4),
        ("110", "civil", "greeting", 0),
    ):
        plan = await greeting.plan(arrival(did=did))
        assert (plan.default_queue, plan.greeting, plan.prio) == (queue, prompt, prio)
        assert (plan.keys, plan.straight) == ({"3": "tax"}, False)
        assert plan.valid_queues == {"civil", "tax", FALLBACK}


async def test_a_closed_queue_sends_its_callers_on_by_the_sites_own_time(
    world: FloorWorld,
) -> None:
    """Open 09:00 to 17:30 in Shanghai, on weekdays; its key leads to the open one, too."""
    office = (Opening(days=(1, 2, 3, 4, 5), opens="09:00", closes="17:30"),)
    await publish(
        world,
        replace(TAX, hours=office, closed_queue="civil"),
        Number(did="12366", queue="tax"),
    )
    greeting = Greeting(world.floor, SHANGHAI)
    monday = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)  # 09:00 in Shanghai
    for at, queue in (
        (monday, "tax"),
        (monday + timedelta(hours=8, minutes=29), "tax"),
        (monday + timedelta(hours=8, minutes=30), "civil"),
        (monday - timedelta(minutes=1), "civil"),
        (monday + timedelta(days=5), "civil"),
    ):
        world.clock.turn((at - world.clock.now()).total_seconds())
        plan = await greeting.plan(arrival(did="12366"))
        assert (plan.default_queue, plan.keys) == (queue, {"3": queue})


async def test_nobody_is_sent_to_a_queue_that_is_being_removed(world: FloorWorld) -> None:
    """From the moment the telephone system may forget it."""
    await publish(world, TAX, Number(did="12366", queue="tax"))
    world.floor.leaving = {"tax"}
    plan = await Greeting(world.floor, SHANGHAI).plan(arrival(did="12366"))
    assert (plan.default_queue, plan.keys) == ("civil", {})
    assert plan.valid_queues == {"civil", FALLBACK}


@pytest.mark.parametrize(
    ("kind", "straight"),
    [(FlagKind.ELDER, True), (FlagKind.DIRECT, True), (FlagKind.CARE, False)],
)
async def test_elders_and_marked_numbers_go_straight_to_a_person(
    world: FloorWorld, kind: FlagKind, *, straight: bool
) -> None:
    """Until the mark expires; a withheld number has none."""
    until = world.clock.now() + timedelta(days=1)
    await world.store.record(CallerFlag(number=NUMBER, kind=kind, until=until))
    greeting = Greeting(world.floor, SHANGHAI)
    assert (await greeting.plan(arrival())).straight is straight
    assert (await greeting.plan(arrival(number=""))).straight is False
    world.clock.turn(2 * 86_400)
    assert (await greeting.plan(arrival())).straight is False


async def test_a_store_that_is_away_keeps_nobody_at_the_door(world: FloorWorld) -> None:
    """Even a marked number is greeted like anyone else, and at once."""
    await world.store.record(CallerFlag(number=NUMBER, kind=FlagKind.ELDER))
    switch = StoreBehindASwitch(world.store)
    world.floor.store = switch
    assert (await Greeting(world.floor, SHANGHAI).plan(arrival())).straight
    switch.away = True
    plan = await Greeting(world.floor, SHANGHAI).plan(arrival())
    assert (plan.default_queue, plan.straight) == ("civil", False)


ENGLISH = Queue(name="english", title_zh="英语", title_en="English", key="9", language="en")
UYGHUR = Queue(name="uyghur", title_zh="维吾尔语", title_en="Uyghur", key="8", language="ug")
PROMPTS = ("greeting", "greeting_en", "language_en_9", "language_yue_7")


async def test_every_caller_hears_by_which_key_another_language_is_spoken(
    world: FloorWorld,
) -> None:
    """In that language, as far as it was spoken or recorded; the key leads there all the same."""
    await publish(world, Number(did="12345", queue="civil"), TAX, ENGLISH, UYGHUR)
    plan = await Greeting(world.floor, SHANGHAI, prompts=PROMPTS).plan(arrival())
    assert plan.hints == ("language_en_9",)
    assert plan.keys == {"3": "tax", "9": "english", "8": "uyghur"}
    assert (plan.default_queue, plan.greeting) == ("civil", "greeting")


async def test_a_number_marked_with_a_language_is_greeted_in_it_and_led_to_who_speaks_it(
    world: FloorWorld,
) -> None:
    """Without a greeting in it, by the number's own; a language nobody has a queue for is none."""
    await publish(world, Number(did="12345", queue="civil"), ENGLISH, UYGHUR)
    greeting = Greeting(world.floor, SHANGHAI, prompts=PROMPTS)
    for language, queue, prompt, hints in (
        ("en", "english", "greeting_en", ()),
        ("ug", "uyghur", "greeting", ()),
        ("fr", "civil", "greeting", ("language_en_9",)),
    ):
        mark = CallerFlag(number=NUMBER, kind=FlagKind.LANGUAGE, note=language)
        await world.store.record(mark)
        plan = await greeting.plan(arrival())
        assert (plan.default_queue, plan.greeting, plan.hints) == (queue, prompt, hints)
        assert plan.straight is False


async def test_nobody_comes_to_a_language_by_chance(world: FloorWorld) -> None:
    """A number that nobody knows leads to a queue where everybody is understood."""
    await publish(world, ENGLISH, TAX)
    del world.floor.queues["civil"]
    plan = await Greeting(world.floor, SHANGHAI).plan(arrival(did="110"))
    assert plan.default_queue == "tax"
