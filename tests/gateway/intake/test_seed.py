"""The first start fills what is empty, and no start touches what people changed."""

from dataclasses import replace

from gateway.core.number import Number
from gateway.core.operator import Role
from gateway.core.plan import Plan
from gateway.core.queue import FALLBACK, Queue
from gateway.core.revision import Published, Removal, Revision
from gateway.intake.accounts import Accounts
from gateway.intake.seed import seed
from tests.gateway.intake.floor_world import FloorWorld

NUMBERS = (Number(did="12345", queue="other"),)
QUEUES = (Queue(name="other", title_zh="另", title_en="Other"),)


async def test_an_empty_store_gets_queues_numbers_seats_and_two_logins(world: FloorWorld) -> None:
    """Each login works with the password that was shown, and only its hash is kept."""
    empty = world.beside()
    async with empty as store:
        accounts = Accounts(store, world.clock)
        first = await seed(store, accounts, QUEUES, ("8001", "8002"), NUMBERS)
        assert [(one.login, one.role) for one in first] == [
            ("operator", Role.OPERATOR),
            ("admin", Role.ADMIN),
        ]
        assert {queue.name for queue in await store.queues()} == {"other", FALLBACK}
        assert [seat.number for seat in await store.seats()] == ["8001", "8002"]
        assert await store.numbers() == NUMBERS
        for one in first:
            operator, _ = await accounts.log_in(one.login, one.password, "192.0.2.1")
            assert operator.must_change_password
            assert one.password not in str(operator.password_hash)
            assert one.password not in repr(one)
        assert await seed(store, accounts, QUEUES, ("8001", "8002")) == ()


async def test_what_people_changed_is_not_seeded_again(world: FloorWorld) -> None:
    """A second start with another file changes nothing."""
    changed = replace(world.floor.queues["civil"], title_zh="改过的")
    await world.store.record(changed)
    accounts = Accounts(world.store, world.clock)
    assert await seed(world.store, accounts, QUEUES, ("9001",)) == ()
    assert {queue.name: queue.title_zh for queue in await world.store.queues()} == {
        "civil": "改过的",
        FALLBACK: "兜底",
    }
    assert "9001" not in {seat.number for seat in await world.store.seats()}


async def test_what_an_admin_emptied_stays_empty(world: FloorWorld) -> None:
    """Once something was published, a start adds no number and no seat."""
    async with world.beside() as store:
        accounts = Accounts(store, world.clock)
        await seed(store, accounts, QUEUES, ("8001",), NUMBERS)
        revision = Revision(number=1, at=world.clock.now(), operator_id="", by="")
        gone = (Removal("seat", "8001"), Removal("number", "12345"))
        await store.record(*gone, Published(revision=revision, plan=Plan()))
        await seed(store, accounts, QUEUES, ("8001",), NUMBERS)
        assert await store.seats() == ()
        assert await store.numbers() == ()
