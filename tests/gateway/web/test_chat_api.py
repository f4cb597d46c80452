"""The citizen's chat over requests: sessions, messages once, polls, caps."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from gateway.intake.throttling import From
from gateway.web.limits import Limits
from tests.eventually import eventually
from tests.gateway.web.web_world import Answer, Browser, WebWorld, web_world

CHAT = "/api/v1/chat"


@pytest.fixture
async def visitor(world: WebWorld) -> AsyncIterator[Browser]:
    """A browser with a session."""
    async with world.browser() as browser:
        await browser.ask("POST", f"{CHAT}/session", {})
        yield browser


async def say(browser: Browser, text: str, key: str = "key-00001", **more: Any) -> Answer:
    """Send a message."""
    headers = {"Idempotency-Key": key}
    return await browser.ask("POST", f"{CHAT}/messages", {"text": text, **more}, headers)


async def events(browser: Browser, after: int = 0, wait: int = 0, conv: str = "") -> Any:
    """A poll."""
    answer = await browser.ask("GET", f"{CHAT}/events?after={after}&wait={wait}&conv={conv}")
    assert answer.status == 200
    return answer.json


async def test_a_session_is_a_cookie_that_no_script_reads(world: WebWorld) -> None:
    """HttpOnly, Strict, and nothing of it in the answer; an App asks for the token itself."""
    async with world.browser() as browser:
        begun = await browser.ask("POST", f"{CHAT}/session", {})
        cookie = begun.headers["Set-Cookie"]
        assert cookie.startswith("hotline_visit=v1.")
        assert "HttpOnly" in cookie
        assert "SameSite=Strict" in cookie
        assert begun.json["token"] == ""
        assert begun.json["status"]["state"] == "none"
    async with world.browser() as app:
        given = await app.ask("POST", f"{CHAT}/session", {"token": True})
        assert "Set-Cookie" not in given.headers
        headers = {"Authorization": f"Bearer {given.json['token']}", "Idempotency-Key": "key-00001"}
        async with aiohttp.ClientSession() as http:  # no Origin, no cookie: not a browser
            url = f"{world.url}{CHAT}/messages"
            async with http.post(url, json={"text": "x"}, headers=headers) as answer:
                assert answer.status == 201


async def test_an_authorization_of_nobody_stands_in_for_no_cookie(visitor: Browser) -> None:
    """A page of another site cannot send the header; with a wrong one the cookie does not count."""
    headers = {"Authorization": "Bearer x", "Idempotency-Key": "key-00001"}
    answer = await visitor.ask("POST", f"{CHAT}/messages", {"text": "x"}, headers)
    assert answer.status == 401


async def test_a_message_sent_again_is_the_same_one(world: WebWorld, visitor: Browser) -> None:
    """Same key, same visitor: 200 and the same number; another visitor's key is another's."""
    first = await say(visitor, "路灯坏了")
    again = await say(visitor, "路灯坏了")
    assert (first.status, again.status) == (201, 200)
    assert first.json | {"new": False} == again.json
    async with world.browser() as other:
        await other.ask("POST", f"{CHAT}/session", {})
        assert (await say(other, "噪音")).status == 201
    assert len(world.citizens.talks) == 2
    assert world.citizens.talks[first.json["conv"]].inbounds[0].provider_id == "key-00001"
    assert world.citizens.origins == {From(address="127.0.0.1")}


@pytest.mark.parametrize("key", ["", "short", "x" * 65, "a b c d e f", "路灯路灯路灯路灯"])
async def test_a_message_needs_a_key(visitor: Browser, key: str) -> None:
    """422 that names the header."""
    answer = await say(visitor, "x", key.encode("utf-8").decode("latin-1"))
    assert answer.status == 422
    assert answer.json["errors"][0]["code"] == "idempotency-key"


async def test_what_is_no_message_is_told(visitor: Browser) -> None:
    """Nothing, too much, a file that is not here."""
    for text, more in (("", {}), (" \n ", {}), ("x" * 2001, {}), ("x", {"files": ["0" * 32]})):
        assert (await say(visitor, text, **more)).status == 422  # type: ignore[arg-type]


async def test_a_poll_waits_and_gives_each_message_once(world: WebWorld, visitor: Browser) -> None:
    """Nothing yet: it waits; an answer of an operator ends the wait; from there on it is known."""
    conv = (await say(visitor, "路灯坏了")).json["conv"]
    found = await events(visitor)
    assert [one["body"]["text"] for one in found["events"]] == ["路灯坏了"]
    assert found["events"][0]["cid"] == "key-00001"
    assert found["status"]["position"] == 1
    poll = asyncio.create_task(events(visitor, found["last_seq"], 25, conv))
    await eventually(lambda: world.server)  # let it begin
    world.citizens.answer(conv, "李", "哪条路？")
    found = await poll
    assert [one["body"]["operator_name"] for one in found["events"]] == ["李"]
    assert found["status"]["operator_name"] == "李"
    assert (await events(visitor, found["last_seq"]))["events"] == []


async def test_a_page_of_an_older_conversation_gets_all_of_the_new_one(visitor: Browser) -> None:
    """Its number means nothing there."""
    await say(visitor, "一")
    await visitor.ask("POST", f"{CHAT}/leave", {})
    await say(visitor, "二", "key-00002")
    found = await events(visitor, after=7, conv="0" * 32)
    assert [one["body"]["text"] for one in found["events"]] == ["二"]


async def test_seen_and_left(world: WebWorld, visitor: Browser) -> None:
    """What was shown is noted; leaving closes; neither is a fault before there is a chat."""
    assert (await visitor.ask("POST", f"{CHAT}/seen", {"seq": 1})).status == 204
    assert (await visitor.ask("POST", f"{CHAT}/leave", {})).status == 204
    conv = (await say(visitor, "路灯坏了")).json["conv"]
    await visitor.ask("POST", f"{CHAT}/seen", {"seq": 1})
    await visitor.ask("POST", f"{CHAT}/leave", {})
    assert world.citizens.talks[conv].seen == 1
    assert (await events(visitor))["status"]["state"] == "closed"


async def test_a_flood_is_slowed_but_never_an_emergency(world: WebWorld, visitor: Browser) -> None:
    """After some messages 429 with when to come again; 着火 goes through all the same."""
    statuses = [(await say(visitor, "x", f"key-{n:05}")).status for n in range(12)]
    assert statuses == [201] * 10 + [429] * 2
    assert (await say(visitor, "我家着火了", "key-fire1")).status == 201
    world.floor.clock.turn(60)
    assert (await say(visitor, "x", "key-later")).status == 201


async def test_sessions_are_free_then_cost_a_proof_then_end(tmp_path: Path) -> None:
    """Per address; whoever has a session goes on without one."""
    limits = Limits(visits_free_an_hour=0.001, visits_at_once=2)
    async with web_world(tmp_path, limits=limits) as world:
        for status in (200, 200, 403):
            async with world.browser() as browser:
                answer = await browser.ask("POST", f"{CHAT}/session", {})
                assert answer.status == status
                again = await browser.ask("POST", f"{CHAT}/session", {})
                assert again.status == status
        assert answer.json["code"] == "proof-needed"
        assert "12345" in answer.json["title"]


async def test_waiting_polls_are_counted(tmp_path: Path) -> None:
    """So many a visitor; the next is told to come again, and places are given back."""
    limits = Limits(chat_waits_per_visit=1)
    async with web_world(tmp_path, limits=limits) as world, world.browser() as browser:
        await browser.ask("POST", f"{CHAT}/session", {})
        conv = (await say(browser, "x")).json["conv"]
        poll = asyncio.create_task(events(browser, 1, 25))

        async def full() -> bool:
            return (await browser.ask("GET", f"{CHAT}/events")).status == 429

        await eventually(full)
        world.citizens.answer(conv, "李", "在")
        await poll
        assert (await events(browser))["last_seq"] == 2


async def test_a_store_that_is_away_is_said(world: WebWorld, visitor: Browser) -> None:
    """503: the page keeps what was written and sends it again."""
    world.citizens.away = True
    assert (await say(visitor, "x")).status == 503
    world.citizens.away = False
    assert (await say(visitor, "x")).status == 201


async def test_a_file_is_shown_to_its_own_conversation(
    world: WebWorld, visitor: Browser, tmp_path: Path
) -> None:
    """What we made of it, under no other type; another's is not found."""
    picture = tmp_path / "view.png"
    picture.write_bytes(b"\x89PNG")
    conv = (await say(visitor, "x")).json["conv"]
    world.citizens.files[f"{conv}/a1"] = picture, "image/png"
    world.citizens.files[f"{conv}/a2"] = picture, "text/html"
    shown = await visitor.ask("GET", f"{CHAT}/attachments/a1")
    assert shown.headers["Content-Type"] == "image/png"
    other = await visitor.ask("GET", f"{CHAT}/attachments/a2")
    assert other.headers["Content-Type"] == "application/octet-stream"
    assert other.headers["Content-Disposition"] == "attachment"
    assert (await visitor.ask("GET", f"{CHAT}/attachments/a3")).status == 404
    async with world.browser() as stranger:
        await stranger.ask("POST", f"{CHAT}/session", {})
        await say(stranger, "y")
        assert (await stranger.ask("GET", f"{CHAT}/attachments/a1")).status == 404
