"""What the walks through the admin's page share."""

from dataclasses import replace

from playwright.async_api import Page, expect

from gateway.core.plan import Plan
from tests.peers.screens_peer import ScreensPeer

RING = '[data-path="queues[0].ring_seconds"]'


async def tab(page: Page, name: str) -> None:
    """Go to one of the tabs."""
    await page.get_by_test_id(f"tab-{name}").click()


async def opened(page: Page, peer: ScreensPeer, name: str = "overview") -> None:
    """The page, with its plan, on this tab."""
    await page.goto(f"{peer.url}/admin#/{name}")
    await expect(page.get_by_test_id(f"tab-{name}")).to_have_attribute("aria-current", "page")


async def published(page: Page, comment: str) -> None:
    """Preview, say why, publish, and see that it is published and read back."""
    await expect(page.get_by_test_id("draft-preview")).to_be_enabled()
    await page.get_by_test_id("draft-preview").click()
    await page.get_by_test_id("publish-comment").fill(comment)
    await page.get_by_test_id("publish-go").click()
    await expect(page.get_by_test_id("in-step")).to_be_visible()


def with_first_queue(plan: Plan, **fields: object) -> Plan:
    """The plan with its first queue changed."""
    first, *others = plan.queues
    return replace(plan, queues=(replace(first, **fields), *others))  # type: ignore[arg-type]
