"""What happens to conversations when the gateway dies, a screen goes silent, or the store is away.

One gateway for all of them; at a seat are two conversations, and an offer stands for 5 s.
"""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any

import aiohttp
import pytest
import pytest_asyncio

from gateway.simulate.phone import SipPhone
from tests.channels.wechat_world import options_in
from tests.eventually import eventually
from tests.gateway_world import GatewayWorld, gateway_world
from tests.peers.visitor import visitor
from tests.peers.wechat_peer import WeChatPeer, wechat_peer
from tests.peers.wechat_words import said, sealed
from tests.walks.people import citizen, connected, operator
from tests.worlds.writing import APP_KEY, App, close, store_away, tries, waits

pytestmark = [
    pytest.mark.asterisk,
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.timeout(240),
]
BURST = 8
Road = Callable[[str, str], Awaitable[dict[str, Any] | None]]
SILENT_SECONDS = 45.0
"""More than twice what a screen may be silent."""
OPENID = "o-world-store-away-00000001"


@dataclass
class Place:
    """A running gateway, and WeChat beside it."""

    world: GatewayWorld
    wechat: WeChatPeer


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def place(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Place]:
    """One gateway for the worlds of this file."""
    folder = tmp_path_factory.mktemp("gateway")
    async with wechat_peer() as wechat:
        options = options_in(folder / "secrets", base_url=wechat.url)
        (folder / "app.key").write_text(APP_KEY)
        app = {"kind": "app", "name": "city", "options": {"key_file": str(folder / "app.key")}}
        wechat_account = {"kind": "wechat", "name": "main", "options": options}
        chat = {"per_seat": 2, "offer_seconds": 5}
        async with gateway_world(folder, channels=[wechat_account, app], chat=chat) as world:
            yield Place(world, wechat)


async def test_what_was_acknowledged_outlives_kill_9_once(place: Place) -> None:
    """Two citizens and an App write at once; the first acknowledgement kills the gateway.

    Nothing acknowledged is lost and what is sent again is one; one conversation is with its
    operator again, the other in the line where it stood, and the screen shows both.
    """
    world = place.world
    async with (
        operator(world, "li", "8001") as li,
        visitor(world.url) as mine,
        visitor(world.url) as other,
        aiohttp.ClientSession() as http,
    ):
        app = App(world.url, http)
        await mine.writes("先来的")
        await li.console.accept(mine.conv)
        await li.console.post("/api/v1/seat/break", {"reason": "rest"})
        await other.writes("在等的")
        stood = await waits(li.console, other.conv)
        roads = (partial(tries, mine), partial(tries, other), app.tries)
        texts = [(road, f"burst-{n:04}", f"第{n}句") for road in roads for n in range(BURST)]
        old = world.gateway_pid()
        acknowledged: dict[tuple[Road, str], dict[str, Any]] = {}

        async def send(road: Road, key: str, text: str) -> None:
            taken = await road(key, text)
            if taken:
                acknowledged[road, key] = taken
                with suppress(ProcessLookupError):
                    os.kill(old, signal.SIGKILL)

        async with asyncio.TaskGroup() as tasks:
            for road, key, text in texts:
                tasks.create_task(send(road, key, text))
        assert acknowledged
        await eventually(lambda: world.gateway_pid(other_than=old), 20)
        await eventually(world.is_ready, 60)
        for road, key, text in texts:
            again = await eventually(partial(road, key, text), 20)
            before = acknowledged.get((road, key))
            if before:
                assert again == before | {"new": False}
        every = sorted(f"第{n}句" for n in range(BURST))
        assert sorted(await app.said(again["conv"])) == every
        for one in (mine, other):
            await one.reads()
            said_once = [said["text"] for said in one.heard if said["who"] == "citizen"]
            assert sorted(said_once[1:]) == every
            assert [said["seq"] for said in one.heard] == list(range(1, len(one.heard) + 1))
        async with world.console("li") as again_li:
            await again_li.chat_is("open", mine.conv)
            found = await waits(again_li, other.conv)
            assert (found["since"], found["due_at"]) == (stood["since"], stood["due_at"])
            await again_li.ready()
            await again_li.accept(other.conv)
            shown = [one["text"] for one in await again_li.messages(mine.conv)]
            assert set(every) <= set(shown)
            await close(again_li, mine.conv)
            await again_li.accept(again["conv"])
            await close(again_li, other.conv, again["conv"])


async def test_an_offer_that_lapses_goes_on_with_its_old_place(place: Place) -> None:
    """The seat that let it end is taken out and says why; the next one gets it as it stood."""
    world = place.world
    async with operator(world, "mu", "8002") as mu, visitor(world.url) as one:
        await one.writes("没有人接")
        offered = await mu.console.chat_is("offered", one.conv)
        await mu.console.seat_becomes("not_ready", 15)
        assert mu.console.state["seat"]["reason"] == "no_answer"
        found = await waits(mu.console, one.conv)
        assert (found["since"], found["due_at"]) == (offered["waiting_since"], offered["due_at"])
        async with operator(world, "ou", "8003") as ou:
            taken = await ou.console.accept(one.conv)
            assert taken["waiting_since"] == offered["waiting_since"]
            await close(ou.console, one.conv)


async def test_who_called_first_is_not_robbed_of_the_last_room(place: Place) -> None:
    """One more message would fill the only seat while a caller waits: the call comes first.

    The message keeps its place meanwhile and comes when the call is over.
    """
    world = place.world
    async with (
        operator(world, "qi", "8004") as qi,
        visitor(world.url) as first,
        visitor(world.url) as second,
    ):
        await first.writes("第一个会话")
        await qi.console.accept(first.conv)
        await qi.console.post("/api/v1/seat/break", {"reason": "rest"})
        async with citizen(world, "13812340077") as call:
            await eventually(lambda: any(q["waiting"] for q in qi.console.state["queues"]), 20)
            await second.writes("会占满坐席的会话")
            stood = await waits(qi.console, second.conv)
            await qi.console.ready()
            await connected(call, qi)
            found = await waits(qi.console, second.conv)
            assert found["due_at"] == stood["due_at"]
            await call.hang_up()
            await qi.console.seat_becomes("wrapping_up")
            await qi.console.post("/api/v1/seat/finish-wrap-up")
            await qi.console.accept(second.conv)
        await close(qi.console, first.conv, second.conv)


async def test_without_the_store_nothing_is_acknowledged_and_sent_again_it_is_one(
    place: Place,
) -> None:
    """The page hears 503 with a time to come back, WeChat no word of content; both come again."""
    world, hook = place.world, f"{place.world.url}/hooks/wechat/main"
    async with operator(world, "ru", "8005") as ru, visitor(world.url) as one:
        await one.writes("存得下的")
        await ru.console.accept(one.conv)
        push = said("text", OPENID, Content="存不下的时候来的微信")
        words, key = {"text": "存不下的"}, {"Idempotency-Key": "kept-0001"}
        async with store_away(world.data_dir / "hotline.db"), asyncio.TaskGroup() as tasks:
            pushing = tasks.create_task(place.wechat.post(hook, sealed(push, place.wechat.keys)))
            path = f"{world.url}/api/v1/chat/messages"
            async with one.http.post(path, json=words, headers=key) as refused:
                assert refused.status == 503
                assert int(refused.headers["Retry-After"]) >= 1
                assert (await refused.json())["code"] == "store-unavailable"
        heard = pushing.result()
        assert heard is None or heard[0] == 503
        assert (await place.wechat.push(hook, push)).taken
        taken = await eventually(lambda: tries(one, "kept-0001", "存不下的"), 30)
        assert await tries(one, "kept-0001", "存不下的") == taken | {"new": False}
        mine = await ru.console.messages(one.conv)
        assert [message["text"] for message in mine].count("存不下的") == 1
        theirs = await ru.console.accept()
        shown = await ru.console.messages(theirs["contact_id"])
        assert [message["text"] for message in shown if message["direction"] == "in"] == [
            "存不下的时候来的微信"
        ]
        await close(ru.console, one.conv, theirs["contact_id"])


async def test_a_silent_screen_gives_its_conversation_back_to_who_returns(place: Place) -> None:
    """It waits with its old place; a colleague who is free does not get it, who had it does."""
    world = place.world
    await world.add("shu")
    password = await world.phone_password("8006")
    async with (
        operator(world, "tian", "8007") as tian,
        visitor(world.url) as one,
        SipPhone("desk-8006", world.sip, password) as phone,
    ):
        await phone.register()
        async with world.console("shu") as shu:
            await shu.sit("8006")
            await tian.console.post("/api/v1/seat/break", {"reason": "rest"})
            await shu.ready()
            await one.writes("您还在吗")
            had = await shu.accept(one.conv)
            await tian.console.ready()
            await tian.console.seat_becomes("ready")
        stood = await waits(tian.console, one.conv, SILENT_SECONDS)
        assert (stood["since"], stood["due_at"]) == (had["waiting_since"], had["due_at"])
        async with world.console("shu") as back:
            await back.ready()
            again = await back.accept(one.conv)
            assert again["waiting_since"] == had["waiting_since"]
            assert tian.console.chat(one.conv) is None
            await back.say(one.conv, "在的，网络断了一下")
            await one.hears("断了一下")
            await close(back, one.conv)
            await back.post("/api/v1/seat/sign-out")
