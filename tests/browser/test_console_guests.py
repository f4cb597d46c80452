"""Others in a call, and parked calls, as the console shows them: against a peer."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Literal

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from tests.browser.screens import launched, passes_axe, screen
from tests.peers.console_example import ago
from tests.peers.console_guests import directory, guest, reach
from tests.peers.console_heard import CALL, call_view
from tests.peers.console_peer import console_peer
from tests.peers.console_staff import seat

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def chromium() -> AsyncIterator[Browser]:
    """One for all pages here."""
    async with launched() as chromium:
        yield chromium


async def left_of(page: Page, one: str, other: str) -> bool:
    """Whether the first stands beside the second, at its left, and at its height or above."""
    first = await page.get_by_test_id(one).bounding_box()
    second = await page.get_by_test_id(other).bounding_box()
    assert first
    assert second
    return first["x"] + first["width"] <= second["x"] and first["y"] < second["y"] + 200


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_somebody_is_called_in_by_keyboard_alone_and_only_with_the_citizens_consent(
    chromium: Browser, tmp_path: Path, scheme: Literal["light", "dark"]
) -> None:
    """The picker passes axe, sends an id, and gives the focus back."""
    async with (
        console_peer(busy=False) as peer,
        screen(chromium, tmp_path, scheme=scheme) as page,
    ):
        peer.seat, peer.reads["directory"] = seat("talking"), directory()
        peer.call = call_view(guests=[], reach=None, recording_paused=False)
        await page.goto(f"{peer.url}/console")
        await page.get_by_test_id("guest-open").focus()
        await page.keyboard.press("Control+Alt+3")
        search = page.get_by_test_id("call-in-search")
        await expect(search).to_be_focused()
        await search.fill("异地")
        await expect(page.get_by_test_id("choice-expert-chen")).to_be_visible()
        await expect(page.get_by_role("option")).to_have_count(1)
        await passes_axe(page)
        await page.keyboard.press("Enter")
        await expect(page.get_by_test_id("call-in").get_by_role("alert")).to_contain_text("同意")
        assert not [path for path, _ in peer.done if path.endswith("/reach")]
        await page.get_by_test_id("call-in-consent").check()
        await page.keyboard.press("Enter")
        await expect(search).to_be_hidden()
        await expect(page.get_by_test_id("guest-open")).to_be_focused()
        (wish,) = [body for path, body in peer.done if path == f"calls/{CALL}/reach"]
        assert (wish["role"], wish["target"], wish["consent"]) == ("expert", "chen", True)


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_who_is_handed_to_an_emergency_line_is_not_left_before_it_has_understood(
    chromium: Browser, tmp_path: Path, scheme: Literal["light", "dark"]
) -> None:
    """One click calls it; leaving is barred, with the reason, until it is verified.

    Also while an expert is being called: the newest wish does not hide the line's.
    """
    async with (
        console_peer(busy=False) as peer,
        screen(chromium, tmp_path, scheme=scheme) as page,
    ):
        peer.seat, peer.reads["directory"] = seat("talking"), directory()
        peer.call = call_view(guests=[], reach=None, recording_paused=False)
        await page.goto(f"{peer.url}/console")
        await page.get_by_test_id("guest-emergency").click()
        await expect(page.get_by_test_id("emergency-120")).to_contain_text("直接拨打 120")
        await passes_axe(page)
        await page.get_by_test_id("emergency-110").click()
        await expect(page.get_by_test_id("emergency")).to_have_count(0)
        (wish,) = [body for path, body in peer.done if path == f"calls/{CALL}/reach"]
        assert (wish["role"], wish["target"], wish["leaves"]) == ("dispatcher", "110", False)
        there = [guest("g-1", "dispatcher", "110")]
        line, expert = reach("dispatcher", "110", "in"), reach("expert", "社保局", "trying")
        peer.call = call_view("conference", guests=there, reach=expert | {"id": "r-2"})
        peer.call |= {"reaches": [line, peer.call["reach"]]}
        await peer.push("call")
        await expect(page.get_by_test_id("guest-leave")).to_be_disabled()
        await passes_axe(page)
        await page.get_by_test_id("reach-verified").click()
        done = reach("dispatcher", "110", "in", verified_at=ago(0))
        peer.call = call_view("conference", guests=there, reach=done, reaches=[done])
        await peer.push("call")
        await page.get_by_test_id("guest-leave").click()
        await expect(page.get_by_test_id("notice")).to_contain_text("您已退出")
        steps = [path for path, _ in peer.done if path.startswith(f"calls/{CALL}/")]
        assert steps[-2:] == [f"calls/{CALL}/reach/verified", f"calls/{CALL}/leave"]
        assert (f"calls/{CALL}/reach/verified", {"reach": "r-1"}) in peer.done


async def test_a_parked_call_is_seen_by_everybody_and_picked_up_by_who_is_free(
    chromium: Browser, tmp_path: Path
) -> None:
    """By the contact, never by a number; whoever talks sees who waits, and picks up afterwards."""
    async with console_peer(busy=False) as peer, screen(chromium, tmp_path) as page:
        peer.seat, idle = seat("talking"), peer.seat
        peer.call = call_view(guests=[], reach=None, reaches=[], recording_paused=False)
        peer.reads["parked"] = [{"contact_id": "c-9", "since": ago(40), "operator_name": "王磊"}]
        await page.goto(f"{peer.url}/console")
        await expect(page.get_by_test_id("parked")).to_contain_text("王磊驻留")
        await expect(page.get_by_test_id("pick-up")).to_be_disabled()
        assert await left_of(page, "roster", "guests")
        await passes_axe(page)
        peer.seat, peer.call = idle, None
        await peer.push("call")
        await peer.push("seat")
        assert await left_of(page, "parked", "queue-strip")
        peer.reads["parked"] = []
        await page.get_by_test_id("pick-up").click()
        await expect(page.get_by_test_id("parked")).to_have_count(0)
        assert ("parked/c-9/pick-up", {}) in peer.done
