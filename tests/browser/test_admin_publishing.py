"""Publishing, undoing and drift on the admin's page, against a peer of the gateway."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from tests.browser.admin_walk import RING, opened, published, tab, with_first_queue
from tests.browser.screens import launched, passes_axe, screen
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


async def test_a_change_is_previewed_published_read_back_and_undone(
    peer: ScreensPeer, chromium: Browser, tmp_path: Path
) -> None:
    """By sign and word, before and after; a first password once and never again; then undo."""
    async with screen(chromium, tmp_path) as page:
        await opened(page, peer, "queues")
        await page.locator(RING).fill("25")
        await tab(page, "people")
        await page.get_by_test_id("person-add").click()
        await page.keyboard.type("2001")
        await page.locator('[data-path="operators[13].name"]').fill("孙悦")
        await page.locator('[data-path="operators[13].skills.civil"]').select_option("1")
        await expect(page.get_by_test_id("draft-preview")).to_be_enabled()
        await page.get_by_test_id("draft-preview").click()
        queue, person = page.get_by_test_id("change").nth(0), page.get_by_test_id("change").nth(1)
        await expect(queue).to_contain_text("~修改队列 综合服务（civil）")
        await expect(queue).to_contain_text("每次振铃（秒）原来：− 15改为：+ 25")
        await expect(person).to_contain_text("+新增人员 孙悦（2001）")
        await expect(person).to_contain_text("综合服务 1")
        await page.get_by_test_id("publish-go").click()
        await expect(page.get_by_test_id("publish-comment")).to_be_focused()
        assert peer.revision == 1
        peer.gate.clear()
        await page.get_by_test_id("publish-comment").fill("孙悦入职")
        await page.get_by_test_id("publish-go").click()
        await expect(page.get_by_test_id("publish-busy")).to_be_visible()
        peer.gate.set()
        await expect(page.get_by_test_id("in-step")).to_be_visible()
        first = page.get_by_test_id("first-logins")
        await expect(first).to_contain_text("kT7-2001-mQ2x")
        await passes_axe(page)
        await first.get_by_role("button").first.click()
        assert await page.evaluate("navigator.clipboard.readText()") == "kT7-2001-mQ2x"
        await page.keyboard.press("Escape")
        await expect(first).to_be_visible()
        await page.get_by_test_id("publish-close").click()
        await expect(first).to_have_count(0)
        assert "kT7-2001" not in await page.content()
        assert peer.plan.queues[0].ring_seconds == 25

        await tab(page, "history")
        await page.get_by_test_id("undo").first.click()
        await passes_axe(page)
        await page.get_by_test_id("undo-go").click()
        await expect(page.get_by_test_id("in-step")).to_be_visible()
        await page.get_by_test_id("undo-close").click()
        await expect(page.get_by_test_id("revision").first).to_contain_text("撤销了第 2 版")
        assert peer.plan == replace(plain_plan(), operators=peer.plan.operators)
        assert "2001" not in {one.login for one in peer.plan.operators}


async def test_a_result_that_is_closed_at_once_leaves_no_draft_behind(
    peer: ScreensPeer, chromium: Browser, tmp_path: Path
) -> None:
    """The page is still asking for the new plan when the dialog goes."""
    async with screen(chromium, tmp_path) as page:
        await opened(page, peer, "queues")
        await page.locator(RING).fill("25")
        await expect(page.get_by_test_id("draft-preview")).to_be_enabled()
        peer.plan_gate.clear()
        await published(page, "改振铃")
        await page.get_by_test_id("publish-close").click()
        peer.plan_gate.set()
        await expect(page.get_by_test_id("draft-bar")).to_have_count(0)
        await expect(page.locator(RING)).to_have_value("25")


async def test_what_was_changed_later_is_not_undone_and_the_page_says_which(
    peer: ScreensPeer, chromium: Browser, tmp_path: Path
) -> None:
    """409 with the place; nothing is published."""
    peer.publish(with_first_queue(peer.plan, ring_seconds=20), "guan", "一")
    peer.publish(with_first_queue(peer.plan, ring_seconds=30), "guan", "二")
    async with screen(chromium, tmp_path) as page:
        await opened(page, peer, "history")
        await page.get_by_test_id("undo").nth(1).click()
        await page.get_by_test_id("undo-go").click()
        await expect(page.get_by_test_id("undo-refused")).to_contain_text(
            "队列 综合服务（civil） · 每次振铃（秒）：后来又改过"
        )
        assert peer.plan.queues[0].ring_seconds == 30


async def test_a_draft_goes_on_top_of_what_another_published_meanwhile(
    peer: ScreensPeer, chromium: Browser, tmp_path: Path
) -> None:
    """409: who, when and what is shown; both changes are kept; what clashes is told and mine."""
    async with screen(chromium, tmp_path) as page:
        await opened(page, peer, "queues")
        await page.locator(RING).fill("25")
        await expect(page.get_by_test_id("draft-preview")).to_be_enabled()
        peer.publish(with_first_queue(peer.plan, ring_seconds=40, rank=7), "zhao", "夜里调整")
        await page.get_by_test_id("draft-preview").click()
        await page.get_by_test_id("publish-comment").fill("白天调整")
        await page.get_by_test_id("publish-go").click()
        moved = page.get_by_test_id("moved")
        await expect(moved).to_contain_text("zhao")
        await expect(moved).to_contain_text("夜里调整")
        await expect(moved.get_by_test_id("change")).to_contain_text("次序原来：− 0改为：+ 7")
        await page.reload()
        await page.get_by_test_id("moved-rebase").click()
        await expect(page.get_by_test_id("conflicts")).to_contain_text("您改为“25”，对方改为“40”")
        await expect(page.locator(RING)).to_have_value("25")
        await published(page, "白天调整")
        assert (peer.plan.queues[0].ring_seconds, peer.plan.queues[0].rank) == (25, 7)
        assert peer.revision == 3


async def test_an_edit_made_after_another_published_shows_what_they_changed(
    peer: ScreensPeer, chromium: Browser, tmp_path: Path
) -> None:
    """The check of the next edit tells it; nobody has to try to publish first."""
    async with screen(chromium, tmp_path) as page:
        await opened(page, peer, "queues")
        await expect(page.locator(RING)).to_have_value("15")
        peer.publish(with_first_queue(peer.plan, rank=7), "zhao", "夜里调整")
        await page.locator(RING).fill("25")
        await expect(page.get_by_test_id("moved")).to_contain_text("夜里调整")
        await expect(page.get_by_test_id("draft-preview")).to_be_disabled()
        await page.get_by_test_id("moved-rebase").click()
        await expect(page.get_by_test_id("draft-state")).to_contain_text("检查通过")
        await expect(page.get_by_test_id("conflicts")).to_have_count(0)


async def test_drift_is_told_with_every_difference_and_mended_by_publishing_again(
    peer: ScreensPeer, chromium: Browser, tmp_path: Path
) -> None:
    """Red until it is mended, on whatever tab one is."""
    civil = {"kind": "queue", "name": "civil", "field": "ring_seconds"}
    peer.differences = [{**civil, "published": "15", "running": "40"}]
    peer.health["phones"] = "no answer"
    async with screen(chromium, tmp_path) as page:
        await opened(page, peer)
        await expect(page.get_by_test_id("health-card")).to_contain_text("电话系统 no answer")
        for name in ("overview", "people"):
            await tab(page, name)
            banner = page.get_by_test_id("drift-banner")
            await expect(banner).to_contain_text("综合服务（civil）每次振铃（秒）1540")
        await page.get_by_test_id("drift-mend").click()
        await expect(page.get_by_test_id("drift-banner")).to_have_count(0)
        assert peer.differences == []
