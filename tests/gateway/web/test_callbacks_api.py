"""待回拨 over HTTP."""

from pathlib import Path

from config.settings import Trunk
from gateway.core.callback import CallbackState
from gateway.core.facts import FactKind
from gateway.core.line import CallGone
from gateway.core.number import Number
from gateway.intake.voicemails import Voicemails
from tests.gateway.intake.test_voicemails import left, say, settled
from tests.gateway.web.web_world import WebWorld, web_world

NUMBER = "13800001234"


async def cut_off(world: WebWorld, number: str = NUMBER) -> str:
    """Somebody waits, and Asterisk goes down; the contact's id."""
    call = await world.floor.arrives(number)
    now = world.floor.clock.now()
    await world.floor.hear(
        CallGone(hotline_id=call.hotline_id, at=now, cause=0, by_citizen=False, cut=True)
    )
    return call.id


async def test_the_list_is_masked_and_crossed_out_once(world: WebWorld) -> None:
    """Whoever takes calls sees who is to be called; done once, noted, gone from the list."""
    contact = await cut_off(world)
    async with world.browser("li") as li, world.browser("wang") as wang:
        got = await li.ask("GET", "/api/v1/callbacks")
        (item,) = got.json["items"]
        assert item["contact_id"] == contact
        assert item["number_masked"] == "138****1234"
        assert (item["reason"], item["state"]) == ("cut", "open")
        assert NUMBER not in str(got.json)
        assert got.headers["Cache-Control"] == "no-store"
        path = f"/api/v1/callbacks/{item['id']}"
        number = await wang.ask("POST", f"{path}/reveal", {"reason": "回拨被中断的来电"})
        assert number.json == {"number": NUMBER}
        done = await wang.ask("POST", f"{path}/done", {"note": "已接通 13800001234"})
        assert (done.status, done.json["state"]) == (200, "done")
        assert (await li.ask("GET", "/api/v1/callbacks")).json == {"items": []}
        assert (await li.ask("POST", f"{path}/done", {})).status == 409
        assert (await li.ask("POST", f"{path}/reveal", {"reason": "再看一次"})).status == 404
    (kept,) = await world.floor.store.callbacks(state=CallbackState.DONE)
    assert (kept.done_by, kept.note) == ("id-wang", "已接通 13800001234")
    facts = await world.floor.store.facts(contact_id=contact)
    kinds = [fact.kind for fact in facts][-4:]
    assert kinds == [
        FactKind.CALL_LOST,
        FactKind.CALLBACK_OPENED,
        FactKind.NUMBER_REVEALED,
        FactKind.CALLBACK_DONE,
    ]
    assert [fact.operator_id for fact in facts[-2:]] == ["id-wang", "id-wang"]
    assert NUMBER not in str(facts)


async def test_who_takes_no_calls_sees_nobody(world: WebWorld) -> None:
    """Admin and auditor are refused; a stranger is not let in; an unknown one is not there."""
    await cut_off(world)
    (callback,) = world.parts.callbacks.open()
    path = f"/api/v1/callbacks/{callback.id}"
    for login in ("guo", "shen"):
        async with world.browser(login) as browser:
            assert (await browser.ask("GET", "/api/v1/callbacks")).status == 403
            assert (await browser.ask("POST", f"{path}/reveal", {"reason": "看看"})).status == 403
            assert (await browser.ask("POST", f"{path}/done", {})).status == 403
    async with world.browser() as stranger:
        assert (await stranger.ask("GET", "/api/v1/callbacks")).status == 401
    async with world.browser("li") as li:
        nobody = "/api/v1/callbacks/0123456789abcdef0123456789abcdef"
        assert (await li.ask("POST", f"{nobody}/done", {})).status == 404
        long = await li.ask("POST", f"{path}/done", {"note": "长" * 1001})
        assert (long.status, long.json["errors"][0]["pointer"]) == (422, "/note")
        none = await li.ask("POST", f"{path}/reveal", {"reason": " "})
        assert none.status == 422
    assert [one.id for one in world.parts.callbacks.open()] == [callback.id]


async def test_a_message_is_heard_and_read_by_who_calls_back(world: WebWorld) -> None:
    """The list says that there is one; its sound comes in ranges, each look is noted."""
    call = await left(world.floor)
    say(world.recordings_dir, call, 2.0)
    await settled(world.floor, Voicemails(world.floor.floor, world.recordings_dir).take(call))
    async with world.browser("wang") as wang, world.browser("guo") as guo:
        (item,) = (await wang.ask("GET", "/api/v1/callbacks")).json["items"]
        assert item["reason"] == "voicemail"
        path = f"/api/v1/callbacks/{item['id']}/voicemails"
        (message,) = (await wang.ask("GET", path)).json["items"]
        assert (message["contact_id"], message["seconds"]) == (call.id, 2.0)
        assert (message["said"], message["waiting"]) == ([], False)
        sound = await wang.ask("GET", f"{path}/{call.id}")
        assert (sound.status, sound.headers["Content-Type"]) == (200, "audio/wav")
        assert (await wang.ask("GET", f"{path}/{'0' * 32}")).status == 404
        assert (await guo.ask("GET", path)).status == 403
        assert (await guo.ask("GET", f"{path}/{call.id}")).status == 403
    facts = await world.floor.store.facts(contact_id=call.id)
    assert facts[-1].kind is FactKind.RECORDING_PLAYED
    assert (facts[-1].operator_id, facts[-1].data["what"]) == ("id-wang", "voicemail")


async def test_calling_back_by_hand_over_http(tmp_path: Path) -> None:
    """The list says when and how often; a call is ordered once, by who sits at a seat."""
    trunk = Trunk(name="out", host="10.0.0.9")
    async with web_world(tmp_path, trunk=trunk) as world:
        await world.floor.store.record(Number(did="12345", queue="civil"))
        await world.floor.floor.reload_people()
        call = await world.floor.arrives(NUMBER)
        world.floor.clock.turn(60)
        await world.floor.hangs_up(call)
        async with world.browser("li") as li, world.browser("guo") as guo:
            (item,) = (await li.ask("GET", "/api/v1/callbacks")).json["items"]
            assert (item["reason"], item["tries"], item["place"]) == ("abandoned", 0, 0)
            assert item["allowed_at"]
            path = f"/api/v1/callbacks/{item['id']}/call"
            assert (await guo.ask("POST", path, {})).status == 403
            assert (await li.ask("POST", path, {})).status == 409, "nobody sits anywhere"
            await world.floor.seated("li", "8001")
            assert (await li.ask("POST", path, {"first": "nobody"})).status == 422
            ordered = await li.ask("POST", path, {"first": "citizen"})
            assert (ordered.status, ordered.json["first"]) == (200, "citizen")
            assert (await li.ask("POST", path, {})).status == 409
            (item,) = (await li.ask("GET", "/api/v1/callbacks")).json["items"]
            assert item["calling"] is True
        (order,) = world.floor.phones.called_out
        assert (order.to.number, order.shown, order.id) == (NUMBER, "12345", ordered.json["id"])
