"""A call's pop: short messages to who called, and who called too often; against a peer."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Literal

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from tests.browser.screens import launched, passes_axe, screen
from tests.peers.console_example import ago
from tests.peers.console_heard import CALL, call_view
from tests.peers.console_peer import console_peer
from tests.peers.console_staff import seat

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

PATH = f"contacts/{CALL}/sms"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def chromium() -> AsyncIterator[Browser]:
    """One for all pages here."""
    async with launched() as chromium:
        yield chromium


def texts(problem: str = "", **more: Any) -> dict[str, Any]:
    """What the gateway says of a call's short messages."""
    why = {"code": problem, "zh": "这是固定电话号码", "en": "This is a landline"}
    billed = {"before": "【热线】", "behind": "", "mils": 45}
    return {
        "problem": why if problem else None,
        "text_most": 200,
        "billed": billed,
        "items": [],
        "answers": [],
    } | more


def written() -> dict[str, Any]:
    """One of ours that arrived."""
    out = {"state": "delivered", "route": "reply", "code": "", "changed_at": ago(1)}
    return {
        "id": "m-1",
        "seq": 1,
        "direction": "out",
        "kind": "text",
        "at": ago(5),
        "text": "请带身份证",
        "event": "",
        "fields": {},
        "place": None,
        "operator_name": "李明",
        "reply_to": "",
        "attachments": [],
        "out": out,
    }


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_it_is_written_by_keyboard_alone_with_its_parts_and_price(
    chromium: Browser, tmp_path: Path, scheme: Literal["light", "dark"]
) -> None:
    """No number leaves the page; a refusal keeps every word; the answer stands with the call."""
    async with (
        console_peer(busy=False) as peer,
        screen(chromium, tmp_path, scheme=scheme) as page,
    ):
        peer.seat, peer.reads[PATH] = seat("talking"), texts()
        peer.call = call_view(guests=[], reach=None, reaches=[], recording_paused=False)
        await page.goto(f"{peer.url}/console")
        await expect(page.get_by_test_id("text-open")).to_be_visible()
        await page.keyboard.press("Control+Alt+m")
        await expect(page.get_by_test_id("text-body")).to_be_focused()
        await expect(page.get_by_test_id("text-send")).to_be_disabled()
        await page.keyboard.type("好" * 67)
        await expect(page.get_by_test_id("text-bill")).to_have_text("短信 2 条，约 0.09 元")
        await passes_axe(page)
        await page.keyboard.press("Backspace")
        await expect(page.get_by_test_id("text-bill")).to_have_text("短信 1 条，约 0.045 元")
        await page.keyboard.press("Control+Enter")
        await expect(page.get_by_test_id("text-dialog")).to_be_hidden()
        (said,) = [body for path, body in peer.done if path == PATH]
        assert set(said) == {"client_key", "text"}
        assert said["text"] == "好" * 66
        answer = {"contact_id": "c-9", "at": ago(1), "state": "open", "operator_name": "李明"}
        shown = answer | {"shown": True, "text": "好的，谢谢"}
        peer.reads[PATH] = texts(items=[written()], answers=[shown])
        await expect(page.get_by_test_id("text-log")).to_contain_text("已送达")
        await expect(page.get_by_test_id("text-answer")).to_contain_text("好的，谢谢")
        await passes_axe(page)
        await page.set_viewport_size({"width": 1680, "height": 950})
        pop = await page.get_by_test_id("pop-card").bounding_box()
        card = await page.get_by_test_id("call-texts").bounding_box()
        assert pop
        assert card
        assert (pop["x"], pop["width"]) == (card["x"], card["width"])
        assert pop["y"] + pop["height"] < card["y"]


async def test_where_none_can_be_sent_the_reason_stands_instead_of_the_button(
    chromium: Browser, tmp_path: Path
) -> None:
    """A landline says so; without an account there is nothing to see at all."""
    async with console_peer(busy=False) as peer, screen(chromium, tmp_path) as page:
        peer.seat, peer.reads[PATH] = seat("talking"), texts("number-is-landline")
        peer.call = call_view(guests=[], reach=None, reaches=[], recording_paused=False)
        await page.goto(f"{peer.url}/console")
        await expect(page.get_by_test_id("text-why-not")).to_have_text("这是固定电话号码")
        await expect(page.get_by_test_id("text-open")).to_have_count(0)
        peer.reads[PATH] = texts("no-sms-account")
        await page.reload()
        await expect(page.get_by_test_id("pop-card")).to_be_visible()
        await expect(page.get_by_test_id("call-texts")).to_have_count(0)


async def test_a_caller_over_a_limit_is_marked_in_the_pop_and_in_the_list(
    chromium: Browser, tmp_path: Path
) -> None:
    """In both languages, with the limit; to be taken like any other call."""
    async with console_peer() as peer, screen(chromium, tmp_path) as page:
        peer.seat = seat("talking")
        peer.call = call_view(guests=[], reach=None, reaches=[], throttled="number")
        (first, *_) = [one for one in peer.line if not one["emergency"]]
        first |= {"kind": "call", "throttled": "trunk"}
        await page.goto(f"{peer.url}/console")
        await expect(page.get_by_test_id("pop-throttled")).to_contain_text("同一号码")
        await expect(page.get_by_test_id("pop-throttled")).to_contain_text("请照常接待")
        await passes_axe(page)
        await page.get_by_text("English").click()
        await expect(page.get_by_test_id("pop-throttled")).to_contain_text("one number")
        await page.get_by_test_id("nav-line").click()
        await expect(page.get_by_test_id("chat-throttled").first).to_have_text("Many calls")
        row = page.locator(f'[data-item="{first["id"]}"]')
        await expect(row.get_by_test_id("chat-throttled")).to_have_count(1)
        await passes_axe(page)
