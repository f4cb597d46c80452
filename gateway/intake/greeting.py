"""How a caller is received: straight to a person, or through the short greeting."""

import asyncio
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import tzinfo

from gateway.core.citizen import CallerFlag, FlagKind
from gateway.core.errors import StoreUnavailable
from gateway.core.incident import Incident
from gateway.core.leader_day import LeaderDay, sound
from gateway.core.number import GREETING
from gateway.core.queue import FALLBACK, Queue
from gateway.intake.doors import complaint_queue, door, taking
from gateway.intake.floor import Floor
from gateway.intake.throttling import Caller, Throttling
from ivr.plan import Arrival, Bulletin, Measure, Plan

LOOK_UP_SECONDS = 1.0
LEADER_HINT = "leader_key"
"""With the key behind it: the prompt that says which key leads to the leader."""
MOST_HINTS = 3
"""After the greeting; a caller who waits for a person waits for them."""
STRAIGHT = frozenset({FlagKind.ELDER, FlagKind.DIRECT})


class Greeting:
    """Answers the flow's question what to do with a caller; never keeps anyone waiting for it.

    Opening hours are by ``zone``, the site's own time. A queue that is closed now sends its callers
    on, those of a shortcut key, too. ``emergency_keys`` (key → code) always lead to their lines.
    ``incident_at`` knows what all callers of a number are told now, and where that leads them;
    ``leaders_at`` which leaders answer them now. A number that is marked with a language goes to
    the queue of that language and is greeted in it; others hear which key leads there, as far as
    there are ``prompts`` that say so.
    Whoever a measure holds against (``floor.measures``) is told so instead of the flow.
    """

    def __init__(
        self,
        floor: Floor,
        zone: tzinfo,
        emergency_keys: Mapping[str, str] | None = None,
        *,
        incident_at: Callable[[str], Incident | None] = lambda _did: None,
        leaders_at: Callable[[str], Sequence[LeaderDay]] = lambda _did: (),
        throttling: Throttling | None = None,
        prompts: Collection[str] = (),
        complaint_key: str = "",
    ) -> None:
        self.floor = floor
        self._emergency_keys = emergency_keys or {}
        self._incident_at = incident_at
        self._leaders_at = leaders_at
        self._throttling = throttling
        self._prompts = frozenset(prompts)
        self._complaint_key = complaint_key
        self._zone = zone

    async def plan(self, arrival: Arrival) -> Plan:
        """The queue of the dialled number, its shortcuts, and whether to skip the greeting."""
        floor = self.floor
        local = floor.clock.now().astimezone(self._zone)
        number = floor.numbers.get(arrival.did)
        queue = door(floor, number.queue if number else "", local)
        queues = taking(floor)
        leaders = self._leaders_at(arrival.did)
        queue = next((one.queue for one in leaders if not one.key), queue)
        incident = self._incident_at(arrival.did)
        flags = await self._flags(arrival.number)
        language = next((f.note for f in flags if f.kind is FlagKind.LANGUAGE), "")
        own = next((q.name for q in queues.values() if language and q.language == language), "")
        queue = door(floor, own, local) if own else queue
        spoken = f"{GREETING}_{language}" if own else ""
        how = await floor.measures.met_at(arrival.number)
        own_way = incident is None or bool(incident.key)
        if incident is not None and not own_way:
            queue = door(floor, incident.queue, local)
        return Plan(
            default_queue=queue,
            keys={one.key: door(floor, one.name, local) for one in queues.values() if one.key}
            | {one.key: one.queue for one in leaders if one.key},
            valid_queues=frozenset({*queues, FALLBACK}),
            straight=any(flag.kind in STRAIGHT for flag in flags),
            prio=incident.rank
            if incident is not None and not own_way
            else queues[queue].rank
            if queue in queues
            else 0,
            bulletin=Bulletin(
                name=incident.id,
                key=incident.key,
                queue=door(floor, incident.queue, local),
                prio=incident.rank,
            )
            if incident is not None
            else None,
            welcomes={one.queue: sound(one) for one in leaders},
            hints=() if spoken else self._hints(leaders, queues.values()),
            greeting=spoken if self._has(spoken) else number.greeting if number else GREETING,
            emergency_keys=self._emergency_keys,
            measure=Measure(name=how.standing.id, person=how.person) if how else None,
            slow=await self._slow(arrival),
            complaint_key=self._complaint_key,
            complaint_queue=door(floor, complaint_queue(floor, queue), local),
        )

    async def _slow(self, arrival: Arrival) -> str:
        """The limit that this call is over; whoever presses an emergency key is not held by it."""
        if self._throttling is None:
            return ""
        who = Caller(number=arrival.number, trunk=arrival.trunk, asserted=arrival.asserted)
        return await self._throttling.call(who)

    def _has(self, prompt: str) -> bool:
        return bool(prompt) and prompt in self._prompts

    def _hints(self, leaders: Sequence[LeaderDay], queues: Iterable[Queue]) -> tuple[str, ...]:
        """The prompts that name a key; one that was never spoken or recorded is left out."""
        wanted = [f"{LEADER_HINT}_{one.key}" for one in leaders if one.key]
        if self._complaint_key:
            wanted.append(f"complaint_key_{self._complaint_key}")
        wanted += [f"language_{one.language}_{one.key}" for one in queues if one.language]
        return tuple(one for one in wanted if self._has(one))[:MOST_HINTS]

    async def _flags(self, number: str) -> Sequence[CallerFlag]:
        """What is known of this number; nothing when the store does not say it in time."""
        if not number:
            return ()
        try:
            async with asyncio.timeout(LOOK_UP_SECONDS):
                return await self.floor.store.flags(number, self.floor.clock.now())
        except (StoreUnavailable, TimeoutError):
            return ()
