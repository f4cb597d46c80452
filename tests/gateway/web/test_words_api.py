"""The search for words, over HTTP: by POST, of one's own, noted, never of who asked for silence."""

from typing import Any

import pytest

from gateway.core.facts import FactKind
from tests.gateway.web.test_contacts_api import talked
from tests.gateway.web.web_world import Browser, WebWorld
from tests.heard_rows import SECOND, a_privacy, a_segment
from tests.message_rows import a_closed_chat, a_message, an_identity

PATH = "/api/v1/words/search"


async def heard(world: WebWorld, login: str, seat: str, *texts: str) -> str:
    """A finished call in which the citizen said these; its contact's id."""
    contact = await talked(world, login, seat, "13800001234")
    rows = [
        a_segment(f"{contact}-{seq}", contact, seq, text=text, operator_id=f"id-{login}")
        for seq, text in enumerate(texts, 1)
    ]
    await world.floor.store.record(*rows)
    return contact


async def find(browser: Browser, text: str, **more: Any) -> Any:
    """A page of places."""
    got = await browser.ask("POST", PATH, {"text": text, **more})
    assert got.status == 200
    return got.json


async def test_words_are_found_where_they_stand(world: WebWorld) -> None:
    """With the contact, the time in it, who sat there, and the marks of them."""
    contact = await heard(world, "li", "8001", "楼下夜间施工，夜间 施工太吵", "没有别的事")
    async with world.browser("li") as browser:
        [one] = (await find(browser, "夜间施工"))["items"]
        assert (one["contact_id"], one["segment_id"]) == (contact, f"{contact}-1")
        assert (one["channel"], one["party"], one["operator_name"]) == ("phone", "citizen", "李明")
        assert one["begin_seconds"] == 1.0
        assert one["marks"] == [[2, 4], [7, 5]]


async def test_messages_are_found_beside_calls(world: WebWorld) -> None:
    """What a citizen wrote; a channel may be chosen."""
    await heard(world, "li", "8001", "路灯不亮")
    await world.floor.store.record(
        an_identity("i1"),
        a_closed_chat("k1", "i1", operator_id="id-li"),
        a_message("m1", "k1", 1, text="我们这里路灯不亮了"),
    )
    async with world.browser("li") as browser:
        both = (await find(browser, "路灯不亮"))["items"]
        assert {one["message_id"] for one in both} == {"", "m1"}
        [call] = (await find(browser, "路灯不亮", channel="phone"))["items"]
        assert call["segment_id"]


async def test_pages_have_no_gap(world: WebWorld) -> None:
    """By cursor, newest first; times bound them."""
    contact = await heard(world, "li", "8001", *[f"第{at}次停水" for at in range(1, 6)])
    async with world.browser("li") as browser:
        seen, before = [], ""
        while True:
            page = await find(browser, "次停水", limit=2, before=before)
            seen += [one["segment_id"] for one in page["items"]]
            before = page["next_before"]
            if not before:
                break
        assert seen == [f"{contact}-{at}" for at in (5, 4, 3, 2, 1)]
        [third] = [one for one in await world.floor.store.segments(contact) if one.seq == 3]
        since, until = third.at, third.at + SECOND
        bounds = {"since": since.isoformat(), "until": until.isoformat()}
        [one] = (await find(browser, "次停水", **bounds))["items"]
        assert one["segment_id"] == third.id


async def test_an_operator_finds_only_what_was_said_where_they_sat(world: WebWorld) -> None:
    """A supervisor finds everybody's; an admin, an auditor and a stranger may not ask."""
    await heard(world, "li", "8001", "电梯坏了")
    await heard(world, "wang", "8002", "电梯坏了")
    for login, count in (("li", 1), ("wang", 1), ("chen", 2)):
        async with world.browser(login) as browser:
            assert len((await find(browser, "电梯坏了"))["items"]) == count
    for login, status in (("guo", 403), ("shen", 403), ("", 401)):
        async with world.browser(login) as browser:
            assert (await browser.ask("POST", PATH, {"text": "电梯坏了"})).status == status


async def test_what_is_confidential_is_not_found(world: WebWorld) -> None:
    """By nobody, as long as it is."""
    contact = await heard(world, "li", "8001", "我要举报")
    path = f"/api/v1/contacts/{contact}/confidential"
    async with world.browser("li") as browser:
        await browser.ask("POST", path, {"confidential": True, "reason": "市民要求"})
        assert (await find(browser, "我要举报"))["items"] == []
        await browser.ask("POST", path, {"confidential": False, "reason": "市民同意"})
        assert len((await find(browser, "我要举报"))["items"]) == 1
    await world.floor.store.record(a_privacy(contact))
    async with world.browser("chen") as browser:
        assert (await find(browser, "我要举报"))["items"] == []


async def test_each_search_is_noted_without_its_words(world: WebWorld) -> None:
    """Who searched, and how much was found."""
    await heard(world, "li", "8001", "金丝雀跑了")
    async with world.browser("chen") as browser:
        await find(browser, "金丝雀")
        await find(browser, "没有这样的话")
    noted = await world.floor.store.audit(kinds=(FactKind.WORDS_SEARCHED,), limit=10)
    assert sorted(int(str(one.data["found"])) for one in noted) == [0, 1]
    assert {one.operator_id for one in noted} == {"id-chen"}
    assert "金丝雀" not in str(noted)


@pytest.mark.parametrize(
    "wrong",
    [{"text": "一"}, {"text": "，。！"}, {"text": "水" * 41}, {"text": "停水", "before": "x"}],
)
async def test_what_cannot_be_searched_is_said(world: WebWorld, wrong: dict[str, str]) -> None:
    """Too short, too long, no page: refused, in both languages."""
    async with world.browser("li") as browser:
        got = await browser.ask("POST", PATH, wrong)
        assert got.status == 422
        assert got.json["errors"][0]["zh"]
