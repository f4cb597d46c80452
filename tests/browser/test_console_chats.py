"""Conversations in the console against a peer of the gateway: seen, written, by keys alone."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from tests.browser.screens import launched, passes_axe, screen
from tests.eventually import eventually
from tests.peers.console_example import ago, chat
from tests.peers.console_peer import ConsolePeer, console_peer

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

COMPOSED = """
(area) => {
  area.dispatchEvent(new CompositionEvent("compositionstart"));
  const key = { key: "Enter", isComposing: true, bubbles: true, cancelable: true };
  area.dispatchEvent(new KeyboardEvent("keydown", key));
}
"""
"""An input method takes Enter for itself: the word is chosen, nothing is sent."""
OVERFLOW = "document.documentElement.scrollWidth - innerWidth"
AT_END = "(log) => log.scrollHeight - log.scrollTop - log.clientHeight < 48"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def chromium() -> AsyncIterator[Browser]:
    """One for all pages here."""
    async with launched() as chromium:
        yield chromium


async def at_desk(page: Page, peer: ConsolePeer, talk: str = "") -> None:
    """The console with its roster, and this conversation in front."""
    await page.goto(f"{peer.url}/console")
    await expect(page.get_by_test_id("roster")).to_be_visible()
    if talk:
        await to_front(page, talk)


async def to_front(page: Page, talk: str) -> None:
    """A click on its row."""
    await page.locator(f'[data-chat="{talk}"][data-testid=chat-row]').click()


@pytest.mark.parametrize(
    ("width", "height", "scheme"), [(1366, 768, "light"), (1920, 1080, "dark"), (700, 900, "light")]
)
async def test_the_busy_desk_and_all_that_opens_on_it_pass_axe(
    chromium: Browser, tmp_path: Path, width: int, height: int, scheme: str
) -> None:
    """Roster, every kind of message, canned texts, dialogs and the list; nothing sideways."""
    dark = scheme == "dark"
    async with (
        console_peer() as peer,
        screen(
            chromium, tmp_path, width=width, height=height, scheme="dark" if dark else "light"
        ) as page,
    ):
        await at_desk(page, peer)
        await expect(page.get_by_test_id("conversation")).to_have_attribute("data-state", "offered")
        await passes_axe(page)
        await to_front(page, "c-urgent")
        await expect(page.get_by_test_id("message")).to_have_count(13)
        await expect(page.get_by_test_id("identities")).to_contain_text("138****1234")
        await passes_axe(page)
        await page.get_by_test_id("reply-text").fill("")
        await page.get_by_test_id("reply-text").press("/")
        await expect(page.get_by_test_id("canned-list").get_by_role("option")).to_have_count(3)
        await passes_axe(page)
        await page.keyboard.press("Escape")
        for opens, shows in (
            ("chat-transfer", "transfer"),
            ("chat-close-open", "chat-close"),
            ("link-open", "link-number"),
        ):
            await page.get_by_test_id(opens).click()
            await expect(page.get_by_test_id(shows)).to_be_visible()
            await passes_axe(page)
            await page.keyboard.press("Escape")
            await expect(page.get_by_test_id(shows)).to_be_hidden()
        assert await page.evaluate(OVERFLOW) <= 0
        await page.get_by_test_id("nav-line").click()
        await expect(page.get_by_test_id("line-row")).to_have_count(6)
        await passes_axe(page)
        assert await page.evaluate(OVERFLOW) <= 0


async def test_everything_said_is_shown_as_what_it_is_and_text_stays_text(
    chromium: Browser, tmp_path: Path
) -> None:
    """Place with its grid, a link with its host and no anchor, files with their state, receipts."""
    async with console_peer() as peer, screen(chromium, tmp_path) as page:
        await at_desk(page, peer, "c-urgent")
        talk = page.get_by_test_id("transcript")
        await expect(talk).to_contain_text("<img src=x onerror=alert(1)> 快一点")
        await expect(talk.locator("img[src=x]")).to_have_count(0)
        await expect(talk).to_contain_text("31.230416, 121.473701 GCJ-02")
        await expect(page.get_by_test_id("link-address")).to_have_text(
            "https://bbs.example.cn/t/8812?<b>x</b>"
        )
        await expect(talk).to_contain_text("指向 bbs.example.cn")
        hrefs = await talk.locator("a").evaluate_all("all => all.map(one => one.href)")
        assert all("/api/v1/attachments/" in one for one in hrefs)
        await expect(talk).to_contain_text("未收下：文件太大")
        await expect(talk).to_contain_text("没有送达 · 市民已取消关注或拉黑")
        await expect(talk).to_contain_text("以订阅通知发出")
        await expect(talk).to_contain_text("市民关注了公众号")
        await expect(talk).to_contain_text("channels_finder_feed")
        await page.get_by_role("button", name="放大查看 井盖.jpg").click()
        await expect(page.get_by_role("dialog").locator("img")).to_be_visible()
        await passes_axe(page)


async def test_a_morning_by_the_keyboard_alone(chromium: Browser, tmp_path: Path) -> None:
    """Enter accepts, Alt moves, / finds a text, Enter sends, Alt+E closes with a number key."""
    async with console_peer() as peer, screen(chromium, tmp_path) as page:
        await at_desk(page, peer)
        await expect(page.get_by_test_id("chat-offer")).to_be_visible()
        assert "新会话" in await page.title()
        await page.keyboard.press("Enter")
        await expect(page.get_by_test_id("chat-offer")).to_have_count(0)
        text = page.get_by_test_id("reply-text")
        await expect(text).to_be_focused()
        await page.keyboard.type("/hel")
        await expect(page.get_by_test_id("canned-list").get_by_role("option")).to_have_count(1)
        await page.keyboard.press("Enter")
        await expect(text).to_have_value("您好，这里是12345，请问有什么可以帮您？")
        await text.evaluate(COMPOSED)
        await page.keyboard.press("Shift+Enter")
        await page.keyboard.type("请讲。")
        assert not [path for path, _ in peer.done if path.endswith("/messages")]
        await page.keyboard.press("Enter")
        await expect(text).to_have_value("")
        sent = [body for path, body in peer.done if path == "chats/c-offer/messages"]
        assert [one["text"] for one in sent] == ["您好，这里是12345，请问有什么可以帮您？\n请讲。"]
        await page.keyboard.press("Alt+j")
        front = page.get_by_test_id("conversation")
        await expect(front).not_to_have_attribute("data-chat", "c-offer")
        await page.keyboard.press("Alt+k")
        await expect(front).to_have_attribute("data-chat", "c-offer")
        await page.keyboard.press("Alt+l")
        await expect(text).to_be_focused()
        await page.keyboard.press("Alt+e")
        await expect(page.get_by_test_id("wrapup-code-consult")).to_be_focused()
        await page.keyboard.press("2")
        await page.keyboard.press("Control+Enter")
        await expect(page.get_by_test_id("chat-row")).to_have_count(3)
        assert ("chats/c-offer/close", {"code": "help", "note": ""}) in peer.done


async def test_an_offer_never_takes_the_keyboard_from_who_is_writing(
    chromium: Browser, tmp_path: Path
) -> None:
    """While a reply is being typed, Enter is its; the offer waits in sight, taken by its button."""
    async with console_peer() as peer, screen(chromium, tmp_path) as page:
        offer, peer.chats = peer.chats[0], peer.chats[1:]
        await at_desk(page, peer)
        await expect(page.get_by_test_id("offer-said")).to_have_text("")
        await to_front(page, "c-soon")
        text = page.get_by_test_id("reply-text")
        await expect(text).to_be_focused()
        await page.keyboard.type("请带身份证")
        peer.chats.insert(0, offer)
        await peer.push("chats")
        await expect(page.get_by_test_id("chat-offer")).to_be_visible()
        await expect(page.get_by_test_id("offer-said")).to_contain_text("新会话: 网页 访客 ****7c")
        await expect(text).to_be_focused()
        await page.keyboard.press("Enter")
        await expect(text).to_have_value("")
        assert not [path for path, _ in peer.done if path.endswith("/accept")]
        await page.get_by_test_id("offer-accept").click()
        await eventually(lambda: [path for path, _ in peer.done if path.endswith("/accept")])


async def test_a_send_that_failed_keeps_the_words_and_is_said_once(
    chromium: Browser, tmp_path: Path
) -> None:
    """Why is said; a reload loses nothing; the second try is the same message."""
    async with console_peer() as peer, screen(chromium, tmp_path) as page:
        await at_desk(page, peer, "c-urgent")
        await expect(page.get_by_test_id("reply-quota")).to_contain_text("还可回复 2 条，至")
        peer.fails["/messages"] = (503, "unavailable")
        text = page.get_by_test_id("reply-text")
        await text.fill("已派人处理")
        await page.keyboard.press("Enter")
        await expect(page.get_by_test_id("reply-fault")).to_contain_text("内容还在")
        await expect(text).to_have_value("已派人处理")
        await page.reload()
        await expect(page.get_by_test_id("conversation")).to_have_attribute("data-chat", "c-urgent")
        await expect(text).to_have_value("已派人处理")
        await page.get_by_test_id("reply-send").click()
        await expect(text).to_have_value("")
        keys = {body["client_key"] for path, body in peer.done if path.endswith("/messages")}
        assert len(keys) == 1
        await expect(page.get_by_test_id("reply-quota")).to_contain_text("还可回复 1 条")


async def test_what_is_left_to_say_and_which_way_it_will_take(
    chromium: Browser, tmp_path: Path
) -> None:
    """Spent: a notification; over without another way: nothing but a note."""
    async with console_peer() as peer, screen(chromium, tmp_path) as page:
        await at_desk(page, peer, "c-urgent")
        quota, send = page.get_by_test_id("reply-quota"), page.get_by_test_id("reply-send")
        one = peer.chat("c-urgent")
        one["grant"] = {"left": 0, "expires_at": ago(-60)}
        one["caps"] = one["caps"] | {"notice": True}
        await peer.push("chats")
        await expect(quota).to_contain_text("将以订阅通知发出")
        one["caps"] = one["caps"] | {"notice": False}
        await peer.push("chats")
        await expect(quota).to_contain_text("回复时限已过")
        await page.get_by_test_id("reply-text").fill("好")
        await expect(send).to_be_disabled()
        await page.get_by_test_id("reply-note").click()
        await expect(send).to_be_enabled()
        await page.keyboard.press("Enter")
        await expect(page.get_by_test_id("message").last).to_have_attribute(
            "data-direction", "note"
        )
        await page.get_by_test_id("reply-to-citizen").click()
        one["grant"] = {"left": None, "expires_at": ago(-60)}
        await peer.push("chats")
        await page.get_by_test_id("reply-text").fill("长" * 601)
        await expect(page.get_by_test_id("reply-count")).to_contain_text("601/600")
        await expect(send).to_be_disabled()


async def test_what_a_short_message_costs_is_seen_while_it_is_written(
    chromium: Browser, tmp_path: Path
) -> None:
    """Parts and price with the signature, as it grows; the same where SMS is the last way out."""
    async with console_peer() as peer, screen(chromium, tmp_path) as page:
        await at_desk(page, peer, "c-urgent")
        one = peer.chat("c-urgent")
        billed = {"before": "【苏州12345热线】", "behind": "", "mils": 45}
        one |= {"grant": None, "channel": "sms"}
        one["caps"] = one["caps"] | {"free": True, "billed": billed}
        await peer.push("chats")
        text, bill = page.get_by_test_id("reply-text"), page.get_by_test_id("reply-bill")
        await expect(page.get_by_test_id("reply-quota")).to_have_count(0)
        await expect(bill).to_have_count(0)
        await text.fill("好" * 59)
        await expect(bill).to_have_text("短信 1 条，约 0.045 元")
        await text.press_sequentially("好")
        await expect(bill).to_have_text("短信 2 条，约 0.09 元")
        await passes_axe(page)
        await page.get_by_test_id("reply-note").click()
        await expect(bill).to_have_count(0)
        await page.get_by_test_id("reply-to-citizen").click()
        one |= {"channel": "wechat"}
        one["caps"] = one["caps"] | {"free": False, "sms": True}
        await peer.push("chats")
        await expect(page.get_by_test_id("reply-quota")).to_contain_text("将以短信发到")
        await expect(bill).to_have_text("短信 2 条，约 0.09 元")
        await expect(page.get_by_test_id("reply-send")).to_be_enabled()


async def test_the_transcript_stays_at_its_end_unless_somebody_reads_above(
    chromium: Browser, tmp_path: Path
) -> None:
    """New words are counted on the way back; what was shown is told to the gateway."""
    async with console_peer() as peer, screen(chromium, tmp_path) as page:
        await at_desk(page, peer, "c-urgent")
        log = page.get_by_test_id("transcript")
        await eventually(lambda: ("chats/c-urgent/shown", {"seq": 13}) in peer.done)
        await expect(
            page.locator('[data-chat="c-urgent"] [data-testid=chat-unread]')
        ).to_have_count(0)
        await peer.hears("c-urgent", "第十四条")
        await expect(log).to_contain_text("第十四条")
        await eventually(lambda: log.evaluate(AT_END))
        await log.evaluate("log => { log.scrollTop = 0 }")
        await expect(page.get_by_test_id("chat-to-end")).to_have_text("回到最新")
        await peer.hears("c-urgent", "第十五条")
        await expect(page.get_by_test_id("chat-to-end")).to_contain_text("1 条新消息")
        assert not await log.evaluate(AT_END)
        await page.get_by_test_id("chat-to-end").click()
        await eventually(lambda: log.evaluate(AT_END))


async def test_earlier_messages_come_on_demand_and_do_not_move_what_is_read(
    chromium: Browser, tmp_path: Path
) -> None:
    """A long conversation begins with its newest fifty."""
    async with console_peer() as peer, screen(chromium, tmp_path) as page:
        peer.chats = [chat("c-long", "wechat", "老李", last_seq=120, read_seq=120)]
        peer.talks["c-long"] = [
            peer.talks["c-soon"][0] | {"seq": n, "id": f"m-{n}", "text": f"第 {n} 句"}
            for n in range(1, 121)
        ]
        await at_desk(page, peer)
        messages = page.get_by_test_id("message")
        await expect(messages).to_have_count(50)
        await page.get_by_test_id("chat-earlier").click()
        await expect(messages).to_have_count(100)
        await expect(page.get_by_text("第 71 句", exact=True)).to_be_in_viewport()
        await page.get_by_test_id("chat-earlier").click()
        await expect(messages).to_have_count(120)
        await expect(page.get_by_test_id("chat-earlier")).to_have_count(0)


async def test_links_are_decided_with_a_reason_and_things_are_taken_from_the_list(
    chromium: Browser, tmp_path: Path
) -> None:
    """A proposed link is confirmed or revoked in words; the list is sifted, an item is taken."""
    async with console_peer() as peer, screen(chromium, tmp_path) as page:
        await at_desk(page, peer, "c-urgent")
        await page.get_by_test_id("link-confirm").click()
        await page.get_by_test_id("link-decide").click()
        await expect(page.get_by_text("原因至少 2 个字")).to_be_visible()
        await page.get_by_test_id("link-note").fill("核对了姓名和地址")
        await page.get_by_test_id("link-decide").click()
        await expect(page.locator('[data-testid=link-row][data-state="confirmed"]')).to_have_count(
            2
        )
        assert ("links/l-2/confirm", {"note": "核对了姓名和地址"}) in peer.done
        await page.get_by_test_id("link-open").click()
        await page.get_by_test_id("link-choice").first.check()
        await page.get_by_test_id("link-evidence").fill("本人说是同一件事")
        await page.get_by_test_id("link-go").click()
        linked = {"chat_id": "c-urgent", "other_contact_id": "c-soon", "note": "本人说是同一件事"}
        await eventually(lambda: ("links", linked) in peer.done)
        await expect(page.get_by_test_id("line-counts")).to_contain_text("件紧急")
        await page.get_by_test_id("nav-line").click()
        first = page.get_by_test_id("line-row").first
        await expect(first).to_contain_text("紧急")
        await page.get_by_test_id("line-kind-form").click()
        await expect(page.get_by_test_id("line-row")).to_have_count(1)
        await page.get_by_test_id("line-take").click()
        await eventually(lambda: ("line/l-form/take", {}) in peer.done)
