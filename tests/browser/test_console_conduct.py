"""Due process on the supervisor's page, against a peer: who may decide what, by keyboard."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Literal

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from tests.browser.screens import launched, passes_axe, screen
from tests.peers.console_conduct import (
    RULES,
    STAFF,
    complaint,
    complaints,
    record,
    standings,
    whole,
)
from tests.peers.console_example import ago
from tests.peers.console_heard import CALL, call_view
from tests.peers.console_peer import ConsolePeer, console_peer
from tests.peers.console_staff import seat, supervisor

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]


OVERFLOW = "document.documentElement.scrollWidth - innerWidth"


def limits() -> dict[str, Any]:
    """What each limit counted: the widest card of the page in English."""
    names = ["identity", "ip", "hook", "account", "messages", "number", "trunk", "calls"]
    counted = {"count": 12_000, "seconds": 60, "burst": 6_000, "asked": 123_456, "over": 7}
    each = [{"name": name, **counted} for name in names]
    return {"counted_by": "here", "since": ago(60), "failures": 0, "limits": each}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def chromium() -> AsyncIterator[Browser]:
    """One for all pages here."""
    async with launched() as chromium:
        yield chromium


@asynccontextmanager
async def watching(
    chromium: Browser, tmp_path: Path, scheme: Literal["light", "dark"]
) -> AsyncIterator[tuple[ConsolePeer, Page]]:
    """A supervisor's screen, and what it is told of due process."""
    async with (
        console_peer(busy=False) as peer,
        screen(chromium, tmp_path, scheme=scheme, height=1500) as page,
    ):
        peer.me = supervisor()
        peer.me["rights"] = [*peer.me["rights"], "supervise"]
        peer.reads["standings"] = standings()
        yield peer, page


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_a_supervisor_proposes_another_approves_and_the_appeal_is_heard(
    chromium: Browser, tmp_path: Path, scheme: Literal["light", "dark"]
) -> None:
    """Only what this person may do is offered; what the citizen is told is shown."""
    async with watching(chromium, tmp_path, scheme) as (peer, page):
        peer.reads["standings/a3"] = whole()
        peer.reads["throttle"] = limits()
        await page.goto(f"{peer.url}/console#/watch")
        rows = page.get_by_test_id("standing-row")
        await expect(rows).to_have_count(3)
        await expect(page.get_by_test_id("standing-propose")).to_have_count(1)
        await expect(page.get_by_test_id("standing-approve")).to_have_count(1)
        await page.get_by_test_id("standing-propose").focus()
        await page.keyboard.press("Enter")
        await page.get_by_test_id("standing-reason").fill("提醒后仍不停止")
        await page.keyboard.press("Tab")
        await expect(page.get_by_test_id("standing-send")).to_be_focused()
        await page.keyboard.press("Escape")
        await expect(page.get_by_test_id("standing-reason")).to_have_count(0)
        await rows.nth(2).get_by_test_id("standing-more").click()
        await expect(page.get_by_test_id("standing-whole")).to_contain_text("自动恢复")
        await rows.nth(2).get_by_test_id("standing-hear").click()
        await expect(page.get_by_test_id("standing-grant")).to_be_visible()
        await passes_axe(page)
        await page.screenshot(path=str(tmp_path / f"standings-{scheme}.png"))
        await page.get_by_test_id("nav-language").click()
        await expect(page.get_by_test_id("standings")).to_contain_text("due process")
        await expect(page.get_by_test_id("limits-table")).to_be_visible()
        assert await page.evaluate(OVERFLOW) <= 0
        await passes_axe(page)


async def test_an_operator_notes_with_a_passage_and_keeps_the_reminder(
    chromium: Browser, tmp_path: Path
) -> None:
    """From the call's own card; the reminder is asked for once something is noted."""
    async with (
        console_peer() as peer,
        screen(chromium, tmp_path, height=1100) as page,
    ):
        peer.call = call_view(guests=[], reach=None, recording_paused=False)
        peer.seat = seat("talking")
        await page.goto(f"{peer.url}/console#/desk")
        peer.reads[f"contacts/{CALL}/conduct"] = {
            "standing": None,
            "records": [record("m1")],
            "rules": RULES,
        }
        await page.get_by_test_id("conduct-open").first.focus()
        await page.keyboard.press("Enter")
        await expect(page.get_by_test_id("conduct-kind-malicious")).to_be_focused()
        await expect(page.get_by_test_id("conduct-reminds")).to_be_visible()
        await page.get_by_test_id("conduct-save").click()
        await expect(page.get_by_test_id("conduct-fault")).to_contain_text("请选择行为")
        await passes_axe(page)
        await page.screenshot(path=str(tmp_path / "conduct.png"))


async def test_an_operator_marks_a_complaint_about_colleagues_by_keyboard(
    chromium: Browser, tmp_path: Path
) -> None:
    """Found by name, chosen by space, kept by Enter; then the contact wears it."""
    async with console_peer() as peer, screen(chromium, tmp_path, height=1100) as page:
        peer.call = call_view(guests=[], reach=None, recording_paused=False)
        peer.seat = seat("talking")
        where = f"contacts/{CALL}/staff-complaint"
        peer.reads[where] = {"complaint": None, "staff": STAFF}
        await page.goto(f"{peer.url}/console#/desk")
        await page.get_by_test_id("complaint-open").first.focus()
        await page.keyboard.press("Enter")
        await expect(page.get_by_test_id("complaint-find")).to_be_focused()
        await expect(page.get_by_test_id("complaint-person")).to_have_count(3)
        await page.get_by_test_id("complaint-save").click()
        await expect(page.get_by_test_id("complaint-fault")).to_contain_text("请选择被投诉的人")
        await passes_axe(page)
        await page.get_by_test_id("complaint-find").fill("LIMING")
        await expect(page.get_by_test_id("complaint-person")).to_have_count(1)
        await page.get_by_test_id("complaint-person").focus()
        await page.keyboard.press("Space")
        await page.screenshot(path=str(tmp_path / "complaint-mark.png"))
        peer.reads[where] = {"complaint": complaint("k1", STAFF[1]), "staff": STAFF}
        await page.keyboard.press("Enter")
        await expect(page.get_by_test_id("complaint-badge").first).to_contain_text("李明")
        assert (where, {"operator_ids": ["op-li"]}) in peer.done
        await passes_axe(page)
        await page.screenshot(path=str(tmp_path / "complaint-badge.png"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_a_supervisor_closes_a_complaint_with_its_result(
    chromium: Browser, tmp_path: Path, scheme: Literal["light", "dark"]
) -> None:
    """Those that do not concern them; who it is about, how that is known, what came of it."""
    async with watching(chromium, tmp_path, scheme) as (peer, page):
        peer.reads["staff-complaints"] = complaints()
        await page.goto(f"{peer.url}/console#/watch")
        rows = page.get_by_test_id("complaint-row")
        await expect(rows).to_have_count(2)
        await expect(rows.nth(1)).to_contain_text("王芳登记")
        await rows.nth(0).get_by_test_id("complaint-finish").focus()
        await page.keyboard.press("Enter")
        await page.get_by_test_id("complaint-result").fill("核实属实，已约谈")
        await passes_axe(page)
        await page.screenshot(path=str(tmp_path / f"complaints-{scheme}.png"))
        await page.get_by_test_id("complaint-send").click()
        await expect(page.get_by_test_id("complaint-result")).to_have_count(0)
        assert ("staff-complaints/k1/close", {"result": "核实属实，已约谈"}) in peer.done
        await page.get_by_test_id("nav-language").click()
        await expect(page.get_by_test_id("complaints")).to_contain_text("Complaints about staff")
        await page.screenshot(path=str(tmp_path / f"complaints-{scheme}-en.png"))
