"""A shift over HTTP: sit down, take a call, close it."""

from gateway.core.seat import SeatState
from tests.gateway.intake.floor_world import BROWSER
from tests.gateway.web.web_world import WebWorld


async def test_a_call_from_the_ring_to_the_disposition(world: WebWorld) -> None:
    """Every command of the console, in order."""
    floor = world.floor
    floor.phones.registered.add(("8001", BROWSER))
    async with world.browser("li") as browser:
        ask = browser.ask
        body = {"seat": "8001", "phone": "browser"}
        assert (await ask("POST", "/api/v1/seat/sign-in", body)).json["seat"]["number"] == "8001"
        assert (await ask("POST", "/api/v1/seat/ready")).json["state"] == "ready"
        call = await floor.arrives("13800001234")
        await floor.rings(call, "8001")
        path = f"/api/v1/calls/{call.id}"
        assert (await ask("POST", path + "/pop-shown")).status == 204
        await floor.answers(call, "8001")
        assert (await ask("POST", path + "/hold")).status == 204
        assert floor.phones.held
        wrong = await ask("POST", path + "/retrieve")
        assert (wrong.status, wrong.json["code"]) == (409, "illegal-move")
        later = await ask("POST", "/api/v1/seat/break", {"reason": "meal"})
        assert (later.json["state"], later.json["next_break"]) == ("talking", "meal")
        assert (await ask("POST", path + "/hang-up")).status == 204
        await floor.hangs_up(call)
        closing = {"code": "consult", "note": "路灯不亮\n已登记", "caller_name": "张三"}
        closed = await ask("PUT", f"/api/v1/contacts/{call.id}/disposition", closing)
        assert closed.json["note"] == "路灯不亮\n已登记"
        assert (await ask("POST", "/api/v1/seat/extend-wrap-up")).json["wrap_up_until"]
        done = await ask("POST", "/api/v1/seat/finish-wrap-up")
        assert (done.json["state"], done.json["reason"]) == ("not_ready", "meal")
        assert (await ask("POST", "/api/v1/seat/sign-out")).json["state"] == "signed_out"


async def test_the_errors_of_the_desk_have_their_status(world: WebWorld) -> None:
    """404, 409, 422, 503: one table."""
    floor = world.floor
    await floor.seated("wang", "8002")
    async with world.browser("li") as browser:
        ask, path = browser.ask, "/api/v1/seat/sign-in"
        gone = await ask("POST", path, {"seat": "9999", "phone": "desk"})
        assert gone.status == 404
        taken = await ask("POST", path, {"seat": "8002", "phone": "desk"})
        assert (taken.status, taken.json["code"]) == (409, "already-taken")
        odd = await ask("POST", path, {"seat": "8001", "phone": "carrier pigeon"})
        assert odd.json["errors"][0]["code"] == "not-a-choice"
        nowhere = await ask("POST", "/api/v1/seat/ready")
        assert nowhere.status == 409
        await ask("POST", path, {"seat": "8001", "phone": "browser"})
        reason = await ask("POST", "/api/v1/seat/break", {"reason": "siesta"})
        assert reason.json["errors"][0]["code"] == "unknown-reason"
        floor.phones.registered.add(("8001", BROWSER))
        floor.phones.away = True
        away = await ask("POST", "/api/v1/seat/ready")
        assert (away.status, away.json["code"]) == (503, "phones-unavailable")
        assert away.headers["Retry-After"] == "2"
        other = await ask("POST", "/api/v1/calls/no-such-call/hang-up")
        assert other.status == 404
    assert floor.floor.seats["8001"].state is SeatState.NOT_READY
