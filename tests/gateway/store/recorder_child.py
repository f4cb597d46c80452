"""A program that records calls, many at once, and says each id after it was acknowledged."""

import asyncio
import sys
from pathlib import Path

from gateway.clock import SystemClock
from gateway.store import SqlStore, open_store
from tests.store_world import a_call, a_fact

TASKS = 20


async def main(url: str, data_dir: str) -> None:
    """Record until killed."""
    async with (
        open_store(url, data_dir=Path(data_dir), clock=SystemClock()) as store,
        asyncio.TaskGroup() as tasks,
    ):
        for n in range(TASKS):
            tasks.create_task(record(store, n))


async def record(store: SqlStore, n: int) -> None:
    """One line of calls without end."""
    turn = 0
    while True:
        turn += 1
        contact_id = f"{n}-{turn}"
        await store.record(a_call(contact_id), a_fact(contact_id))
        sys.stdout.write(f"{contact_id}\n")
        sys.stdout.flush()


asyncio.run(main(sys.argv[1], sys.argv[2]))
