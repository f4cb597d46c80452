"""Laws of announced incidents over HTTP: who may, what is refused, what is told."""

import base64

import pytest

from gateway.core.number import Number
from tests.gateway.intake.test_greeting import publish
from tests.gateway.media.test_announcements import wav
from tests.gateway.web.web_world import WebWorld

WHERE = "/api/v1/incidents"


def sent(**more: object) -> dict[str, object]:
    """For callers of 12345, recorded."""
    sound = base64.b64encode(wav()).decode()
    usual = {"text_zh": "人民路积水", "dids": ["12345"], "queue": "civil", "minutes": 60}
    return {**usual, "wav": sound, **more}


async def test_a_supervisor_announces_and_an_admin_ends(world: WebWorld) -> None:
    """On the list with who began and who ended it; once ended it cannot be ended again."""
    await publish(world.floor, Number(did="12345", queue="civil"))
    async with world.browser("chen") as chen, world.browser("guo") as guo:
        made = await chen.ask("POST", WHERE, sent(key="2"))
        assert (made.status, made.json["on"], made.json["recorded"]) == (201, True, True)
        found = (await guo.ask("GET", WHERE)).json
        assert [one["did"] for one in found["numbers"]] == ["12345"]
        assert "civil" in [one["name"] for one in found["queues"]]
        end = f"{WHERE}/{made.json['id']}/end"
        assert (await guo.ask("POST", end)).status == 204
        assert (await guo.ask("POST", end)).status == 404
        (one,) = (await chen.ask("GET", WHERE)).json["items"]
        assert (one["on"], one["begun_by"], one["ended_by"]) == (
            False,
            made.json["begun_by"],
            "郭管理",
        )


@pytest.mark.parametrize(
    "wrong",
    [
        {"wav": "###"},
        {"wav": "UklGRg=="},
        {"dids": ["110"]},
        {"queue": "nowhere"},
        {"key": "0"},
        {"minutes": 72 * 60 + 1},
        {"text_zh": "水" * 201},
    ],
)
async def test_what_does_not_fit_is_refused(world: WebWorld, wrong: dict[str, object]) -> None:
    """Each with the field that is wrong; nothing is on afterwards."""
    await publish(world.floor, Number(did="12345", queue="civil"))
    async with world.browser("chen") as chen:
        answer = await chen.ask("POST", WHERE, sent(**wrong))
        assert (answer.status, answer.json["code"]) == (422, "invalid")
        assert (await chen.ask("GET", WHERE)).json["items"] == []
