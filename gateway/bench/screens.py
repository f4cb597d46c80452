"""Consoles, each logged in at a seat and noting which pops it showed: real pages and stand-ins.

A real page runs in a real Chromium and acknowledges what it has painted. A stand-in speaks the same
HTTP and WebSocket and acknowledges at once; it is there for the load, not for the figure.
"""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Protocol

from playwright.async_api import Browser, Page, async_playwright

from gateway.bench.child import ChildFailed
from gateway.simulate.console import Console, open_console

LOAD_MS = 60_000.0
NOTE_POPS = """
() => {
  window.__pops = []
  let last = ''
  new MutationObserver(() => {
    const card = document.querySelector('[data-testid=pop-card][data-state=offered]')
    const number = card?.querySelector('[data-testid=pop-number]')?.textContent ?? ''
    if (number === last) return
    last = number
    if (!number) return
    requestAnimationFrame(() => requestAnimationFrame(() => {
      window.__pops.push(number)
    }))
  }).observe(document, { subtree: true, childList: true, attributes: true, characterData: true })
}
"""
ARGUMENTS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync", "--no-first-run"),
    # twenty windows at once: each is in front for the person who sits there
    *("--disable-backgrounding-occluded-windows", "--disable-renderer-backgrounding"),
    "--disable-background-timer-throttling",
)


class Screen(Protocol):
    """One operator's console. ``real``: a page that paints."""

    seat: str
    real: bool

    async def pops(self) -> list[str]:
        """The masked numbers it showed so far, in order."""
        ...


class RealPage:
    """A page of Chromium."""

    real = True

    def __init__(self, seat: str, page: Page) -> None:
        self.seat = seat
        self._page = page

    async def pops(self) -> list[str]:
        """What it painted so far."""
        found = await self._page.evaluate("() => window.__pops")
        return ["".join(str(number).split()) for number in found]


class StandIn:
    """A console without a screen; ``run`` it."""

    real = False

    def __init__(self, seat: str, console: Console) -> None:
        self.seat = seat
        self._console = console
        self._pops: list[str] = []
        self._last = ""

    async def pops(self) -> list[str]:
        """What it would have painted so far."""
        return list(self._pops)

    async def run(self) -> None:
        """Acknowledge every pop at once."""
        async for message in self._console.events():
            call = message.get("data")
            if message.get("type") == "snapshot" and isinstance(call, dict):
                call = call.get("call")
            elif message.get("type") != "call":
                continue
            if not isinstance(call, dict) or call["state"] != "offered":
                continue
            if call["contact_id"] != self._last:
                self._last = str(call["contact_id"])
                self._pops.append(str(call["number_masked"]))
            if not call["pop_shown"]:
                await self._console.pop_shown(self._last)


@asynccontextmanager
async def screens(
    url: str, logins: Sequence[tuple[str, str, str]], *, pages: int
) -> AsyncIterator[tuple[Screen, ...]]:
    """A console for each (seat, login, password), signed in with the desk phone and ready.

    The first ``pages`` are real.
    """
    async with AsyncExitStack() as stack:
        real = await stack.enter_async_context(_pages(url, logins[:pages]))
        tasks = await stack.enter_async_context(asyncio.TaskGroup())
        others, running = list[StandIn](), list[asyncio.Task[None]]()
        for seat, login, password in logins[pages:]:
            console = await stack.enter_async_context(open_console(url, login, password))
            await console.ask("POST", "/api/v1/seat/sign-in", {"seat": seat, "phone": "desk"})
            await console.ask("POST", "/api/v1/seat/ready", {})
            others.append(StandIn(seat, console))
            running.append(tasks.create_task(others[-1].run()))
        try:
            yield (*real, *others)
        finally:
            for task in running:
                task.cancel()


@asynccontextmanager
async def _pages(
    url: str, logins: Sequence[tuple[str, str, str]]
) -> AsyncIterator[tuple[RealPage, ...]]:
    program = os.environ.get("HOTLINE_TEST_CHROMIUM", "") or shutil.which("chromium")
    if not program:
        raise ChildFailed("pop needs Chromium")
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        try:
            yield tuple([await _screen(chromium, url, *login) for login in logins])
        finally:
            await chromium.close()


async def _screen(chromium: Browser, url: str, seat: str, login: str, password: str) -> RealPage:
    context = await chromium.new_context(locale="zh-CN", viewport={"width": 1366, "height": 768})
    asked = {
        "/api/v1/session": {"login": login, "password": password},
        "/api/v1/seat/sign-in": {"seat": seat, "phone": "desk"},
        "/api/v1/seat/ready": {},
    }
    for path, body in asked.items():
        headers = {"Sec-Fetch-Site": "same-origin"}
        answer = await context.request.post(url + path, data=body, headers=headers)
        if not answer.ok:
            raise ChildFailed(f"pop: {path} answered {answer.status}")
    page = await context.new_page()
    await page.add_init_script(f"({NOTE_POPS})()")
    await page.goto(f"{url}/console", timeout=LOAD_MS)
    await page.get_by_test_id("seat-state").first.wait_for(timeout=LOAD_MS)
    return RealPage(seat, page)
