"""r26: 110's system has every call that is put through to it, and its order comes back; no gap."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC
from pathlib import Path

import pytest

from asr import wire
from asr.segment import Utterance, Word
from gateway.core.call import Call
from gateway.core.emergency import City
from gateway.core.facts import Fact, FactKind
from gateway.core.guest_kind import GuestMode, GuestRole
from gateway.core.handover import OrderState
from gateway.core.hearing import Side
from gateway.core.reach import Reach, ReachState, Try
from gateway.core.transcript import Party
from gateway.intake.alarms import Alarms
from gateway.intake.floor import Floor
from gateway.intake.handovers import Handovers
from gateway.intake.heard_book import HeardBook
from gateway.intake.last_words import LastWords
from gateway.intake.reconciling import Reconciling
from gateway.intake.streams import Stream
from gateway.linkage.emergency_hooks import EmergencyHooks, Hook, opened_hooks
from gateway.web.uses import EmergencyParts
from tests.eventually import eventually, others_run
from tests.gateway.web.web_world import WebWorld, web_world
from tests.peers.emergency_peer import KEY, EmergencyPeer, emergency_peer
from tests.turned_clock import TurnedClock


@dataclass
class Linked:
    """A hotline and a 110 system that know each other."""

    web: WebWorld
    peer: EmergencyPeer
    parts: EmergencyParts
    words: LastWords
    book: HeardBook
    alarms: Alarms
    systems: EmergencyHooks
    posting: asyncio.Task[None] = field(init=False)

    @property
    def hook(self) -> str:
        """Where 110 tells us of its orders."""
        return f"{self.web.server.url}/hooks/emergency/110"

    async def reach(self, call: Call) -> Reach:
        """An operator puts this call through to 110; its first trunk is dialled."""
        now = self.web.floor.clock.now()
        reach = Reach(
            id=f"{int(now.timestamp())}{call.id}"[:32],
            contact_id=call.id,
            role=GuestRole.DISPATCHER,
            target="110",
            title="110 公安报警",
            tries=(Try(target_id="110", title="110 市中心", number="110", trunk="a"),),
            mode=GuestMode.JOIN,
            by=self.web.floor.operators["li"].id,
            asked_at=now,
            state=ReachState.TRYING,
            reason="有人持刀",
        )
        self.parts.handovers.see(reach)
        return reach


@asynccontextmanager
async def linked(folder: Path) -> AsyncIterator[Linked]:
    """Both, until the end of the block; what is owed is posted beside the test."""
    clock = TurnedClock()
    async with emergency_peer(clock) as peer:
        hooks = {"110": Hook(url=peer.url, key=KEY)}
        async with opened_hooks(hooks, clock) as systems:
            made: list[Linked] = []

            def build(floor: Floor) -> EmergencyParts:
                peer.clock = systems._clock = floor.clock
                book, words = HeardBook(floor), LastWords(floor.clock)
                alarms = Alarms(floor, book, (), City())
                handovers = Handovers(
                    floor, book, systems=systems, words=words, alarms=alarms, zone=UTC
                )
                reconciling = Reconciling(
                    floor.store, systems=systems, lines=("110", "119"), clock=floor.clock, zone=UTC
                )
                parts = EmergencyParts(handovers=handovers, reconciling=reconciling, lines=list)
                made.append(Linked(None, peer, parts, words, book, alarms, systems))  # type: ignore[arg-type]  # set below
                return parts

            async with web_world(folder, emergencies=build) as web, asyncio.TaskGroup() as tasks:
                (one,) = made
                one.web = web
                await one.parts.handovers.open()
                one.posting = tasks.create_task(one.parts.handovers.run())
                running = [tasks.create_task(one.book.run()), one.posting]
                yield one
                for task in running:
                    task.cancel()


@pytest.fixture
async def line(tmp_path: Path) -> AsyncIterator[Linked]:
    """A hotline that is linked with 110."""
    async with linked(tmp_path) as made:
        yield made


async def facts(line: Linked, call: Call) -> list[FactKind]:
    """What happened to this call's handover, in order."""
    await eventually(lambda: not len(line.book))
    found = await line.web.floor.store.facts(contact_id=call.id)
    return [one.kind for one in found if one.kind.value.startswith(("handover", "alarm"))]


def says(line: Linked, call: Call, party: Party, text: str) -> None:
    """Somebody on this call said this just now."""
    side = Side(contact_id=call.id, party=party, channel=call.channel)
    stream = Stream(
        id=f"{call.id}-{party}",
        side=side,
        arrived_at=call.arrived_at.timestamp(),
        operator_id="",
        rank=(0, 0.0),
        asked_steady=0.0,
    )
    word = Word(raw=text, text=text, begin_seconds=0.0, end_seconds=1.0)
    line.words.hear(stream, wire.Final(stream=stream.id, utterance=Utterance(words=(word,))))


async def test_the_packet_has_number_reason_and_the_last_words_of_both(line: Linked) -> None:
    """Signed, taken, their number comes back; what was said long before is nobody's business."""
    call = await line.web.floor.arrives("13800001234")
    says(line, call, Party.CITIZEN, "很久以前")
    line.web.floor.clock.turn(31)
    says(line, call, Party.CITIZEN, "解放路五号有人持刀")
    says(line, call, Party.SEAT, "马上转接")
    reach = await line.reach(call)
    packet = await eventually(lambda: line.peer.packets.get(reach.id))
    assert packet["number"] == "13800001234"
    assert (packet["reason"], packet["region"], packet["line"]) == ("有人持刀", "110 市中心", "110")
    said = [(one["party"], one["text"]) for one in packet["words"]]
    assert said == [("citizen", "解放路五号有人持刀"), ("seat", "马上转接")]
    assert await facts(line, call) == [FactKind.HANDOVER_MADE, FactKind.HANDOVER_TAKEN]
    kept = await line.web.floor.store.handover(reach.id)
    assert kept
    assert (kept.their_id, kept.owed) == ("JQ-1", False)


async def test_what_they_do_not_take_is_said_until_they_do_and_has_one_order(
    line: Linked,
) -> None:
    """Down, then an answer that is lost: the same delivery again, and one order there."""
    line.peer.down = True
    call = await line.web.floor.arrives()
    reach = await line.reach(call)
    await eventually(lambda: [one["fault"] for one in line.parts.handovers.view()] != [""])
    line.peer.down, line.peer.mute = False, True
    line.web.floor.clock.turn(2)
    await eventually(lambda: line.peer.deliveries)
    line.peer.mute = False
    line.web.floor.clock.turn(300)
    await eventually(lambda: line.parts.handovers.view()[0]["taken"])
    assert set(line.peer.deliveries) == {f"{reach.id}.1"}
    assert len(line.peer.orders) == 1


async def test_what_is_owed_survives_the_gateway(line: Linked) -> None:
    """Ended before 110 took it: the next gateway reads it and says it, with the same words."""
    line.peer.down = True
    call = await line.web.floor.arrives("13800001234")
    reach = await line.reach(call)
    await eventually(lambda: line.parts.handovers.view()[0]["fault"])
    await eventually(lambda: not len(line.book))
    line.posting.cancel()
    line.peer.down = False
    floor = line.web.floor.floor
    again = Handovers(
        floor, line.book, systems=line.systems, words=line.words, alarms=line.alarms, zone=UTC
    )
    await again.open()
    line.web.floor.clock.turn(300)
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(again.run())
        packet = await eventually(lambda: line.peer.packets.get(reach.id))
        running.cancel()
    assert packet["number"] == "13800001234"


async def test_an_answer_is_told_under_the_same_id(line: Linked) -> None:
    """The dispatcher is in: a second version of the one packet; the same news is told once."""
    call = await line.web.floor.arrives()
    reach = await line.reach(call)
    await eventually(lambda: line.peer.packets.get(reach.id))
    joined = replace(reach, state=ReachState.IN, joined_at=line.web.floor.clock.now())
    for _ in range(3):
        line.parts.handovers.see(joined)
    await eventually(lambda: line.peer.packets[reach.id]["answered"])
    await others_run(20)
    assert line.peer.deliveries == [f"{reach.id}.1", f"{reach.id}.2"]


async def test_that_they_have_understood_is_told_and_known_after_a_restart(line: Linked) -> None:
    """The operator's word that the line has verified: in the packet, and seen by the supervisor."""
    call = await line.web.floor.arrives()
    reach = await line.reach(call)
    now = line.web.floor.clock.now()
    joined = replace(reach, state=ReachState.IN, joined_at=now)
    line.parts.handovers.see(joined)
    (shown,) = line.parts.handovers.view()
    assert (shown["answered"], shown["verified"]) == (True, False)
    await eventually(lambda: line.peer.packets.get(reach.id, {}).get("answered"))
    await eventually(lambda: not len(line.book))
    again = Handovers(
        line.web.floor.floor,
        line.book,
        systems=line.systems,
        words=line.words,
        alarms=line.alarms,
        zone=UTC,
    )
    await again.open()
    assert again.view()[0]["answered"]
    again.see(replace(joined, verified_at=now))
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(again.run())
        await eventually(lambda: line.peer.packets[reach.id]["verified"])
        running.cancel()
    (shown,) = again.view()
    assert (shown["answered"], shown["verified"]) == (True, True)


async def test_a_caller_who_chose_110_by_key_is_told_of_as_well(line: Linked) -> None:
    """The telephone system dials by itself: one packet, told again when the line has answered."""
    call = await line.web.floor.arrives("13800001234")
    floor, now = line.web.floor.floor, line.web.floor.clock.now()
    for kind, trunk in (
        (FactKind.EMERGENCY_TRIED, "a"),
        (FactKind.EMERGENCY_FAILED, "a"),
        (FactKind.EMERGENCY_TRIED, "b"),
        (FactKind.EMERGENCY_REACHED, "b"),
    ):
        data = {"code": "110", "trunk": trunk}
        await floor.commit(Fact(kind=kind, at=now, contact_id=call.id, data=data), must=True)
    packet = await eventually(
        lambda: next((p for p in line.peer.packets.values() if p["answered"]), None)
    )
    assert (packet["number"], packet["line"], packet["operator"]) == ("13800001234", "110", "")
    assert len(line.peer.orders) == 1


async def test_their_order_comes_back_once_and_forward_only(line: Linked) -> None:
    """Received, dispatched, done; repeats and what comes late are accepted and change nothing."""
    call = await line.web.floor.arrives()
    reach = await line.reach(call)
    await eventually(lambda: line.peer.packets.get(reach.id))
    await eventually(lambda: line.parts.handovers.view()[0]["taken"])
    for status in ("received", "received", "dispatched", "received", "done"):
        assert await line.peer.tell(line.hook, reach.id, status) == 200
    assert (await facts(line, call)).count(FactKind.HANDOVER_ORDERED) == 3
    assert line.parts.handovers.view() == []
    kept = await line.web.floor.store.handover(reach.id)
    assert kept
    assert kept.order is OrderState.DONE


async def test_a_returned_order_is_an_alarm_until_somebody_takes_it(line: Linked) -> None:
    """It is ours again, and stays on the screens."""
    call = await line.web.floor.arrives()
    reach = await line.reach(call)
    await eventually(lambda: line.peer.packets.get(reach.id))
    await eventually(lambda: line.parts.handovers.view()[0]["taken"])
    for _ in range(2):
        assert await line.peer.tell(line.hook, reach.id, "returned") == 200
    (alarm,) = line.alarms.concerning(line.web.floor.operators["chen"])
    assert (alarm.contact_id, alarm.word) == (call.id, "110 退回")


async def test_what_nobody_signed_is_refused_and_what_is_not_theirs_unknown(
    line: Linked,
) -> None:
    """Forged, stale, another line, another call: nothing changes, nothing is told."""
    call = await line.web.floor.arrives()
    reach = await line.reach(call)
    await eventually(lambda: line.parts.handovers.view()[0]["taken"])
    assert await line.peer.tell(line.hook, reach.id, "done", key=b"x" * 32) == 403
    assert await line.peer.tell(line.hook, reach.id, "done", age_seconds=301) == 403
    other = line.hook.replace("/110", "/119")
    assert await line.peer.tell(other, reach.id, "done") == 403
    assert await line.peer.tell(line.hook, "no-such", "done") == 404
    assert await line.peer.tell(line.hook, reach.id, "lost") == 400
    assert line.parts.handovers.view()[0]["order"] == ""


async def test_the_daily_comparison_finds_nothing_and_would_find_anything(line: Linked) -> None:
    """Equal lists differ by 0; an order that never came here, or went there, is named."""
    call = await line.web.floor.arrives()
    reach = await line.reach(call)
    await eventually(lambda: line.parts.handovers.view()[0]["taken"])
    await eventually(lambda: not len(line.book))
    today = line.parts.reconciling.today()
    found = (await line.parts.reconciling.compare(today))["110"]
    assert found
    assert (found.ours, found.theirs, found.count) == (1, 1, 0)
    line.peer.orders[reach.id]["status"] = "done"
    line.peer.orders["lost"] = {"their_id": "JQ-9", "status": "", "day": today}
    found = (await line.parts.reconciling.compare(today))["110"]
    assert found
    assert (found.differing, found.missing_here) == ((reach.id,), ("lost",))
    async with line.web.browser("chen") as browser:
        answer = await browser.ask("GET", "/api/v1/emergencies")
        assert answer.status == 200
        assert [one["difference"] for one in answer.json["days"]] == [2]
        assert [one["id"] for one in answer.json["items"]] == [reach.id]
    line.peer.down = True
    assert await line.parts.reconciling.compare(today) == {"110": None}
