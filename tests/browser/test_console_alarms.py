"""Emergency words in the console, and calls that a supervisor follows: against a peer."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from tests.browser.screens import launched, passes_axe, screen
from tests.eventually import eventually
from tests.peers.console_example import SEAT
from tests.peers.console_heard import CALL, call_view, road_lamp, watched_seats
from tests.peers.console_peer import ConsolePeer, console_peer
from tests.peers.console_staff import seat, supervisor

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

LISTENS = """
(() => {
  window.__tones = [];
  const start = AudioBufferSourceNode.prototype.start;
  AudioBufferSourceNode.prototype.start = function (...given) {
    window.__tones.push({ seconds: this.buffer.duration, loop: this.loop });
    return start.apply(this, given);
  };
})()
"""
"""Notes every sound that the page begins to play."""
ALARM_SECONDS = 2


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def chromium() -> AsyncIterator[Browser]:
    """One for all pages here."""
    async with launched() as chromium:
        yield chromium


async def alarms_played(page: Page) -> list[bool]:
    """Of each alarm that sounded: whether it goes on until it is stopped."""
    tones = await page.evaluate("window.__tones")
    return [one["loop"] for one in tones if one["seconds"] == ALARM_SECONDS]


async def test_an_alarm_cannot_be_missed_survives_a_reload_and_goes_by_one_key(
    chromium: Browser, tmp_path: Path
) -> None:
    """The word, whose call, a sound; the call bar stays where it is; Alt+A makes it known."""
    async with console_peer(busy=False) as peer, screen(chromium, tmp_path) as page:
        await page.add_init_script(LISTENS)
        await page.goto(f"{peer.url}/console")
        await expect(page.get_by_test_id("btn-ready")).to_be_visible()
        before = await page.get_by_test_id("btn-ready").bounding_box()
        peer.heard.alarm("al-1", "call-of-others", "着火")
        await peer.push("alarms")
        alarm = page.get_by_test_id("alarm")
        await expect(alarm.get_by_role("alert")).to_contain_text("市民说到「着火」")
        await expect(alarm).to_contain_text(f"坐席 {SEAT} 李静")
        assert await page.get_by_test_id("btn-ready").bounding_box() == before
        assert "紧急词" in await page.title()
        await eventually(lambda: alarms_played(page))
        assert await alarms_played(page) == [True]

        await page.get_by_test_id("nav-history").click()
        await expect(alarm).to_be_in_viewport()
        await page.reload()
        await expect(alarm).to_be_in_viewport()
        peer.fails["/seen"] = (503, "unavailable")
        await page.get_by_test_id("history-number").focus()
        await page.keyboard.press("Alt+a")
        await expect(page.get_by_test_id("notice")).to_contain_text("暂时不可用")
        await expect(alarm).to_be_visible()
        await page.keyboard.press("Alt+a")
        await expect(alarm).to_have_count(0)
        assert ("alarms/al-1/seen", {}) in peer.done
        await expect(page).to_have_title("坐席工作台")


async def test_who_talks_hears_the_alarm_once_and_the_citizen_again_at_once(
    chromium: Browser, tmp_path: Path
) -> None:
    """Ringer and headset are one device here: it does not sound on over the citizen's words."""
    async with console_peer(busy=False) as peer, screen(chromium, tmp_path) as page:
        await page.add_init_script(LISTENS)
        peer.seat, peer.call = seat("talking"), call_view()
        peer.heard.follow(CALL, *road_lamp())
        peer.heard.alarm("al-1", CALL, "煤气")
        await page.goto(f"{peer.url}/console")
        await expect(page.get_by_test_id("alarm")).to_contain_text("您正在接的电话")
        await expect(page.get_by_test_id("chips")).to_contain_text("煤气")
        await eventually(lambda: alarms_played(page))
        assert await alarms_played(page) == [False]
        await page.get_by_test_id("alarm-known").click()
        await expect(page.get_by_test_id("alarm")).to_have_count(0)
        await expect(page.get_by_test_id("chips")).to_contain_text("煤气")


async def test_many_alarms_leave_room_to_work_and_the_oldest_is_first(
    chromium: Browser, tmp_path: Path
) -> None:
    """Three are shown, the rest is counted."""
    async with console_peer(busy=False) as peer, screen(chromium, tmp_path) as page:
        for number in range(5):
            at = f"2026-11-27T08:00:0{9 - number}.000Z"
            peer.heard.alarm(f"al-{number}", f"call-{number}", "救命", at=at, seat="")
        await page.goto(f"{peer.url}/console")
        alarms = page.get_by_test_id("alarm")
        await expect(alarms).to_have_count(3)
        await expect(alarms.first).to_have_attribute("data-alarm", "al-4")
        await expect(alarms.first).to_contain_text("不在坐席通话中")
        await expect(page.get_by_text("还有 2 条紧急词提醒")).to_be_visible()
        await passes_axe(page)


async def test_an_alarm_from_a_message_leads_to_its_conversation_or_its_record(
    chromium: Browser, tmp_path: Path
) -> None:
    """A conversation comes to the front; a supervisor opens what is at nobody's seat."""
    async with console_peer() as peer, screen(chromium, tmp_path) as page:
        peer.me = supervisor()
        peer.heard.alarm("al-1", "c-soon", "跳楼", seat="")
        peer.heard.alarm("al-2", "call-that-waits", "着火", seat="")
        await page.goto(f"{peer.url}/console")
        mine = page.locator("[data-alarm=al-1]")
        await expect(mine).to_contain_text("您接待的会话")
        await mine.get_by_test_id("alarm-show").click()
        await expect(page.get_by_test_id("conversation")).to_have_attribute("data-chat", "c-soon")
        await page.locator("[data-alarm=al-2]").get_by_test_id("alarm-open").click()
        await expect(page.get_by_test_id("contact-drawer")).to_be_visible()
        await expect(mine).to_be_in_viewport()


async def following(page: Page, peer: ConsolePeer) -> None:
    """A supervisor follows the call at seat 8002."""
    peer.me = supervisor()
    peer.seats = watched_seats()
    peer.heard.segments[CALL] = road_lamp()
    await page.goto(f"{peer.url}/console#/watch")
    await page.get_by_test_id("seat-follow").click()
    await expect(page.get_by_test_id("segment")).to_have_count(6)


async def test_a_supervisor_follows_a_call_and_stops_on_leaving(
    chromium: Browser, tmp_path: Path
) -> None:
    """Asked for by name of the call; words and half words come; another view ends it."""
    async with console_peer(busy=False) as peer, screen(chromium, tmp_path) as page:
        await following(page, peer)
        assert (f"watch/{CALL}", {}) in peer.done
        panel = page.get_by_test_id("watched-call")
        await expect(panel).to_contain_text("跟看坐席 8002 王磊 的通话")
        await peer.tell("partial", {"contact_id": CALL, "party": "seat", "text": "稍等"})
        await expect(page.get_by_test_id("saying")).to_contain_text("稍等")
        peer.heard.hear(CALL, "seat", "稍等", "一下")
        await peer.tell("watched", {"contact_id": CALL, "last_seq": 7})
        await expect(page.get_by_test_id("segment")).to_have_count(7)
        await expect(page.get_by_test_id("saying")).to_have_count(0)
        await passes_axe(page)
        peer.seats = [one | {"contact_id": "", "call_state": ""} for one in peer.seats]
        await expect(page.get_by_test_id("heard-mode")).to_contain_text(
            "通话已结束", timeout=10_000
        )
        await page.get_by_test_id("nav-history").click()
        await eventually(lambda: (f"DELETE watch/{CALL}", {}) in peer.done)
        await page.get_by_test_id("nav-watch").click()
        await expect(panel).to_have_count(0)


async def test_a_supervisor_goes_from_the_alarm_to_the_call(
    chromium: Browser, tmp_path: Path
) -> None:
    """One click; a refusal is said, and nothing is followed."""
    async with console_peer(busy=False) as peer, screen(chromium, tmp_path) as page:
        peer.me, peer.seats = supervisor(), watched_seats()
        peer.heard.segments[CALL] = road_lamp()
        peer.heard.alarm("al-1", CALL, "煤气", seat="8002", operator_name="王磊")
        peer.fails[f"watch/{CALL}"] = (403, "not-allowed")
        await page.goto(f"{peer.url}/console")
        await page.get_by_test_id("alarm-watch").click()
        await expect(page.get_by_test_id("notice")).to_contain_text("您没有这个权限")
        await expect(page.get_by_test_id("watched-call")).to_have_count(0)
        await page.get_by_test_id("alarm-watch").click()
        await expect(page.get_by_test_id("segment")).to_have_count(6)
        await page.get_by_test_id("watch-stop").click()
        await expect(page.get_by_test_id("watched-call")).to_have_count(0)
        await eventually(lambda: (f"DELETE watch/{CALL}", {}) in peer.done)


async def test_who_was_cut_off_goes_on_following(chromium: Browser, tmp_path: Path) -> None:
    """After the link came back the gateway is asked again, and what was missed is read."""
    async with console_peer(busy=False) as peer, screen(chromium, tmp_path) as page:
        await following(page, peer)
        peer.heard.hear(CALL, "seat", "稍等")
        for socket in list(peer.sockets):
            await socket.close()
        await expect(page.get_by_test_id("segment")).to_have_count(7, timeout=10_000)
        assert [path for path, _ in peer.done].count(f"watch/{CALL}") == 2


async def test_an_operator_follows_nobody(chromium: Browser, tmp_path: Path) -> None:
    """No such button beside an alarm; the rights decide, and the gateway again."""
    async with console_peer(busy=False) as peer, screen(chromium, tmp_path) as page:
        peer.heard.alarm("al-1", "call-of-others", "煤气")
        await page.goto(f"{peer.url}/console")
        await expect(page.get_by_test_id("alarm")).to_be_visible()
        await expect(page.get_by_test_id("alarm-watch")).to_have_count(0)
