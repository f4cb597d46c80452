"""What every store promises about complaints about staff: SQLite or PostgreSQL."""

from dataclasses import replace
from datetime import timedelta

from gateway.core.contact import ContactQuery
from gateway.core.retention import DataClass
from gateway.core.staff_complaint import closed, followed
from gateway.core.transcript import WordsQuery
from tests.complaint_rows import a_staff_complaint
from tests.heard_rows import a_segment
from tests.store_world import NOON, StorePlace, a_call

LATER = NOON + timedelta(days=400)


async def test_complaints_outlive_a_restart(place: StorePlace) -> None:
    """Every field comes back; what is closed is listed apart, and bars as before."""
    one = a_staff_complaint(by="op-1", concerned=("op-li", "op-wu"))
    over = closed(one, "op-boss", NOON, "核实属实，已约谈")
    async with place.open() as store:
        await store.record(one, a_staff_complaint("8" * 32, contacts=("c-2",), concerned=()))
    async with place.open() as store:
        assert [each.id for each in await store.staff_complaints_open()] == ["7" * 32, "8" * 32]
        await store.record(over)
        assert [each.id for each in await store.staff_complaints_open()] == ["8" * 32]
        assert await store.staff_complaints_over(10) == (over,)
        assert await store.staff_complaint(one.id) == over
        assert await store.staff_complaint_of("c-1") == over
        assert await store.staff_complaint_of("c-3") is None
        assert set(await store.staff_bars()) == {("c-1", "op-li"), ("c-1", "op-wu")}


async def test_a_contact_that_it_goes_on_in_is_barred_too(place: StorePlace) -> None:
    """And leads to the same complaint."""
    one = a_staff_complaint()
    async with place.open() as store:
        await store.record(one)
        more = followed(one, "c-9")
        await store.record(more)
        assert await store.staff_complaint_of("c-9") == more
        assert set(await store.staff_bars()) == {("c-1", "op-li"), ("c-9", "op-li")}


async def test_pages_leave_out_what_is_barred_and_stay_full(place: StorePlace) -> None:
    """The history and the search, for the one who is concerned and for nobody else."""
    calls = [
        replace(a_call(f"c-{n}"), arrived_at=NOON + timedelta(minutes=n), number="13800001234")
        for n in (1, 2, 3)
    ]
    said = [a_segment(f"s-{n}", f"c-{n}", n, text="态度恶劣") for n in (1, 2, 3)]
    async with place.open() as store:
        await store.record(*calls, *said, a_staff_complaint(contacts=("c-2",)))
        for number in ("", "13800001234"):
            asked = ContactQuery(number=number, limit=2)
            mine = await store.contacts(replace(asked, not_for="op-li"))
            assert [one.id for one in mine] == ["c-3", "c-1"]
            others = await store.contacts(replace(asked, not_for="op-wu"))
            assert [one.id for one in others] == ["c-3", "c-2"]
        found = await store.find_words(WordsQuery(text="态度恶劣", not_for="op-li"))
        assert {one.contact_id for one in found} == {"c-1", "c-3"}
        found = await store.find_words(WordsQuery(text="态度恶劣", not_for="op-wu"))
        assert {one.contact_id for one in found} == {"c-1", "c-2", "c-3"}


async def test_what_is_said_in_a_complaint_is_kept_until_it_is_closed(place: StorePlace) -> None:
    """Then its time is over as any other's."""
    call = replace(a_call("c-1"), ended_at=NOON)
    one = a_staff_complaint()
    async with place.open() as store:
        await store.record(call, a_segment("s-1", "c-1", 1), one)
        assert await store.expired(DataClass.TRANSCRIPTS, LATER) == ()
        await store.record(closed(one, "op-boss", NOON, "已办结"))
        assert await store.expired(DataClass.TRANSCRIPTS, LATER) == ("c-1",)
