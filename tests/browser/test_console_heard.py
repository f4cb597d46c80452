"""The transcript beside a call, against a peer: two voices, found, chosen, put right."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, Page, expect

from tests.browser.screens import launched, passes_axe, screen
from tests.eventually import eventually
from tests.peers.console_example import ago
from tests.peers.console_heard import CALL, call_view, road_lamp
from tests.peers.console_peer import ConsolePeer, console_peer
from tests.peers.console_staff import seat

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

OVERFLOW = "document.documentElement.scrollWidth - innerWidth"
AT_END = "(log) => log.scrollHeight - log.scrollTop - log.clientHeight < 48"
COLOUR = "(one) => getComputedStyle(one).color"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def chromium() -> AsyncIterator[Browser]:
    """One for all pages here."""
    async with launched() as chromium:
        yield chromium


async def in_call(page: Page, peer: ConsolePeer) -> Locator:
    """The console during the call about the lamp; gives the log of its transcript."""
    peer.seat, peer.call = seat("talking"), call_view()
    peer.heard.follow(CALL, *road_lamp())
    peer.heard.originals["s-5"] = "我的电话是13900000077"
    await page.goto(f"{peer.url}/console")
    await expect(page.get_by_test_id("segment")).to_have_count(6)
    return page.get_by_test_id("heard-log")


@pytest.mark.parametrize(
    ("width", "height", "scheme"), [(1366, 768, "light"), (1920, 1080, "dark"), (700, 900, "light")]
)
async def test_the_call_with_its_words_and_all_that_opens_on_them_pass_axe(
    chromium: Browser, tmp_path: Path, width: int, height: int, scheme: str
) -> None:
    """Two voices, a half said sentence, an alarm, what is found, dialogs; nothing sideways."""
    dark = scheme == "dark"
    async with (
        console_peer() as peer,
        screen(
            chromium, tmp_path, width=width, height=height, scheme="dark" if dark else "light"
        ) as page,
    ):
        peer.heard.hearing["model"]["demo"] = True
        log = await in_call(page, peer)
        peer.heard.alarm("al-1", CALL, "煤气")
        await peer.push("alarms")
        await peer.tell("partial", {"contact_id": CALL, "party": "citizen", "text": "还有就是"})
        await expect(page.get_by_test_id("saying")).to_contain_text("还有就是")
        await expect(page.get_by_test_id("heard-demo")).to_have_text("演示模型")
        await page.get_by_test_id("find-text").fill("路灯")
        await expect(page.get_by_test_id("find-count")).to_have_text("第 1 处，共 2 处")
        await log.get_by_test_id("segment").first.hover()
        await passes_axe(page)
        assert await page.evaluate(OVERFLOW) <= 0
        for opens, shows in (("segment-correct", "correct-text"), ("segment-original", "reason")):
            await page.get_by_test_id(opens).first.click()
            await expect(page.get_by_test_id(shows)).to_be_visible()
            await passes_axe(page)
            await page.keyboard.press("Escape")
            await expect(page.get_by_test_id(shows)).to_be_hidden()
            await log.get_by_test_id("segment").first.hover()


async def test_who_said_what_is_clear_without_colour_and_only_finals_are_announced(
    chromium: Browser, tmp_path: Path
) -> None:
    """Names and sides tell the voices; half said words are seen, not announced, then gone."""
    async with console_peer() as peer, screen(chromium, tmp_path) as page:
        log = await in_call(page, peer)
        await expect(log).to_have_attribute("role", "log")
        await expect(log).to_have_attribute("aria-live", "polite")
        lines = page.get_by_test_id("segment")
        await expect(lines.nth(0)).to_contain_text("坐席 李静")
        await expect(lines.nth(1)).to_contain_text("市民")
        seat_box = await lines.nth(0).get_by_test_id("segment-text").bounding_box()
        citizen_box = await lines.nth(1).get_by_test_id("segment-text").bounding_box()
        assert seat_box
        assert citizen_box
        assert seat_box["x"] > citizen_box["x"] + 20
        await expect(page.get_by_test_id("heard-mode")).to_have_text("实时转写")
        await expect(page.get_by_test_id("heard-demo")).to_have_count(0)

        half = {"contact_id": CALL, "party": "citizen", "text": "什么时候"}
        await peer.tell("partial", half)
        saying = page.get_by_test_id("saying")
        await expect(saying).to_contain_text("什么时候")
        await expect(saying).to_have_attribute("aria-hidden", "true")
        peer.heard.hear(CALL, "citizen", "什么时候", "能", "修好")
        await peer.push("words")
        await expect(lines).to_have_count(7)
        await expect(saying).to_have_count(0)
        await peer.tell("partial", half | {"contact_id": "somebody-else"})
        await peer.tell("partial", half | {"text": ""})
        await peer.push("words")
        await expect(saying).to_have_count(0)


async def test_the_log_stays_at_its_end_unless_somebody_reads_above(
    chromium: Browser, tmp_path: Path
) -> None:
    """What came meanwhile is counted on the way back."""
    async with console_peer() as peer, screen(chromium, tmp_path) as page:
        log = await in_call(page, peer)
        for number in range(20):
            peer.heard.hear(CALL, "citizen", f"第{number}", "件事")
        await peer.push("words")
        await expect(page.get_by_test_id("segment")).to_have_count(26)
        await eventually(lambda: log.evaluate(AT_END))
        await log.evaluate("log => { log.scrollTop = 0 }")
        await expect(page.get_by_test_id("heard-to-end")).to_have_text("回到最新")
        peer.heard.hear(CALL, "seat", "好的")
        await peer.push("words")
        await expect(page.get_by_test_id("heard-to-end")).to_have_text("回到最新（1 句）")
        assert not await log.evaluate(AT_END)
        await page.get_by_test_id("heard-to-end").click()
        await eventually(lambda: log.evaluate(AT_END))
        await expect(page.get_by_test_id("heard-to-end")).to_have_count(0)


async def test_a_sentence_goes_into_the_note_by_mouse_and_by_keyboard(
    chromium: Browser, tmp_path: Path
) -> None:
    """Where the cursor stands; the mouse leaves the keyboard where it is; nothing is lost."""
    async with console_peer() as peer, screen(chromium, tmp_path) as page:
        await in_call(page, peer)
        note = page.get_by_test_id("wrapup-note")
        words = page.get_by_test_id("segment-text")
        await note.fill("反映：。请派人")
        await page.keyboard.press("Home")
        for _ in range(3):
            await page.keyboard.press("ArrowRight")
        await words.nth(1).click()
        await expect(note).to_have_value("反映：你好我们小区门口路灯不亮。请派人")
        await expect(note).to_be_focused()
        await page.keyboard.type("，")
        await expect(note).to_have_value("反映：你好我们小区门口路灯不亮，。请派人")

        await page.get_by_test_id("heard-log").focus()
        await page.keyboard.press("Tab")
        await expect(words.nth(5)).to_be_focused()
        await page.keyboard.press("ArrowUp")
        await page.keyboard.press("ArrowUp")
        await expect(words.nth(3)).to_be_focused()
        await page.keyboard.press("Enter")
        await expect(note).to_have_value(
            "反映：你好我们小区门口路灯不亮，人民大道200号门口，路灯不亮。请派人"
        )
        await expect(page.get_by_test_id("notice")).to_contain_text("已写入备注")


async def test_words_are_found_in_it_one_after_the_other(chromium: Browser, tmp_path: Path) -> None:
    """How many, which one, round and round; a chip looks for its word."""
    async with console_peer() as peer, screen(chromium, tmp_path) as page:
        log = await in_call(page, peer)
        text, count = page.get_by_test_id("find-text"), page.get_by_test_id("find-count")
        await text.fill("没有这个")
        await expect(count).to_have_text("没有找到")
        await page.get_by_test_id("chips").get_by_text("路灯").click()
        await expect(count).to_have_text("第 1 处，共 2 处")
        await expect(log.locator("mark")).to_have_count(2)
        await text.press("Enter")
        await expect(count).to_have_text("第 2 处，共 2 处")
        await expect(log.locator("mark.here")).to_have_text("路灯")
        await expect(page.locator("[data-segment=s-4] mark.here")).to_have_count(1)
        await text.press("Enter")
        await expect(count).to_have_text("第 1 处，共 2 处")
        await text.press("Shift+Enter")
        await expect(count).to_have_text("第 2 处，共 2 处")
        await text.press("Escape")
        await expect(log.locator("mark")).to_have_count(0)


async def test_a_sentence_is_put_right_and_the_recognised_text_stays(
    chromium: Browser, tmp_path: Path
) -> None:
    """Who did it and when is shown; nothing is sent for nothing; a refusal keeps the words."""
    async with console_peer() as peer, screen(chromium, tmp_path) as page:
        await in_call(page, peer)
        line = page.locator("[data-segment=s-2]")
        await line.hover()
        await line.get_by_test_id("segment-correct").click()
        field = page.get_by_test_id("correct-text")
        await expect(field).to_be_focused()
        await expect(field).to_have_value("你好我们小区门口路灯不亮")
        await field.fill("  ")
        await page.get_by_test_id("correct-save").click()
        await expect(page.get_by_text("请写明正确的内容。")).to_be_visible()
        peer.fails["/correction"] = (503, "unavailable")
        await field.fill("你好，我们小区门口的路灯不亮")
        await page.keyboard.press("Control+Enter")
        await expect(page.get_by_text("系统的一部分暂时不可用")).to_be_visible()
        await page.keyboard.press("Control+Enter")
        await expect(field).to_be_hidden()
        await expect(line.get_by_test_id("segment-text")).to_have_text(
            "你好，我们小区门口的路灯不亮"
        )
        await expect(line.get_by_test_id("segment-was")).to_contain_text("李静 于")
        await expect(line.get_by_test_id("segment-was")).to_contain_text(
            "原识别：你好我们小区门口路灯不亮"
        )


async def test_a_hidden_number_is_shown_for_a_reason_and_gone_again(
    chromium: Browser, tmp_path: Path
) -> None:
    """Only sentences with hidden numbers offer it; the reason goes to the gateway."""
    async with console_peer() as peer, screen(chromium, tmp_path) as page:
        await in_call(page, peer)
        await expect(page.get_by_test_id("segment-original")).to_have_count(1)
        await page.get_by_test_id("segment-original").click()
        await expect(page.get_by_test_id("reason")).to_be_focused()
        await page.keyboard.press("Enter")
        await expect(page.get_by_text("原因至少 2 个字。")).to_be_visible()
        await page.get_by_test_id("reason").fill("核对回拨号码")
        await page.keyboard.press("Enter")
        await expect(page.get_by_test_id("original")).to_contain_text("13900000077")
        asked = (f"contacts/{CALL}/transcript/s-5/original", {"reason": "核对回拨号码"})
        assert asked in peer.done
        await page.get_by_test_id("original-close").click()
        await expect(page.get_by_test_id("original")).to_have_count(0)
        await expect(page.get_by_text("13900000077")).to_have_count(0)


async def test_how_the_call_is_heard_is_said_in_plain_words(
    chromium: Browser, tmp_path: Path
) -> None:
    """Full, behind, down, off, over: the words that are there stay; the light says it, too."""
    async with console_peer() as peer, screen(chromium, tmp_path) as page:
        await in_call(page, peer)
        mode, light = page.get_by_test_id("heard-mode"), page.get_by_test_id("hearing-light").first
        heard = peer.heard
        assert heard.words
        for why, word in (
            ("full", "已满，通话结束后转写"),
            ("behind", "识别跟不上，通话结束后转写"),
            ("engine", "识别引擎正在恢复"),
        ):
            heard.words |= {"live": {"citizen": False, "seat": False}, "why": why}
            await peer.push("words")
            await expect(mode).to_contain_text(word)
        heard.hearing |= {"state": "down", "model": None}
        await peer.push("hearing")
        await expect(mode).to_contain_text("转写暂不可用，通话不受影响")
        await expect(light).to_have_attribute("data-state", "down")
        heard.hearing |= {"state": "off"}
        await peer.push("hearing")
        await expect(mode).to_contain_text("未开启")
        await expect(page.get_by_test_id("segment")).to_have_count(6)
        heard.hearing |= {"state": "up", "model": {"name": "hotline-demo-8k", "demo": True}}
        heard.waiting[CALL] = 2
        peer.seat = seat("wrapping_up")
        peer.call = call_view("ended", ended_at=ago(1))
        await peer.push("hearing", "call", "seat")
        await expect(mode).to_have_text("通话已结束，还有 2 段录音等待转写")
        await expect(light).to_contain_text("演示模型")
        heard.hear(CALL, "citizen", "谢谢", source="recording")
        heard.waiting.clear()
        await expect(page.get_by_test_id("segment")).to_have_count(7, timeout=10_000)
        await expect(mode).to_have_text("通话已结束")
        await expect(page.get_by_test_id("segment").last).to_contain_text("录音转写")


async def test_a_call_without_recognition_takes_no_room_for_it(
    chromium: Browser, tmp_path: Path
) -> None:
    """One line says that it is off; nothing is asked of the gateway that it does not have."""
    async with console_peer() as peer, screen(chromium, tmp_path) as page:
        peer.heard.hearing |= {"state": "off", "model": None}
        peer.seat, peer.call = seat("talking"), call_view()
        await page.goto(f"{peer.url}/console")
        await expect(page.get_by_test_id("heard-mode")).to_contain_text("未开启")
        await expect(page.get_by_test_id("heard-log")).to_have_count(0)
        box = await page.get_by_test_id("call-transcript").bounding_box()
        assert box
        assert box["height"] < 80
