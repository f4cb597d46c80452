"""What each role finds in the console, and what it does not."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from gateway.core.operator import Role
from tests.browser.chromium import browser
from tests.browser.test_browser_call import log_in
from tests.gateway_world import GatewayWorld, gateway_world
from tests.walks.people import citizen, connected, operator

pytestmark = [
    pytest.mark.asterisk,
    pytest.mark.browser,
    pytest.mark.asyncio(loop_scope="module"),
]

HERTZ = 440
NUMBER, REASON = "13987650002", "电话断线，回拨 139 8765 0002"
VIEWS = ("desk", "history", "watch", "audit", "admin", "wall")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[GatewayWorld]:
    """Li has talked with a citizen and looked at the whole number."""
    async with gateway_world(tmp_path_factory.mktemp("gateway")) as world:
        await world.add("shen", Role.AUDITOR)
        await world.add("guan", Role.ADMIN)
        async with operator(world, "li", "8001") as li, citizen(world, NUMBER) as call:
            await connected(call, li)
            assert li.console.call
            contact = li.console.call["contact_id"]
            await li.console.post(f"/api/v1/contacts/{contact}/reveal", {"reason": REASON})
            await call.hang_up()
            await li.console.seat_becomes("wrapping_up")
        yield world


async def has_views(page: Page, *views: str) -> None:
    """Exactly these can be gone to."""
    await expect(page.get_by_test_id(f"nav-{views[0]}")).to_be_visible(timeout=10_000)
    for view in VIEWS:
        await expect(page.get_by_test_id(f"nav-{view}")).to_have_count(int(view in views))


async def sees_no_contact(page: Page) -> None:
    """Also for one who types the address of the history."""
    await page.evaluate("location.hash = '#/history'")
    await expect(page.get_by_role("heading", level=1)).not_to_have_text("接待记录")
    await expect(page.get_by_test_id("history-row")).to_have_count(0)
    await expect(page.get_by_test_id("seat-state")).to_have_count(0)


async def test_an_auditor_reads_what_was_done_and_nothing_else(
    world: GatewayWorld, tmp_path: Path
) -> None:
    """The audit is the first view: who, what, why; no seat, no calls, no citizen's number."""
    async with browser(tmp_path / "shen", tone_hertz=HERTZ) as page:
        await log_in(page, world, "shen")
        await has_views(page, "audit")
        await sees_no_contact(page)
        revealed = page.locator("[data-testid=audit-row][data-kind=number_revealed]")
        await expect(revealed).to_contain_text("话务员li")
        await expect(revealed).to_contain_text("查看了完整号码")
        await expect(revealed).to_contain_text("电话断线，回拨 *")
        await expect(page.get_by_test_id("audit-table")).not_to_contain_text("0002")

        await page.get_by_test_id("audit-person").select_option(label="话务员li")
        await page.get_by_test_id("audit-kind").select_option("seat_signed_in")
        await page.keyboard.press("Tab")
        await page.get_by_test_id("audit-search").press("Enter")
        await expect(page.get_by_test_id("audit-row")).to_have_count(1)
        await page.get_by_test_id("nav-language").click()
        await expect(page.get_by_test_id("audit-row")).to_contain_text("Seat 8001 signed in")


async def test_an_auditor_turns_pages_and_finds_their_own_readings(
    world: GatewayWorld, tmp_path: Path
) -> None:
    """Twenty readings fill a page; the one before is reached from the next."""
    async with browser(tmp_path / "shen", tone_hertz=HERTZ) as page:
        await log_in(page, world, "shen")
        await page.get_by_test_id("audit-kind").select_option("audit_read")
        search = page.get_by_test_id("audit-search")
        for _ in range(21):
            async with page.expect_response("**/api/v1/audit?*"):
                await search.click()
        await expect(page.get_by_test_id("audit-row")).to_have_count(20)
        await page.get_by_test_id("audit-next").click()
        await expect(page.get_by_text("第 2 页")).to_be_visible()
        await expect(page.get_by_test_id("audit-row").first).to_contain_text("查看了审计")


async def test_an_admin_watches_and_sees_no_contact(world: GatewayWorld, tmp_path: Path) -> None:
    """The floor is the first view, with the commands that an admin has; no call bar."""
    async with browser(tmp_path / "guan", tone_hertz=HERTZ) as page:
        await log_in(page, world, "guan")
        await has_views(page, "watch", "admin", "wall")
        await expect(page.get_by_test_id("seat-table")).to_be_visible(timeout=10_000)
        await expect(page.get_by_test_id("admin-note")).to_contain_text("./hotline user")
        await sees_no_contact(page)


async def test_an_operator_neither_watches_nor_audits(world: GatewayWorld, tmp_path: Path) -> None:
    """Typed addresses lead to one's own desk."""
    async with browser(tmp_path / "li", tone_hertz=HERTZ) as page:
        await log_in(page, world, "li")
        await has_views(page, "desk", "history")
        for view in ("audit", "watch"):
            await page.evaluate(f"location.hash = '#/{view}'")
            await expect(page.get_by_test_id("signin-go")).to_be_visible(timeout=10_000)
        await expect(page.get_by_test_id("audit-table")).to_have_count(0)
        await expect(page.get_by_test_id("seat-table")).to_have_count(0)
