"""What every store promises about units of the same moment: they count one after the other."""

import asyncio
from collections.abc import Awaitable
from datetime import timedelta

import pytest

from gateway.core.contact import ContactRecord
from gateway.core.session import Session
from gateway.store.errors import RowRefused
from tests.store_world import NOON, StorePlace, a_call, a_disposition, a_recording, an_operator

LOGIN = Session(
    token_hash="t1",
    operator_id="op-1",
    created_at=NOON,
    seen_at=NOON,
    expires_at=NOON + timedelta(hours=12),
)


async def test_a_row_cannot_lean_on_what_comes_later(place: StorePlace) -> None:
    """What is sent first cannot use what is sent next, though both share a commit."""
    async with place.open() as store:
        async with asyncio.TaskGroup() as tasks:
            early = tasks.create_task(_refused(store.record(a_disposition("c1"))))
            too_early = tasks.create_task(_refused(store.record(LOGIN)))
            tasks.create_task(store.record(a_call("c1"), an_operator("op-1")))
        assert (early.result(), too_early.result()) == (True, True)
        assert await store.contact("c1") == ContactRecord(call=a_call("c1"))
        assert await store.session("t1") is None


async def test_a_row_can_lean_on_what_came_before(place: StorePlace) -> None:
    """What is sent next can use what was sent first, and in one record the order is free."""
    async with place.open() as store:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(store.record(a_call("c1"), an_operator("op-1")))
            tasks.create_task(store.record(LOGIN, a_recording("c1")))
            tasks.create_task(store.record(a_disposition("c2"), a_call("c2")))
        assert await store.contact("c1") == ContactRecord(
            call=a_call("c1"), recording=a_recording("c1")
        )
        assert await store.contact("c2") == ContactRecord(
            call=a_call("c2"), disposition=a_disposition("c2")
        )
        assert await store.session("t1") == LOGIN


async def _refused(writing: Awaitable[None]) -> bool:
    with pytest.raises(RowRefused):
        await writing
    return True
