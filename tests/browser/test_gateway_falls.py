"""The gateway is killed under a talk between two browsers: their sound never passed through it."""

import os
import signal
from functools import partial
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.browser.chromium import browser, hears
from tests.browser.test_browser_call import CITIZEN_HZ, OPERATOR_HZ, log_in, sign_in
from tests.eventually import eventually
from tests.gateway_world import gateway_world
from tests.worlds.test_gateway_faults import another_is_ready

SILENCE_SECONDS = 5
pytestmark = [pytest.mark.asterisk, pytest.mark.browser]


async def test_a_talk_between_two_browsers_outlives_the_gateway(tmp_path: Path) -> None:
    """Both hear on, the console has its seat and its pop again.

    The citizen's page has no way back to a telephone system it may only call: when it hangs up,
    its silence is what ends the call.
    """
    async with (
        gateway_world(tmp_path, asterisk={"rtp_timeout_seconds": SILENCE_SECONDS}) as world,
        browser(tmp_path / "li", tone_hertz=OPERATOR_HZ) as console,
        browser(tmp_path / "citizen", tone_hertz=CITIZEN_HZ) as phone,
    ):
        await world.add("li")
        await log_in(console, world, "li")
        await sign_in(console)
        await phone.goto(f"{world.url}/")
        await phone.get_by_test_id("citizen-call").click()
        await console.get_by_test_id("btn-answer").click(timeout=20_000)
        await hears(phone, OPERATOR_HZ)
        await hears(console, CITIZEN_HZ)
        before = world.gateway_pid()
        os.kill(before, signal.SIGKILL)
        await hears(phone, OPERATOR_HZ)
        await hears(console, CITIZEN_HZ)
        await eventually(partial(another_is_ready, world, before), 30)
        state = console.get_by_test_id("seat-state")
        await expect(state).to_have_attribute("data-state", "talking", timeout=30_000)
        await expect(console.get_by_test_id("pop-card")).to_be_visible()
        for _ in range(2):
            await hears(phone, OPERATOR_HZ, 2)
            await hears(console, CITIZEN_HZ, 2)
        await phone.get_by_test_id("citizen-hangup").click()
        await expect(state).to_have_attribute("data-state", "wrapping_up", timeout=30_000)
