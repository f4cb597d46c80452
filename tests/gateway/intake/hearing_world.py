"""A floor with an ear: what it reports is said by the test, what was ordered is seen as state."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from asr import wire
from asr.segment import Utterance, Word
from gateway.core.call import Call
from gateway.core.emergency import City
from gateway.core.transcript import HearingJob, Party, Segment
from gateway.intake.after_call import AfterCall
from gateway.intake.alarms import Alarms
from gateway.intake.heard_book import HeardBook
from gateway.intake.heard_screens import HeardScreens
from gateway.intake.listening import Listening
from gateway.intake.streams import Stream
from gateway.intake.transcripts import Transcripts
from gateway.intake.unheard import Unheard
from gateway.ports.files import FileRefused
from tests.eventually import eventually
from tests.gateway.intake.floor_world import FloorWorld, floor_world
from tests.peers.ears_peer import EarsPeer

WORDS = ("着火", "燃气泄漏")
HOST = "127.0.0.1"


def utterance(text: str, begin: float = 0.0, seconds_each: float = 0.3) -> Utterance:
    """These words, one after the other; spaces part them."""
    words = []
    for word in text.split():
        words.append(
            Word(raw=word, text=word, begin_seconds=begin, end_seconds=begin + seconds_each)
        )
        begin += seconds_each
    return Utterance(words=tuple(words))


class NoVoices:
    """No voice message has a sound."""

    def speech(self, file: str) -> AbstractAsyncContextManager[Path]:
        """Refused."""
        assert file
        raise FileRefused("missing")


@dataclass
class HearingWorld:
    """``world`` with everything that hears."""

    world: FloorWorld
    ears: EarsPeer
    book: HeardBook
    alarms: Alarms
    listening: Listening
    unheard: Unheard
    transcripts: Transcripts
    screens: HeardScreens
    after_call: AfterCall
    recordings: Path

    async def tapped(self, call: Call, party: Party = Party.CITIZEN, besides: str = "") -> Stream:
        """The tap of this voice, once it was ordered; another than ``besides``."""

        def found() -> Stream | None:
            stream = self.listening.stream_of(call.id, party)
            orders = {id_ for _, id_, _ in self.world.phones.tapped}
            return stream if stream and stream.id != besides and stream.id in orders else None

        return await eventually(found)

    async def begins(self, call: Call, party: Party = Party.CITIZEN, besides: str = "") -> Stream:
        """The first sound of this voice comes now."""
        stream = await self.tapped(call, party, besides)
        self.ears.say(wire.Began(stream=stream.id, at=self.world.clock.now().timestamp()))
        await eventually(lambda: stream.began is not None)
        return stream

    def says(self, stream: Stream, text: str, begin: float = 0.0) -> None:
        """The ear understood this."""
        self.ears.say(wire.Final(stream=stream.id, utterance=utterance(text, begin)))

    async def segments(self, call: Call, count: int) -> tuple[Segment, ...]:
        """What the store has of it, once there are so many."""

        async def there() -> tuple[Segment, ...] | None:
            found = await self.world.store.segments(call.id)
            return found if len(found) >= count else None

        found = await eventually(there)
        assert len(found) == count
        return found

    async def jobs(self, call: Call, count: int) -> tuple[HearingJob, ...]:
        """What is to be read of it, once there is so much."""

        async def there() -> tuple[HearingJob, ...] | None:
            found = await self.world.store.jobs_waiting_of(call.id)
            return found if len(found) >= count else None

        found = await eventually(there)
        assert len(found) == count
        return found


@asynccontextmanager
async def hearing(
    world: FloorWorld, ears: EarsPeer, city: City | None = None
) -> AsyncIterator[HearingWorld]:
    """Everything that hears, running over this floor until the end of the block."""
    floor = world.floor
    book = HeardBook(floor)
    alarms = Alarms(floor, book, WORDS, city)
    await alarms.open()
    parts: dict[str, Unheard] = {}
    listening = Listening(
        floor,
        world.phones,
        ears,
        host=HOST,
        urgent=alarms.urgent,
        may_begin=lambda: parts["unheard"].looked_back,
    )
    unheard = parts["unheard"] = Unheard(floor, book, listening.hears)
    screens = HeardScreens(floor, book, alarms, listening)
    recordings = world.folder / "recordings"
    recordings.mkdir(exist_ok=True)
    after_call = AfterCall(
        floor, ears, listening, book, alarms, recordings=recordings, sounds=NoVoices()
    )
    transcripts = Transcripts(world.clock, book, screens.partial)
    listening.hearers += [unheard.hear, alarms.hear, transcripts.hear]
    made = HearingWorld(
        world=world,
        ears=ears,
        book=book,
        alarms=alarms,
        listening=listening,
        unheard=unheard,
        transcripts=transcripts,
        screens=screens,
        after_call=after_call,
        recordings=recordings,
    )
    running: list[Callable[[], Coroutine[Any, Any, None]]] = [
        book.run,
        unheard.run,
        listening.run,
        screens.run,
    ]
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(run()) for run in running]
        yield made
        for task in tasks:
            task.cancel()
    floor.listeners.clear()
    floor.tap_listeners.clear()
    floor.pictures.clear()


@asynccontextmanager
async def hearing_world(folder: Path, city: City | None = None) -> AsyncIterator[HearingWorld]:
    """A floor of its own with an ear that is up."""
    async with floor_world(folder) as world:
        ears = EarsPeer()
        ears.up(port=4711)
        async with hearing(world, ears, city) as made:
            yield made
