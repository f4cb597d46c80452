"""The operator's page is torn from a talk: the citizen is kept, and both talk on by themselves."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from gateway.core.operator import Role
from gateway.simulate.call import Call
from gateway.simulate.rtp import QUIET
from tests.browser.chromium import Chromium, hears, profile
from tests.browser.test_browser_call import log_in, sign_in, sign_out
from tests.eventually import eventually
from tests.gateway_world import GatewayWorld, gateway_world
from tests.peers.console import Console
from tests.walks.people import CITIZEN_HZ, OPERATOR_HZ, citizen

pytestmark = [
    pytest.mark.asterisk,
    pytest.mark.browser,
    pytest.mark.asyncio(loop_scope="module"),
]

SILENCE_SECONDS = 2.5
"""A crash is told from a break of the network by a moment without sound."""
ASLEEP_SECONDS = 20.0
NUMBER = "13900000077"
PULSE_SECONDS = 1.5
"""Longer than the pauses of the operator's tone."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[GatewayWorld]:
    """A real gateway with a real Asterisk; the recordings of a talk are one file."""
    async with gateway_world(tmp_path_factory.mktemp("gateway")) as world:
        for login in ("li", "wang", "zhao", "qian"):
            await world.add(login)
        await world.add("chen", Role.SUPERVISOR)
        yield world


@dataclass
class Talk:
    """Li at the console talks to a citizen."""

    world: GatewayWorld
    chromium: Chromium
    page: Page
    call: Call

    async def goes_on(self) -> None:
        """Both hear each other."""
        self.call.play_tone(CITIZEN_HZ)
        await eventually(lambda: self.call.heard.hears(OPERATOR_HZ), 20)
        await hears(self.page, CITIZEN_HZ)

    async def is_back(self) -> None:
        """Answered without a click, and both hear each other."""
        state = self.page.get_by_test_id("seat-state")
        await expect(state).to_have_attribute("data-state", "talking", timeout=30_000)
        await self.goes_on()


@asynccontextmanager
async def talk(world: GatewayWorld, folder: Path, login: str) -> AsyncIterator[Talk]:
    """Logged in, signed in, a call answered, heard at both ears; ended in order."""
    async with AsyncExitStack() as stack:
        chromium = await stack.enter_async_context(profile(folder, tone_hertz=OPERATOR_HZ))
        page = await chromium.start()
        await log_in(page, world, login)
        await sign_in(page)
        call = await stack.enter_async_context(citizen(world, NUMBER))
        await page.get_by_test_id("btn-answer").click(timeout=20_000)
        one = Talk(world, chromium, page, call)
        await one.is_back()
        yield one
        if not call.has_ended:
            await call.hang_up()
            await one.page.get_by_test_id("wrapup-code-consult").click(timeout=15_000)
            await one.page.get_by_test_id("wrapup-submit").click()
        await sign_out(one.page)


async def facts(chen: Console) -> list[str]:
    """The kinds of what is on record of the latest contact."""
    found = await chen.search(NUMBER)
    detail = await chen.get(f"/api/v1/contacts/{found['items'][0]['id']}")
    return [fact["kind"] for fact in detail["facts"]]


async def kept(chen: Console, within_seconds: float) -> None:
    """Wait until whoever watches sees a seat that is kept for its citizen."""

    async def seen() -> bool:
        seats = await chen.get("/api/v1/seats")
        return "reconnecting" in [seat["call_state"] for seat in seats]

    await eventually(seen, within_seconds)


async def test_a_reloaded_console_talks_on_by_itself(world: GatewayWorld, tmp_path: Path) -> None:
    """Music at once, the pop with its draft again, no click; muted stays muted; answered once.

    Then the gateway dies too; a leg whose end the page could not hear is ended all the same.
    """
    async with talk(world, tmp_path, "li") as one, world.console("chen") as chen:
        page, call = one.page, one.call
        await page.get_by_test_id("wrapup-note").fill("路灯不亮")
        await page.get_by_test_id("btn-mute").click()
        await eventually(lambda: not call.heard.hears(OPERATOR_HZ, PULSE_SECONDS), 10)
        page.on("dialog", lambda dialog: dialog.accept())
        await page.reload()
        await eventually(lambda: call.heard.loudness() > QUIET, 10)  # ours: the operator is muted
        await expect(page.get_by_test_id("banner-reconnecting")).to_be_visible(timeout=10_000)
        await expect(page.get_by_test_id("pop-card")).to_be_visible()
        state = page.get_by_test_id("seat-state")
        await expect(state).to_have_attribute("data-state", "talking", timeout=30_000)
        await expect(page.get_by_test_id("wrapup-note")).to_have_value("路灯不亮")
        await expect(page.get_by_test_id("banner-reconnecting")).to_have_count(0)
        await hears(page, CITIZEN_HZ)
        muted = page.get_by_test_id("btn-mute")
        await expect(muted).to_have_attribute("aria-pressed", "true")
        assert not call.heard.hears(OPERATOR_HZ, PULSE_SECONDS)
        await muted.click()
        await one.goes_on()
        await survives_the_gateway(one)
        told = await facts(chen)
        kinds = ("operator_lost", "operator_back", "call_answered")
        assert [told.count(kind) for kind in kinds] == [1, 1, 1]


async def survives_the_gateway(one: Talk) -> None:
    """Every socket breaks and comes back, the sound's road stays: the talk is not touched."""
    phone, before = one.page.get_by_test_id("phone-state"), one.world.gateway_pid()
    os.kill(before, signal.SIGKILL)
    await one.goes_on()
    await eventually(lambda: one.world.gateway_pid(before) and one.world.is_ready(), 30)
    await expect(phone).to_have_attribute("data-state", "registered", timeout=30_000)
    await expect(one.page.get_by_test_id("banner-offline")).to_have_count(0, timeout=15_000)
    await expect(one.page.get_by_test_id("seat-state")).to_have_attribute("data-state", "talking")
    await one.goes_on()


async def test_a_crashed_browser_that_is_started_again_talks_on(
    world: GatewayWorld, tmp_path: Path
) -> None:
    """Kill -9: no word from the page; the citizen hears us within moments and is not hung up.

    What was typed is there again.
    """
    async with talk(world, tmp_path, "wang") as one, world.console("chen") as chen:
        draft = one.page.wait_for_event("requestfinished", lambda sent: sent.method == "PUT")
        await one.page.get_by_test_id("wrapup-note").fill("水管爆裂")
        await draft
        began = asyncio.get_running_loop().time()
        one.chromium.kill(signal.SIGKILL)
        await kept(chen, 10)
        one.page = await one.chromium.start()
        await one.page.goto(f"{world.url}/console")
        name, state = one.page.get_by_test_id("login-name"), one.page.get_by_test_id("seat-state")
        await expect(name.or_(state)).to_be_visible(timeout=15_000)
        if await name.is_visible():
            await log_in(one.page, world, "wang")
        await one.is_back()
        assert one.call.heard.longest_silence(began) < SILENCE_SECONDS
        await expect(one.page.get_by_test_id("wrapup-note")).to_have_value("水管爆裂")


async def test_a_laptop_that_slept_in_a_talk_wakes_into_it(
    world: GatewayWorld, tmp_path: Path
) -> None:
    """Stopped for longer than silence is allowed: kept, and called again; then no ghost is rung."""
    async with talk(world, tmp_path, "zhao") as one, world.console("chen") as chen:
        one.chromium.kill(signal.SIGSTOP)
        try:
            await kept(chen, ASLEEP_SECONDS)
        finally:
            one.chromium.kill(signal.SIGCONT)
        await one.is_back()
        assert not one.call.has_ended
        await sleeps_at_an_empty_desk(one, chen)


async def sleeps_at_an_empty_desk(one: Talk, chen: Console) -> None:
    """A ready seat whose laptop sleeps is taken out; awake it says why, and one click is enough."""
    page, state = one.page, one.page.get_by_test_id("seat-state")
    await one.call.hang_up()
    await page.get_by_test_id("wrapup-code-consult").click(timeout=15_000)
    await page.get_by_test_id("wrapup-submit").click()
    await expect(state).to_have_attribute("data-state", "ready", timeout=15_000)
    one.chromium.kill(signal.SIGSTOP)

    async def out() -> bool:
        seats = await chen.get("/api/v1/seats")
        return "not_ready" in [seat["state"] for seat in seats]

    try:
        await eventually(out, 60)
    finally:
        one.chromium.kill(signal.SIGCONT)
    await expect(state).to_have_attribute("data-state", "not_ready", timeout=20_000)
    await expect(page.get_by_test_id("banner-seat")).to_be_visible()
    await page.get_by_test_id("btn-ready").click(timeout=20_000)
    await expect(state).to_have_attribute("data-state", "ready", timeout=20_000)


async def test_the_phone_is_in_one_window_and_goes_from_one_to_another(
    world: GatewayWorld, tmp_path: Path
) -> None:
    """The other says so, takes the talk over when asked, and gives it back when it is closed."""
    async with talk(world, tmp_path, "qian") as one:
        first = one.page
        second = await one.chromium.another()
        await second.goto(f"{world.url}/console")
        banner = second.get_by_test_id("banner-phone")
        await expect(banner).to_contain_text("电话在另一窗口", timeout=15_000)
        await expect(second.get_by_test_id("btn-answer")).to_be_disabled()
        await one.goes_on()

        await second.get_by_test_id("phone-restore").click()
        one.page = second
        await expect(first.get_by_test_id("banner-phone")).to_contain_text(
            "电话在另一窗口", timeout=15_000
        )
        await one.is_back()

        await second.close(run_before_unload=False)
        one.page = first
        await expect(first.get_by_test_id("banner-phone")).to_have_count(0, timeout=20_000)
        await one.is_back()
