"""What a citizen says is read in the operator's browser: real telephones, a real ear."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from asr.writing import line_written
from gateway.core.operator import Role
from gateway.simulate.call import Call
from gateway.simulate.phone import SipPhone
from tests.browser.chromium import browser
from tests.browser.test_browser_call import sign_out
from tests.eventually import eventually
from tests.gateway_world import GatewayWorld, gateway_world
from tests.peers.speaker import FIRE, LAMP, NUMBER, speak_to

pytestmark = [
    pytest.mark.asterisk,
    pytest.mark.browser,
    pytest.mark.asyncio(loop_scope="module"),
]

NUMBER_OF_CALLER = "13900000066"
HEARD_MS = 12_000
HEARS_MS = 90_000
"""An ear loads its model first; this machine also runs a telephone system and a browser."""
TRIES = 3
"""A machine that is busy loses packets, and words with them: people say it again, too."""
LAMP_LINE = line_written(LAMP)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[GatewayWorld]:
    """A real gateway that hears, with the built console."""
    folder = tmp_path_factory.mktemp("gateway")
    async with gateway_world(folder, speech={"workers": 1}) as world:
        await world.add("li")
        await world.add("chen", Role.SUPERVISOR)
        yield world


async def logged_in(page: Page, world: GatewayWorld, login: str) -> None:
    """The console of this person, once there is an ear with the demo model."""
    await page.goto(f"{world.url}/console")
    await page.get_by_test_id("login-name").fill(login)
    await page.get_by_test_id("login-password").fill(world.passwords[login])
    await page.get_by_test_id("login-submit").click()
    light = page.get_by_test_id("hearing-light").first
    await expect(light).to_have_attribute("data-state", "demo", timeout=HEARS_MS)


async def talking(page: Page, world: GatewayWorld, phone: SipPhone) -> Call:
    """Li has answered this telephone by the browser, and the citizen is followed live."""
    await logged_in(page, world, "li")
    await page.get_by_test_id("signin-go").click()
    await page.get_by_test_id("btn-ready").click(timeout=15_000)
    call = await phone.call("12345", from_number=NUMBER_OF_CALLER)
    await expect(page.get_by_test_id("pop-card")).to_be_visible(timeout=20_000)
    await page.get_by_test_id("btn-answer").click()
    mode = page.get_by_test_id("heard-mode")
    await expect(mode).to_have_attribute("data-mode", "live", timeout=20_000)
    return call


async def understood(page: Page, world: GatewayWorld, call: Call, words: str, shown: str) -> None:
    """Say it, some times if need be, until it stands in the page."""
    said = page.locator("[data-testid=segment][data-party=citizen]", has_text=shown)
    for left in reversed(range(TRIES)):
        call.sound.play_file(speak_to(world.folder / f"{len(words)}.wav", words))
        try:
            await expect(said.first).to_be_visible(timeout=HEARD_MS)
        except AssertionError:
            if not left:
                raise
        else:
            return


async def searched(page: Page) -> None:
    """Look for the lamp in everything that was said."""
    await page.get_by_test_id("nav-words").click()
    await page.get_by_test_id("words-text").fill("路灯坏了")
    async with page.expect_response("**/api/v1/words/search"):
        await page.get_by_test_id("words-search").click()


async def test_the_words_of_a_call_are_read_chosen_and_listened_to_afterwards(
    world: GatewayWorld, tmp_path: Path
) -> None:
    """Into the note, the number hidden; afterwards found, and heard from a word's own time."""
    async with (
        browser(tmp_path / "li", tone_hertz=700) as page,
        SipPhone("citizen", world.sip) as phone,
    ):
        call = await talking(page, world, phone)
        await expect(page.get_by_test_id("heard-demo")).to_have_text("演示模型")
        await understood(page, world, call, LAMP, LAMP_LINE)
        lamp = page.locator("[data-testid=segment]", has_text=LAMP_LINE).first
        await lamp.get_by_test_id("segment-text").click()
        await expect(page.get_by_test_id("wrapup-note")).to_have_value(LAMP_LINE)
        await lamp.hover()
        await lamp.get_by_test_id("segment-correct").click()
        await page.get_by_test_id("correct-text").fill("人民路的路灯坏了")
        await page.get_by_test_id("correct-save").click()
        put_right = page.locator("[data-testid=segment]", has_text="人民路的路灯坏了")
        await expect(put_right.get_by_test_id("segment-was")).to_contain_text(
            f"原识别：{LAMP_LINE}"
        )

        await understood(page, world, call, NUMBER, "*")
        await page.get_by_test_id("segment-original").first.click()
        await page.get_by_test_id("reason").fill("核对回拨号码")
        await page.keyboard.press("Enter")
        await expect(page.get_by_test_id("original")).not_to_contain_text("*")
        await page.get_by_test_id("original-close").click()

        await call.hang_up()
        await page.get_by_test_id("wrapup-code-consult").click(timeout=10_000)
        await page.get_by_test_id("wrapup-submit").click()
        await searched(page)
        await page.get_by_test_id("found-row").get_by_role("button").first.click()
        await expect(page.locator(".line.wanted")).to_contain_text("人民路的路灯坏了")
        player = page.get_by_test_id("recording-player")
        await expect(player).to_be_visible(timeout=20_000)
        masked = page.locator("[data-testid=segment]", has_text="*").first
        await masked.locator(".word").first.click()
        await eventually(lambda: player.evaluate("(one) => one.currentTime > 2 && !one.paused"), 10)
        await expect(masked).to_have_attribute("data-sounds", "true", timeout=10_000)
        await page.get_by_test_id("confidential-open").click()
        await page.get_by_test_id("reason").fill("诉求人要求")
        await page.keyboard.press("Enter")
        await expect(page.get_by_test_id("confidential")).to_have_attribute("data-on", "true")
        facts = page.get_by_test_id("facts")
        await expect(facts).to_contain_text("更正了一句转写")
        await page.keyboard.press("Escape")
        await searched(page)
        await expect(page.get_by_test_id("words-status")).to_contain_text("没有找到「路灯坏了」")
        await sign_out(page)


async def test_a_cry_for_help_alarms_operator_and_supervisor_who_follows_the_call(
    world: GatewayWorld, tmp_path: Path
) -> None:
    """Both see the word; the supervisor reads on from the alarm; one says that it is known."""
    async with (
        browser(tmp_path / "li", tone_hertz=700) as page,
        browser(tmp_path / "chen", tone_hertz=700) as other,
        SipPhone("citizen", world.sip) as phone,
    ):
        await logged_in(other, world, "chen")
        call = await talking(page, world, phone)
        alarm = page.get_by_test_id("alarm").first
        for left in reversed(range(TRIES)):
            call.sound.play_file(speak_to(world.folder / "fire.wav", FIRE))
            try:
                await expect(alarm).to_be_visible(timeout=HEARD_MS)
                break
            except AssertionError:
                if not left:
                    raise
        await expect(alarm).to_contain_text("您正在接的电话")
        await expect(other.get_by_test_id("alarm").first).to_contain_text("坐席 8001")
        await other.get_by_test_id("alarm-watch").first.click()
        await expect(other.get_by_test_id("segment").first).to_be_visible(timeout=HEARD_MS)
        await understood(other, world, call, LAMP, LAMP_LINE)
        await other.get_by_test_id("watch-stop").click()
        await eventually(lambda: known(other), 20)
        await expect(page.get_by_test_id("alarm")).to_have_count(0)
        await call.hang_up()
        await expect(page.get_by_test_id("heard-mode")).to_contain_text(
            "通话已结束", timeout=20_000
        )
        await sign_out(page)


async def known(page: Page) -> bool:
    """Say of every alarm that it is known; whether none is left."""
    if await page.get_by_test_id("alarm").count():
        await page.keyboard.press("Alt+a")
    return await page.get_by_test_id("alarm").count() == 0
