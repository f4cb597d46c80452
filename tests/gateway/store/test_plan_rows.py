"""Numbers, hours and revisions in the store, on both engines."""

from dataclasses import replace

import pytest

from gateway.core.number import Number
from gateway.core.operator import Operator, Role
from gateway.core.plan_diff import diff
from gateway.core.queue import Queue
from gateway.core.revision import Published, Removal, Revision
from gateway.core.seat import Seat
from gateway.store.errors import RowRefused
from tests.gateway.core.plans import GOOD, OFFICE
from tests.store_world import NOON, StorePlace


def step(number: int, **more: object) -> Published:
    """A revision of the good plan."""
    return Published(
        revision=Revision(
            number=number,
            at=NOON,
            operator_id="o1",
            by="管理员",
            changes=diff(replace(GOOD, seats=()), GOOD),
            **more,  # type: ignore[arg-type]
        ),
        plan=GOOD,
    )


async def test_what_was_published_is_read_back(place: StorePlace) -> None:
    """Queues with hours, numbers, people, and the step with its whole plan and its changes."""
    numbers = (Number(did="12345", queue="civil"), Number(did="12315", queue="civil", greeting="g"))
    gone = Operator(id="o2", login="bo", name="bo", role=Role.OPERATOR, removed=True)
    async with place.open() as store:
        await store.record(*GOOD.queues, *numbers, gone, step(1), step(2, undoes=1, comment="撤销"))
    async with place.open() as store:
        assert await store.queues() == GOOD.queues
        assert GOOD.queues[1].hours == OFFICE
        assert await store.numbers() == tuple(reversed(numbers))
        assert await store.operators() == (gone,)
        assert await store.published(1) == step(1)
        assert await store.published() == step(2, undoes=1, comment="撤销")
        assert await store.published(3) is None
        assert [one.number for one in await store.revisions()] == [2, 1]
        assert await store.revisions(before=2, limit=1) == (step(1).revision,)


async def test_rows_are_taken_away_in_the_same_step(place: StorePlace) -> None:
    """A queue, a number and a seat go, others stay."""
    civil = Queue(name="civil", title_zh="综", title_en="C")
    async with place.open() as store:
        await store.record(civil, replace(civil, name="tax"), Seat(number="8001"))
        await store.record(Number(did="1"), Number(did="2"), Seat(number="8002"))
        gone = (Removal("queue", "tax"), Removal("number", "1"), Removal("seat", "8001"))
        await store.record(*gone, replace(civil, rank=5), Removal("number", "not there"))
        assert await store.queues() == (replace(civil, rank=5),)
        assert [one.did for one in await store.numbers()] == ["2"]
        assert [one.number for one in await store.seats()] == ["8002"]


async def test_a_revision_is_never_written_over(place: StorePlace) -> None:
    """Two who publish at the same moment: the second is refused, with all its rows."""
    async with place.open() as store:
        await store.record(step(1))
        with pytest.raises(RowRefused):
            await store.record(Number(did="9"), step(1, comment="another"))
        assert await store.numbers() == ()
        assert await store.published(1) == step(1)
