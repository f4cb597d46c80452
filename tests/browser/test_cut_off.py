"""Asterisk is killed under a talk in the browser: what the operator sees, and that it goes on."""

import os
import signal
from pathlib import Path

import pytest
from playwright.async_api import expect

from gateway.simulate.phone import SipPhone
from tests.browser.chromium import browser
from tests.browser.test_marks import ready
from tests.gateway_world import gateway_world
from tests.worlds.test_asterisk_restarts import asterisk_pid

pytestmark = [pytest.mark.asterisk, pytest.mark.browser]
CUT = "13900000071"


async def test_the_operator_sees_the_cut_calls_back_and_talks_on(tmp_path: Path) -> None:
    """The screen says what happened; the list is worked by keyboard; the page's phone comes back.

    The next citizen is answered at the same seat without 示闲 being clicked again.
    """
    async with gateway_world(tmp_path) as world, browser(tmp_path / "li", tone_hertz=700) as page:
        await world.add("li")
        await ready(page, world)
        async with SipPhone("citizen", world.sip) as phone:
            await phone.call("12345", from_number=CUT)
            await page.get_by_test_id("btn-answer").click(timeout=20_000)
            await expect(page.get_by_test_id("seat-state")).to_contain_text("通话", timeout=10_000)
            os.kill(asterisk_pid(world), signal.SIGKILL)
            await expect(page.get_by_test_id("call-cut")).to_contain_text("待回拨", timeout=30_000)
        await page.get_by_test_id("wrapup-code-consult").click()
        await page.get_by_test_id("wrapup-submit").click()

        await expect(page.get_by_test_id("callbacks-due")).to_have_text("1")
        await page.get_by_test_id("nav-callbacks").focus()
        await page.keyboard.press("Enter")
        number = page.get_by_test_id("callback-number")
        await expect(number).to_have_text("139 **** 0071")
        await expect(page.get_by_test_id("callback-when")).to_have_text("现在")
        await expect(page.get_by_test_id("callback-call")).to_be_enabled()
        await page.get_by_test_id("pop-reveal").focus()
        await page.keyboard.press("Enter")
        await expect(page.get_by_test_id("reason")).to_be_focused()
        await page.keyboard.type("回拨")
        await page.keyboard.press("Enter")
        await expect(number).to_have_text("139 0000 0071")
        await page.get_by_test_id("callback-done").focus()
        await page.keyboard.press("Enter")
        await expect(page.get_by_test_id("callback-note")).to_be_focused()
        await page.keyboard.type("已接通")
        await page.keyboard.press("Control+Enter")
        await expect(page.get_by_test_id("callback-row")).to_have_count(0)
        await expect(page.get_by_test_id("callbacks-due")).to_have_count(0)

        async with SipPhone("citizen", world.sip) as phone:
            await phone.call("12345", from_number="13900000072")
            await page.get_by_test_id("nav-desk").click()
            await page.get_by_test_id("btn-answer").click(timeout=40_000)
            await expect(page.get_by_test_id("seat-state")).to_contain_text("通话", timeout=10_000)
