"""Those who watch, and those who ask whether we are well."""

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
