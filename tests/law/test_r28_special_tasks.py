"""r28: disasters, public health, public security, daily emergencies each alert whose they are."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from config.settings import Settings
from gateway.app.city import city_of
from gateway.core.emergency import tasks_of
from gateway.core.errors import Unknown
from gateway.core.facts import Fact, FactKind
from tests.eventually import eventually
from tests.gateway.intake.hearing_world import HearingWorld, hearing_world

CITY = city_of(Settings())
RULES = (
    ("爆炸", "应急管理局"),
    ("食物中毒", "卫生健康委员会"),
    ("持刀", "公安局"),
    ("井盖丢失", "应急指挥中心"),
)


@pytest.fixture
async def heard(tmp_path: Path) -> AsyncIterator[HearingWorld]:
    """A floor that hears, with the rule table of the settings."""
    async with hearing_world(tmp_path, CITY) as world:
        yield world


@pytest.mark.parametrize(("word", "to"), RULES)
def test_the_rule_table_knows_whose_task_it_is(word: str, to: str) -> None:
    """Each of the four kinds of S1 article 15 (2) goes to its own bureau."""
    assert [task.to_zh for task in tasks_of(CITY, word)] == [to]


async def raised(heard: HearingWorld, contact_id: str) -> list[Fact]:
    """The alerts of a contact."""
    facts = await heard.world.store.facts(contact_id=contact_id)
    return [one for one in facts if one.kind is FactKind.SPECIAL_TASK_RAISED]


async def test_an_alert_is_a_fact_within_a_minute_of_the_word(heard: HearingWorld) -> None:
    """And on the supervisor's screen with whose task it is, and which line is offered."""
    world = heard.world
    await world.seated("li", "8001")
    call = await world.arrives()
    stream = await heard.begins(call)
    said_at = world.clock.now()
    heard.says(stream, "有人 持刀")
    await eventually(lambda: heard.screens.picture(world.operators["chen"])["alarms"])
    (alarm,) = heard.screens.picture(world.operators["chen"])["alarms"]
    assert (alarm["offers"], alarm["task"]["to_zh"]) == ("110", "公安局")
    await eventually(lambda: not len(heard.book))
    (fact,) = await raised(heard, call.id)
    assert (fact.at - said_at).total_seconds() < 60
    assert (fact.data["task"], fact.data["to"]) == ("public_security", "公安局")


async def test_an_operators_mark_alerts_as_a_word_does(heard: HearingWorld) -> None:
    """What no recogniser heard is marked by hand, by whoever has the call and nobody else."""
    world = heard.world
    await world.seated("li", "8001")
    call = await world.arrives()
    await world.rings(call, "8001")
    await world.answers(call, "8001")
    marked = heard.alarms.mark(world.operators["li"], call.id, "public_health")
    await eventually(lambda: not len(heard.book))
    (fact,) = await raised(heard, call.id)
    assert fact.data["to"] == "卫生健康委员会"
    assert heard.alarms.task(marked) == CITY.tasks["public_health"]
    for login, code in (("chen", "disaster"), ("li", "no-such")):
        with pytest.raises(Unknown):
            heard.alarms.mark(world.operators[login], call.id, code)
