"""The counters of the limits over HTTP: how much came, how much was over; nobody is named."""

from gateway.intake.throttling import Caller
from tests.gateway.web.web_world import WebWorld

PATH = "/api/v1/throttle"
NUMBER = "13800000001"


async def test_those_who_watch_see_what_each_limit_counted(world: WebWorld) -> None:
    """Ten calls of one number at once are within the limit; the two after them are over it."""
    caller = Caller(number=NUMBER, trunk="carrier")
    over = [await world.parts.chats.throttling.call(caller) for _ in range(12)]
    assert over == [""] * 10 + ["number"] * 2
    async with world.browser("chen") as browser:
        got = await browser.ask("GET", PATH)
    assert (got.status, got.json["counted_by"], got.json["failures"]) == (200, "here", 0)
    assert got.json["since"].endswith("Z")
    limits = {one.pop("name"): one for one in got.json["limits"]}
    assert " ".join(limits) == "identity ip hook account messages number trunk calls"
    assert limits["number"] == {"count": 30, "seconds": 3600, "burst": 10, "asked": 12, "over": 2}
    assert [limits[name]["asked"] for name in ("trunk", "calls", "identity")] == [12, 12, 0]
    assert [limits[name]["over"] for name in ("trunk", "calls", "identity")] == [0, 0, 0]
    assert NUMBER not in got.raw.decode()
