"""A program that records calls, or what citizens write, many at once.

It says each contact's id after it was acknowledged.
"""

import asyncio
import sys
from contextlib import suppress
from pathlib import Path

from gateway.clock import SystemClock
from gateway.core.errors import AlreadyTaken
from gateway.store import SqlStore, open_store
from tests.message_rows import a_delivery
from tests.store_world import a_call, a_fact

TASKS = 20


async def main(url: str, data_dir: str, what: str) -> None:
    """Record until killed."""
    async with (
        open_store(url, data_dir=Path(data_dir), clock=SystemClock()) as store,
        asyncio.TaskGroup() as tasks,
    ):
        for n in range(TASKS):
            tasks.create_task(record(store, what, n))


async def record(store: SqlStore, what: str, n: int) -> None:
    """One line of contacts without end; of three deliveries of a message one is recorded."""
    turn = 0
    while True:
        turn += 1
        contact_id = f"{n}-{turn}"
        if what == "calls":
            await store.record(a_call(contact_id), a_fact(contact_id))
        else:
            await store.record(*a_delivery(contact_id))
            for try_ in (2, 3):
                with suppress(AlreadyTaken):
                    await store.record(*a_delivery(contact_id, try_))
        sys.stdout.write(f"{contact_id}\n")
        sys.stdout.flush()


asyncio.run(main(*sys.argv[1:]))
