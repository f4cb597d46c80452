"""The form, the receipt and the query in a browser without JavaScript, and with it."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from config.settings import Settings
from gateway.web.limits import Limits
from gateway.web.pages import Pages
from tests.browser.screens import launched, passes_axe, screen
from tests.gateway.web.web_world import WebWorld, web_world

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

PAYLOAD = '"><script>window.__x=1</script><b onmouseover=alert(1)>路灯'
PHOTO = Path(__file__).resolve().parents[2] / "gateway/web/ui/screens/citizen.png"
SMALLEST_PX = 18
SIZES = """
[...document.querySelectorAll('main *')].filter((one) => one.childNodes.length
  && [...one.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim())
  && one.offsetParent).map((one) => parseFloat(getComputedStyle(one).fontSize))
"""
TARGETS = """
[...document.querySelectorAll('main a, main button, main input:not([type=hidden]), main textarea')]
  .filter((one) => one.offsetParent && !one.closest('.hidden-file'))
  .map((one) => (one.closest('label') ?? one).getBoundingClientRect().height)
"""
BEGINS = """
[...['.site', 'h1'].map((one) => {
  const words = document.createRange()
  words.selectNodeContents(document.querySelector(one))
  return words.getBoundingClientRect().left
}), document.documentElement.scrollWidth - innerWidth]
"""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def chromium() -> AsyncIterator[Browser]:
    """One for all pages here."""
    async with launched() as chromium:
        yield chromium


@pytest_asyncio.fixture(loop_scope="module")
async def world(tmp_path: Path) -> AsyncIterator[WebWorld]:
    """A server with the real pages; what stands behind it is in memory."""
    async with web_world(tmp_path, pages=Pages(Settings(), writes=True)) as world:
        yield world


@pytest_asyncio.fixture(loop_scope="module")
async def plain(chromium: Browser) -> AsyncIterator[Page]:
    """A page without JavaScript."""
    context = await chromium.new_context(java_script_enabled=False, locale="zh-CN")
    yield await context.new_page()
    await context.close()


async def test_the_form_works_without_javascript(world: WebWorld, plain: Page) -> None:
    """Problems beside their fields, nothing lost, photos neither; then a receipt and its answer."""
    await plain.goto(f"{world.url}/")
    await plain.get_by_test_id("to-form").click()
    await plain.get_by_test_id("form-matter").fill(PAYLOAD)
    await plain.get_by_test_id("form-place").fill("人民路 12 号")
    await plain.get_by_test_id("form-photos").set_input_files(PHOTO)
    await plain.get_by_test_id("form-submit").click()
    await expect(plain.locator("#name-fault")).to_contain_text("需要答复时请填写姓名")
    await expect(plain.get_by_test_id("form-matter")).to_have_value(PAYLOAD)
    await expect(plain.get_by_test_id("form-place")).to_have_value("人民路 12 号")
    await expect(plain.get_by_test_id("form-kept")).to_contain_text("citizen.png")
    assert not world.citizens.talks

    await plain.get_by_test_id("form-want-not").check()
    await plain.get_by_test_id("form-submit").click()
    code = await plain.get_by_test_id("receipt-code").inner_text()
    assert re.fullmatch(r"\d{4}( \d{4}){4}", code)
    talk = world.citizens.one()
    (inbound,) = talk.inbounds
    assert inbound.text == PAYLOAD
    assert dict(inbound.fields) == {"place": "人民路 12 号", "want_feedback": "no"}
    assert inbound.media[0].name == "citizen.png"

    world.citizens.answer(talk.id, "李", "已修好<script>")
    await plain.goto(f"{world.url}/receipt")
    await plain.get_by_test_id("receipt-input").fill(code.replace(" ", "－").replace("－", "-"))
    await plain.get_by_test_id("receipt-go").click()
    await expect(plain.get_by_test_id("receipt-said")).to_contain_text(PAYLOAD)
    await expect(plain.get_by_test_id("receipt-said")).to_contain_text("已修好<script>")
    assert talk.seen == 2


async def test_a_receipt_that_is_loaded_again_is_the_same_one(world: WebWorld, plain: Page) -> None:
    """The browser sends the form anew: one matter, one code."""
    await plain.goto(f"{world.url}/form")
    await plain.get_by_test_id("form-matter").fill("噪音扰民")
    await plain.get_by_test_id("form-want-not").check()
    await plain.get_by_test_id("form-submit").click()
    code = await plain.get_by_test_id("receipt-code").inner_text()
    await plain.reload()
    await expect(plain.get_by_test_id("receipt-code")).to_have_text(code)
    assert len(world.citizens.talks) == 1


@pytest.mark.parametrize("path", ["/", "/form", "/receipt", "/chat", "/form?elder=1&lang=en"])
@pytest.mark.parametrize("width", [360, 1366])
async def test_pages_fit_pass_axe_and_are_large_enough(
    world: WebWorld, chromium: Browser, tmp_path: Path, path: str, width: int
) -> None:
    """Nothing sideways, letters of 18 px and more, targets of 44 px and more."""
    async with screen(chromium, tmp_path, width=width, height=740) as page:
        await page.goto(world.url + path)
        await passes_axe(page)
        assert await page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
        assert min(await page.evaluate(TARGETS)) >= 44
        sizes = await page.evaluate(SIZES)
        assert min(sizes) >= (24 if "elder" in path else SMALLEST_PX)


async def test_a_flood_from_one_network_solves_a_puzzle_and_the_phone_is_named(
    chromium: Browser, tmp_path: Path
) -> None:
    """The first is free; then the browser works for it, and nothing that was written is lost."""
    limits = Limits(visits_free_an_hour=0.001, visits_at_once=1)
    made = Pages(Settings(), writes=True)
    async with (
        web_world(tmp_path, pages=made, limits=limits) as world,
        screen(chromium, tmp_path) as page,
    ):
        for count in (1, 2):
            await page.goto(f"{world.url}/form")
            await page.get_by_test_id("form-matter").fill(f"第 {count} 件：井盖丢失")
            await page.get_by_test_id("form-want-not").check()
            await page.get_by_test_id("form-submit").click()
        await expect(page.get_by_test_id("form-proof")).to_contain_text("12345")
        await expect(page.get_by_test_id("form-matter")).to_have_value("第 2 件：井盖丢失")
        await expect(page.locator("form[data-puzzle=solved]")).to_be_visible(timeout=30_000)
        await page.get_by_test_id("form-submit").click()
        await expect(page.get_by_test_id("receipt-code")).to_be_visible()
        assert len(world.citizens.talks) == 2
        await page.goto(f"{world.url}/chat")  # a new session: solved by the page by itself
        await page.get_by_test_id("chat-text").fill("还有一件事")
        await page.get_by_test_id("chat-send").click()
        await expect(page.locator("#chat-log li.citizen:not(.unsent)")).to_have_count(
            1, timeout=30_000
        )


@pytest.mark.parametrize("width", [360, 1366])
async def test_what_stands_above_is_in_line_with_the_page(
    world: WebWorld, chromium: Browser, tmp_path: Path, width: int
) -> None:
    """The words of the header begin where those of the page begin, in both languages and sizes."""
    async with screen(chromium, tmp_path, width=width) as page:
        for path in ("/", "/chat", "/form", "/receipt"):
            for asked in ("lang=zh", "lang=en", "lang=zh&elder=1", "lang=en&elder=1"):
                await page.goto(f"{world.url}{path}?{asked}")
                site, heading, sideways = await page.evaluate(BEGINS)
                assert abs(site - heading) < 1
                assert sideways <= 0


async def test_a_complaint_about_staff_says_about_whom_and_works_without_javascript(
    world: WebWorld, plain: Page, tmp_path: Path
) -> None:
    """The fields are there once it is ticked; a receipt that is none is told beside its field."""
    await plain.set_viewport_size({"width": 420, "height": 1600})
    await plain.goto(f"{world.url}/form")
    more = plain.get_by_test_id("form-staff-more")
    await expect(more).to_be_hidden()
    await plain.get_by_test_id("form-staff").check()
    await expect(more).to_be_visible()
    await plain.get_by_test_id("form-matter").fill("8001 号话务员挂断我的电话")
    await plain.get_by_test_id("form-want-not").check()
    await plain.get_by_test_id("form-staff-number").fill("8001")
    await plain.get_by_test_id("form-staff-receipt").fill("R12")
    await plain.screenshot(path=str(tmp_path / "staff.png"))
    await plain.get_by_test_id("form-submit").click()
    await expect(plain.get_by_test_id("form-summary")).to_contain_text("回执号看起来不对")
    await expect(plain.get_by_test_id("form-staff")).to_be_checked()
    await plain.screenshot(path=str(tmp_path / "staff-fault.png"))
    await plain.get_by_test_id("form-staff-receipt").fill("")
    await plain.get_by_test_id("form-submit").click()
    await expect(plain.get_by_test_id("receipt-code")).to_be_visible()
    (said,) = world.citizens.one().inbounds
    assert dict(said.fields)["staff_number"] == "8001"
    assert dict(said.fields)["staff"] == "yes"
