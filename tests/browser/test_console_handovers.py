"""What is open with 110 and the other emergency lines, on the supervisor's page: against a peer."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Literal

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from tests.browser.screens import launched, passes_axe, screen
from tests.peers.console_handovers import emergencies, handover
from tests.peers.console_peer import console_peer
from tests.peers.console_staff import supervisor

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def chromium() -> AsyncIterator[Browser]:
    """One for all pages here."""
    async with launched() as chromium:
        yield chromium


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_what_is_ours_again_stands_first_and_its_contact_opens_by_keyboard(
    chromium: Browser, tmp_path: Path, scheme: Literal["light", "dark"]
) -> None:
    """Returned, then what never arrived, then the oldest; in words, in both languages."""
    async with (
        console_peer(busy=False) as peer,
        screen(chromium, tmp_path, scheme=scheme) as page,
    ):
        peer.me, peer.reads["emergencies"] = supervisor(), emergencies()
        await page.goto(f"{peer.url}/console#/watch")
        rows = page.get_by_test_id("handover-row")
        await expect(rows).to_have_count(3)
        shown = [await row.get_attribute("data-handover") for row in await rows.all()]
        assert shown == ["h-3", "h-2", "h-1"]
        await expect(rows.nth(0)).to_contain_text("119 消防救援")
        await expect(rows.nth(0)).to_contain_text("已退回")
        await expect(rows.nth(1)).to_contain_text("未确认核实")
        await expect(rows.nth(1)).to_contain_text("已重试 4 次：连不上对方系统")
        await expect(rows.nth(2)).to_contain_text("对方已核实")
        await expect(rows.nth(2)).to_contain_text("已接收JQ-202611280001")
        days = page.get_by_test_id("handover-day")
        await expect(days.nth(0)).to_contain_text("0，一致")
        await expect(days.nth(1)).to_contain_text("1 件不一致")
        await expect(days.nth(2)).to_contain_text("对方没有给出清单")
        health = page.get_by_test_id("line-health")
        await expect(health.nth(0)).to_contain_text("中继无应答：b；仍可转接")
        await expect(health.nth(2)).to_contain_text("无法转接")
        await passes_axe(page)
        await rows.nth(0).get_by_role("button").focus()
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("dialog")).to_be_visible()
        await page.keyboard.press("Escape")
        await expect(rows.nth(0).get_by_role("button")).to_be_focused()
        await page.get_by_role("button", name="English").click()
        await expect(rows.nth(0)).to_contain_text("Returned: it is ours again")
        await expect(health.nth(2)).to_contain_text("120 Ambulance")
        await passes_axe(page)


async def test_a_hand_over_that_closes_leaves_the_list_and_a_gateway_that_is_away_is_said(
    chromium: Browser, tmp_path: Path
) -> None:
    """Asked again every few seconds; what was seen last stays, and that it is old is said."""
    async with console_peer(busy=False) as peer, screen(chromium, tmp_path) as page:
        one = handover("h-9", "110", 5, order="")
        peer.me = supervisor()
        peer.reads["emergencies"] = emergencies() | {"items": [one]}
        await page.goto(f"{peer.url}/console#/watch")
        await expect(page.get_by_test_id("handover-row")).to_contain_text("未反馈")
        peer.fails["emergencies"] = (503, "store-unavailable")
        fault = page.get_by_test_id("handovers").get_by_role("alert")
        await expect(fault).to_be_visible(timeout=10_000)
        await expect(page.get_by_test_id("handover-row")).to_have_count(1)
        peer.reads["emergencies"] = emergencies() | {"items": []}
        await expect(page.get_by_test_id("handovers-none")).to_be_visible(timeout=10_000)
        await expect(fault).to_have_count(0)
