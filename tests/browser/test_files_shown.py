"""Files of citizens in a real Chromium: seen, heard, played; and nothing in them runs."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Error, Page

from config.settings import Media
from gateway.core.chat import Chat
from gateway.core.identity import Identity
from gateway.core.message import Attachment, Direction, FileState, Message, MessageKind
from gateway.media.folder import MediaFolder
from gateway.media.look import MediaLook
from tests.browser.screens import launched
from tests.gateway.media.files_made import FILM, PICTURE, TONE, made
from tests.gateway.web.web_world import PASSWORD, WebWorld, web_world

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

EVIL = b"<script>parent.__x = 1; document.title = 'owned'</script><h1>hi</h1>"
LOG_IN = """
async (password) => (await fetch("/api/v1/session", {
  method: "POST", headers: { "Content-Type": "application/json" },
  body: JSON.stringify({ login: "li", password }),
})).status
"""
SEEN = """
async (path) => { const one = new Image(); one.src = path; await one.decode();
  return [one.naturalWidth, one.naturalHeight] }
"""
PLAYED = """
async ([tag, path]) => {
  const one = document.createElement(tag);
  one.muted = true;
  one.src = path;
  document.body.append(one);
  const told = (name) => new Promise((good, bad) => {
    one.addEventListener(name, good, { once: true });
    one.addEventListener("error", () => bad(new Error(one.error?.message)), { once: true });
  });
  await Promise.all([told("ended"), one.play()]);
  return [one.duration, one.videoWidth ?? 0];
}
"""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def chromium() -> AsyncIterator[Browser]:
    """One for these tests."""
    async with launched() as browser:
        yield browser


class Sent:
    """A conversation of Li's, and files that citizens sent into it."""

    def __init__(self, world: WebWorld, folder: Path) -> None:
        self._world, self._folder = world, folder
        self.shelf = MediaFolder(folder / "media")
        self.shelf.open()
        self._look = MediaLook(self.shelf, Media())

    async def open(self) -> None:
        """The conversation."""
        now, li = self._world.floor.clock.now(), self._world.floor.operators["li"]
        who = Identity(id="i1", account="wechat:main", scheme="openid", value="o", first_seen=now)
        chat = Chat(
            id="c1", channel="wechat", account="wechat:main", identity_id="i1", queue="civil",
            opened_at=now, operator_id=li.id, last_seq=1,
        )  # fmt: skip
        message = Message(
            id="m1", contact_id="c1", seq=1, direction=Direction.IN, kind=MessageKind.FILE,
            at=now, stored_at=now,
        )  # fmt: skip
        await self._world.floor.store.record(who, chat, message)

    async def file(self, id: str, path: Path, kind: MessageKind, **forced: Any) -> str:
        """Kept and looked at as ever; ``forced`` is what a fault of ours would have said."""
        kept = await self.shelf.adopt(path, 1 << 30)
        found: dict[str, Any] = forced | ({"view_file": kept.file} if forced else {})
        if not forced:
            looked = await self._look.look(kept.file, kind)
            found = {"view_file": looked.view_file, "view_type": looked.view_type}
        one = Attachment(
            id=id, message_id="m1", contact_id="c1", kind=kind, name=path.name, file=kept.file,
            state=FileState.READY, **found,
        )  # fmt: skip
        await self._world.floor.store.record(one)
        return f"/api/v1/attachments/{id}"


async def logged_in(chromium: Browser, world: WebWorld) -> Page:
    """A page of our own origin."""
    page = await (await chromium.new_context()).new_page()
    await page.goto(f"{world.url}/health/live")
    assert await page.evaluate(LOG_IN, PASSWORD) == 200
    return page


async def test_a_picture_is_seen_a_voice_heard_a_film_played(
    chromium: Browser, tmp_path: Path
) -> None:
    """Each to its end, whatever telephone made it."""
    async with web_world(tmp_path) as world:
        sent = Sent(world, tmp_path)
        await sent.open()
        page = await logged_in(chromium, world)
        picture = await sent.file("p", made(tmp_path / "p.jpg", *PICTURE), MessageKind.IMAGE)
        assert await page.evaluate(SEEN, f"{picture}/view") == [2048, 1365]
        amr = made(tmp_path / "v.amr", *TONE, "-ar", "8000", "-ac", "1")
        voice = await sent.file("v", amr, MessageKind.VOICE)
        seconds, _ = await page.evaluate(PLAYED, ["audio", f"{voice}/view"])
        assert 1.8 < seconds < 2.4
        film = await sent.file("f", made(tmp_path / "f.mp4", *FILM), MessageKind.VIDEO)
        seconds, width = await page.evaluate(PLAYED, ["video", f"{film}/view"])
        assert (1.5 < seconds < 2.5, width) == (True, 320)
        await page.context.close()


async def test_a_page_among_the_files_runs_nothing(chromium: Browser, tmp_path: Path) -> None:
    """Were one ever kept, and its type believed: it is saved, or it stands in a sandbox."""
    async with web_world(tmp_path) as world:
        sent = Sent(world, tmp_path)
        await sent.open()
        page = await logged_in(chromium, world)
        (tmp_path / "x.html").write_bytes(EVIL)
        evil = await sent.file(
            "x",
            tmp_path / "x.html",
            MessageKind.FILE,
            view_type="text/html",
            found_type="text/html",
        )
        await page.goto(f"{world.url}{evil}/view")
        assert "hi" in await page.content()
        assert await page.title() != "owned"
        assert await page.evaluate("self.origin") == "null"
        async with page.expect_download() as saving:
            with pytest.raises(Error, match="Download is starting"):
                await page.goto(f"{world.url}{evil}/original")
        assert (await saving.value).suggested_filename == "x"
        await page.context.close()
