"""The wallboard against a peer of the gateway that can fall silent."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from tests.browser.screens import launched, passes_axe, screen
from tests.peers.screens_peer import BOARD_TOKEN, ScreensPeer, screens_peer

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

SMALLEST_FIGURE_PX = 40
FIGURES = "[...document.querySelectorAll('.figure, .numbers dd')].map(one => parseFloat(getComputedStyle(one).fontSize))"  # noqa: E501
OVERFLOW = "[document.documentElement.scrollWidth - innerWidth, document.documentElement.scrollHeight - innerHeight]"  # noqa: E501

INSIDE = """
() => [...document.querySelectorAll('svg.gauge text')].every((one) => {
  const box = one.getBBox()
  return box.x >= 0 && box.x + box.width <= one.ownerSVGElement.viewBox.baseVal.width
})
"""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def chromium() -> AsyncIterator[Browser]:
    """One for all pages here."""
    async with launched() as chromium:
        yield chromium


async def shown(page: Page, peer: ScreensPeer, token: str = BOARD_TOKEN) -> None:
    """The wall with its first figures."""
    await page.goto(f"{peer.url}/wall#{token}")
    await expect(page.get_by_test_id("tile-connect")).to_be_visible()


async def test_the_figures_are_read_from_afar_and_say_good_or_bad_in_words(
    chromium: Browser, tmp_path: Path
) -> None:
    """Numbers, words and signs as the gateway sends them; what waits counts up by itself."""
    async with screens_peer() as peer, screen(chromium, tmp_path, width=1280, height=720) as page:
        asked: list[tuple[str, str]] = []
        page.on(
            "request",
            lambda one: asked.append((one.url, one.headers.get("authorization", ""))),
        )
        await shown(page, peer)
        await expect(page.get_by_test_id("tile-waiting")).to_contain_text("5人")
        await expect(page.get_by_test_id("tile-connect")).to_contain_text("93.1%▲ 注意")
        await expect(page.get_by_test_id("tile-connect")).to_contain_text("标准 ≥ 95%")
        await expect(page.get_by_test_id("tile-in-time")).to_contain_text("83.2%✔ 达标")
        await expect(page.get_by_test_id("wall-queues")).to_contain_text("✖ 88.7%")
        await expect(page.get_by_test_id("wall-seats")).to_contain_text("话后处理3")
        await expect(page.get_by_test_id("plot-table").locator("tbody tr")).to_have_count(24)
        messages = page.get_by_test_id("wall-messages")
        await expect(messages).to_contain_text("待答复8")
        await expect(messages).to_contain_text("3 分钟答复率83.2%")
        await expect(messages).to_contain_text("超时✖ 1")
        await expect(messages.locator("thead th")).to_have_text(
            ["渠道", "App", "Telegram", "网页", "微信", "留言"]
        )
        await expect(messages).to_contain_text("▲ 77.9%")
        await expect(page.get_by_test_id("alarms")).to_contain_text("低于 95%")
        assert min(await page.evaluate(FIGURES)) >= SMALLEST_FIGURE_PX
        assert await page.evaluate(INSIDE)
        before = await page.get_by_test_id("tile-longest").inner_text()
        await expect(page.get_by_test_id("tile-longest")).not_to_have_text(before)
        board = [authorization for url, authorization in asked if url.endswith("/api/v1/board")]
        assert set(board) == {f"Bearer {BOARD_TOKEN}"}
        assert not [url for url, _ in asked if BOARD_TOKEN in url]
        loaded = " ".join(url for url, _ in asked)
        assert "/assets/wall-" in loaded
        assert "/assets/admin-" not in loaded
        assert "/assets/console-" not in loaded


@pytest.mark.parametrize(
    ("width", "height", "scheme"), [(1920, 1080, "dark"), (1280, 720, "light"), (390, 844, "light")]
)
async def test_it_fits_its_screen_and_passes_axe(
    chromium: Browser, tmp_path: Path, width: int, height: int, scheme: str
) -> None:
    """Nothing to scroll on a wall, nothing sideways on a phone; by the screen's own colours."""
    dark = scheme == "dark"
    async with (
        screens_peer() as peer,
        screen(
            chromium, tmp_path, width=width, height=height, scheme="dark" if dark else "light"
        ) as page,
    ):
        await shown(page, peer)
        assert await page.evaluate("document.documentElement.classList.contains('dark')") == dark
        sideways, down = await page.evaluate(OVERFLOW)
        assert sideways <= 0
        assert down <= 0 or width < 1000
        await passes_axe(page)
        await page.get_by_test_id("wall-theme").click()
        assert await page.evaluate("document.documentElement.classList.contains('dark')") != dark
        await passes_axe(page)
        await page.get_by_test_id("wall-language").click()
        await expect(page.get_by_test_id("tile-waiting")).to_contain_text("Waiting")
        await expect(page.get_by_test_id("wall-messages")).to_contain_text("Awaiting reply8")
        await expect(page.get_by_test_id("wall-messages")).to_contain_text("Replied in 3 min83.2%")
        assert await page.evaluate(INSIDE)


async def test_old_figures_are_called_old_and_new_ones_come_by_themselves(
    chromium: Browser, tmp_path: Path
) -> None:
    """No answer, answers that stand still, telephones away: each in its own words."""
    async with screens_peer() as peer, screen(chromium, tmp_path, width=1280, height=720) as page:
        await shown(page, peer)
        stale = page.get_by_test_id("stale")
        await expect(stale).to_have_count(0)
        peer.board_fails = True
        await expect(stale).to_have_attribute("data-why", "failing")
        await expect(stale).to_contain_text("数据已停止更新：连不上服务器")
        _, down = await page.evaluate(OVERFLOW)
        assert down <= 0
        await passes_axe(page)
        peer.board_fails = False
        await expect(stale).to_have_count(0, timeout=30_000)
        peer.board["link"] = "down"
        await expect(stale).to_have_attribute("data-why", "link")
        peer.board["link"] = "up"
        peer.board_frozen = True
        await expect(stale).to_have_attribute("data-why", "frozen", timeout=30_000)


async def test_a_link_that_is_not_valid_says_how_to_get_one_and_starts_by_itself(
    chromium: Browser,
    tmp_path: Path,
) -> None:
    """A wrong token shows no figure; the right one is taken without loading the page again."""
    async with screens_peer() as peer, screen(chromium, tmp_path) as page:
        await page.goto(f"{peer.url}/wall#wrong")
        await expect(page.get_by_test_id("wall-refused")).to_contain_text("./hotline wall-link")
        await expect(page.get_by_test_id("tile-waiting")).to_have_count(0)
        await page.evaluate(f"location.hash = {json.dumps(BOARD_TOKEN)}")
        await expect(page.get_by_test_id("tile-waiting")).to_be_visible()


async def test_whoever_may_watch_needs_no_token(chromium: Browser, tmp_path: Path) -> None:
    """The session of somebody with the right to watch opens the wall, too; another's does not."""
    async with screens_peer() as peer, screen(chromium, tmp_path) as page:
        await page.goto(f"{peer.url}/wall")
        await expect(page.get_by_test_id("tile-waiting")).to_be_visible()
        peer.rights = ("self",)
        await page.reload()
        await expect(page.get_by_test_id("wall-refused")).to_be_visible()


async def test_a_link_that_is_revoked_says_so_and_not_that_the_server_is_away(
    chromium: Browser, tmp_path: Path
) -> None:
    """The figures grow old; the reason is the link."""
    async with screens_peer() as peer, screen(chromium, tmp_path) as page:
        await shown(page, peer)
        peer.token = "another"
        await expect(page.get_by_test_id("stale")).to_contain_text("大屏链接已失效")


async def test_ten_queues_and_six_alarms_still_fit_the_smallest_wall(
    chromium: Browser, tmp_path: Path
) -> None:
    """At 1280 x 720 every queue and every alarm is in sight, and no figure is below 40 px."""
    async with (
        screens_peer() as peer,
        screen(chromium, tmp_path, width=1280, height=720) as page,
    ):
        peer.board["queues"] = [
            peer.board["queues"][at % 2] | {"name": f"q{at}"} for at in range(10)
        ]
        peer.board["alarms"] *= 6
        await shown(page, peer)
        assert await page.evaluate(OVERFLOW) == [0, 0]
        assert min(await page.evaluate(FIGURES)) >= SMALLEST_FIGURE_PX
        box = await page.get_by_test_id("wall-queues").locator("tr").last.bounding_box()
        assert box
        assert box["y"] + box["height"] <= 720
