"""Two operators in browsers, a citizen and an expert on telephones: every ear is measured."""

from collections.abc import AsyncIterator
from dataclasses import asdict
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from gateway.core.operator import Role
from gateway.simulate.phone import SipPhone
from gateway.simulate.policy import AT_ONCE
from tests.browser.chromium import browser
from tests.browser.in_the_room import Room
from tests.browser.test_browser_call import log_in, sign_in, sign_out
from tests.ears import TONES
from tests.gateway_world import GatewayWorld, gateway_world
from tests.walks.test_conference import put
from tests.worlds.dispatchers import FarEnd, far_ends

pytestmark = [
    pytest.mark.asterisk,
    pytest.mark.browser,
    pytest.mark.asyncio(loop_scope="module"),
]

WAIT = 20_000


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def city(
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[tuple[GatewayWorld, FarEnd]]:
    """A real gateway with an operator, a supervisor, and an expert's telephone behind a trunk."""
    async with far_ends({"expert": AT_ONCE}) as ends:
        trunks = [asdict(one) for one in ends.asterisk["trunks"]]
        sip = {"sip_port": ends.asterisk["sip_port"]}
        folder = tmp_path_factory.mktemp("gateway")
        async with gateway_world(folder, asterisk=sip, trunks=trunks) as world:
            world.sip = ("127.0.0.1", sip["sip_port"])
            await world.add("li")
            await world.add("wang", Role.SUPERVISOR)
            await world.add("root", Role.ADMIN)
            async with world.console("root") as root:
                department = {"title_zh": "人社局", "ring_seconds": 20}
                await put(root, "/api/v1/departments/shebao", department)
                expert = {"department_id": "shebao", "name": "赵一", "number": "13700000001"}
                always = {"trunk": "expert", "duties": ["1-7 00:00-23:59"]}
                await put(root, "/api/v1/experts/zhao", expert | always)
            yield world, ends["expert"]


async def called_in(page: Page, choice: str, *, privately: bool = False) -> None:
    """Somebody of the directory is asked into the call in front, by keys and one click."""
    await page.keyboard.press("Control+Alt+3")
    await page.get_by_test_id(f"choice-{choice}").click(timeout=WAIT)
    if privately:
        await page.get_by_test_id("call-in-consult").check()
    consent = page.get_by_test_id("call-in-consent")
    if await consent.count():
        await consent.check()
    await page.get_by_test_id("call-in-go").click()


async def test_two_browser_seats_an_expert_and_a_citizen_in_one_call(
    city: tuple[GatewayWorld, FarEnd], tmp_path: Path
) -> None:
    """Asked in private, joined, the second seat too; the first leaves, nobody else is dropped.

    In private the citizen hears music and nobody; of those who have joined each hears all others.
    The second, a supervisor, listens first: noticed by nobody; whispers: heard by the seat alone.
    """
    world, expert = city
    room = Room()
    async with (
        browser(tmp_path / "li", tone_hertz=TONES["seat"], pulsed=True) as li,
        browser(tmp_path / "wang", tone_hertz=TONES["second"], pulsed=True) as wang,
        SipPhone("citizen", world.sip) as phone,
    ):
        await log_in(li, world, "li")
        await sign_in(li)
        call = await phone.call("12345", from_number="13800000091")
        await expect(li.get_by_test_id("pop-card")).to_be_visible(timeout=WAIT)
        await li.keyboard.press("F2")
        await expect(li.get_by_test_id("seat-state")).to_contain_text("通话", timeout=WAIT)
        room.add_phone("citizen", call)
        room.add_page("seat", li)
        await room.hear(citizen="seat", seat="citizen")

        await called_in(li, "expert-zhao", privately=True)
        room.add_phone("expert", await expert.phone.next_call(10))
        await expect(li.get_by_test_id("citizen-hears")).to_contain_text("音乐", timeout=WAIT)
        await room.hear(citizen="", seat="expert", expert="seat")
        assert call.heard.loudness(1.0) > 100  # music, not silence

        await li.get_by_test_id("guest-join").click()
        await room.hear(citizen="seat expert", seat="citizen expert", expert="citizen seat")

        await log_in(wang, world, "wang")
        await sign_in(wang)
        await wang.get_by_test_id("nav-watch").click()
        await wang.get_by_test_id("seat-follow").click(timeout=WAIT)
        await wang.get_by_test_id("supervise-listen").click()
        room.add_page("second", wang)
        talk = {"citizen": "seat expert", "expert": "citizen seat"}
        await room.hear(**talk, seat="citizen expert", second="citizen seat expert")
        await wang.get_by_test_id("supervise-whisper").click()
        await room.hear(**talk, seat="citizen expert second", second="citizen seat expert")
        await wang.get_by_test_id("supervise-stop").click()
        room.remove_page("second")
        await room.hear(**talk, seat="citizen expert")
        await expect(wang.get_by_test_id("seat-state")).to_contain_text("示闲", timeout=WAIT)

        await called_in(li, "seat-8002")
        await wang.get_by_test_id("btn-answer").click(timeout=WAIT)
        room.add_page("second", wang)
        await room.hear(
            citizen="seat expert second",
            seat="citizen expert second",
            expert="citizen seat second",
            second="citizen seat expert",
        )

        await li.get_by_test_id("guest-leave").click()
        room.remove_page("seat")
        await room.hear(citizen="expert second", expert="citizen second", second="citizen expert")
        await expect(wang.get_by_test_id("seat-state")).to_contain_text("通话", timeout=WAIT)
        await expect(li.get_by_test_id("wrapup-submit")).to_be_visible(timeout=WAIT)
        await call.hang_up()
        await expect(wang.get_by_test_id("wrapup-submit")).to_be_visible(timeout=WAIT)
        for page in (li, wang):
            await page.get_by_test_id("wrapup-code-consult").click()
            await page.get_by_test_id("wrapup-submit").click()
            await sign_out(page)
