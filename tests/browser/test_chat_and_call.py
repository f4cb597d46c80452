"""A chat and a phone call reach one operator, who answers both; nothing is lost by a reload."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from gateway.simulate.phone import SipPhone
from tests.browser.chromium import browser, hears
from tests.browser.test_browser_call import log_in, sign_in, sign_out
from tests.gateway_world import GatewayWorld, gateway_world
from tests.peers.console_staff import picture
from tests.peers.visitor import visitor

pytestmark = [
    pytest.mark.asterisk,
    pytest.mark.browser,
    pytest.mark.asyncio(loop_scope="module"),
]

OPERATOR_HZ, CITIZEN_HZ = 700, 440
WAIT = 20_000


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[GatewayWorld]:
    """A real gateway with a real Asterisk and the built console."""
    async with gateway_world(tmp_path_factory.mktemp("gateway")) as world:
        await world.add("li")
        yield world


async def has_front(page: Page, state: str) -> None:
    """A conversation in this state stands in the middle of the desk."""
    await expect(page.get_by_test_id("conversation")).to_have_attribute(
        "data-state", state, timeout=WAIT
    )


async def accepted_by_enter(page: Page) -> None:
    """The offer that came is taken with one key."""
    await expect(page.get_by_test_id("chat-offer")).to_be_visible(timeout=WAIT)
    await page.locator("main").focus()
    await page.keyboard.press("Enter")
    await has_front(page, "open")


async def closed_by_keys(page: Page) -> None:
    """The conversation in front is closed with the first result."""
    await page.keyboard.press("Alt+e")
    await expect(page.get_by_role("dialog").get_by_test_id("wrapup-code-consult")).to_be_focused()
    await page.keyboard.press("1")
    await page.keyboard.press("Control+Enter")
    await expect(page.get_by_test_id("chat-row")).to_have_count(0, timeout=WAIT)


async def linked_with_the_call(page: Page) -> None:
    """The citizen of the conversation in front is the caller: their number is theirs here, too."""
    await page.get_by_test_id("link-open").click()
    await page.get_by_test_id("link-choice").first.check()
    await page.get_by_test_id("link-evidence").fill("电话里说的是同一件事")
    await page.get_by_test_id("link-go").click()
    await expect(page.get_by_test_id("identities")).to_contain_text("139****0077", timeout=WAIT)
    await expect(page.get_by_test_id("link-row")).to_contain_text("电话里说的是同一件事")


async def found_again(page: Page) -> None:
    """Call and chat are in the history; the chat's words are read there, and only read."""
    await page.get_by_test_id("nav-history").click()
    await expect(page.get_by_test_id("history-row")).to_have_count(2, timeout=WAIT)
    await page.get_by_test_id("history-channel").select_option("web")
    await page.get_by_test_id("history-search").click()
    await expect(page.get_by_test_id("history-row")).to_have_count(1, timeout=WAIT)
    await page.get_by_test_id("history-row").click()
    drawer = page.get_by_role("dialog")
    await expect(drawer.get_by_test_id("transcript")).to_contain_text("路灯坏了", timeout=WAIT)
    await expect(drawer.get_by_test_id("facts")).to_contain_text("会话结束（已答复）")
    await expect(drawer).to_contain_text("处理结果咨询")
    await expect(drawer.get_by_test_id("reply-text")).to_have_count(0)
    await page.keyboard.press("Escape")


async def test_a_chat_and_a_call_reach_one_operator_who_answers_both(
    world: GatewayWorld, tmp_path: Path
) -> None:
    """Chat first, call in the middle of a word; both are answered, both are in the history."""
    async with (
        browser(tmp_path / "li", tone_hertz=OPERATOR_HZ) as console,
        visitor(world.url) as citizen,
        SipPhone("citizen", world.sip) as phone,
    ):
        await log_in(console, world, "li")
        await sign_in(console)
        await citizen.writes("你好，路灯坏了三天了")
        await accepted_by_enter(console)
        text = console.get_by_test_id("reply-text")
        await expect(text).to_be_focused()
        await console.keyboard.type("您好，请问是哪条路？")
        await console.keyboard.press("Enter")
        await expect(text).to_have_value("")
        heard = await citizen.hears("您好，请问是哪条路？", 20)
        assert (heard["who"], heard["text"]) == ("operator", "您好，请问是哪条路？")

        await console.keyboard.type("请稍等，")
        call = await phone.call("12345", from_number="13900000077")
        await expect(console.get_by_test_id("pop-card")).to_be_visible(timeout=WAIT)
        await console.keyboard.press("F2")
        await expect(console.get_by_test_id("seat-state")).to_contain_text("通话", timeout=WAIT)
        call.play_tone(CITIZEN_HZ)
        await hears(console, CITIZEN_HZ)
        await citizen.writes("人民路和解放路路口")
        await expect(console.get_by_test_id("chat-unread")).to_be_visible(timeout=WAIT)
        await expect(console.get_by_test_id("pop-card")).to_be_visible()

        console.on("dialog", lambda dialog: dialog.accept())
        await console.reload()
        await expect(console.get_by_test_id("roster-call")).to_be_visible(timeout=WAIT)
        await expect(console.get_by_test_id("chat-row")).to_contain_text("草稿", timeout=WAIT)
        await expect(console.get_by_test_id("seat-state")).to_contain_text("通话", timeout=WAIT)
        await hears(console, CITIZEN_HZ)
        await console.keyboard.press("Alt+j")
        await has_front(console, "open")
        await expect(text).to_have_value("请稍等，")
        await expect(console.get_by_test_id("transcript")).to_contain_text("人民路和解放路路口")
        await console.keyboard.press("Alt+l")
        await expect(text).to_be_focused()
        await console.keyboard.press("End")
        await console.keyboard.type("我查一下。")
        await console.keyboard.press("Control+Enter")
        heard = await citizen.hears("请稍等，我查一下。", 20)
        assert (heard["who"], heard["text"]) == ("operator", "请稍等，我查一下。")
        await hears(console, CITIZEN_HZ)

        await linked_with_the_call(console)
        await call.hang_up()
        await console.get_by_test_id("roster-call").click()
        await console.get_by_test_id("wrapup-code-consult").click(timeout=WAIT)
        await console.get_by_test_id("wrapup-submit").click()
        await has_front(console, "open")
        await closed_by_keys(console)
        await found_again(console)
        await sign_out(console)


async def test_two_windows_show_the_same_and_a_message_is_said_once(
    world: GatewayWorld, tmp_path: Path
) -> None:
    """What is done in one is seen in the other; the list's counts are those of the top bar."""
    async with (
        browser(tmp_path / "li", tone_hertz=OPERATOR_HZ) as first,
        visitor(world.url) as citizen,
    ):
        await log_in(first, world, "li")
        await citizen.writes("请问社保卡怎么补办？")
        await expect(first.get_by_test_id("line-counts")).to_contain_text("1", timeout=WAIT)
        await sign_in(first)
        await expect(first.get_by_test_id("chat-offer")).to_be_visible(timeout=WAIT)
        second = await first.context.new_page()
        await second.goto(f"{world.url}/console")
        await expect(second.get_by_test_id("chat-offer")).to_be_visible(timeout=WAIT)
        await second.get_by_test_id("offer-accept").click()
        await has_front(first, "open")
        await has_front(second, "open")
        await first.get_by_test_id("reply-text").fill("带身份证到任一网点。")
        await first.get_by_test_id("reply-send").click()
        await expect(second.get_by_test_id("transcript")).to_contain_text("任一网点", timeout=WAIT)
        await citizen.reads()
        said = [one for one in citizen.heard if one["who"] == "operator"]
        assert [one["text"] for one in said] == ["带身份证到任一网点。"]
        await first.get_by_test_id("reply-file").set_input_files(
            {"name": "网点.png", "mimeType": "image/png", "buffer": picture()}
        )
        await expect(first.get_by_test_id("reply-send")).to_be_enabled(timeout=WAIT)
        await first.get_by_test_id("reply-send").click()
        await expect(second.get_by_test_id("attachment").locator("img")).to_be_visible(timeout=WAIT)
        await second.get_by_test_id("nav-line").click()
        await expect(second.get_by_test_id("line-row")).to_have_count(0, timeout=WAIT)
        await second.close()
        await closed_by_keys(first)
        await sign_out(first)
