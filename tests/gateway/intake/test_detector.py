"""Laws of the detector: it asks a supervisor to look, once, and acts on nobody."""

from datetime import timedelta

import pytest

from config.detection_settings import DetectionSettings
from config.settings import Settings
from gateway.app.conduct import detection_of
from gateway.core.contact import Disposition
from gateway.core.detection import Pattern, finding_in
from gateway.core.errors import StoreUnavailable
from gateway.core.facts import FactKind
from gateway.core.misconduct import Misconduct, MisconductKind, MisconductState
from gateway.core.transcript import Party, Segment, Source
from gateway.intake.detector import SETTLE, Detector
from tests.gateway.intake.chat_world import ChatWorld
from tests.gateway.intake.floor_world import FloorWorld
from tests.gateway.intake.test_floor import StoreBehindASwitch
from tests.gateway.intake.test_standings import SHANGHAI, Office, an_office

FEW = detection_of(
    Settings(detection=DetectionSettings(redial_calls=5, silent_calls=2, same_messages=3))
)


async def rings_off(world: FloorWorld, times: int) -> None:
    """One number calls so often, a minute apart, and hangs up before anybody answers."""
    for _ in range(times):
        call = await world.arrives("13900005678")
        world.clock.turn(60)
        await world.hangs_up(call)


async def looked(world: FloorWorld, detector: Detector) -> tuple[Misconduct, ...]:
    """What it asks to look at, once calls have their results."""
    world.clock.turn(SETTLE.total_seconds())
    await detector.look()
    return await world.store.misconducts_proposed()


def a_detector(office: Office) -> Detector:
    """A gateway's own, from its start."""
    return Detector(office.standings, FEW, SHANGHAI)


async def test_one_who_calls_again_and_again_is_asked_about_once_and_met_as_before(
    world: FloorWorld,
) -> None:
    """The record says what was seen and the limit; no procedure begins; a fact has no number."""
    office = await an_office(world)
    detector = a_detector(office)
    await rings_off(world, 4)
    assert await looked(world, detector) == ()
    await rings_off(world, 3)
    (seen,) = await looked(world, detector)
    assert (seen.kind, seen.by, seen.source) == (MisconductKind.REPEATED, "", "detector")
    finding = finding_in(seen.evidence)
    assert finding
    assert (finding.pattern, finding.often.count) == (Pattern.REDIALLING, 5)
    assert finding.contact_ids[0] == seen.contact_id
    assert office.standings.listed() == ()
    assert await office.standings.met_at("13900005678") is None
    facts = await world.store.facts(contact_id=seen.contact_id)
    (noted,) = [one for one in facts if one.kind is FactKind.MISCONDUCT_NOTED]
    assert (noted.data["state"], noted.data["limit"]) == ("proposed", 5)
    assert "13900005678" not in str(noted.data)


async def test_a_restart_goes_on_counting_and_asks_no_second_time(world: FloorWorld) -> None:
    """Three calls before it and two after it are five; what was dismissed stays dismissed."""
    office = await an_office(world)
    await rings_off(world, 3)
    first = a_detector(office)
    assert await looked(world, first) == ()
    second = a_detector(office)
    await rings_off(world, 2)
    (seen,) = await looked(world, second)
    await office.conduct.look(office.sups[0], seen.id, holds=False)
    third = a_detector(office)
    await rings_off(world, 1)
    assert await looked(world, third) == ()
    kept = await world.store.misconduct(seen.id)
    assert kept
    assert kept.state is MisconductState.DISMISSED
    world.clock.turn(timedelta(days=1).total_seconds())
    await rings_off(world, 5)
    assert [one.id != seen.id for one in await looked(world, third)] == [True]


async def test_a_caller_who_says_nothing_is_known_by_the_result_or_by_the_other_voice(
    world: FloorWorld,
) -> None:
    """Only the seat was heard in one call, the operator's result says so of the other."""
    office = await an_office(world)
    detector = a_detector(office)
    calls = [office.call]
    await world.hangs_up(office.call)
    await world.store.record(
        Segment(
            id="s-1",
            contact_id=office.call.id,
            seq=1,
            party=Party.SEAT,
            source=Source.LIVE,
            begin_seconds=1.0,
            end_seconds=2.0,
            at=world.clock.now(),
            text="您好，请讲",
        )
    )
    await world.seated("wang", "8002")
    calls.append(await world.arrives())
    await world.rings(calls[1], "8002")
    await world.answers(calls[1], "8002")
    world.clock.turn(20)
    await world.hangs_up(calls[1])
    assert await looked(world, detector) == ()
    await world.store.record(
        Disposition(
            contact_id=calls[1].id, operator_id="id-wang", code="silent", at=world.clock.now()
        )
    )
    (seen,) = await looked(world, a_detector(office))
    assert seen.source_id == Pattern.SILENT
    assert seen.kind is MisconductKind.HARASSING


async def test_the_same_words_again_and_again_are_seen_and_kept_nowhere(chats: ChatWorld) -> None:
    """By hash, in whatever spacing; other words and another citizen's are others; restarts too."""
    office = await an_office(chats.floor_world)
    world = chats.floor_world
    detector = a_detector(office)
    for text in ("楼下 施工扰民", "楼下施工扰民", "路灯坏了"):
        await chats.writes(text)
    await chats.writes("路灯坏了", who="wang")
    assert await looked(world, detector) == ()
    second = a_detector(office)
    await second.look()
    taken = await chats.writes("路灯坏了")
    assert await looked(world, second) == ()
    await chats.writes("路灯坏了 ")
    (seen,) = await looked(world, second)
    assert (seen.source_id, seen.contact_id) == (Pattern.SAME_WORDS, taken.contact_id)
    assert "路灯" not in seen.evidence
    assert office.standings.listed() == ()


async def test_while_the_store_is_away_nothing_is_lost(world: FloorWorld) -> None:
    """What could not be written is written when it is back."""
    office = await an_office(world)
    detector = a_detector(office)
    await detector.look()
    await rings_off(world, 5)
    world.clock.turn(SETTLE.total_seconds())
    store = StoreBehindASwitch(world.floor.store)
    world.floor.store, store.away = store, True
    with pytest.raises(StoreUnavailable):
        await detector.look()
    store.away = False
    await detector.look()
    assert len(await world.store.misconducts_proposed()) == 1


async def test_a_scan_is_held_against_nobody(world: FloorWorld) -> None:
    """Numbers may be borrowed: a supervisor hears of it, no citizen's record does."""
    rules = detection_of(Settings(detection=DetectionSettings(scan_numbers=10)))
    office = await an_office(world)
    detector = Detector(office.standings, rules, SHANGHAI)
    for n in range(10):
        call = await world.arrives(f"139000000{n:02}")
        world.clock.turn(1)
        await world.hangs_up(call)
    (seen,) = await looked(world, detector)
    assert (seen.source_id, seen.identity_id) == (Pattern.SCANNING, "")
    await office.conduct.look(office.sups[0], seen.id, holds=True)
    assert office.standings.listed() == ()
