"""Conversations over HTTP: what an operator does, sees, and may not."""

from typing import Any
from urllib.parse import quote

from channels.message import Inbound, Kind, Received, Sender
from gateway.intake.channel_account import ChannelAccount
from tests.gateway.web.web_world import WebWorld
from tests.peers.channel_peer import ChannelPeer

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
    "0000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)


async def written(
    world: WebWorld, text: str = "楼下施工", who: str = "zhang", key: str = ""
) -> str:
    """A citizen has written; the contact's id."""
    floor = world.floor.floor
    channel = ChannelPeer()
    floor.accounts = {
        "peer:main": ChannelAccount(
            id="peer:main", title_zh="测试", title_en="Test", queue="civil", channel=channel
        )
    }
    one = Inbound(
        key=key or f"k-{who}-{text}",
        sender=Sender(scheme="peer_id", value=who, name="张三"),
        kind=Kind.TEXT,
        sent_at=world.floor.clock.now(),
        text=text,
    )
    (taken,) = await world.messages.inbox.accept("peer:main", Received(messages=(one,)))
    return taken.contact_id


async def seated(world: WebWorld, login: str, seat: str) -> None:
    """At a seat, on a break: what they have, they took by hand."""
    await world.floor.seated(login, seat)
    await world.floor.desk.take_break(f"id-{login}", "rest")


async def test_a_conversation_from_the_list_to_its_end(world: WebWorld) -> None:
    """Listed, taken, answered once however often it is sent, noted, closed."""
    contact_id = await written(world, "路灯坏了 13800001234")
    await seated(world, "li", "8001")
    path = f"/api/v1/chats/{contact_id}"
    async with world.browser("li") as li:
        (item,) = (await li.ask("GET", "/api/v1/line")).json["items"]
        assert (item["id"], item["kind"], item["mine"]) == (contact_id, "chat", False)
        assert item["excerpt"]
        taken = await li.ask("POST", f"/api/v1/line/{contact_id}/take")
        assert (taken.json["state"], taken.json["operator_name"]) == ("open", "李明")
        body = {"client_key": "c1", "text": "请问在哪？"}
        first = await li.ask("POST", f"{path}/messages", body)
        again = await li.ask("POST", f"{path}/messages", body)
        assert (first.status, again.status) == (201, 200)
        assert first.json["id"] == again.json["id"]
        assert first.json["out"]["state"] == "queued"
        note = {"client_key": "c2", "text": "老客户", "note": True}
        assert (await li.ask("POST", f"{path}/messages", note)).json["direction"] == "note"
        assert (await li.ask("POST", f"{path}/shown", {"seq": 99})).status == 204
        view = (await li.ask("GET", path)).json
        assert view["read_seq"] == view["last_seq"] == 4
        assert view["label_masked"] == "***"
        page = (await li.ask("GET", f"{path}/messages?after=1&limit=2")).json
        assert [one["seq"] for one in page["items"]] == [2, 3]
        assert page["last_seq"] == 4
        behind = (await li.ask("GET", f"{path}/citizen")).json
        (link,) = behind["links"]
        confirmed = await li.ask("POST", f"/api/v1/links/{link['id']}/confirm", {"note": "本人"})
        assert confirmed.json["state"] == "confirmed"
        revoked = await li.ask("POST", f"/api/v1/links/{link['id']}/revoke", {"note": "不是"})
        assert revoked.json["state"] == "revoked"
        assert (await li.ask("POST", f"/api/v1/links/{link['id']}/confirm", {})).status == 409
        closing = {"code": "consult", "note": "已答复"}
        assert (await li.ask("POST", f"{path}/close", {"code": "x"})).status == 422
        assert (await li.ask("POST", f"{path}/close", closing)).json["code"] == "consult"
        closed = (await li.ask("GET", path)).json
        assert (closed["state"], closed["outcome"]) == ("closed", "answered")
        assert closed["disposition"]["note"] == "已答复"
        assert (await li.ask("GET", "/api/v1/line")).json["items"] == []
        body = {"client_key": "c3", "text": "还在吗"}
        assert (await li.ask("POST", f"{path}/messages", body)).status == 404


async def test_what_is_offered_is_accepted_or_refused(world: WebWorld) -> None:
    """Also released, and handed to a colleague who sits at a seat."""
    contact_id = await written(world)
    await world.floor.seated("li", "8001")
    world.floor.floor.hub.attach(world.floor.operators["li"])
    await world.messages.referee.tick()
    path = f"/api/v1/chats/{contact_id}"
    async with world.browser("li") as li:
        assert (await li.ask("GET", "/api/v1/line")).json["items"][0]["mine"] is True
        assert (await li.ask("POST", f"{path}/accept")).status == 204
        assert (await li.ask("POST", f"{path}/accept")).status == 204
        nobody = {"operator_id": "id-wang"}
        assert (await li.ask("POST", f"{path}/transfer", nobody)).status == 422
        await seated(world, "wang", "8002")
        colleagues = (await li.ask("GET", "/api/v1/colleagues")).json["items"]
        assert {one["operator_id"]: one["chats"] for one in colleagues} == {
            "id-li": 1,
            "id-wang": 0,
        }
        handed = nobody | {"note": "她更熟"}
        assert (await li.ask("POST", f"{path}/transfer", handed)).status == 204
        assert (await li.ask("GET", path)).json["state"] == "waiting"
    async with world.browser("wang") as wang:
        assert (await wang.ask("POST", f"/api/v1/line/{contact_id}/take")).status == 200
        assert (await wang.ask("POST", f"{path}/release")).status == 204
        assert (await wang.ask("POST", f"{path}/release")).status == 404


async def test_calls_and_callbacks_are_not_taken_from_the_list(world: WebWorld) -> None:
    """They stand in it; the telephone gives out the one, people cross out the other."""
    call = await world.floor.arrives()
    await seated(world, "li", "8001")
    async with world.browser("li") as li:
        (item,) = (await li.ask("GET", "/api/v1/line")).json["items"]
        assert (item["kind"], item["state"], item["channel"]) == ("call", "waiting", "phone")
        assert (await li.ask("POST", f"/api/v1/line/{call.id}/take")).status == 409
        assert (await li.ask("POST", "/api/v1/line/nothing/take")).status == 404


async def test_a_full_seat_takes_no_more(world: WebWorld) -> None:
    """And the answer says so."""
    world.floor.floor.chats.per_seat = 1
    first, second = await written(world), await written(world, who="wang")
    await seated(world, "li", "8001")
    async with world.browser("li") as li:
        assert (await li.ask("POST", f"/api/v1/line/{first}/take")).status == 200
        full = await li.ask("POST", f"/api/v1/line/{second}/take")
        assert full.status == 422
        assert full.json["errors"][0]["code"] == "seat-full"


async def test_a_file_is_attached_looked_at_and_sent(world: WebWorld) -> None:
    """What is not what it says is refused; what was said belongs to the message."""
    contact_id = await written(world)
    await seated(world, "li", "8001")
    path = f"/api/v1/chats/{contact_id}"
    floor = world.floor.floor
    peer = floor.accounts["peer:main"].channel
    caps: Any = peer.caps
    peer.caps = type(caps)(text_most=200, sends=frozenset({Kind.TEXT, Kind.IMAGE}))  # type: ignore[misc]
    headers = {"X-File-Name": quote("../图 片.png"), "Content-Type": "application/octet-stream"}
    async with world.browser("li") as li:
        assert (await li.ask("POST", f"{path}/files", headers=headers, raw=PNG)).status == 404
        await li.ask("POST", f"/api/v1/line/{contact_id}/take")
        wrong = await li.ask("POST", f"{path}/files", headers=headers, raw=b"<script>alert(1)")
        assert wrong.status == 422
        made = await li.ask("POST", f"{path}/files", headers=headers, raw=PNG)
        assert (made.status, made.json["name"], made.json["kind"]) == (201, "图 片.png", "image")
        body = {"client_key": "c1", "text": "", "files": [made.json["id"]]}
        said = await li.ask("POST", f"{path}/messages", body)
        assert said.status == 201
        (file,) = said.json["attachments"]
        assert (file["id"], file["state"]) == (made.json["id"], "ready")
        body = {"client_key": "c2", "text": "", "files": [made.json["id"]]}
        assert (await li.ask("POST", f"{path}/messages", body)).status == 404


async def test_texts_to_pick_are_in_both_languages(world: WebWorld) -> None:
    """As the settings have them."""
    async with world.browser("li") as li:
        items = (await li.ask("GET", "/api/v1/canned")).json["items"]
    assert {one["key"] for one in items} >= {"hello", "bye"}
    assert all(one["text_zh"] and one["text_en"] for one in items)


async def test_what_is_too_much_is_refused(world: WebWorld) -> None:
    """Every field has its limit."""
    contact_id = await written(world)
    await seated(world, "li", "8001")
    path = f"/api/v1/chats/{contact_id}"
    async with world.browser("li") as li:
        await li.ask("POST", f"/api/v1/line/{contact_id}/take")
        for body in (
            {"client_key": "", "text": "a"},
            {"client_key": "k" * 65, "text": "a"},
            {"client_key": "k", "text": "长" * 4001},
            {"client_key": "k", "text": "长" * 201},
            {"client_key": "k", "text": ""},
            {"client_key": "k", "text": "a", "files": ["x"] * 10},
            {"client_key": "k", "text": "a", "more": 1},
        ):
            assert (await li.ask("POST", f"{path}/messages", body)).status == 422
        assert (await li.ask("GET", f"{path}/messages?limit=201")).status == 422
