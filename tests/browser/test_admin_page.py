"""The admin's page against a peer of the gateway; plan, check and history are the real ones."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from gateway.core.plan import Person
from tests.browser.admin_walk import RING, opened, tab
from tests.browser.screens import launched, passes_axe, screen
from tests.eventually import eventually
from tests.peers.screens_example import plain_plan
from tests.peers.screens_peer import ScreensPeer, screens_peer

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def chromium() -> AsyncIterator[Browser]:
    """One for all pages here."""
    async with launched() as chromium:
        yield chromium


@pytest_asyncio.fixture(loop_scope="module")
async def peer() -> AsyncIterator[ScreensPeer]:
    """A gateway that has published nothing yet."""
    async with screens_peer() as peer:
        yield peer


async def test_every_problem_is_told_beside_its_field_and_in_a_list_that_jumps_there(
    peer: ScreensPeer, chromium: Browser, tmp_path: Path
) -> None:
    """Three things wrong on two tabs are told at once; publishing waits until none is left."""
    async with screen(chromium, tmp_path) as page:
        await opened(page, peer, "queues")
        await page.locator(RING).fill("3")
        await page.get_by_test_id("queue-add").click()
        await expect(page.locator('[data-path="queues[2].title_zh"]')).to_be_focused()
        await page.locator('[data-path="queues[2].key"]').select_option("2")
        await tab(page, "seats")
        await page.locator('[data-path="seats[0].title"]').fill("x" * 90)
        long_title = page.get_by_test_id("problem").filter(has_text="坐席 8001")
        await expect(long_title).to_have_count(1)
        await expect(page.get_by_test_id("draft-preview")).to_be_disabled()

        key = page.get_by_test_id("problem").filter(has_text="按键")
        await expect(key).to_contain_text("企业服务（enterprise） 重复")
        await key.press("Enter")
        field = page.locator('[data-path="queues[2].key"]')
        await expect(field).to_be_focused()
        await expect(field).to_have_attribute("aria-invalid", "true")
        said = await field.get_attribute("aria-describedby")
        assert said
        await expect(page.locator(f"[id='{said.split()[-1]}']")).to_contain_text("重复")

        await page.get_by_test_id("queue-remove").click()
        await page.get_by_test_id("thing").first.click()
        await page.locator(RING).fill("很久")
        await expect(page.get_by_test_id("problem").filter(has_text="每次振铃")).to_contain_text(
            "整数"
        )
        await page.locator(RING).fill("20")
        await tab(page, "seats")
        await page.locator('[data-path="seats[0].title"]').fill("一号")
        await expect(page.get_by_test_id("draft-state")).to_contain_text("检查通过")
        await expect(page.get_by_test_id("draft-preview")).to_be_enabled()


async def test_a_draft_outlives_a_reload_and_ends_when_it_is_thrown_away(
    peer: ScreensPeer, chromium: Browser, tmp_path: Path
) -> None:
    """F5 loses nothing; nothing is published by it; throwing away is asked about first."""
    async with screen(chromium, tmp_path) as page:
        await opened(page, peer, "queues")
        await page.locator(RING).fill("25")
        await expect(page.get_by_test_id("draft-bar")).to_contain_text("改动 1 项")
        await page.reload()
        await expect(page.locator(RING)).to_have_value("25")
        await expect(page.get_by_test_id("draft-bar")).to_contain_text("改动 1 项")
        assert peer.revision == 1
        await page.get_by_test_id("draft-discard").click()
        await page.get_by_test_id("draft-discard-yes").click()
        await expect(page.locator(RING)).to_have_value("15")
        await page.reload()
        await expect(page.locator(RING)).to_have_value("15")
        await expect(page.get_by_test_id("draft-bar")).to_have_count(0)


async def test_five_hundred_people_are_searched_and_turned_page_by_page(
    chromium: Browser, tmp_path: Path
) -> None:
    """A page at a time is on the screen; a problem on the last page is jumped to."""
    async with screens_peer(plan=plain_plan(500)) as peer, screen(chromium, tmp_path) as page:
        await opened(page, peer, "people")
        rows = page.get_by_test_id("person-row")
        await expect(rows).to_have_count(25)
        await page.get_by_test_id("page-next").click()
        await expect(page.locator('[data-path="operators[25].login"]')).to_be_visible()
        await page.get_by_test_id("people-search").fill("1499")
        await expect(rows).to_have_count(1)
        await page.locator('[data-path="operators[498].name"]').fill("")
        await page.get_by_test_id("people-search").fill("李静")
        await expect(page.get_by_test_id("problem")).to_have_count(1)
        await page.get_by_test_id("problem").click()
        await expect(page.locator('[data-path="operators[498].name"]')).to_be_focused()


async def test_a_queue_is_added_and_published_with_the_keyboard_alone(
    peer: ScreensPeer, chromium: Browser, tmp_path: Path
) -> None:
    """From the tab to the read-back, no mouse."""
    async with screen(chromium, tmp_path) as page:
        await opened(page, peer, "hours")
        hours = page.get_by_test_id("queue-hours").nth(1)
        await hours.get_by_role("checkbox", name="周六").focus()
        await page.keyboard.press("Space")
        await expect(hours.get_by_test_id("week")).to_have_attribute(
            "aria-label", "企业服务: 周一至周六 09:00–17:30"
        )
        await page.keyboard.press("Tab")
        await page.keyboard.press("Tab")
        await page.keyboard.type("08:30")
        await expect(page.get_by_test_id("draft-preview")).to_be_enabled()
        await page.get_by_test_id("draft-preview").focus()
        await page.keyboard.press("Enter")
        comment = page.get_by_test_id("publish-comment")
        await expect(comment).to_be_visible()
        for _ in range(6):
            if await comment.evaluate("one => one === document.activeElement"):
                break
            await page.keyboard.press("Tab")
        await page.keyboard.type("周六开放")
        await page.keyboard.press("Enter")
        await expect(page.get_by_test_id("in-step")).to_be_visible()
        opening = peer.plan.queues[1].hours[0]
        assert (opening.days, opening.opens) == ((1, 2, 3, 4, 5, 6), "08:30")


async def test_whoever_may_not_manage_is_shown_nothing(chromium: Browser, tmp_path: Path) -> None:
    """The page says so and asks for no plan."""
    async with screens_peer(rights=("self", "watch")) as peer, screen(chromium, tmp_path) as page:
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        await page.goto(f"{peer.url}/admin")
        await expect(page.get_by_test_id("no-right")).to_be_visible()
        await expect(page.get_by_test_id("tab-queues")).to_have_count(0)
        assert not [url for url in asked if "/admin/" in url]


@pytest.mark.parametrize(("theme", "language"), [("light", "zh-CN"), ("dark", "en")])
async def test_every_tab_and_dialog_passes_axe(
    peer: ScreensPeer, chromium: Browser, tmp_path: Path, theme: str, language: str
) -> None:
    """WCAG 2.2 A and AA, with problems shown, a warning, drift, the preview and the history."""
    busy = Person(login="zhao", name="赵班长", skills={"civil": 0})
    peer.publish(replace(peer.plan, operators=(*peer.plan.operators, busy)), "guan", "赵班长")
    peer.differences = [
        {"kind": "seat", "name": "8001", "field": "", "published": "8001", "running": ""}
    ]
    dark = theme == "dark"
    async with screen(chromium, tmp_path, scheme="dark" if dark else "light") as page:
        await page.add_init_script(f"localStorage.setItem('hotline.locale', '{language}')")
        await opened(page, peer, "queues")
        assert await page.evaluate("document.documentElement.lang") == language
        await page.locator(RING).fill("3")
        await expect(page.get_by_test_id("problem")).to_have_count(1)
        for name in ("overview", "queues", "seats", "people", "numbers", "hours", "history"):
            await tab(page, name)
            await expect(page.get_by_role("heading", level=1)).to_be_visible()
            await passes_axe(page)
        await tab(page, "queues")
        await page.locator(RING).fill("33")
        await expect(page.get_by_test_id("draft-preview")).to_be_enabled()
        await page.get_by_test_id("draft-preview").click()
        await expect(page.get_by_test_id("change")).to_have_count(1)
        await passes_axe(page)


async def test_the_check_is_asked_once_for_a_word_typed_quickly(
    peer: ScreensPeer, chromium: Browser, tmp_path: Path
) -> None:
    """A check for each rest, not for each key."""
    async with screen(chromium, tmp_path) as page:
        await opened(page, peer, "queues")
        await page.locator('[data-path="queues[0].title_en"]').press_sequentially("x" * 20)
        await expect(page.get_by_test_id("draft-state")).to_contain_text("检查通过")
        await eventually(lambda: peer.checks > 0, 5)
        assert peer.checks <= 5
