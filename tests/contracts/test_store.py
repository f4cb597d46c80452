"""What every store promises about records, whatever is below: SQLite or PostgreSQL."""

import asyncio
from dataclasses import replace
from datetime import timedelta, timezone
from typing import Any

import pytest

from gateway.core.call import CallState
from gateway.core.citizen import CallerFlag, FlagKind
from gateway.core.contact import ContactQuery, ContactRecord
from gateway.core.errors import AlreadyTaken, StoreUnavailable
from gateway.core.facts import FactKind
from gateway.core.line import Origin, PhoneKind
from gateway.core.operator import Role
from gateway.core.queue import Queue
from gateway.core.seat import Seat, SeatState
from gateway.core.session import Session
from gateway.ports import Row
from gateway.store import SqlStore
from gateway.store.errors import RowRefused
from tests.store_world import (
    NOON,
    StorePlace,
    a_call,
    a_disposition,
    a_fact,
    a_recording,
    an_ended_call,
    an_operator,
)


def a_session(token_hash: str, operator_id: str = "op-1") -> Session:
    """A login of one person."""
    return Session(
        token_hash=token_hash,
        operator_id=operator_id,
        created_at=NOON,
        seen_at=NOON,
        expires_at=NOON + timedelta(hours=12),
    )


async def test_a_call_comes_back_as_it_was_written(place: StorePlace) -> None:
    """Every field of a call, set or not, microseconds included, survives a restart."""
    fresh = a_call("c1", number="+8613812345678", origin=Origin.WEB)
    ended = an_ended_call("c2", number="")
    async with place.open() as store:
        await store.record(fresh, ended)
    async with place.open() as store:
        assert await store.call("c1") == fresh
        assert await store.call("c2") == ended
        assert await store.call("c3") is None


async def test_times_come_back_as_utc(place: StorePlace) -> None:
    """A time written in another zone is the same moment, and read as UTC."""
    beijing = NOON.astimezone(timezone(timedelta(hours=8)))
    async with place.open() as store:
        await store.record(a_call("c1", arrived_at=beijing))
        call = await store.call("c1")
    assert call is not None
    assert call.arrived_at == beijing
    assert call.arrived_at.utcoffset() == timedelta(0)


async def test_a_later_row_replaces_the_one_with_its_key(place: StorePlace) -> None:
    """Every kind of row is replaced as a whole by its key; nothing of the old one stays."""
    seat = Seat(
        number="8001", title="一号", state=SeatState.READY, phone=PhoneKind.DESK, since=NOON
    )
    queue = Queue(name="civil", title_zh="综合服务", title_en="General", key="1", rank=3)
    person = an_operator(must_change_password=True)
    async with place.open() as store:
        await store.record(seat, queue, person, an_ended_call("c1"), a_disposition("c1"))
        await store.record(
            Seat(number="8001"),
            replace(queue, title_zh="政务服务", rank=0),
            replace(person, name="李四", skills={}, active=False),
            a_call("c1", number="13900005678"),
            a_disposition("c1", note="", code="help"),
        )
        assert await store.seats() == (Seat(number="8001"),)
        assert await store.queues() == (replace(queue, title_zh="政务服务", rank=0),)
        assert await store.operators() == (replace(person, name="李四", skills={}, active=False),)
        assert await store.contact("c1") == ContactRecord(
            call=a_call("c1", number="13900005678"),
            disposition=a_disposition("c1", note="", code="help"),
        )


async def test_the_last_of_two_rows_in_one_record_wins(place: StorePlace) -> None:
    """Within one record the order of the rows counts."""
    async with place.open() as store:
        await store.record(a_call("c1"), a_call("c1", queue="civil"), Seat(number="8001"))
        call = await store.call("c1")
    assert call is not None
    assert call.queue == "civil"


async def test_open_calls_are_those_that_have_not_ended(place: StorePlace) -> None:
    """Whatever the state, a call is open until it ended; the oldest comes first."""
    calls = [
        a_call(f"c{n}", state=state, arrived_at=NOON - timedelta(seconds=n))
        for n, state in enumerate(CallState)
    ]
    async with place.open() as store:
        await store.record(*calls)
        expected = [call for call in reversed(calls) if call.state is not CallState.ENDED]
        assert await store.open_calls() == tuple(expected)


async def test_a_few_contacts_are_the_newest_of_all(place: StorePlace) -> None:
    """However many ask at once: each gets its own number's, as a long page has them."""
    numbers = [f"1380000{n:04}" for n in range(6)]
    calls = [
        a_call(f"c{m}-{n}", number=number, arrived_at=NOON + timedelta(seconds=m * (n + 1) % 7))
        for m, number in enumerate(numbers[:-1])
        for n in range(4 * m)
    ]
    async with place.open() as store:
        await store.record(*calls)
        for limit in (1, 6, 10):
            few = [ContactQuery(number=number, limit=limit) for number in numbers]
            answers = await asyncio.gather(*map(store.contacts, few))
            for number, answer in zip(numbers, answers, strict=True):
                assert answer == (await store.contacts(ContactQuery(number=number)))[:limit]
        assert [len(one) for one in answers] == [0, 4, 8, 10, 10, 0]


async def test_lists_are_sorted_by_their_names(place: StorePlace) -> None:
    """Seats by number, queues by name, people by login."""
    async with place.open() as store:
        await store.record(*(Seat(number=n) for n in ("8010", "8001", "9")))
        await store.record(*(Queue(name=n, title_zh="", title_en="") for n in ("z", "civil")))
        await store.record(*(an_operator(n, login=n, role=Role.AUDITOR) for n in ("b", "C", "a")))
        assert [seat.number for seat in await store.seats()] == ["8001", "8010", "9"]
        assert [queue.name for queue in await store.queues()] == ["civil", "z"]
        assert [person.login for person in await store.operators()] == ["a", "b", "C"]


async def test_a_login_is_found_in_any_case(place: StorePlace) -> None:
    """Upper and lower case of a login are the same person, and only one may have it."""
    person = an_operator("op-1", login="Wang.Xiaoming")
    async with place.open() as store:
        await store.record(person)
        assert await store.operator_by_login("wANG.xIAOMING") == person
        assert await store.operator("op-1") == person
        assert await store.operator("op-2") is None
        assert await store.operator_by_login("wang") is None
        with pytest.raises(AlreadyTaken):
            await store.record(an_operator("op-2", login="WANG.xiaoming"))
        await store.record(replace(person, login="WANG"))
        assert await store.operator_by_login("wang.xiaoming") is None


async def test_an_ended_login_is_gone(place: StorePlace) -> None:
    """A session lives until it is ended; ending a person's logins leaves everybody else's."""
    async with place.open() as store:
        await store.record(an_operator("op-1"), an_operator("op-2"))
        await store.record(a_session("t1"), a_session("t2"), a_session("t3", "op-2"))
        assert await store.session("t1") == a_session("t1")
        await store.record(replace(a_session("t1"), ended=True))
        assert await store.session("t1") is None
        assert await store.session("t2") == a_session("t2")
        await store.end_sessions("op-1")
        assert await store.session("t2") is None
        assert await store.session("t3") == a_session("t3", "op-2")


async def test_a_login_opened_after_all_were_ended_lives(place: StorePlace) -> None:
    """Ending all logins and opening a new one, at the same moment, keeps their order."""
    async with place.open() as store:
        await store.record(an_operator("op-1"), a_session("old"))
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(store.end_sessions("op-1"))
            tasks.create_task(store.record(a_session("new")))
        assert await store.session("old") is None
        assert await store.session("new") == a_session("new")


async def test_marks_are_found_by_any_writing_of_the_number(place: StorePlace) -> None:
    """A mark holds for the number, however it is written, until it expires."""
    until = NOON + timedelta(days=1)
    elder = CallerFlag(number="13800001234", kind=FlagKind.ELDER, note="听力不好", until=until)
    care = CallerFlag(number="13800001234", kind=FlagKind.CARE)
    async with place.open() as store:
        await store.record(elder, care, replace(elder, number="13900001234"))
        for written in ("13800001234", "+86 138-0000-1234", "008613800001234"):
            assert await store.flags(written, NOON) == (care, elder)
        assert await store.flags("13800001234", until - timedelta(microseconds=1)) == (care, elder)
        assert await store.flags("13800001234", until) == (care,)
        await store.record(replace(care, until=NOON))
        assert await store.flags("13800001234", NOON) == (elder,)
        assert await store.flags("1380000123", NOON) == ()
        assert await store.flags("", NOON) == ()
        with pytest.raises(RowRefused):
            await store.record(replace(care, number="anonymous"))


async def test_facts_are_numbered_in_order(place: StorePlace) -> None:
    """Facts come back in the order they were written, of one contact or of all, page by page."""
    data: dict[str, Any] = {"queue": "综合", "position": 3, "wait": 1.5, "by": None, "yes": True}
    written = [a_fact(f"c{n % 2}", data=data | {"n": n}, seat="8001") for n in range(7)]
    async with place.open() as store:
        await store.record(a_call("c0"), *written[:3])
        await store.record(*written[3:], a_fact(kind=FactKind.LINK_LOST, operator_id="op-1"))
        facts = await store.facts()
        assert [replace(fact, seq=0) for fact in facts[:7]] == written
        assert facts[7].kind is FactKind.LINK_LOST
        assert [f.seq for f in facts] == sorted({f.seq for f in facts})
        assert facts[0].seq > 0
        assert await store.facts(contact_id="c1") == facts[1:7:2]
        assert await store.facts(after_seq=facts[2].seq, limit=2) == facts[3:5]
        assert await store.facts(contact_id="c1", after_seq=facts[3].seq) == (facts[5],)


async def test_facts_of_two_hundred_at_once_keep_their_order(place: StorePlace) -> None:
    """Of 200 records at the same moment each is whole, and the facts stand as they were sent."""
    async with place.open() as store:
        async with asyncio.TaskGroup() as tasks:
            for n in range(200):
                three = (a_fact(f"c{n}", data={"n": n, "part": part}) for part in range(3))
                tasks.create_task(store.record(a_call(f"c{n}"), *three))
        facts = await store.facts(limit=1000)
        assert len(await store.open_calls()) == 200
    expected = [(n, part) for n in range(200) for part in range(3)]
    assert [(fact.data["n"], fact.data["part"]) for fact in facts] == expected
    assert [fact.seq for fact in facts] == sorted({fact.seq for fact in facts})


BAD_ROWS: dict[str, Row] = {
    "of no contact": a_disposition("nobody"),
    "no zone": a_call("bad", arrived_at=NOON.replace(tzinfo=None)),
    "no JSON": a_fact(data={"ratio": float("nan")}),
    "no UTF-8": a_call("bad", channel="\udcff"),
    "no UTF-8 in a cipher": a_call("bad", number="\udcff"),
    "too large": replace(a_recording("c1"), size_bytes=2**63),
    "second of its hotline id": a_call("bad", hotline_id="Hc1"),
}


@pytest.mark.parametrize("why", BAD_ROWS)
async def test_a_record_is_written_whole_or_not_at_all(place: StorePlace, why: str) -> None:
    """A row that breaks a rule takes its record with it, and no other that is written with it."""
    async with place.open() as store:
        await store.record(a_call("c1"))
        async with asyncio.TaskGroup() as tasks:
            before = tasks.create_task(store.record(a_call("c2"), a_fact("c2")))
            bad = tasks.create_task(_refused(store.record(Seat(number="8001"), BAD_ROWS[why])))
            after = tasks.create_task(store.record(a_call("c3"), a_fact("c3")))
        assert (before.result(), after.result()) == (None, None)
        assert bad.result() == "row-refused"
        assert await store.seats() == ()
        assert [call.id for call in await store.open_calls()] == ["c1", "c2", "c3"]
        assert [fact.contact_id for fact in await store.facts()] == ["c2", "c3"]
        await store.record(Seat(number="8001"))
        assert len(await store.seats()) == 1


async def _refused(writing: Any) -> str:
    """The code of the refusal."""
    with pytest.raises(RowRefused) as refused:
        await writing
    return refused.value.code


async def test_a_contact_holds_what_belongs_to_it(place: StorePlace) -> None:
    """A contact comes with its disposition and its recording, once they are there."""
    call = an_ended_call("c1")
    async with place.open() as store:
        await store.record(call)
        assert await store.contact("c1") == ContactRecord(call=call)
        await store.record(a_disposition("c1"), a_recording("c1"))
        assert await store.contact("c1") == ContactRecord(
            call=call, disposition=a_disposition("c1"), recording=a_recording("c1")
        )
        assert await store.contact("c2") is None


async def test_a_closed_store_says_so(place: StorePlace) -> None:
    """After closing, nothing is accepted."""
    async with place.open() as store:
        await store.record(a_call("c1"))
    with pytest.raises(StoreUnavailable):
        await store.record(a_call("c2"))


async def test_who_follows_the_facts_misses_none(place: StorePlace) -> None:
    """While two programs write, a reader that goes on from the last number sees every fact."""
    async with place.open() as one, place.open() as other:
        seen: list[int] = []
        async with asyncio.TaskGroup() as tasks:
            writes = [
                tasks.create_task(_write_facts(store, n))
                for store in (one, other)
                for n in range(8)
            ]
            while not all(write.done() for write in writes):
                new = await one.facts(after_seq=seen[-1] if seen else 0, limit=5000)
                seen += [fact.seq for fact in new]
        everything = [fact.seq for fact in await other.facts(limit=5000)]
    assert len(everything) == 2 * 8 * 10 * 2
    assert seen == everything[: len(seen)]


async def _write_facts(store: SqlStore, n: int) -> None:
    for turn in range(10):
        await store.record(a_fact(f"c{n}", data={"n": turn}), a_fact(f"c{n}"))
