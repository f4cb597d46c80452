"""The same hotline on PostgreSQL: one call, from the ring to the record."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.gateway_world import gateway_world
from tests.postgres_world import PostgresWorld, postgres_world
from tests.walks.people import citizen, connected, operator, they_hear_each_other

pytestmark = [pytest.mark.asterisk, pytest.mark.postgresql]


@pytest.fixture
def postgres() -> Iterator[PostgresWorld]:
    """A private PostgreSQL."""
    with postgres_world() as world:
        yield world


async def test_a_call_on_postgresql_is_answered_and_on_record(
    postgres: PostgresWorld, tmp_path: Path
) -> None:
    """Pop, sound in both ears, disposition, history: nothing depends on which store it is."""
    async with (
        gateway_world(tmp_path, store_url=postgres.create_database()) as world,
        operator(world, "li", "8001") as li,
        citizen(world, "13812345678") as call,
    ):
        seat_call = await connected(call, li)
        await they_hear_each_other(call, seat_call)
        assert li.console.call
        path = f"/api/v1/contacts/{li.console.call['contact_id']}"
        await call.hang_up()
        await li.console.seat_becomes("wrapping_up")
        body = {"code": "consult", "note": "路灯不亮", "caller_name": "张三"}
        await li.console.put(f"{path}/disposition", body)
        detail = await li.console.get(path)
        assert detail["contact"]["outcome"] == "answered"
        assert detail["contact"]["disposition"]["note"] == "路灯不亮"
        found = await li.console.search("13812345678")
        assert len(found["items"]) == 1
