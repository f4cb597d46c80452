"""Short messages to who called, over HTTP: the body has a text, and no number anywhere."""

from channels.channel import Billed
from gateway.intake.channel_account import ChannelAccount
from tests.gateway.web.web_world import WebWorld
from tests.peers.channel_peer import ChannelPeer

NUMBER = "13800001234"


async def test_an_operator_writes_to_who_called_and_sees_how_far_it_came(world: WebWorld) -> None:
    """Written twice it is one; others have no such contact; nobody is told the number."""
    sms = ChannelPeer()
    sms.caps = type(sms.caps)(text_most=489, billed=Billed(before="【热线】", mils=45))
    floor = world.floor
    floor.floor.accounts = {
        "sms:main": ChannelAccount(
            id="sms:main", title_zh="短信", title_en="SMS", queue="civil", channel=sms
        )
    }
    await floor.seated("li", "8001")
    call = await floor.arrives(NUMBER)
    await floor.rings(call, "8001")
    await floor.answers(call, "8001")
    path = f"/api/v1/contacts/{call.id}/sms"
    said = {"client_key": "a", "text": "请带身份证"}
    async with world.browser("li") as browser:
        before = await browser.ask("GET", path)
        assert (before.json["problem"], before.json["items"]) == (None, [])
        assert before.json["billed"] == {"before": "【热线】", "behind": "", "mils": 45}
        made = await browser.ask("POST", path, said)
        again = await browser.ask("POST", path, said)
        assert (made.status, again.status) == (201, 200)
        assert made.json["id"] == again.json["id"]
        assert made.json["out"]["state"] == "queued"
        after = await browser.ask("GET", path)
        assert [one["text"] for one in after.json["items"]] == ["请带身份证"]
        for wrong in ({"number": NUMBER}, {"to": NUMBER}, {"text": ""}):
            assert (await browser.ask("POST", path, said | wrong)).status == 422
        assert NUMBER.encode() not in made.raw + after.raw
    for login, status in (("wang", 404), ("chen", 422), ("guo", 403), ("shen", 403)):
        async with world.browser(login) as browser:
            answer = await browser.ask("POST", path, said | {"client_key": login})
            assert answer.status == status, login
