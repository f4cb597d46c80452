"""突发事件: announced, heard at once, over by themselves; told to consoles and the wall."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from gateway.core.errors import (
    AlreadyTaken,
    HotlineError,
    PhonesUnavailable,
    StoreUnavailable,
    Unknown,
)
from gateway.core.facts import Fact, FactKind
from gateway.core.incident import MOST_AT_ONCE, Incident, check, ended, heard_at, is_on
from gateway.core.operator import Operator
from gateway.intake.floor import Floor
from gateway.intake.ids import new_id
from gateway.intake.views import moment
from gateway.ports import Phones
from gateway.ports.modes import Announcements

LOOK_EVERY_SECONDS = 20.0
AGAIN_AFTER_SECONDS = 2.0
SHOWN = 50
"""Of those that are over, on the screen."""

Json = dict[str, Any]


class Incidents:
    """``open`` it first, ``run`` it."""

    def __init__(self, floor: Floor, sounds: Announcements, phones: Phones) -> None:
        self.floor = floor
        self._sounds, self._phones = sounds, phones
        self._kept: dict[str, str] = {}
        self._open: dict[str, Incident] = {}
        self._changed = asyncio.Event()
        floor.pictures.append(self.picture)

    async def open(self) -> None:
        """Those that are on, or ended while we were away. Raises StoreUnavailable."""
        self._open = {one.id: one for one in await self.floor.store.incidents_open()}

    # ---- callers ----

    def heard_at(self, did: str) -> Incident | None:
        """What callers of this number hear now; none that leads to a queue that is no more."""
        here = (one for one in self._open.values() if one.queue in self.floor.queues)
        return heard_at(here, did, self.floor.clock.now())

    # ---- announced, ended ----

    async def begin(
        self,
        operator: Operator,
        *,
        texts: tuple[str, str],
        dids: Sequence[str],
        queue: str,
        key: str,
        rank: int,
        minutes: int,
        wav: bytes = b"",
    ) -> Incident:
        """Announce it: what callers hear is ready before it is on.

        ``texts`` are Chinese and English, ``wav`` is a recording instead of a voice. Raises
        Invalid, AlreadyTaken (too many are on), StoreUnavailable.
        """
        now = self.floor.clock.now()
        wanted = Incident(
            id=new_id(now),
            text_zh=texts[0].strip(),
            text_en=texts[1].strip(),
            dids=tuple(dict.fromkeys(dids)),
            queue=queue,
            key=key,
            rank=rank,
            begun_at=now,
            until=now + timedelta(minutes=minutes),
            begun_by=operator.id,
            recorded=bool(wav),
        )
        check(wanted, dids=self.floor.numbers, queues=self.floor.queues)
        if len(self._on(now)) >= MOST_AT_ONCE:
            raise AlreadyTaken("incident", str(MOST_AT_ONCE), "")
        if wav:
            await self._sounds.recorded(wanted.id, wav)
        else:
            await self._sounds.spoken(wanted.id, wanted.text_zh)
        try:
            async with self.floor.turn:
                now = self.floor.clock.now()
                made = replace(wanted, begun_at=now, until=now + timedelta(minutes=minutes))
                fact = _fact(FactKind.INCIDENT_BEGUN, made, now, operator.id)
                await self.floor.commit(made, fact, must=True)
                self.floor.names[operator.id] = operator.name
                self._open[made.id] = made
        except HotlineError:
            await self._sounds.drop(wanted.id)
            raise
        self._tell()
        return made

    async def end(self, operator: Operator, incident_id: str) -> None:
        """It is over. Raises Unknown (or over before), StoreUnavailable."""
        async with self.floor.turn:
            found = self._open.get(incident_id)
            if found is None:
                raise Unknown("incident", incident_id)
            await self._finish(found, operator.id)
        await self._sounds.drop(incident_id)
        self._tell()

    async def _finish(self, incident: Incident, operator_id: str) -> None:
        now = self.floor.clock.now()
        over = ended(incident, now, operator_id)
        fact = _fact(FactKind.INCIDENT_ENDED, over, now, operator_id)
        await self.floor.commit(over, fact, must=True)
        del self._open[incident.id]

    # ---- over time ----

    async def run(self) -> None:
        """End what is over, for ever; callers have heard nothing of it since its last second."""
        while True:
            self._changed.clear()
            try:
                with suppress(PhonesUnavailable):
                    await self.keep()
                await self.look()
            except StoreUnavailable:
                await self.floor.clock.sleep(AGAIN_AFTER_SECONDS)
                continue
            await self._sleep()

    async def keep(self) -> None:
        """Leave with the telephone system what callers hear when nobody is here to say so.

        What is on is said each time: it may have forgotten. Raises PhonesUnavailable.
        """
        for did in {*self.floor.numbers, *self._kept}:
            one = self.heard_at(did)
            name = one.id if one else ""
            if one or self._kept.get(did) != name:
                until = one.until if one else self.floor.clock.now()
                await self._phones.keep_announcement(did, name, until)
                self._kept[did] = name

    async def look(self) -> None:
        """End what is over now. Raises StoreUnavailable: it is ended later."""
        over = []
        async with self.floor.turn:
            now = self.floor.clock.now()
            for one in tuple(self._open.values()):
                if not is_on(one, now):
                    await self._finish(one, "")
                    over.append(one.id)
        for incident_id in over:
            await self._sounds.drop(incident_id)
        if over:
            self._tell()

    async def _sleep(self) -> None:
        """Until the next one is over, at most some seconds, or until there is another."""
        now, seconds = self.floor.clock.now(), LOOK_EVERY_SECONDS
        for one in self._open.values():
            seconds = min(seconds, max(0.05, (one.until - now).total_seconds()))
        async with asyncio.TaskGroup() as group:
            timer = group.create_task(self.floor.clock.sleep(seconds))
            changed = group.create_task(self._changed.wait())
            await asyncio.wait((timer, changed), return_when=asyncio.FIRST_COMPLETED)
            timer.cancel()
            changed.cancel()

    # ---- screens ----

    async def last(self) -> tuple[Incident, ...]:
        """The newest, open or not, newest first. Raises StoreUnavailable."""
        return await self.floor.store.incidents(SHOWN)

    def is_on(self, incident: Incident) -> bool:
        """Whether callers hear it now."""
        return is_on(incident, self.floor.clock.now())

    def picture(self, _operator: Operator) -> Json:
        """What every console shows above everything else, for a snapshot."""
        return {"incident": self._shown()}

    def _shown(self) -> Json | None:
        newest = max(self._on(self.floor.clock.now()), key=lambda one: one.begun_at, default=None)
        if newest is None:
            return None
        return {
            "text_zh": newest.text_zh,
            "text_en": newest.text_en or newest.text_zh,
            "until": moment(newest.until),
        }

    def alarms(self) -> Iterable[tuple[str, tuple[str, str]]]:
        """What the wall says, for as long as it is on."""
        for one in self._on(self.floor.clock.now()):
            yield (
                "incident",
                (f"突发事件：{one.text_zh}", f"Incident: {one.text_en or one.text_zh}"),
            )

    def _on(self, now: datetime) -> list[Incident]:
        return [one for one in self._open.values() if is_on(one, now)]

    def _tell(self) -> None:
        self._changed.set()
        self.floor.hub.tell_all("incident", self._shown())


def _fact(kind: FactKind, incident: Incident, at: datetime, operator_id: str) -> Fact:
    return Fact(
        kind=kind,
        at=at,
        operator_id=operator_id,
        data={
            "incident_id": incident.id,
            "queue": incident.queue,
            "numbers": len(incident.dids),
            "recorded": incident.recorded,
        },
    )
