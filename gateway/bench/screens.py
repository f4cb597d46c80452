"""Real consoles in a real Chromium: each logged in at a seat, each noting what it painted when."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from playwright.async_api import Browser, Page, async_playwright

from gateway.bench.child import ChildFailed

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
      window.__pops.push([Date.now() / 1000, number])
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


@dataclass(frozen=True, slots=True)
class Painted:
    """A masked number stood on the screen at ``at`` (Unix seconds)."""

    at: float
    number: str


@dataclass(frozen=True, slots=True)
class Screen:
    """One operator's console."""

    seat: str
    page: Page

    async def pops(self) -> list[Painted]:
        """What it painted so far."""
        found = await self.page.evaluate("() => window.__pops")
        return [Painted(float(at), "".join(number.split())) for at, number in found]


@asynccontextmanager
async def screens(
    url: str, logins: Sequence[tuple[str, str, str]]
) -> AsyncIterator[tuple[Screen, ...]]:
    """A console for each (seat, login, password), signed in with the desk phone and ready."""
    program = os.environ.get("HOTLINE_TEST_CHROMIUM", "") or shutil.which("chromium")
    if not program:
        raise ChildFailed("pop needs Chromium")
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        try:
            yield tuple([await _screen(chromium, url, *login) for login in logins])
        finally:
            await chromium.close()


async def _screen(chromium: Browser, url: str, seat: str, login: str, password: str) -> Screen:
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
    return Screen(seat, page)
