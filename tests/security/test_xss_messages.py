"""Words of strangers who write: text on the operator's and the citizen's page, in Chromium.

They come by WeChat's hook, by an App, by the chat's page and by the form, in every field there is.
"""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from playwright.async_api import Browser, FilePayload, Page, expect

from gateway.app import opened_store
from gateway.clock import SystemClock
from gateway.core.operator import Role
from gateway.intake.accounts import Accounts
from tests.browser.screens import launched, screen
from tests.channels.wechat_world import options_in
from tests.eventually import eventually
from tests.gateway_world import GatewayWorld, gateway_world
from tests.peers.console import Console
from tests.peers.wechat_peer import WeChatPeer, wechat_peer
from tests.peers.wechat_words import said
from tests.security.test_xss import NOTES, PASSWORD, PAYLOADS, WATCH, X, untouched
from tests.walks.people import operator

pytestmark = [
    pytest.mark.asterisk,
    pytest.mark.browser,
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.timeout(240),
]
APP_KEY = "an-app-key-of-this-test-0123456789"
HTML = b"<!doctype html><script>window.__x=1;parent.__x=1</script>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="window.__x=1"><script>__x=1</script></svg>'
IMG = f"<img src=x onerror={X}>"
WAIT = 20_000


@dataclass
class Place:
    """A running gateway with every road for strangers, and an operator with a strange name."""

    world: GatewayWorld
    wechat: WeChatPeer

    async def app(self, path: str, **more: Any) -> dict[str, Any]:
        """The App says something."""
        keys = {"Authorization": f"Bearer {APP_KEY}", "Idempotency-Key": secrets.token_hex(8)}
        async with (
            aiohttp.ClientSession(headers=keys) as http,
            http.post(f"{self.world.url}/api/v1/app/{path}", **more) as answer,
        ):
            assert answer.status == 201, await answer.text()
            return dict(await answer.json())


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def place(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Place]:
    """One gateway for the pages of this file."""
    folder = tmp_path_factory.mktemp("gateway")
    (folder / "app.key").write_text(APP_KEY)
    async with wechat_peer() as wechat:
        channels = [
            {
                "kind": "wechat",
                "options": options_in(folder / "secrets", base_url=wechat.url),
                "title_zh": IMG,
                "title_en": IMG,
            },
            {"kind": "app", "name": "city", "options": {"key_file": str(folder / "app.key")}},
        ]
        async with gateway_world(folder, channels=channels, chat={"per_seat": 20}) as world:
            async with opened_store(world.settings()) as store:
                accounts = Accounts(store, SystemClock())
                skills = {"civil": 0, "enterprise": 0}
                await accounts.add("chen", PAYLOADS[0], Role.SUPERVISOR, skills, PASSWORD)
                world.passwords["chen"] = PASSWORD
            yield Place(world, wechat)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def chromium() -> AsyncIterator[Browser]:
    """One for all pages here."""
    async with launched() as chromium:
        yield chromium


async def strangers_write(place: Place) -> None:
    """Every kind of message that WeChat pushes, and an App's with a name, a place and files."""
    hook = f"{place.world.url}/hooks/wechat/main"
    for number, fields in enumerate(
        (
            said("text", "", Content=NOTES[0]),
            said("link", "", Title=NOTES[1], Description=NOTES[2], Url=f"javascript:{X}//{IMG}"),
            said("location", "", Location_X="31.2", Location_Y="121.4", Scale="1", Label=NOTES[3]),
            said("file", "", Title=f"{IMG}.html", Description=NOTES[4], FileTotalLen=IMG),
            said("x" + PAYLOADS[1], "", Strange=NOTES[0], Other={"Deep": NOTES[1]}),
            said("voice", "", MediaId=IMG, Format="amr", Recognition=NOTES[2]),
        )
    ):
        fields["FromUserName"] = f"o{number}{PAYLOADS[number]}"[:120]
        assert (await place.wechat.push(hook, fields)).taken
    files = [
        (await place.app("files", data=body, headers={"Content-Type": kind}))["id"]
        for body, kind in ((HTML, "text/html"), (SVG, "image/svg+xml"))
    ]
    await place.app(
        "messages",
        json={
            "user_id": "u1",
            "user_name": PAYLOADS[3][:60],
            "text": NOTES[3],
            "latitude": 31.2,
            "longitude": 121.4,
            "address": NOTES[4][:200],
            "files": files,
            "file_names": [f"{IMG}.html", f"{PAYLOADS[2]}.svg"],
            "file_types": ["text/html", "image/svg+xml"],
        },
    )


async def form_filled(page: Page, url: str) -> str:
    """Every field of the form is strange, and told back as text; gives the query code."""
    await page.goto(f"{url}/form")
    await page.get_by_test_id("form-matter").fill(NOTES[0])
    await page.get_by_test_id("form-place").fill(NOTES[1][:200])
    await page.get_by_test_id("form-name").fill(PAYLOADS[4][:40])
    await page.get_by_test_id("form-phone").fill(IMG)
    photo = FilePayload(name=f"{IMG}.png", mimeType="image/png", buffer=HTML)
    await page.get_by_test_id("form-photos").set_input_files(photo)
    await page.get_by_test_id("form-submit").click()
    await expect(page.get_by_test_id("form-summary")).to_be_visible()
    await expect(page.get_by_test_id("form-matter")).to_have_value(NOTES[0])
    await expect(page.get_by_test_id("form-phone")).to_have_value(IMG)
    await untouched(page)
    await page.get_by_test_id("form-phone").fill("13800001111")
    await page.get_by_test_id("form-submit").click()
    code = await page.get_by_test_id("receipt-code").inner_text()
    await untouched(page)
    return code


async def everything_accepted(console: Console, count: int) -> list[str]:
    """So many conversations are at this seat; their ids."""

    async def look() -> list[str] | None:
        for one in console.chats:
            if one["state"] == "offered":
                await console.post(f"/api/v1/chats/{one['contact_id']}/accept")
        here = [one["contact_id"] for one in console.chats if one["state"] == "open"]
        return here if len(here) == count else None

    return await eventually(look, 30)


async def closed(console: Console, conversations: list[str]) -> None:
    """Written up with a strange note."""
    for one in conversations:
        body = {"code": "consult", "note": NOTES[3]}
        await console.post(f"/api/v1/chats/{one}/close", body)


async def test_what_strangers_wrote_is_text_on_the_operators_page(
    place: Place, chromium: Browser, tmp_path: Path
) -> None:
    """Offers, roster, transcripts, the citizen's panel, the one list and the history."""
    async with (
        operator(place.world, "chen", "8001") as chen,
        screen(chromium, tmp_path, height=1000) as page,
        screen(chromium, tmp_path) as form,
    ):
        await page.add_init_script(WATCH)
        await form.add_init_script(WATCH)
        await page.goto(f"{place.world.url}/console")
        await page.get_by_test_id("login-name").fill("chen")
        await page.get_by_test_id("login-password").fill(PASSWORD)
        await page.get_by_test_id("login-submit").click()
        await expect(page.get_by_test_id("roster")).to_be_visible(timeout=WAIT)
        await strangers_write(place)
        await form_filled(form, place.world.url)
        await expect(page.get_by_test_id("chat-offer").first).to_be_visible(timeout=WAIT)
        await untouched(page)
        here = await everything_accepted(chen.console, 8)
        await expect(page.get_by_test_id("chat-row")).to_have_count(8, timeout=WAIT)
        await page.get_by_test_id("nav-line").click()
        await page.get_by_test_id("nav-desk").click()
        shown = ""
        for one in here:
            await page.locator(f'[data-testid=chat-row][data-chat="{one}"]').click()
            front = page.get_by_test_id("conversation")
            await expect(front).to_have_attribute("data-chat", one)
            await expect(page.get_by_test_id("message").first).to_be_visible()
            await chen.console.say(one, NOTES[4], note=True)
            await expect(front).to_contain_text(NOTES[4])
            shown += " ".join((await front.inner_text()).split())
            await untouched(page)
        for words in (
            *NOTES,
            f"javascript:{X}//{IMG}",
            f"{IMG}.html",
            PAYLOADS[3][:60],
            PAYLOADS[4][:40],
        ):
            assert " ".join(words.split()) in shown, words
        await page.get_by_test_id("nav-history").click()
        rows = page.get_by_test_id("history-row")
        await expect(rows.first).to_be_visible(timeout=WAIT)
        await rows.first.click()
        await expect(page.get_by_test_id("contact-drawer")).to_be_visible()
        await untouched(page)
        await closed(chen.console, here)


async def test_what_an_operator_wrote_is_text_on_the_citizens_page(
    place: Place, chromium: Browser, tmp_path: Path
) -> None:
    """The chat with its names and files, and the receipt with its answers."""
    url = place.world.url
    async with (
        operator(place.world, "chen", "8001") as chen,
        screen(chromium, tmp_path, width=390, height=844) as page,
    ):
        await page.add_init_script(WATCH)
        await page.goto(f"{url}/chat")
        await page.get_by_test_id("chat-text").fill(NOTES[0])
        await page.get_by_test_id("chat-send").click()
        (conv,) = await everything_accepted(chen.console, 1)
        await chen.console.say(conv, NOTES[1])
        log = page.get_by_test_id("chat-log")
        for words in (NOTES[0], NOTES[1], PAYLOADS[0]):
            await expect(log).to_contain_text(words)
        await expect(page.get_by_test_id("chat-state")).to_contain_text(PAYLOADS[0])
        await untouched(page)
        code = await form_filled(page, url)
        await everything_accepted(chen.console, 2)
        (form,) = [one["contact_id"] for one in chen.console.chats if one["form"] == "form"]
        await chen.console.say(form, NOTES[2])
        await page.goto(f"{url}/receipt")
        await page.get_by_test_id("receipt-input").fill(code)
        await page.get_by_test_id("receipt-go").click()
        said_there = page.get_by_test_id("receipt-said")
        for words in (NOTES[0], NOTES[2], PAYLOADS[0]):
            await expect(said_there).to_contain_text(words)
        await untouched(page)
        await closed(chen.console, [conv, form])
