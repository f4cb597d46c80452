"""What was said, found and listened to afterwards: the record, voice messages, the search."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from tests.browser.chromium import write_tone
from tests.browser.screens import launched, passes_axe, screen
from tests.eventually import eventually
from tests.peers.console_citizen import contact
from tests.peers.console_example import busy_talk
from tests.peers.console_heard import ENDED, found, segment
from tests.peers.console_peer import ConsolePeer, console_peer
from tests.peers.console_staff import supervisor

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

TONE_HERTZ, TONE_SECONDS = 440, 10.0
"""The recording; the transcript is as long."""
AT = "(player) => player.currentTime"
PLAYS = "(player) => !player.paused"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def chromium() -> AsyncIterator[Browser]:
    """One for all pages here."""
    async with launched() as chromium:
        yield chromium


def ended_call(peer: ConsolePeer, folder: Path) -> None:
    """A call of this morning with its recording and its transcript."""
    peer.recording = write_tone(folder, TONE_HERTZ)
    size = {"seconds": TONE_SECONDS, "size_bytes": peer.recording.stat().st_size}
    peer.contacts[ENDED] = contact(ENDED, "phone", 0.1, recording=size)
    peer.heard.segments[ENDED] = [
        segment(1, "seat", 0.5, "您好", "请讲"),
        segment(2, "citizen", 2.5, "门口", "路灯", "不亮", "了"),
        segment(3, "citizen", 6.0, "什么时候", "能", "修好"),
    ]


async def opened(page: Page, peer: ConsolePeer, *, mark: tuple[int, int] = (2, 2)) -> None:
    """The record of the ended call, found by its second sentence."""
    peer.me = supervisor()
    peer.heard.found = [
        found(ENDED, "门口路灯不亮了", mark, segment_id="s-2", begin_seconds=2.5),
    ]
    await page.goto(f"{peer.url}/console#/words")
    await page.get_by_test_id("words-text").fill("路灯")
    await page.keyboard.press("Enter")
    await page.get_by_test_id("found-row").get_by_role("button").click()
    await expect(page.get_by_test_id("segment")).to_have_count(3)


async def test_a_chosen_word_is_heard_and_the_one_that_sounds_is_lit(
    chromium: Browser, tmp_path: Path
) -> None:
    """Half a second before it, by mouse and by arrows; nothing is fetched before."""
    async with console_peer(busy=False) as peer, screen(chromium, tmp_path) as page:
        ended_call(peer, tmp_path)
        fetched: list[str] = []
        page.on("request", lambda one: fetched.append(one.url) if "/recording" in one.url else None)
        await opened(page, peer)
        player = page.get_by_test_id("recording-player")
        await expect(player).to_be_visible()
        assert fetched == []
        await page.locator("[data-segment=s-2] .word").get_by_text("不亮").click()
        await eventually(lambda: player.evaluate(PLAYS))
        assert 3.0 <= await player.evaluate(AT) < 3.5
        await expect(page.locator(".word.now")).to_have_text("不亮")
        await expect(page.locator("[data-segment=s-2]")).to_have_attribute("data-sounds", "true")

        await page.locator("[data-segment=s-3] .word").first.focus()
        await page.keyboard.press("ArrowRight")
        await page.keyboard.press("ArrowRight")
        await page.keyboard.press("Enter")
        await expect(page.locator(".word.now")).to_have_text("修好")
        assert await player.evaluate(AT) >= 6.5
        await player.evaluate("(player) => player.pause()")
        await expect(page.locator(".word.now")).to_have_count(0)


async def test_the_record_opens_at_what_was_found_and_says_what_is_still_to_come(
    chromium: Browser, tmp_path: Path
) -> None:
    """The sentence is in sight and marked; what is transcribed meanwhile appears by itself."""
    async with console_peer(busy=False) as peer, screen(chromium, tmp_path) as page:
        ended_call(peer, tmp_path)
        talk = peer.heard.segments[ENDED]
        for number in range(40):
            talk.append(segment(len(talk) + 1, "seat", 10.0 + number, f"第{number}句"))
        last = talk[-1]
        peer.heard.waiting[ENDED] = 1
        peer.me = supervisor()
        peer.heard.found = [
            found(ENDED, last["text"], (0, 1), segment_id=last["id"], begin_seconds=49.0)
        ]
        await page.goto(f"{peer.url}/console#/words")
        await page.get_by_test_id("words-text").fill("39 句")
        await page.get_by_test_id("words-search").click()
        await page.get_by_test_id("found-row").get_by_role("button").click()
        line = page.locator(f"[data-segment={last['id']}]")
        await expect(line).to_be_in_viewport()
        await expect(line).to_have_class("line seat wanted")
        await expect(page.get_by_test_id("heard-waiting")).to_contain_text("还有 1 段录音")
        peer.heard.hear(ENDED, "citizen", "再见", source="recording")
        peer.heard.waiting.clear()
        await expect(page.get_by_test_id("segment")).to_have_count(44, timeout=10_000)
        await expect(page.get_by_test_id("heard-waiting")).to_have_count(0)


async def test_a_record_is_made_confidential_with_a_reason_and_back(
    chromium: Browser, tmp_path: Path
) -> None:
    """What it does is said before; a refusal changes nothing."""
    async with console_peer(busy=False) as peer, screen(chromium, tmp_path) as page:
        ended_call(peer, tmp_path)
        await opened(page, peer)
        await passes_axe(page)
        mark = page.get_by_test_id("confidential")
        await expect(mark).to_have_attribute("data-on", "false")
        peer.fails["/confidential"] = (503, "unavailable")
        await page.get_by_test_id("confidential-open").click()
        await expect(page.get_by_role("dialog").last).to_contain_text("任何人都搜不到")
        await page.get_by_test_id("reason").fill("诉求人要求")
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("alert")).to_contain_text("暂时不可用")
        await page.keyboard.press("Enter")
        await expect(mark).to_have_attribute("data-on", "true")
        await expect(mark).to_contain_text("查不到")
        wanted = {"confidential": True, "reason": "诉求人要求"}
        assert (f"contacts/{ENDED}/confidential", wanted) in peer.done
        await passes_axe(page)
        await page.get_by_test_id("confidential-open").click()
        await page.get_by_test_id("reason").fill("诉求人同意公开")
        await page.keyboard.press("Enter")
        await expect(mark).to_have_attribute("data-on", "false")


async def test_a_call_without_a_recording_is_read_and_not_listened_to(
    chromium: Browser, tmp_path: Path
) -> None:
    """Its words are no buttons; an operator without the right to listen has none, too."""
    async with console_peer(busy=False) as peer, screen(chromium, tmp_path) as page:
        ended_call(peer, tmp_path)
        peer.contacts[ENDED]["recording"] = None
        await opened(page, peer)
        await expect(page.locator(".word")).to_have_count(0)
        await expect(page.get_by_text("没有录音。")).to_be_visible()
        await passes_axe(page)


async def test_a_voice_message_is_text_under_its_player(chromium: Browser, tmp_path: Path) -> None:
    """With its source and model; until it is transcribed that is said; it can be put right."""
    async with console_peer() as peer, screen(chromium, tmp_path) as page:
        peer.talks["c-urgent"] = busy_talk()
        peer.heard.waiting["c-urgent"] = 1
        await page.goto(f"{peer.url}/console")
        await page.locator('[data-chat="c-urgent"][data-testid=chat-row]').click()
        await expect(page.get_by_test_id("voice-waiting")).to_have_text("语音正在转写…")
        peer.heard.segments["c-urgent"] = [
            segment(1, "citizen", 0.0, "水管", "漏", "水", source="message", message_id="m-6"),
        ]
        peer.heard.waiting.clear()
        words = page.locator("[data-message=m-6]").get_by_test_id("voice-words")
        await expect(words).to_contain_text("水管漏水", timeout=10_000)
        await expect(words).to_contain_text("语音转写")
        await expect(words).to_contain_text("模型 hotline-demo-8k")
        await passes_axe(page)
        await words.get_by_test_id("voice-correct").click()
        await page.get_by_test_id("correct-text").fill("水管漏水了")
        await page.get_by_test_id("correct-save").click()
        await expect(words).to_contain_text("水管漏水了")
        await expect(words).to_contain_text("原识别：水管漏水")


async def test_the_search_explains_itself_and_leads_to_the_place(
    chromium: Browser, tmp_path: Path
) -> None:
    """Too short and too long are not sent; nothing found is explained; pages follow each other."""
    async with console_peer(busy=False) as peer, screen(chromium, tmp_path) as page:
        peer.me = supervisor()
        await page.goto(f"{peer.url}/console")
        await page.get_by_test_id("nav-words").click()
        await expect(page.get_by_test_id("words-status")).to_contain_text("输入 2 到 40 个字")
        await passes_axe(page)
        text, fault = page.get_by_test_id("words-text"), page.get_by_test_id("words-fault")
        for wrong, why in ((" 灯 ", "至少要 2 个字"), ("灯" * 41, "最多 40 个字")):
            await text.fill(wrong)
            await page.get_by_test_id("words-search").click()
            await expect(fault).to_contain_text(why)
            await expect(text).to_be_focused()
        assert not [path for path, _ in peer.done if path == "words/search"]

        await text.fill(" 没人说过 ")
        await page.keyboard.press("Enter")
        await expect(page.get_by_test_id("words-status")).to_contain_text("没有找到「没人说过」")
        await expect(page.get_by_test_id("words-status")).to_contain_text("保密的记录")
        await expect(fault).to_have_count(0)
        asked = [body for path, body in peer.done if path == "words/search"]
        assert asked[0]["text"] == "没人说过"
        assert "channel" not in asked[0]

        said = "小区 <b>路灯</b> 不亮"
        peer.heard.found = [
            found("c-urgent", said, (6, 2), message_id=f"m-{n}", channel="wechat")
            for n in range(31)
        ]
        await text.fill("路灯")
        await page.get_by_test_id("words-channel").select_option("wechat")
        await page.get_by_test_id("words-search").click()
        rows = page.get_by_test_id("found-row")
        await expect(rows).to_have_count(30)
        await expect(rows.first).to_contain_text(said)
        await expect(rows.first.locator("mark")).to_have_text("路灯")
        await passes_axe(page)
        await page.get_by_test_id("words-more").click()
        await expect(rows).to_have_count(31)
        await expect(page.get_by_test_id("words-more")).to_have_count(0)
        assert [body for path, body in peer.done if path == "words/search"][-1][
            "channel"
        ] == "wechat"


async def test_a_message_that_was_found_is_looked_for_through_the_pages(
    chromium: Browser, tmp_path: Path
) -> None:
    """An old one is far above the newest fifty; it is read, in sight and marked."""
    async with console_peer() as peer, screen(chromium, tmp_path) as page:
        peer.me = supervisor()
        peer.talks["c-urgent"] = [road_message(number) for number in range(1, 181)]
        peer.heard.found = [
            found("c-urgent", "第 7 句", (0, 1), message_id="m-7", channel="wechat")
        ]
        await page.goto(f"{peer.url}/console#/words")
        await page.get_by_test_id("words-text").fill("第 7")
        await page.keyboard.press("Enter")
        await page.get_by_test_id("found-row").get_by_role("button").click()
        message = page.locator("[data-message=m-7]")
        await expect(message).to_be_in_viewport(timeout=10_000)
        await expect(message).to_have_class("message in wanted")
        await expect(page.get_by_test_id("confidential")).to_be_visible()


def road_message(number: int) -> dict[str, object]:
    """One of many messages."""
    return busy_talk()[1] | {"seq": number, "id": f"m-{number}", "text": f"第 {number} 句"}
