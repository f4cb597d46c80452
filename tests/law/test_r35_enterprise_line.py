"""Row 35 (S4§29-30): enterprises have a line, a queue and seats of their own, reported by itself.

The line's tag is fixed when the contact begins and is seen at the seat, in the waiting list, in the
history, by the other authorities and in the figures, wherever the contact went meanwhile. That no
move changes it, and that whatever we owe keeps it, is in tests/gateway/core/test_tags.py and
tests/gateway/intake/test_tagging.py.
"""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from gateway.core.number import GREETING_TITLES, Number
from gateway.core.operator import Role
from tests.eventually import eventually
from tests.gateway.intake.test_tagging import BUSINESS, dials, enterprise
from tests.gateway_world import gateway_world
from tests.law.test_r26_linkage import linked
from tests.walks.people import citizen, connected, operator

MERGED = "12315"


def figures(since: datetime) -> str:
    """Where the figures of what began since then are."""
    until = datetime.now(UTC) + timedelta(hours=1)
    span = {"since": since.isoformat(), "until": until.isoformat()}
    return f"/api/v1/statistics/tags?{urlencode(span)}"


@pytest.mark.asterisk
async def test_r35_an_enterprise_is_answered_on_its_line_and_reported_by_it(tmp_path: Path) -> None:
    """Dialled, rung at the seat with that skill only, tagged on its screen and ever after.

    Beside it a merged hotline's number (row 5) leads to the city's own queue, with its origin.
    """
    since = datetime.now(UTC)
    numbers: list[dict[str, Any]] = [
        {"did": "12345"},
        {
            "did": BUSINESS,
            "queue": "enterprise",
            "greeting": "greeting_enterprise",
            "tag": "enterprise",
        },
        {"did": MERGED, "queue": "civil", "origin": MERGED},
    ]
    async with gateway_world(tmp_path, numbers=numbers) as world:
        await world.add("chen", Role.SUPERVISOR)
        async with (
            operator(world, "li", "8001", skills={"civil": 0}) as li,
            operator(world, "qi", "8002", skills={"enterprise": 0}) as qi,
        ):
            async with citizen(world, "13987650035", BUSINESS) as call:
                await connected(call, qi)
                pop = qi.console.call
                assert pop
                assert (pop["tag"], pop["origin_tag"], pop["queue"]) == (
                    "enterprise",
                    "",
                    "enterprise",
                )
                assert li.console.seat_state == "ready"
                await call.hang_up()
            async with citizen(world, "13987650005", MERGED) as call:
                await connected(call, li)
                pop = li.console.call
                assert pop
                assert (pop["tag"], pop["origin_tag"], pop["queue"]) == ("", MERGED, "civil")
                await call.hang_up()
            await li.console.seat_becomes("wrapping_up")
        async with world.console("chen") as chen:
            for wanted, did in (
                ({"tag": "enterprise"}, BUSINESS),
                ({"origin_tag": MERGED}, MERGED),
            ):
                found = await chen.post("/api/v1/contacts/search", wanted)
                assert [one["did"] for one in found["items"]] == [did]
            told = await chen.get(figures(since))
            by_tag = {one["name"]: one for one in told["tags"]}
            assert (by_tag["enterprise"]["arrived"], by_tag["enterprise"]["answered"]) == (1, 1)
            assert {one["name"]: one["answered"] for one in told["origins"]} == {"": 1, MERGED: 1}


async def test_r35_other_authorities_are_told_by_which_line_it_came(tmp_path: Path) -> None:
    """The packet of an emergency line says it, and so does the list of those who wait."""
    async with linked(tmp_path) as line:
        await enterprise(line.web.floor)
        call = await dials(line.web.floor, BUSINESS)
        async with line.web.browser("li") as browser:
            (item,) = (await browser.ask("GET", "/api/v1/line")).json["items"]
        assert (item["tag"], item["origin_tag"]) == ("enterprise", "12346")
        reach = await line.reach(call)
        packet = await eventually(lambda: line.peer.packets.get(reach.id))
        assert (packet["tag"], packet["origin_tag"]) == ("enterprise", "12346")


def test_r35_it_has_a_greeting_of_its_own() -> None:
    """Shipped, and a number may name it."""
    line = Number(did=BUSINESS, queue="enterprise", greeting="greeting_enterprise")
    assert "企业服务专线" in GREETING_TITLES[line.greeting][0]
