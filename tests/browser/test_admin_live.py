"""The admin's page on a running hotline: a real gateway, a real Asterisk."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from gateway.core.operator import Role
from tests.browser.screens import launched, screen
from tests.gateway_world import GatewayWorld, gateway_world

pytestmark = [
    pytest.mark.asterisk,
    pytest.mark.browser,
    pytest.mark.asyncio(loop_scope="module"),
]

PUBLISH_MS = 40_000
"""A slow machine reloads a real Asterisk and reads it back."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def chromium() -> AsyncIterator[Browser]:
    """One for all pages here."""
    async with launched() as chromium:
        yield chromium


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[GatewayWorld]:
    """A real gateway with an admin and one operator."""
    async with gateway_world(tmp_path_factory.mktemp("gateway")) as world:
        await world.add("guan", Role.ADMIN)
        await world.add("li")
        yield world


async def logged_in(page: Page, url: str, login: str, password: str) -> None:
    """Log in at this page."""
    await page.goto(url)
    await page.get_by_test_id("login-name").fill(login)
    await page.get_by_test_id("login-password").fill(password)
    await page.get_by_test_id("login-submit").click()


async def test_a_newcomer_is_published_works_and_is_undone(
    world: GatewayWorld, chromium: Browser, tmp_path: Path
) -> None:
    """From the console to the admin's page: queue, hours and person at once; read back, undone."""
    async with screen(chromium, tmp_path) as page, screen(chromium, tmp_path) as other:
        await logged_in(page, f"{world.url}/console", "guan", world.passwords["guan"])
        await page.get_by_test_id("nav-admin").click()
        await expect(page.get_by_test_id("drift-card")).to_contain_text("一致", timeout=PUBLISH_MS)
        await expect(page.get_by_test_id("health-card")).to_contain_text("全部正常")

        await page.get_by_test_id("tab-queues").click()
        await page.locator('[data-path="queues[0].ring_seconds"]').fill("3")
        await expect(page.get_by_test_id("problem")).to_contain_text("允许 5 至 120")
        await page.locator('[data-path="queues[0].ring_seconds"]').fill("21")
        await page.get_by_test_id("tab-hours").click()
        hours = page.get_by_test_id("queue-hours").filter(has_text="企业服务")
        await hours.get_by_test_id("hours-add").click()
        await expect(page.get_by_test_id("problem")).to_contain_text("关闭时")
        await page.locator('[data-path="queues[1].closed_queue"]').select_option("civil")
        await page.get_by_test_id("tab-people").click()
        await page.get_by_test_id("person-add").click()
        await page.keyboard.type("sun2001")
        row = page.get_by_test_id("person-row").last
        await row.get_by_label("姓名").fill("孙悦")
        await row.get_by_label("孙悦，综合服务").select_option("0")
        await expect(page.get_by_test_id("draft-preview")).to_be_enabled()
        await page.get_by_test_id("draft-preview").click()
        await expect(page.get_by_test_id("change")).to_have_count(3)
        await page.get_by_test_id("publish-comment").fill("孙悦入职，企业服务改工作时间")
        await page.get_by_test_id("publish-go").click()
        await expect(page.get_by_test_id("in-step")).to_be_visible(timeout=PUBLISH_MS)
        password = await page.get_by_test_id("first-logins").locator("code").inner_text()
        await page.get_by_test_id("publish-close").click()
        await expect(page.get_by_test_id("draft-bar")).to_have_count(0)

        await logged_in(other, f"{world.url}/console", "sun2001", password)
        await expect(other.get_by_test_id("password-old")).to_be_visible()

        await page.get_by_test_id("tab-history").click()
        newest = page.get_by_test_id("revision").first
        await expect(newest).to_contain_text("孙悦入职，企业服务改工作时间")
        await newest.get_by_test_id("undo").click()
        await page.get_by_test_id("undo-go").click()
        await expect(page.get_by_test_id("in-step")).to_be_visible(timeout=PUBLISH_MS)
        await page.get_by_test_id("undo-close").click()
        await page.get_by_test_id("tab-queues").click()
        await expect(page.locator('[data-path="queues[0].ring_seconds"]')).to_have_value("15")
        await page.get_by_test_id("tab-overview").click()
        await expect(page.get_by_test_id("drift-card")).to_contain_text("一致")

        await logged_in(other, f"{world.url}/console", "sun2001", password)
        await expect(other.get_by_test_id("login-fault")).to_be_visible()


async def test_an_operator_is_told_that_this_page_is_not_theirs(
    world: GatewayWorld, chromium: Browser, tmp_path: Path
) -> None:
    """The gateway refuses, and the page says so."""
    async with screen(chromium, tmp_path) as page:
        await logged_in(page, f"{world.url}/admin", "li", world.passwords["li"])
        await expect(page.get_by_test_id("no-right")).to_be_visible()
        answer = await page.request.get(f"{world.url}/api/v1/admin/plan")
        assert answer.status == 403
