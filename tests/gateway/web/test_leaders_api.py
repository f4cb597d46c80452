"""Laws of leaders' days over HTTP: who may, what is refused, what is shown."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from gateway.core.number import Number
from gateway.core.queue import Queue
from tests.gateway.intake.test_greeting import publish
from tests.gateway.web.web_world import WebWorld

WHERE = "/api/v1/leader-days"
LEADERS = Queue(name="leaders", title_zh="领导接听", title_en="Leaders")


async def planned(world: WebWorld) -> None:
    """A number, and a queue for leaders."""
    await publish(world.floor, Number(did="12345", queue="civil"), LEADERS)


def sent(world: WebWorld, **more: object) -> dict[str, object]:
    """Tomorrow from nine to eleven, in the site's own time."""
    local = world.floor.clock.now().astimezone(ZoneInfo("Asia/Shanghai")) + timedelta(days=1)
    usual = {"date": local.date().isoformat(), "begins": "09:00", "ends": "11:00"}
    leader = {"name": "张三", "title": "副市长", "seat": "8001", "assistant": "8002"}
    return {**usual, **leader, "queue": "leaders", "key": "8", "dids": ["12345"], **more}


async def test_a_day_is_booked_changed_and_called_off(world: WebWorld) -> None:
    """By a supervisor or an admin; the list says what can be chosen; figures are a supervisor's."""
    await planned(world)
    async with world.browser("chen") as chen, world.browser("guo") as guo:
        made = await chen.ask("POST", WHERE, sent(world))
        assert made.status == 201, made.raw
        assert (made.json["begins"], made.json["ends"]) == ("09:00", "11:00")
        assert (made.json["on"], made.json["ahead"]) == (False, True)
        one = f"{WHERE}/{made.json['id']}"
        changed = await guo.ask("PUT", one, sent(world, ends="10:30", name="李四"))
        assert (changed.status, changed.json["name"], changed.json["ends"]) == (
            200,
            "李四",
            "10:30",
        )
        found = (await guo.ask("GET", WHERE)).json
        assert [item["id"] for item in found["items"]] == [made.json["id"]]
        assert [queue["name"] for queue in found["queues"]] == ["leaders"]
        assert "8" in found["keys"]
        assert found["seats"] == ["8001", "8002", "8003"]
        figures = await chen.ask("GET", f"{one}/report")
        assert (figures.status, figures.json["offered"], figures.json["back"]) == (200, 0, [])
        assert (await guo.ask("GET", f"{one}/report")).status == 403
        assert (await guo.ask("POST", f"{one}/cancel")).status == 204
        assert (await guo.ask("POST", f"{one}/cancel")).status == 404
        (item,) = (await chen.ask("GET", WHERE)).json["items"]
        assert (item["ahead"], item["cancelled_by"]) == (False, "郭管理")


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"date": "2026-13-01"}, "/date"),
        ({"begins": "9 Uhr"}, "/begins"),
        ({"ends": "25:00"}, "/ends"),
        ({"queue": "civil"}, "/queue"),
        ({"name": "水" * 31}, "/name"),
        ({"seat": "8002"}, "/assistant"),
    ],
)
async def test_what_does_not_fit_is_refused(
    world: WebWorld, wrong: dict[str, object], pointer: str
) -> None:
    """Each with the field that is wrong; nothing is booked."""
    await planned(world)
    async with world.browser("chen") as chen:
        answer = await chen.ask("POST", WHERE, sent(world, **wrong))
        assert (answer.status, answer.json["code"]) == (422, "invalid")
        assert pointer in str(answer.json)
        assert (await chen.ask("GET", WHERE)).json["items"] == []


async def test_nobody_else_is_in_a_leaders_call(world: WebWorld) -> None:
    """Whoever does not assist is refused, and learns nothing of the call."""
    await planned(world)
    async with world.browser("li") as li:
        wanted = {"contact_id": "a1", "mode": "listen"}
        assert (await li.ask("POST", f"{WHERE}/shadow", wanted)).status == 403
        assert (await li.ask("POST", f"{WHERE}/shadow", {**wanted, "mode": "join"})).status == 422
