"""Those who watch, and those who ask whether we are well."""

from gateway.core.line import SeatLost
from tests.gateway.web.web_world import WebWorld


async def test_a_supervisor_sees_queues_and_seats(world: WebWorld) -> None:
    """Who waits and who sits, with names."""
    await world.floor.seated("li", "8001")
    await world.floor.arrives()
    async with world.browser("chen") as browser:
        queues = (await browser.ask("GET", "/api/v1/queues")).json
        waiting = {queue["name"]: queue["waiting"] for queue in queues}
        assert waiting["civil"] == 1
        seats = (await browser.ask("GET", "/api/v1/seats")).json
        assert [(one["number"], one["operator_name"]) for one in seats] == [
            ("8001", "李明"),
            ("8002", None),
            ("8003", None),
        ]


async def test_a_supervisor_sees_that_a_seat_is_being_reconnected(world: WebWorld) -> None:
    """The seat is in a talk, the talk is torn: that is for somebody to see."""
    floor = world.floor
    await floor.seated("li", "8001")
    call = await floor.arrives()
    await floor.rings(call, "8001")
    await floor.answers(call, "8001")
    torn = {"hotline_id": call.hotline_id, "seat": "8001", "leg": floor.leg(call, "8001")}
    await floor.hear(SeatLost(**torn, at=floor.clock.now()))
    async with world.browser("chen") as browser:
        seats = (await browser.ask("GET", "/api/v1/seats")).json
        assert [(one["state"], one["call_state"]) for one in seats] == [
            ("talking", "reconnecting"),
            ("signed_out", ""),
            ("signed_out", ""),
        ]


async def test_health_tells_parts_and_readiness(world: WebWorld) -> None:
    """Live while the loop turns; ready while every part is up."""
    async with world.browser() as browser:
        assert (await browser.ask("GET", "/health/live")).json["status"] == "up"
        assert (await browser.ask("GET", "/health/ready")).status == 200
        world.health["phones"] = "refused"
        ready = await browser.ask("GET", "/health/ready")
        assert ready.status == 503
        assert ready.json == {"status": "down", "parts": {"store": "up", "phones": "refused"}}
        assert (await browser.ask("GET", "/health/live")).status == 200
