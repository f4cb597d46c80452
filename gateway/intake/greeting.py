"""How a caller is received: straight to a person, or through the short greeting."""

import asyncio
from collections.abc import Mapping

from gateway.core.citizen import FlagKind
from gateway.core.errors import StoreUnavailable
from gateway.core.queue import FALLBACK
from gateway.intake.floor import Floor
from ivr.plan import Arrival, Plan

LOOK_UP_SECONDS = 1.0
STRAIGHT = frozenset({FlagKind.ELDER, FlagKind.DIRECT})


class Greeting:
    """Answers the flow's question what to do with a caller; never keeps anyone waiting for it."""

    def __init__(self, floor: Floor, queue_of: Mapping[str, str]) -> None:
        self.floor = floor
        self._queue_of = dict(queue_of)

    async def plan(self, arrival: Arrival) -> Plan:
        """The queue of the dialled number, its shortcuts, and whether to skip the greeting."""
        queues = self.floor.queues
        queue = self._queue_of.get(arrival.did, "")
        if queue not in queues:
            queue = next((name for name in queues if name != FALLBACK), FALLBACK)
        return Plan(
            default_queue=queue,
            keys={one.key: one.name for one in queues.values() if one.key},
            valid_queues=frozenset({*queues, FALLBACK}),
            straight=await self._straight(arrival.number),
            prio=queues[queue].rank if queue in queues else 0,
        )

    async def _straight(self, number: str) -> bool:
        if not number:
            return False
        try:
            async with asyncio.timeout(LOOK_UP_SECONDS):
                flags = await self.floor.store.flags(number, self.floor.clock.now())
        except (StoreUnavailable, TimeoutError):
            return False
        return any(flag.kind in STRAIGHT for flag in flags)
