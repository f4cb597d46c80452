"""A message in the list of callbacks: heard, read and crossed out by keyboard."""

from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.browser.chromium import browser
from tests.browser.test_marks import ready
from tests.eventually import eventually
from tests.gateway_world import gateway_world
from tests.peers.speaker import WATER, model_folder, speak_to
from tests.walks.people import citizen

pytestmark = [pytest.mark.asterisk, pytest.mark.browser]
TEXT = WATER.replace(" ", "")


async def test_a_message_is_heard_and_read(tmp_path: Path) -> None:
    """Nobody answers, a message is left; its words stand under its sound, which plays."""
    speech = {"model": str(model_folder()), "workers": 1}
    async with (
        gateway_world(tmp_path, speech=speech) as world,
        browser(tmp_path / "li", tone_hertz=700) as page,
    ):
        await world.add("li")
        await ready(page, world)
        said = speak_to(tmp_path / "said.wav", WATER)
        recordings = world.data_dir / "recordings"
        async with citizen(world, "13900000081") as call:
            await call.answered()
            await eventually(lambda: call.heard.packets > 250, 20)
            call.press("*")
            path = await eventually(lambda: next(recordings.glob("*-voicemail.wav"), None), 20)
            call.sound.play_file(said)
            await eventually(lambda: path.stat().st_size > 4 * 16_000, 10)
            await call.hang_up()
        await expect(page.get_by_test_id("callbacks-due")).to_have_text("1", timeout=20_000)
        await page.get_by_test_id("nav-callbacks").focus()
        await page.keyboard.press("Enter")
        row = page.get_by_test_id("callback-row")
        await expect(row).to_contain_text("留言")
        listen = page.get_by_test_id("callback-listen")
        await listen.focus()
        await page.keyboard.press("Enter")
        await expect(listen).to_have_attribute("aria-expanded", "true")
        await expect(page.get_by_test_id("voicemail-said")).to_contain_text(TEXT, timeout=10_000)
        player = page.get_by_test_id("voicemail-player")
        await player.evaluate("player => player.play()")
        await eventually(lambda: player.evaluate("player => player.currentTime > 0.5"), 10)
        await page.get_by_test_id("callback-done").focus()
        await page.keyboard.press("Enter")
        await expect(page.get_by_test_id("callback-note")).to_be_focused()
        await page.keyboard.type("已回电")
        await page.keyboard.press("Control+Enter")
        await expect(row).to_have_count(0)
