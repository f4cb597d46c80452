"""A citizen writes on the page and a person answers."""

import os
import signal
from pathlib import Path

import pytest

from tests.eventually import eventually
from tests.gateway_world import GatewayWorld, gateway_world
from tests.peers.visitor import visitor
from tests.walks.people import operator

pytestmark = [pytest.mark.asterisk, pytest.mark.asyncio(loop_scope="module")]


async def test_a_citizen_writes_and_a_person_answers(world: GatewayWorld) -> None:
    """Receipt at once, offer, answer, read receipt, disposition; each step is on record."""
    async with operator(world, "mei", "8005") as seated, visitor(world.url) as citizen:
        mei = seated.console
        await citizen.writes("路灯不亮，我的电话13800001111")
        told = await citizen.hears("如实")
        assert told["who"] == "system"
        chat = await mei.accept()
        assert chat["last_text"]
        await mei.say(citizen.conv, "您好，请问在哪条路？")
        answer = await citizen.hears("哪条路")
        assert (answer["who"], answer["operator_name"]) == ("operator", "话务员mei")
        await citizen.shown()

        async def read() -> bool:
            said = await mei.messages(citizen.conv)
            return bool(said[-1]["out"]["state"] == "read")

        await eventually(read)
        await mei.say(citizen.conv, "只给同事看", note=True)
        await citizen.writes("解放路12号")
        await mei.post(f"/api/v1/chats/{citizen.conv}/shown", {"seq": 5})
        behind = await mei.get(f"/api/v1/chats/{citizen.conv}/citizen")
        assert [link["state"] for link in behind["links"]] == ["proposed"]
        assert "13800001111" not in str(behind)
        await mei.say(citizen.conv, "已登记，谢谢。")
        await mei.post(f"/api/v1/chats/{citizen.conv}/close", {"code": "help", "note": "路灯"})
        await citizen.becomes("closed")
        assert all("同事" not in one["text"] for one in citizen.heard)
        await mei.chat_is_gone(citizen.conv)
        detail = await mei.get(f"/api/v1/contacts/{citizen.conv}")
        kinds = [fact["kind"] for fact in detail["facts"]]
        story = [
            "chat_opened",
            "message_received",
            "chat_waiting",
            "notice_told",
            "chat_offered",
            "chat_accepted",
            "chat_answered",
            "chat_answered",
            "chat_closed",
            "disposition_recorded",
        ]
        rest = iter(kinds)
        assert all(kind in rest for kind in story), kinds


async def test_an_offer_that_nobody_takes_waits_again_at_its_old_place(
    world: GatewayWorld,
) -> None:
    """The seat is taken out; the next seat gets the one that came first, not the one behind it."""
    async with (
        operator(world, "nan", "8006") as nan,
        visitor(world.url) as first,
        visitor(world.url) as second,
    ):
        await first.writes("第一个")
        offered = await nan.console.chat_is("offered", first.conv)
        since = offered["waiting_since"]
        await nan.console.post(f"/api/v1/chats/{first.conv}/decline")
        await nan.console.seat_becomes("not_ready")
        await second.writes("第二个")
        line = (await nan.console.get("/api/v1/line"))["items"]
        waiting = [one["id"] for one in line if one["id"] in (first.conv, second.conv)]
        assert waiting == [first.conv, second.conv]
        await nan.console.ready()
        again = await nan.console.accept(first.conv)
        assert again["waiting_since"] == since
        await nan.console.accept(second.conv)
        for one in (first, second):
            await nan.console.post(f"/api/v1/chats/{one.conv}/close", {"code": "invalid"})


@pytest.mark.asyncio(loop_scope="function")
async def test_conversations_are_there_again_after_a_restart(tmp_path: Path) -> None:
    """Open ones at their seat, waiting ones in line with their rank, and nothing is said twice."""
    async with (
        gateway_world(tmp_path) as world,
        operator(world, "li", "8001") as li,
        visitor(world.url) as citizen,
    ):
        await citizen.writes("第一句")
        await li.console.accept()
        await li.console.say(citizen.conv, "请讲", key="once")
        await citizen.hears("请讲")
        old = world.gateway_pid()
        os.kill(old, signal.SIGKILL)
        await eventually(lambda: world.gateway_pid(other_than=old), 20)
        await eventually(world.is_ready, 60)
        async with world.console("li") as again:
            there = await again.chat_is("open", citizen.conv, 20)
            assert there["last_seq"] == 3
            said = await again.say(citizen.conv, "请讲", key="once")
            assert said["seq"] == 3
            await citizen.writes("还在吗")
            await again.say(citizen.conv, "在的")
            await citizen.hears("在的")
            assert [one["text"] for one in citizen.heard].count("请讲") == 1
