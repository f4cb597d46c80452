"""A citizen's chat page in a real browser, and an operator who answers it, over a real gateway."""

import secrets
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, WebSocketRoute, expect

from tests.browser.screens import launched, passes_axe, screen
from tests.eventually import eventually
from tests.gateway_world import GatewayWorld, gateway_world
from tests.peers.console import Console
from tests.walks.people import Seated, operator

pytestmark = [
    pytest.mark.asterisk,
    pytest.mark.browser,
    pytest.mark.asyncio(loop_scope="module"),
]

PAYLOAD = '<img src=x onerror="window.__x=1"><script>window.__x=1</script>'
PHOTO = Path(__file__).resolve().parents[2] / "gateway/web/ui/screens/citizen.png"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def chromium() -> AsyncIterator[Browser]:
    """One for all pages here."""
    async with launched() as chromium:
        yield chromium


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[GatewayWorld]:
    """A real gateway and the built pages."""
    async with gateway_world(tmp_path_factory.mktemp("gateway")) as world:
        yield world


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def li(world: GatewayWorld) -> AsyncIterator[Seated]:
    """An operator who takes conversations."""
    async with operator(world, "li", "8001") as seated:
        yield seated


async def write(page: Page, text: str) -> None:
    """Type and send."""
    await page.get_by_test_id("chat-text").fill(text)
    await page.get_by_test_id("chat-send").click()


async def answered(console: Console, said: str, text: str) -> str:
    """The conversation in which this was said is taken and answered; its id."""

    async def look() -> Any:
        for one in console.state.get("chats") or []:
            if said in " ".join(await said_by_citizen(console, one["contact_id"])):
                return one
        return None

    chat = await eventually(look, 20)
    path = f"/api/v1/chats/{chat['contact_id']}"
    if chat["state"] == "offered":
        await console.post(f"{path}/accept")
    await console.post(f"{path}/messages", {"client_key": secrets.token_hex(8), "text": text})
    return str(chat["contact_id"])


async def said_by_citizen(console: Console, conv: str) -> list[str]:
    """What the citizen wrote, in order."""
    found = await console.get(f"/api/v1/chats/{conv}/messages?after=0&limit=100")
    return [one["text"] for one in found["items"] if one["direction"] == "in"]


async def closed(console: Console, conv: str) -> None:
    """The operator is done with it."""
    await console.post(f"/api/v1/chats/{conv}/close", {"code": "consult", "note": ""})


async def test_a_chat_survives_a_reload_and_a_cut_of_the_network(
    world: GatewayWorld, li: Seated, chromium: Browser, tmp_path: Path
) -> None:
    """Said once, answered, there again after F5; written without a network it arrives, once."""
    async with screen(chromium, tmp_path, width=390, height=844) as page:
        await page.goto(f"{world.url}/chat")
        await write(page, "路灯坏了，在人民路")
        log = page.get_by_test_id("chat-log")
        await expect(log.locator("li.citizen")).to_have_count(1)
        conv = await answered(li.console, "路灯坏了", f"您好，请问几号？{PAYLOAD}")
        await expect(log).to_contain_text(f"请问几号？{PAYLOAD}")
        await expect(page.get_by_test_id("chat-state")).to_contain_text("话务员li")
        await passes_axe(page)

        await page.reload()
        await expect(log).to_contain_text("路灯坏了，在人民路")
        await expect(log).to_contain_text("请问几号")

        await page.get_by_test_id("chat-text").fill("写到一半")
        await page.context.set_offline(offline=True)
        await write(page, "12 号门前")
        await expect(log.locator("li.unsent")).to_contain_text("还没有发出去")
        await page.context.set_offline(offline=False)
        await expect(log.locator("li.unsent")).to_have_count(0, timeout=20_000)
        await expect(log.locator("li", has_text="12 号门前")).to_have_count(1)
        assert await said_by_citizen(li.console, conv) == ["路灯坏了，在人民路", "12 号门前"]
        assert await page.evaluate("window.__x") is None

        await closed(li.console, conv)
        await expect(page.get_by_test_id("chat-state")).to_contain_text("已结束", timeout=15_000)


async def test_where_sockets_do_not_get_through_polls_bring_the_same(
    world: GatewayWorld, li: Seated, chromium: Browser, tmp_path: Path
) -> None:
    """A network that cuts every WebSocket; the answer comes all the same."""

    async def cut(socket: WebSocketRoute) -> None:
        await socket.close()

    async with screen(chromium, tmp_path) as page:
        await page.route_web_socket("**/api/v1/chat/live**", cut)
        await page.goto(f"{world.url}/chat?lang=en")
        await write(page, "no sockets here")
        conv = await answered(li.console, "no sockets here", "answered by a poll")
        await expect(page.get_by_test_id("chat-log")).to_contain_text(
            "answered by a poll", timeout=20_000
        )
        await closed(li.console, conv)


async def test_a_photo_is_uploaded_and_seen_by_the_operator(
    world: GatewayWorld, li: Seated, chromium: Browser, tmp_path: Path
) -> None:
    """Chosen, uploaded, sent, kept by its content; both sides can look at it."""
    async with screen(chromium, tmp_path) as page:
        await page.goto(f"{world.url}/chat")
        await page.get_by_test_id("chat-file").set_input_files(PHOTO)
        await expect(page.locator("#chat-files li[data-state=whole]")).to_have_count(1)
        await write(page, "这是照片")
        conv = await answered(li.console, "这是照片", "收到照片")
        await expect(page.get_by_test_id("chat-log")).to_contain_text("收到照片", timeout=15_000)

        async def ready() -> Any:
            found = await li.console.get(f"/api/v1/chats/{conv}/messages?after=0&limit=100")
            files = [file for one in found["items"] for file in one["attachments"]]
            return next((one for one in files if one["state"] == "ready"), None)

        file = await eventually(ready, 30)
        assert file["found_type"] == "image/png"
        await page.reload()
        picture = page.locator("#chat-log li.citizen img")
        await expect(picture).to_be_visible(timeout=15_000)
        assert await picture.evaluate(
            "async (one) => { await one.decode(); return one.naturalWidth }"
        )
        await closed(li.console, conv)


async def test_a_form_is_answered_and_its_code_shows_the_answer(
    world: GatewayWorld, li: Seated, chromium: Browser
) -> None:
    """Left without JavaScript; an operator writes; whoever has the code reads it, nobody else."""
    context = await chromium.new_context(java_script_enabled=False, locale="zh-CN")
    try:
        page = await context.new_page()
        await page.goto(f"{world.url}/form")
        await page.get_by_test_id("form-matter").fill(f"井盖丢失{PAYLOAD}")
        await page.get_by_test_id("form-photos").set_input_files(PHOTO)
        await page.get_by_test_id("form-name").fill(f"李明{PAYLOAD}"[:40])
        await page.get_by_test_id("form-phone").fill("138 0000 1234")
        await page.get_by_test_id("form-submit").click()
        code = await page.get_by_test_id("receipt-code").inner_text()
        conv = await answered(li.console, "井盖丢失", "已派人去看")
        await page.goto(f"{world.url}/receipt")
        await page.get_by_test_id("receipt-input").fill(code)
        await page.get_by_test_id("receipt-go").click()
        await expect(page.get_by_test_id("receipt-said")).to_contain_text("已派人去看")
        await expect(page.get_by_test_id("receipt-said")).to_contain_text(PAYLOAD)
        await page.get_by_test_id("receipt-input").fill("1" * 20)
        await page.get_by_test_id("receipt-go").click()
        await expect(page.get_by_test_id("receipt-trouble")).to_contain_text("没有找到")
        await closed(li.console, conv)
    finally:
        await context.close()
