"""The flow's ear: what it is asked and what it answers; what is kept of it is never a word."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest

from asr import wire
from gateway.core import line
from gateway.core.facts import FactKind
from gateway.intake.asking import Asking, Journeys, notices_in
from gateway.ports.ears import EarsUnavailable
from ivr.machine import DEAF, DONE, By, Choice, Hear, Heard, Input
from ivr.session import Journey
from tests.eventually import eventually
from tests.gateway.intake.floor_world import FloorWorld
from tests.peers.ears_peer import EarsPeer

HEAR = Hear("ask_matter", ("人工", "企业"), 3_000)
PROMPT = "/prompts/ask_matter.wav"


@pytest.mark.parametrize(
    ("why", "text", "key", "said"),
    [
        ("words", "企业", "", Heard("企业")),
        ("key", "", "2", "2"),
        ("silence", "", "", DONE),
        ("noise", "", "", DONE),
        ("gone", "", "", DEAF),
        ("refused", "", "", DEAF),
    ],
)
async def test_each_answer_of_the_ear(why: str, text: str, key: str, said: Input) -> None:
    """Words, a key, nothing; everything else is deafness."""
    ears = EarsPeer(answers={PROMPT: wire.Answered(stream="", why=why, text=text, key=key)})
    ears.up(port=4321)
    asking = Asking(ears, Path("/prompts"))
    assert asking.address == ("127.0.0.1", 4321)
    assert await asking.ask("s", HEAR, 8.0) == said
    assert ears.asked == [
        wire.Ask(stream="s", prompt=PROMPT, words=HEAR.words, wait_ms=3_000, most_ms=8_000)
    ]


async def test_without_an_ear_nobody_is_asked() -> None:
    """Off or down, without a model, or without prompts: there is no address."""
    ears = EarsPeer()
    assert Asking(ears, Path("/prompts")).address is None
    ears.up(slots=0, model=None)
    assert Asking(ears, Path("/prompts")).address is None
    ears.up()
    assert Asking(ears, None).address is None
    assert await Asking(ears, None).ask("s", HEAR, 8.0) is DEAF


async def test_an_ear_that_is_lost_says_so() -> None:
    """The flow takes every error for deafness."""
    ears = EarsPeer()
    ears.up()
    async with asyncio.TaskGroup() as tasks:
        asked = tasks.create_task(_refused(Asking(ears, Path("/prompts"))))
        await eventually(lambda: ears.asked)
        ears.lose()
        assert await asked


async def _refused(asking: Asking) -> bool:
    with pytest.raises(EarsUnavailable):
        await asking.ask("s", HEAR, 8.0)
    return True


async def test_what_was_chosen_is_a_fact_without_words(world: FloorWorld) -> None:
    """The notice by its id, where they went and why; nothing for a call that nobody knows."""
    arrived = line.CallArrived(
        hotline_id="Hx-1",
        at=datetime(2026, 11, 20, 3, tzinfo=UTC),
        channel="PJSIP/trunk-local-00000001",
        number="13800001234",
        did="12345",
        origin=line.Origin.TRUNK,
    )
    await world.reception.take([arrived])
    journeys = Journeys(world.floor, {"greeting": "greeting-0123"})
    word = Choice("enterprise", By.WORD)
    heard = frozenset({"greeting", "ask_matter"})
    await journeys.went(Journey(hotline_id="Hx-1", heard=heard, choice=word))
    await journeys.went(Journey(hotline_id="Hx-1"))
    await journeys.went(Journey(hotline_id="Hnobody", heard=heard, choice=word))
    every = await world.store.facts()
    told = [dict(one.data) for one in every if one.kind is FactKind.NOTICE_TOLD]
    assert told == [{"notice_id": "greeting-0123"}]
    facts = [one for one in every if one.kind is FactKind.SPEECH_CHOSE]
    assert [dict(one.data) for one in facts] == [{"target": "enterprise", "by": "word"}]
    assert facts[0].contact_id == next(iter(world.floor.calls))


def test_a_notice_is_named_by_its_sound(tmp_path: Path) -> None:
    """Another recording is another notice; other prompts are none; no folder, no name."""
    (tmp_path / "greeting.wav").write_bytes(b"one")
    (tmp_path / "greeting_plain.wav").write_bytes(b"two")
    (tmp_path / "all_busy.wav").write_bytes(b"three")
    before = notices_in(tmp_path)
    assert before.keys() == {"greeting", "greeting_plain"}
    (tmp_path / "greeting.wav").write_bytes(b"four")
    after = notices_in(tmp_path)
    assert after["greeting"] != before["greeting"]
    assert after["greeting_plain"] == before["greeting_plain"]
    assert notices_in(None) == {}
