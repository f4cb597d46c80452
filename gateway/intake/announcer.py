"""Tell waiting callers where they stand, over the music, without keeping them from a free seat."""

from collections import deque
from contextlib import suppress
from datetime import datetime

from gateway.core.call import Call, CallState
from gateway.core.errors import PhonesUnavailable
from gateway.core.waiting import expected_wait, prompts
from gateway.intake.floor import Floor
from gateway.ports import Phones

TICK_SECONDS = 1.0
ANSWERS_KEPT = 100


class Announcer:
    """Speaks position and expected wait, first after a while and then at intervals."""

    def __init__(
        self,
        floor: Floor,
        phones: Phones,
        *,
        first_after_seconds: int,
        every_seconds: int,
        voicemail: bool = False,
    ) -> None:
        self.floor = floor
        self.phones = phones
        self.first_after_seconds = first_after_seconds
        self.every_seconds = every_seconds
        self._voicemail = voicemail
        self._told: dict[str, datetime] = {}
        self._answered: dict[str, deque[datetime]] = {}
        self._counted: set[str] = set()

    async def run(self) -> None:
        """Watch for ever; returns at once when announcements are switched off."""
        while True:
            if self.every_seconds > 0:
                await self.tick()
            await self.floor.clock.sleep(TICK_SECONDS)

    async def tick(self) -> None:
        """Speak to everyone whose turn it is to hear something."""
        now = self.floor.clock.now()
        self._count_answers()
        for call in self._to_tell(now):
            self._told[call.id] = now
            position = self._position(call, now)
            wait = expected_wait(position, tuple(self._answered.get(call.queue, ())), now)
            with suppress(PhonesUnavailable):
                said = prompts(
                    position, wait, voicemail=self._voicemail, callback=bool(call.number)
                )
                await self.phones.whisper(call.channel, said)
        live = self.floor.calls.keys()
        self._told = {id_: at for id_, at in self._told.items() if id_ in live}
        self._counted &= live

    def _position(self, call: Call, now: datetime) -> int:
        """Those of the queue who are served first, and one: of the slow ones all the others are."""
        mine = self._turn(call, now)
        return 1 + sum(
            other.state in (CallState.WAITING, CallState.OFFERED)
            and other.queue == call.queue
            and self._turn(other, now) < mine
            for other in self.floor.calls.values()
        )

    def _turn(self, call: Call, now: datetime) -> tuple[bool, datetime]:
        return call.hotline_id in self.floor.slow, call.queued_at or now

    def _to_tell(self, now: datetime) -> list[Call]:
        waiting = []
        for call in self.floor.calls.values():
            if call.state is not CallState.WAITING or call.queued_at is None:
                continue
            told = self._told.get(call.id)
            since, limit = (
                (told, self.every_seconds) if told else (call.queued_at, self.first_after_seconds)
            )
            if (now - since).total_seconds() >= limit:
                waiting.append(call)
        return waiting

    def _count_answers(self) -> None:
        for call in self.floor.calls.values():
            if call.answered_at and call.id not in self._counted:
                self._counted.add(call.id)
                kept = self._answered.setdefault(call.queue, deque(maxlen=ANSWERS_KEPT))
                kept.append(call.answered_at)
