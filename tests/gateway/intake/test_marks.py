"""Marks on callers' numbers: who may, what is recorded, who sees it."""

from datetime import UTC
from typing import Any

import pytest

from gateway.core.call import Call
from gateway.core.citizen import CallerFlag, FlagKind
from gateway.core.errors import Invalid, NotAllowed, StoreUnavailable, Unknown
from gateway.core.facts import Fact, FactKind
from gateway.core.number import Number
from gateway.core.operator import Operator, Role
from gateway.core.queue import Queue
from gateway.intake.greeting import Greeting
from gateway.intake.marks import Marks
from gateway.intake.records import Records
from gateway.ports import Row, Store
from ivr.plan import Arrival
from tests.gateway.intake.floor_world import FloorWorld
from tests.gateway.intake.test_greeting import publish

NUMBER = "13800001234"
NOTE = "听力不便，请慢些说"


class NothingIsWritten:
    """The real store with a full disk."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def record(self, *rows: Row) -> None:
        """Refuse."""
        raise StoreUnavailable(f"{len(rows)} rows")

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)


@pytest.fixture
def marks(world: FloorWorld) -> Marks:
    """Marks on the floor's calls."""
    return Marks(world.floor, Records(world.store, world.clock, world.folder, world.floor.barred))


async def at_seat(world: FloorWorld, number: str = NUMBER) -> Call:
    """Li talks with this number at 8001."""
    await world.seated("li", "8001")
    call = await world.arrives(number)
    await world.rings(call, "8001")
    await world.answers(call, "8001")
    return call


async def noted(world: FloorWorld) -> list[Fact]:
    """The facts about marks."""
    kinds = (FactKind.NUMBER_FLAGGED, FactKind.NUMBER_UNFLAGGED)
    return [fact for fact in await world.store.facts() if fact.kind in kinds]


async def is_straight(world: FloorWorld, number: str) -> bool:
    """Whether the next call of this number skips the greeting."""
    arrival = Arrival(hotline_id="Ht-9", number=number, did="12345")
    return (await Greeting(world.floor, UTC).plan(arrival)).straight


@pytest.mark.parametrize(
    ("kind", "straight"),
    [(FlagKind.ELDER, True), (FlagKind.DIRECT, True), (FlagKind.CARE, False)],
)
async def test_a_mark_holds_for_the_next_call_until_it_is_taken_back(
    world: FloorWorld, marks: Marks, kind: FlagKind, straight: bool
) -> None:
    """Elder and direct go straight to a person; care is only shown."""
    li, call = world.operators["li"], await at_seat(world)
    assert not await is_straight(world, NUMBER)
    flag = CallerFlag(number=NUMBER, kind=kind, note=NOTE)
    assert await marks.mark(li, call.id, kind, NOTE, 0) == (flag,)
    assert await marks.of(NUMBER) == (flag,)
    assert await is_straight(world, NUMBER) is straight
    assert await marks.unmark(li, call.id, kind) == ()
    assert await marks.of(NUMBER) == ()
    assert not await is_straight(world, NUMBER)


async def test_the_fact_says_which_kind_and_neither_number_nor_note(
    world: FloorWorld, marks: Marks
) -> None:
    """Facts are read by auditors and kept for ever."""
    li, call = world.operators["li"], await at_seat(world)
    await marks.mark(li, call.id, FlagKind.CARE, NOTE, 7)
    await marks.unmark(li, call.id, FlagKind.CARE)
    facts = await noted(world)
    assert [fact.kind for fact in facts] == [FactKind.NUMBER_FLAGGED, FactKind.NUMBER_UNFLAGGED]
    for fact in facts:
        assert (fact.contact_id, fact.operator_id, fact.seat) == (call.id, "id-li", "8001")
        assert fact.data == {"kind": "care"}


async def test_every_seat_with_this_caller_sees_it_at_once_and_no_other(
    world: FloorWorld, marks: Marks
) -> None:
    """Also a call of the same number at another seat, however the number was written there."""
    call = await at_seat(world)
    await world.seated("wang", "8002")
    same = await world.arrives(f"+86{NUMBER}")
    await world.rings(same, "8002")
    other = await world.arrives("13900005678")
    await marks.mark(world.operators["li"], call.id, FlagKind.ELDER, NOTE, 0)
    shown = [{"kind": "elder", "note": NOTE, "until": None}]
    for login in ("li", "wang"):
        assert world.floor.picture(world.operators[login])["call"]["flags"] == shown
    assert world.floor.callers.flags.get(other.id, ()) == ()
    await marks.unmark(world.operators["li"], call.id, FlagKind.ELDER)
    for login in ("li", "wang"):
        assert world.floor.picture(world.operators[login])["call"]["flags"] == []


async def test_the_screen_is_told_and_the_same_as_a_fresh_picture(
    world: FloorWorld, marks: Marks
) -> None:
    """The push that follows carries the mark; nobody needs to ask."""
    li, call = world.operators["li"], await at_seat(world)
    async with world.floor.hub.attach(li, "", -1) as messages:
        seen = aiter(messages)
        assert (await anext(seen))["type"] == "snapshot"
        await marks.mark(li, call.id, FlagKind.ELDER, NOTE, 1)
        message = await anext(seen)
        while message["type"] != "call":
            message = await anext(seen)
    assert message["data"] == world.floor.picture(li)["call"]
    assert [flag["kind"] for flag in message["data"]["flags"]] == ["elder"]


async def test_what_cannot_be_recorded_is_not_shown(world: FloorWorld, marks: Marks) -> None:
    """Record first: with the store away neither the screen nor the next call knows of it."""
    li, call = world.operators["li"], await at_seat(world)
    world.floor.store = NothingIsWritten(world.store)
    with pytest.raises(StoreUnavailable):
        await marks.mark(li, call.id, FlagKind.ELDER, NOTE, 0)
    assert world.floor.picture(li)["call"]["flags"] == []
    world.floor.store = world.store
    assert await marks.of(NUMBER) == ()


async def test_a_mark_ends_by_itself_after_its_days(world: FloorWorld, marks: Marks) -> None:
    """To the second; 0 days never."""
    li, call = world.operators["li"], await at_seat(world)
    await marks.mark(li, call.id, FlagKind.ELDER, "", 0)
    await marks.mark(li, call.id, FlagKind.CARE, "", 1)
    world.clock.turn(86_399)
    assert [flag.kind for flag in await marks.of(NUMBER)] == [FlagKind.CARE, FlagKind.ELDER]
    world.clock.turn(1)
    assert [flag.kind for flag in await marks.of(NUMBER)] == [FlagKind.ELDER]


async def test_a_second_mark_of_a_kind_replaces_the_first(world: FloorWorld, marks: Marks) -> None:
    """Never two of a kind, on the screen or in the store."""
    li, call = world.operators["li"], await at_seat(world)
    await marks.mark(li, call.id, FlagKind.CARE, "旧", 1)
    kept = await marks.mark(li, call.id, FlagKind.CARE, " 新\n备注 ", 0)
    assert [(flag.note, flag.until) for flag in kept] == [("新 备注", None)]
    assert kept == await marks.of(NUMBER)
    assert len(world.floor.picture(li)["call"]["flags"]) == 1


async def test_another_ones_contact_is_like_none_at_all(world: FloorWorld, marks: Marks) -> None:
    """The same visibility as looking back; and nothing is recorded."""
    call = await at_seat(world)
    told = []
    for contact_id in (call.id, "no-such-contact"):
        with pytest.raises(Unknown) as unknown:
            await marks.mark(world.operators["wang"], contact_id, FlagKind.ELDER, "", 0)
        told.append(str(unknown.value).replace(contact_id, "X"))
        with pytest.raises(Unknown):
            await marks.unmark(world.operators["wang"], contact_id, FlagKind.ELDER)
    assert told[0] == told[1]
    assert await noted(world) == []
    await marks.mark(world.operators["chen"], call.id, FlagKind.ELDER, "", 0)
    assert [fact.operator_id for fact in await noted(world)] == ["id-chen"]


async def test_whoever_configures_or_audits_marks_nobody(world: FloorWorld, marks: Marks) -> None:
    """Separation of duties (GB/T 22239)."""
    call = await at_seat(world)
    for role in (Role.ADMIN, Role.AUDITOR):
        who = Operator(id="id-x", login="x", name="某", role=role)
        with pytest.raises(NotAllowed):
            await marks.mark(who, call.id, FlagKind.ELDER, "", 0)
        with pytest.raises(NotAllowed):
            await marks.unmark(who, call.id, FlagKind.ELDER)


async def test_a_withheld_number_cannot_be_marked(world: FloorWorld, marks: Marks) -> None:
    """It would be a mark on everybody who withholds theirs."""
    li, call = world.operators["li"], await at_seat(world, "")
    with pytest.raises(Invalid) as refused:
        await marks.mark(li, call.id, FlagKind.ELDER, "", 0)
    assert [one.code for one in refused.value.problems] == ["number-withheld"]
    with pytest.raises(Invalid):
        await marks.unmark(li, call.id, FlagKind.ELDER)
    assert await noted(world) == []


@pytest.mark.parametrize(
    ("note", "days", "codes"),
    [
        ("长" * 201, 3651, ["too-long", "not-in-range"]),
        ("", -1, ["not-in-range"]),
        ("假\u202e的", 0, ["characters"]),
        ("半个\ud83d", 0, ["characters"]),
    ],
)
async def test_what_does_not_fit_is_told_all_at_once(
    world: FloorWorld, marks: Marks, note: str, days: int, codes: list[str]
) -> None:
    """And nothing is recorded; 200 characters and 3650 days still fit."""
    li, call = world.operators["li"], await at_seat(world)
    with pytest.raises(Invalid) as refused:
        await marks.mark(li, call.id, FlagKind.CARE, note, days)
    assert [one.code for one in refused.value.problems] == codes
    assert await noted(world) == []
    assert await marks.mark(li, call.id, FlagKind.CARE, "长" * 200, 3650)


async def test_a_mark_that_is_not_there_cannot_be_taken_back(
    world: FloorWorld, marks: Marks
) -> None:
    """Facts say what happened: nothing did."""
    li, call = world.operators["li"], await at_seat(world)
    await marks.mark(li, call.id, FlagKind.ELDER, "", 0)
    with pytest.raises(Unknown):
        await marks.unmark(li, call.id, FlagKind.CARE)
    await marks.unmark(li, call.id, FlagKind.ELDER)
    with pytest.raises(Unknown):
        await marks.unmark(li, call.id, FlagKind.ELDER)
    assert len(await noted(world)) == 2


async def test_a_language_is_marked_that_somebody_here_speaks(
    world: FloorWorld, marks: Marks
) -> None:
    """By its code, so that the next call goes there; another word is refused with its field."""
    yue = Queue(name="yue", title_zh="粤语", title_en="Cantonese", key="7", language="yue")
    await publish(world, Number(did="12345", queue="civil"), yue)
    call = await at_seat(world)
    li = world.operators["li"]
    for wrong in ("", "粤语", "en"):
        with pytest.raises(Invalid) as refused:
            await marks.mark(li, call.id, FlagKind.LANGUAGE, wrong, 0)
        assert [one.pointer for one in refused.value.problems] == ["/note"]
    (flag,) = await marks.mark(li, call.id, FlagKind.LANGUAGE, "yue", 0)
    assert flag.note == "yue"
    arrival = Arrival(hotline_id="Ht-2", number=NUMBER, did="12345")
    assert (await Greeting(world.floor, UTC).plan(arrival)).default_queue == "yue"
