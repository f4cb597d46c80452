"""Marks in the console: with the keyboard alone, and never over the call bar."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from gateway.simulate.phone import SipPhone
from tests.browser.chromium import browser
from tests.browser.test_browser_call import sign_out
from tests.gateway_world import GatewayWorld, gateway_world

pytestmark = [
    pytest.mark.asterisk,
    pytest.mark.browser,
    pytest.mark.asyncio(loop_scope="module"),
]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[GatewayWorld]:
    """A real gateway with a real Asterisk and the built console."""
    async with gateway_world(tmp_path_factory.mktemp("gateway")) as world:
        await world.add("li")
        yield world


async def ready(page: Page, world: GatewayWorld) -> None:
    """Log in as li, take a seat, take calls."""
    await page.goto(f"{world.url}/console")
    await page.get_by_test_id("login-name").fill("li")
    await page.get_by_test_id("login-password").fill(world.passwords["li"])
    await page.get_by_test_id("login-submit").click()
    await page.get_by_test_id("signin-go").click()
    await page.get_by_test_id("btn-ready").click(timeout=15_000)


async def test_a_caller_is_marked_by_keyboard_and_the_mark_is_taken_back(
    world: GatewayWorld, tmp_path: Path
) -> None:
    """The pop shows it at once; the bar works behind the dialog; the record says both."""
    async with (
        browser(tmp_path / "li", tone_hertz=700) as page,
        SipPhone("citizen", world.sip) as phone,
    ):
        await ready(page, world)
        call = await phone.call("12345", from_number="13900000065")
        await expect(page.get_by_test_id("pop-card")).to_be_visible(timeout=20_000)
        await page.get_by_test_id("btn-answer").click()
        await expect(page.get_by_test_id("seat-state")).to_contain_text("通话", timeout=10_000)

        await page.get_by_test_id("flag-open").focus()
        await page.keyboard.press("Enter")
        await expect(page.get_by_test_id("flag-kind-elder")).to_be_focused()
        await page.keyboard.press("Space")
        await page.keyboard.press("Tab")
        await page.keyboard.type("听力不便")
        await page.keyboard.press("Enter")
        await expect(page.get_by_test_id("flags")).to_have_text("标记老年人：听力不便")
        await expect(page.get_by_test_id("flag-open")).to_be_focused()

        await page.keyboard.press("Enter")
        await page.get_by_test_id("btn-mute").click()
        await page.get_by_test_id("flag-remove-elder").click()
        await expect(page.get_by_test_id("flags")).to_have_count(0)
        await expect(page.get_by_test_id("flag-kind-elder")).to_be_focused()
        await page.keyboard.press("Escape")

        await call.hang_up()
        await page.get_by_test_id("wrapup-code-consult").click(timeout=10_000)
        await page.get_by_test_id("wrapup-submit").click()
        await page.get_by_test_id("nav-history").click()
        await page.get_by_test_id("history-row").first.click(timeout=10_000)
        facts = page.get_by_test_id("facts")
        await expect(facts).to_contain_text("标记号码：老年人", timeout=10_000)
        await expect(facts).to_contain_text("取消标记：老年人")
        await page.keyboard.press("Escape")
        await sign_out(page)
