"""The wallboard beside a real gateway: what it shows, and when it may not be believed."""

import asyncio
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from tests.browser.screens import launched, screen
from tests.gateway_world import CHECKOUT, GatewayWorld, environment, gateway_world
from tests.walks.people import citizen, connected, operator

pytestmark = [
    pytest.mark.asterisk,
    pytest.mark.browser,
    pytest.mark.asyncio(loop_scope="module"),
]

NUMBER = "13987650077"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def chromium() -> AsyncIterator[Browser]:
    """One for all pages here."""
    async with launched() as chromium:
        yield chromium


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[GatewayWorld]:
    """A real gateway with a real Asterisk and the built pages."""
    async with gateway_world(tmp_path_factory.mktemp("gateway")) as world:
        yield world


async def wall_link(world: GatewayWorld) -> str:
    """What ``hotline wall-link`` prints."""
    program = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-P", "-m", "gateway", "wall-link", "--config", str(world.config)),
        cwd=CHECKOUT,
        env=environment(),
        stdout=asyncio.subprocess.PIPE,
    )
    out, _ = await program.communicate()
    return out.decode().strip()


async def test_a_call_is_on_the_wall_while_it_waits_and_while_it_is_talked(
    world: GatewayWorld, chromium: Browser, tmp_path: Path
) -> None:
    """Waiting, then talking, then in the figures of the day; never a number or a name."""
    link = await wall_link(world)
    async with screen(chromium, tmp_path, width=1280, height=720) as page:
        await page.goto(link)
        await expect(page.get_by_test_id("tile-waiting")).to_contain_text("0人")
        async with citizen(world, NUMBER) as call:
            await call.answered()
            await expect(page.get_by_test_id("tile-waiting")).to_contain_text("1人", timeout=20_000)
            async with operator(world, "li", "8001") as li:
                await connected(call, li)
                await expect(page.get_by_test_id("wall-seats")).to_contain_text("通话1")
                await expect(page.get_by_test_id("tile-waiting")).to_contain_text("0人")
                await expect(page.get_by_test_id("wall-day")).to_contain_text("接通1")
                await expect(page.get_by_test_id("tile-connect")).to_contain_text("100.0%")
                content = await page.content()
                assert NUMBER not in content
                assert NUMBER[-4:] not in content
                assert "话务员li" not in content
                await call.hang_up()


async def test_a_gateway_that_dies_makes_the_wall_say_so_and_a_new_one_fills_it_again(
    world: GatewayWorld, chromium: Browser, tmp_path: Path
) -> None:
    """After kill -9: red at once; after the restart the same link shows the same day."""
    link = await wall_link(world)
    async with screen(chromium, tmp_path, width=1280, height=720) as page:
        await page.goto(link)
        await expect(page.get_by_test_id("tile-waiting")).to_be_visible()
        arrived = await page.get_by_test_id("wall-day").inner_text()
        await world.stop(signal.SIGKILL)
        await expect(page.get_by_test_id("stale")).to_have_attribute("data-why", "failing")
        await expect(page.get_by_test_id("tile-waiting")).to_be_visible()
        await world.start()
        await expect(page.get_by_test_id("stale")).to_have_count(0, timeout=40_000)
        await expect(page.get_by_test_id("wall-day")).to_have_text(
            arrived.replace("\n", ""), timeout=20_000
        )
