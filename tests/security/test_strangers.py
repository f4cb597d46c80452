"""Strangers who write: their words are text in Chromium, and nobody reads what is another's.

They come by WeChat's hook, by an App, by the chat's page and by the form, in every field there is.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import unquote

import pytest
import pytest_asyncio
from playwright.async_api import Browser, FilePayload, Page, expect

from tests.browser.screens import launched, screen
from tests.peers.visitor import Visitor, visitor
from tests.security.strangers import (
    APP_KEY,
    HTML,
    IMG,
    Place,
    answer_of,
    closed,
    everything_accepted,
    strangers,
    strangers_write,
)
from tests.security.test_xss import NOTES, PASSWORD, PAYLOADS, WATCH, X, untouched
from tests.walks.people import operator

pytestmark = [
    pytest.mark.asterisk,
    pytest.mark.browser,
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.timeout(240),
]
WAIT = 20_000
NEVER = "0" * 32
"""The id of nothing."""
SEEN = ("", "/messages", "/citizen")
DONE: dict[str, object] = {
    "accept": {},
    "decline": {},
    "release": {},
    "shown": {"seq": 1},
    "transfer": {"queue": "enterprise"},
    "messages": {"client_key": "k1", "text": "不是我的"},
    "close": {"code": "consult"},
}
TUS = {"Tus-Resumable": "1.0.0"}
PHOTO = (Path(__file__).resolve().parents[2] / "gateway/web/ui/screens/citizen.png").read_bytes()
PIECE = {**TUS, "Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def place(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Place]:
    """One gateway for the strangers of this file."""
    async with strangers(tmp_path_factory.mktemp("gateway")) as place:
        yield place


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def chromium() -> AsyncIterator[Browser]:
    """One for all pages here."""
    async with launched() as chromium:
        yield chromium


def watched(page: Page) -> list[str]:
    """Every address that this page asks for from now on."""
    addresses: list[str] = []
    page.on("request", lambda request: addresses.append(unquote(request.url)))
    return addresses


def say_nothing(addresses: list[str], *more: str) -> None:
    """No words of anybody, no number and no code stand in an address: proxies log those."""
    assert len(addresses) > 5
    for words in (X, "onerror", "13800001111", *more):
        assert not [one for one in addresses if words in one], words


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
        asked = watched(page)
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
        say_nothing(asked)
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
        asked = watched(page)
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
        say_nothing(asked, code, code.replace(" ", ""))
        await closed(chen.console, [conv, form])


async def with_a_file(one: Visitor, data: bytes) -> tuple[str, str]:
    """A message with a photo, and a second upload that is in no message; both uploads' ids."""
    ids: list[str] = []
    for _ in range(2):
        path = f"{one.url}/api/v1/chat/files"
        headers = {**TUS, "Upload-Length": str(len(data))}
        async with one.http.post(path, headers=headers) as made:
            ids.append(made.headers["Location"].rpartition("/")[2])
        async with one.http.patch(f"{path}/{ids[-1]}", data=data, headers=PIECE) as sent:
            assert sent.status == 204, await sent.text()
    sent_files = {"files": ids[:1], "file_names": ["井盖.png"], "file_types": ["image/png"]}
    taken = await one.post("messages", {"text": "看照片", **sent_files}, "with-a-file-1")
    one.conv = taken["conv"]
    return ids[0], ids[1]


async def test_anothers_conversation_is_for_an_operator_as_one_that_never_was(
    place: Place,
) -> None:
    """To see, to do, to link, its files: the same 404, while it is open and when it is closed."""
    world = place.world
    await world.add("wang")
    async with operator(world, "li", "8002") as li, visitor(world.url) as one:
        await with_a_file(one, PHOTO)
        await li.console.accept(one.conv)
        before = await li.console.messages(one.conv)
        (file,) = before[0]["attachments"]
        async with world.console("wang") as wang:
            for _ in ("open", "closed"):
                asked: list[tuple[str, str, object]] = [
                    ("GET", f"/api/v1/chats/{{id}}{part}", None) for part in SEEN
                ]
                asked += [("POST", f"/api/v1/chats/{{id}}/{do}", body) for do, body in DONE.items()]
                asked += [("POST", "/api/v1/links", {"chat_id": "{id}", "other_contact_id": NEVER})]
                for method, path, body in asked:
                    real = await answer_of(wang.http, world.url, method, path, one.conv, body)
                    none = await answer_of(wang.http, world.url, method, path, NEVER, body)
                    assert real == none, path
                    assert real[0] == 404, (path, real)
                for part in ("view", "original"):
                    path = f"/api/v1/attachments/{{id}}/{part}"
                    real = await answer_of(wang.http, world.url, "GET", path, file["id"], None)
                    none = await answer_of(wang.http, world.url, "GET", path, NEVER, None)
                    assert real == none, path
                    assert real[0] == 404, path
                if one.conv in {chat["contact_id"] for chat in li.console.chats}:
                    said = [message["text"] for message in await li.console.messages(one.conv)]
                    assert said == [message["text"] for message in before]
                    await closed(li.console, [one.conv])


async def test_anothers_files_and_conversations_are_for_a_citizen_as_none(place: Place) -> None:
    """Another visit's uploads and attachments, and to an App what is not its own: the same 404."""
    url = place.world.url
    async with visitor(url) as mine, visitor(url) as other:
        _, loose = await with_a_file(mine, PHOTO)
        await mine.reads()
        (file,) = mine.heard[0]["files"]
        path = "/api/v1/chat/attachments/{id}"
        real = await answer_of(other.http, url, "GET", path, file["id"], None)
        assert real == await answer_of(other.http, url, "GET", path, NEVER, None)
        assert real[0] == 404
        path = "/api/v1/chat/files/{id}"
        for method, headers in (("HEAD", TUS), ("PATCH", PIECE), ("DELETE", TUS)):
            real = await answer_of(other.http, url, method, path, loose, None, headers)
            assert real == await answer_of(other.http, url, method, path, NEVER, None, headers)
            assert real[0] == 404, method
        body = {"text": "看", "files": ["{id}"], "file_names": [""], "file_types": [""]}
        path, key = "/api/v1/chat/messages", {"Idempotency-Key": "theirs-0001"}
        real = await answer_of(other.http, url, "POST", path, loose, body, key)
        assert real == await answer_of(other.http, url, "POST", path, NEVER, body, key)
        assert 400 <= real[0] < 500
        app = {"Authorization": f"Bearer {APP_KEY}"}
        for part in ("", "/messages", f"/files/{file['id']}"):
            path = f"/api/v1/app/contacts/{{id}}{part}"
            real = await answer_of(other.http, url, "GET", path, mine.conv, None, app)
            assert real == await answer_of(other.http, url, "GET", path, NEVER, None, app)
            assert real[0] == 404, path
        await mine.post("leave", {})
