"""A real Chromium that only looks: no microphone; what breaks the content policy fails the test."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Literal

from playwright.async_api import Browser, Page, async_playwright

from tests.browser.chromium import program
from tests.needs import absent

AXE = Path(__file__).resolve().parents[2] / "gateway/web/ui/node_modules/axe-core/axe.min.js"
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
LOOK = """
async (tags) => {
  const found = await axe.run(document, { runOnly: { type: "tag", values: tags } });
  return found.violations.map((one) => ({
    rule: one.id,
    where: one.nodes.slice(0, 5).map((node) => node.target.join(" ") + " | " + node.failureSummary),
  }));
}
"""
STILL = """
() => Promise.all(
  document.getAnimations().filter((one) => one.effect?.getTiming().iterations !== Infinity)
    .map((one) => one.finished.catch(() => undefined)),
)
"""


@asynccontextmanager
async def launched() -> AsyncIterator[Browser]:
    """A Chromium without a window, for the pages of one module."""
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(
            executable_path=program(), args=["--no-sandbox", "--disable-gpu", "--no-first-run"]
        )
        try:
            yield chromium
        finally:
            await chromium.close()


@asynccontextmanager
async def screen(
    chromium: Browser,
    folder: Path,
    *,
    width: int = 1366,
    height: int = 768,
    scheme: Literal["light", "dark"] = "light",
) -> AsyncIterator[Page]:
    """One page of a new profile; an error in it, or a breach of its content policy, fails."""
    context = await chromium.new_context(
        locale="zh-CN",
        color_scheme=scheme,
        timezone_id="Asia/Shanghai",
        permissions=["clipboard-read", "clipboard-write"],
        viewport={"width": width, "height": height},
    )
    page = await context.new_page()
    page.set_default_timeout(15_000)
    faults: list[str] = []
    page.on("pageerror", lambda fault: faults.append(str(fault)))
    page.on(
        "console",
        lambda said: faults.append(said.text) if "Content Security" in said.text else None,
    )
    try:
        yield page
    except BaseException:
        await page.screenshot(path=str(folder / "failed.png"))
        raise
    finally:
        await context.close()
    assert faults == []


async def passes_axe(page: Page) -> None:
    """Nothing that axe-core finds against WCAG 2.2 A and AA."""
    if not AXE.is_file():
        absent("axe-core")
    await page.evaluate(STILL)
    await page.evaluate(AXE.read_text("utf-8"))
    found: list[dict[str, Any]] = await page.evaluate(LOOK, WCAG)
    assert not found, json.dumps(found, ensure_ascii=False, indent=1)
