"""The admin's page of experts on the real server: kept by hand, by file, seen as a week."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from config.settings import Settings
from gateway.core.guest_kind import GuestEnd
from gateway.web.pages import Pages
from tests.browser.screens import launched, passes_axe, screen
from tests.expert_rows import a_department, an_expert
from tests.gateway.web.web_world import PASSWORD, WebWorld, web_world
from tests.guest_rows import a_guest

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

HEADING = "编号,部门编号,部门名称,姓名,电话,值班日,开始,结束\r\n"
GOOD = "zhao,shebao,人社局,赵一,13700000001,工作日,9:00,12:00\r\n"
MORE = "qian,shebao,人社局,钱二,13700000002,工作日,13:30,17:30\r\n"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def chromium() -> AsyncIterator[Browser]:
    """One for all pages here."""
    async with launched() as chromium:
        yield chromium


@pytest_asyncio.fixture(loop_scope="module")
async def world(tmp_path: Path) -> AsyncIterator[WebWorld]:
    """A server with the built pages; Monday, 2 March 2026, 09:00 in Beijing; nobody on a roster."""
    async with web_world(tmp_path, pages=Pages(Settings())) as world:
        yield world


async def at_experts(page: Page, world: WebWorld) -> None:
    """The admin logs in and goes to the page."""
    await page.goto(f"{world.url}/admin#/experts")
    await page.get_by_test_id("login-name").fill("guo")
    await page.get_by_test_id("login-password").fill(PASSWORD)
    await page.keyboard.press("Enter")
    await expect(page.get_by_test_id("department-add")).to_be_visible()


async def choose(page: Page, text: str, encoding: str) -> None:
    """Choose a file of this text."""
    file = {"name": "专家.csv", "mimeType": "text/csv", "buffer": text.encode(encoding)}
    await page.get_by_test_id("roster-file").set_input_files(file)  # type: ignore[arg-type]  # a payload


async def test_a_list_is_looked_at_mended_and_imported_and_its_gaps_are_red(
    world: WebWorld, chromium: Browser, tmp_path: Path
) -> None:
    """A faulty line is told with its number and nothing is written; the good one is the week's."""
    async with screen(chromium, tmp_path) as page:
        await at_experts(page, world)
        await choose(page, HEADING + GOOD + "sun,shebao,,孙三,,,,\r\n", "gb18030")
        await expect(page.get_by_test_id("bad-line")).to_have_text(re.compile("3电话和坐席须填"))
        await expect(page.get_by_test_id("import-go")).to_have_count(0)
        await expect(page.get_by_test_id("department-row")).to_have_count(0)
        await choose(page, HEADING + GOOD + MORE, "utf-8-sig")
        await expect(page.get_by_test_id("import-ok")).to_contain_text("专家 2 名")
        await expect(page.get_by_test_id("department-row")).to_have_count(0)
        await page.get_by_test_id("import-go").press("Enter")
        await expect(page.get_by_test_id("import-done")).to_be_visible()
        await expect(page.get_by_test_id("expert-row")).to_have_count(2)
        await expect(page.get_by_test_id("expert-row").first).to_contain_text("不在班")
        gaps = page.get_by_test_id("gaps").locator("li")
        await expect(gaps).to_have_count(5)
        await expect(gaps.first).to_have_text("周一 03-02 12:00–13:30")
        await expect(page.locator("rect.gap")).to_have_count(5)
        await passes_axe(page)
        await page.get_by_test_id("rota-after").click()
        await expect(gaps.first).to_have_text("周一 03-09 12:00–13:30")


async def test_the_roster_is_kept_by_keyboard_alone(
    world: WebWorld, chromium: Browser, tmp_path: Path
) -> None:
    """A department, an expert at a seat, what is wrong is said; removed only when asked twice."""
    async with screen(chromium, tmp_path) as page:
        await at_experts(page, world)
        await page.get_by_test_id("department-add").press("Enter")
        await expect(page.get_by_test_id("department-id")).to_be_focused()
        await page.keyboard.type("shebao")
        await page.keyboard.press("Tab")
        await page.keyboard.type("人社局")
        await page.keyboard.press("Enter")
        await expect(page.get_by_test_id("department-row")).to_have_count(1)
        await page.get_by_test_id("expert-add").press("Enter")
        await page.keyboard.type("zhao")
        await page.keyboard.press("Tab")
        await page.keyboard.type("赵一")
        await page.get_by_test_id("expert-way").select_option("seat")
        await page.get_by_test_id("expert-seat").select_option("8002")
        await page.get_by_test_id("expert-duties").fill("随时")
        await page.get_by_test_id("expert-save").press("Enter")
        await expect(page.get_by_test_id("expert-fault")).to_contain_text("工作日 09:00-17:30")
        await page.get_by_test_id("expert-duties").fill("工作日 09:00-17:30")
        await passes_axe(page)
        await page.get_by_test_id("expert-save").press("Enter")
        await expect(page.get_by_test_id("expert-row")).to_contain_text("坐席未签入")
        await expect(page.get_by_test_id("no-gaps")).to_be_visible()
        remove = page.get_by_role("button", name="删除 赵一")
        await remove.press("Enter")
        await expect(page.get_by_test_id("expert-row")).to_have_count(1)
        await remove.press("Enter")
        await expect(page.get_by_test_id("expert-row")).to_have_count(0)


async def test_the_report_counts_who_answered(
    world: WebWorld, chromium: Browser, tmp_path: Path
) -> None:
    """Of a time that is chosen; the last day belongs to it."""
    call, at = await world.floor.arrives(), world.floor.clock.now()
    answered = at + timedelta(seconds=5)
    came = a_guest("g1", call.id, asked_at=at, answered_at=answered)
    missed = a_guest("g2", call.id, asked_at=at, end=GuestEnd.NO_ANSWER)
    await world.floor.store.record(a_department(), an_expert(), came, missed)
    async with screen(chromium, tmp_path) as page:
        await at_experts(page, world)
        await page.get_by_test_id("report-since").fill("2026-03-01")
        await page.get_by_test_id("report-until").fill("2026-03-02")
        await page.get_by_test_id("report-go").press("Enter")
        rows = page.get_by_test_id("report-row")
        await expect(rows).to_have_count(3)
        await expect(rows.first).to_contain_text("50.0 %")
        await passes_axe(page)
        await page.get_by_test_id("report-until").fill("2026-03-01")
        await page.get_by_test_id("report-go").press("Enter")
        await expect(page.get_by_text("这段时间没有询问过专家")).to_be_visible()


async def test_the_page_is_complete_in_english_and_in_the_dark(
    world: WebWorld, chromium: Browser, tmp_path: Path
) -> None:
    """No Chinese word of ours is left, and the contrast holds."""
    async with world.browser("guo") as guo:
        sent = {"title_zh": "人社局", "title_en": "Social security", "focus": True}
        await guo.ask("PUT", "/api/v1/departments/shebao", sent)
    async with screen(chromium, tmp_path, scheme="dark") as page:
        await at_experts(page, world)
        await page.evaluate("localStorage.setItem('hotline.locale', 'en')")
        await page.reload()
        await expect(page.get_by_test_id("rota")).to_contain_text("On duty at Social security")
        await page.get_by_test_id("expert-add").click()
        assert not re.search("[\u4e00-\u9fff]", await page.locator("main").inner_text())
        await passes_axe(page)
