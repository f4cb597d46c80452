"""From browser to browser: the citizen's green button, the operator's console."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from gateway.core.operator import Role
from tests.browser.chromium import browser, hears, hears_not
from tests.eventually import eventually
from tests.gateway_world import GatewayWorld, gateway_world

pytestmark = [
    pytest.mark.asterisk,
    pytest.mark.browser,
    pytest.mark.asyncio(loop_scope="module"),
]

CITIZEN_HZ, OPERATOR_HZ = 440, 700
PLAYS = """
async () => {
  const player = document.querySelector("audio[data-testid=recording-player]") ??
    document.querySelector("[data-testid=recording-player] audio");
  if (!player) return false;
  player.muted = true;
  await player.play().catch(() => undefined);
  return player.duration > 1 && player.currentTime > 0;
}
"""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[GatewayWorld]:
    """A real gateway with a real Asterisk and the built console."""
    async with gateway_world(tmp_path_factory.mktemp("gateway")) as world:
        await world.add("li")
        await world.add("wang", Role.OPERATOR)
        await world.add("chen", Role.SUPERVISOR)
        yield world


async def log_in(page: Page, world: GatewayWorld, login: str) -> None:
    """Open the console and log in."""
    await page.goto(f"{world.url}/console")
    await page.get_by_test_id("login-name").fill(login)
    await page.get_by_test_id("login-password").fill(world.passwords[login])
    await page.get_by_test_id("login-submit").click()


async def sign_in(page: Page) -> None:
    """Take the first free seat with the browser's softphone and get ready."""
    await page.get_by_test_id("signin-go").click()
    await page.get_by_test_id("btn-ready").click(timeout=15_000)
    await expect(page.get_by_test_id("seat-state")).to_contain_text("示闲", timeout=10_000)


async def sign_out(page: Page) -> None:
    """Give the seat back, and wait until the gateway says so: the next law may want it at once."""
    await page.get_by_test_id("btn-signout").click(timeout=15_000)
    state = page.get_by_test_id("seat-state")
    await expect(state).to_have_attribute("data-state", "signed_out", timeout=15_000)


async def test_a_citizen_calls_from_the_page_and_the_operator_answers_in_the_console(
    world: GatewayWorld, tmp_path: Path
) -> None:
    """Pop before the answer, both voices, mute, hold, wrap-up, and the call in the history."""
    async with (
        browser(tmp_path / "li", tone_hertz=OPERATOR_HZ) as console,
        browser(tmp_path / "citizen", tone_hertz=CITIZEN_HZ) as phone,
    ):
        await log_in(console, world, "li")
        await sign_in(console)
        await phone.goto(f"{world.url}/")
        await phone.get_by_test_id("citizen-call").click()
        await expect(console.get_by_test_id("pop-card")).to_be_visible(timeout=20_000)
        await console.get_by_test_id("btn-answer").click()
        await expect(console.get_by_test_id("seat-state")).to_contain_text("通话", timeout=10_000)
        await hears(phone, OPERATOR_HZ)
        await hears(console, CITIZEN_HZ)

        await console.get_by_test_id("btn-mute").click()
        await hears_not(phone, OPERATOR_HZ)
        await console.get_by_test_id("btn-mute").click()
        await hears(phone, OPERATOR_HZ)

        await console.get_by_test_id("btn-hold").click()
        await expect(console.get_by_test_id("seat-state")).to_contain_text("保持", timeout=10_000)
        await hears_not(phone, OPERATOR_HZ)
        await console.get_by_test_id("btn-hold").click()
        await hears(phone, OPERATOR_HZ)
        await hears(console, CITIZEN_HZ)

        await phone.get_by_test_id("citizen-hangup").click()
        await expect(console.get_by_test_id("wrapup-submit")).to_be_visible(timeout=10_000)
        await console.get_by_test_id("wrapup-code-consult").click()
        await console.get_by_test_id("wrapup-note").fill("咨询路灯报修")
        await console.get_by_test_id("wrapup-submit").click()
        await expect(console.get_by_test_id("seat-state")).to_contain_text("示闲", timeout=10_000)
        await console.get_by_test_id("nav-history").click()
        await console.get_by_test_id("history-row").first.click(timeout=10_000)
        await expect(console.get_by_test_id("recording-player")).to_be_visible(timeout=10_000)
        await eventually(lambda: console.evaluate(PLAYS), 15)
        await console.keyboard.press("Escape")
        await sign_out(console)


async def test_a_wrong_password_is_said_and_does_not_come_in(
    world: GatewayWorld, tmp_path: Path
) -> None:
    """The sentence names what to do; no part of the console is shown."""
    async with browser(tmp_path / "x", tone_hertz=OPERATOR_HZ) as page:
        await page.goto(f"{world.url}/console")
        await page.get_by_test_id("login-name").fill("li")
        await page.get_by_test_id("login-password").fill("not the password")
        await page.get_by_test_id("login-submit").click()
        await expect(page.get_by_test_id("login-fault")).to_be_visible(timeout=10_000)
        await expect(page.get_by_test_id("seat-state")).to_have_count(0)


async def test_a_refreshed_console_has_its_pop_back(world: GatewayWorld, tmp_path: Path) -> None:
    """A pop is state: after F5 while it rings it is there again."""
    async with (
        browser(tmp_path / "wang", tone_hertz=OPERATOR_HZ) as console,
        browser(tmp_path / "citizen", tone_hertz=CITIZEN_HZ) as phone,
    ):
        await log_in(console, world, "wang")
        await sign_in(console)
        await phone.goto(f"{world.url}/")
        await phone.get_by_test_id("citizen-call").click()
        await expect(console.get_by_test_id("pop-card")).to_be_visible(timeout=20_000)
        console.on("dialog", lambda dialog: dialog.accept())
        await console.reload()
        await expect(console.get_by_test_id("pop-card")).to_be_visible(timeout=5_000)
        await phone.get_by_test_id("citizen-hangup").click()
        await sign_out(console)


async def test_a_supervisor_finds_the_call_and_its_number_stays_masked(
    world: GatewayWorld, tmp_path: Path
) -> None:
    """History of everybody, watch view; the operator's history is their own."""
    async with browser(tmp_path / "chen", tone_hertz=OPERATOR_HZ) as page:
        await log_in(page, world, "chen")
        await page.get_by_test_id("nav-watch").click()
        await expect(page.get_by_test_id("seat-table")).to_be_visible(timeout=10_000)
        await page.get_by_test_id("nav-history").click()
        await expect(page.get_by_test_id("history-row").first).to_be_visible(timeout=10_000)
