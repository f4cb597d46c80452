"""Words of strangers on the operator's screen: text, whatever they are. In a real Chromium."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from gateway.app import opened_store
from gateway.clock import SystemClock
from gateway.core.citizen import CallerFlag, FlagKind
from gateway.core.contact import Disposition
from gateway.core.operator import Role
from gateway.intake.accounts import Accounts
from gateway.simulate.phone import SipPhone
from tests.browser.chromium import browser
from tests.gateway_world import GatewayWorld, gateway_world
from tests.store_world import NOON, an_ended_call

pytestmark = [pytest.mark.asterisk, pytest.mark.browser]
PASSWORD = "correct horse chen 9"
X = "window.__x=1"
PAYLOADS = [
    f"<script>{X}</script>",
    f"<img src=x onerror={X}>",
    f"<svg onload={X}>",
    f"<svg><script>{X}</script></svg>",
    f'"><script>{X}</script>',
    f"'><img src=x onerror={X}>",
    f"</textarea><script>{X}</script>",
    f"</title><img src=x onerror={X}>",
    f"</style><script>{X}</script>",
    f"--><script>{X}</script>",
    f"<body onload={X}>",
    f"<iframe src=javascript:parent.{X}>",
    f'<iframe srcdoc="<script>parent.{X}</script>">',
    f"<a href=javascript:{X} autofocus onfocus={X}>x</a>",
    f"<input autofocus onfocus={X}>",
    f"<details open ontoggle={X}>",
    f"<video><source onerror={X}></video>",
    f"<audio src=x onerror={X}>",
    f"<math><mtext></form><form><mglyph><style></math><img src onerror={X}>",
    f"<object data=javascript:{X}>",
    f"<embed src=javascript:{X}>",
    f"<link rel=stylesheet href=javascript:{X}>",
    f"<meta http-equiv=refresh content=0;url=javascript:{X}>",
    f"<base href=javascript:{X}//>",
    f"<marquee onstart={X}>",
    f"<style>@import 'javascript:{X}';</style>",
    f"<div style=animation-name:x onanimationstart={X}>",
    f"{{{{constructor.constructor('{X}')()}}}}",
    f"${{{X}}}",
    f"<%= {X} %>",
    f"javascript:{X}",
    f"data:text/html,<script>{X}</script>",
    f"&lt;script&gt;{X}&lt;/script&gt;",
    f"&#60;img src=x onerror={X}&#62;",
    f"\\u003cscript\\u003e{X}\\u003c/script\\u003e",
    f"<scr<script>ipt>{X}</scr</script>ipt>",
    f"<ScRiPt/x>{X}</ScRiPt>",
    f"<img/src=x/onerror={X}//",
    f"<x v-html=\"'<img src=x onerror={X}>'\" @vnode-mounted={X}>",
    f"__proto__[x]=<img src=x onerror={X}>",
]
NOTES = [" ".join(PAYLOADS[at : at + 8]) for at in range(0, len(PAYLOADS), 8)]
WATCH = "addEventListener('securitypolicyviolation', e => (window.__csp ??= []).push(e.blockedURI))"


def number_of(place: int) -> str:
    """The number of the caller with this payload."""
    return f"1390000{place:04}"


async def haunted(world: GatewayWorld) -> None:
    """Calls of an hour: each payload is a note, a caller's name, and a mark on the number."""
    now = SystemClock().now()
    async with opened_store(world.settings()) as store:
        accounts = Accounts(store, SystemClock())
        skills = {"civil": 0}
        chen, _ = await accounts.add("chen", PAYLOADS[0], Role.SUPERVISOR, skills, PASSWORD)
        for place, payload in enumerate(NOTES):
            if place % 2 == 1:
                await accounts.add(f"ghost{place}", payload, Role.OPERATOR, skills, PASSWORD)
            minutes = (now - NOON) / timedelta(minutes=1) - 0.2 + place / 100  # of today
            call = an_ended_call(
                f"haunted-{place}", minutes, number=number_of(place), operator_id=chen.id
            )
            flag = CallerFlag(number=call.number, kind=FlagKind.CARE, note=payload)
            said = Disposition(
                contact_id=call.id,
                code="consult",
                note=payload,
                caller_name=payload[:40],
                operator_id=chen.id,
                at=now,
            )
            await store.record(call, flag, said)


async def untouched(page: Page) -> None:
    """No payload ran, and none even tried to load anything."""
    assert await page.evaluate("window.__x ?? null") is None
    assert await page.evaluate("window.__csp ?? []") == []


async def the_policy_stops_what_gets_through(page: Page) -> None:
    """A payload pasted as HTML after all is stopped, and we would have heard of it."""
    put = "html => document.body.insertAdjacentHTML('beforeend', html)"
    await page.evaluate(put, f"<img src=x onerror={X}>")
    await page.wait_for_function("(window.__csp ?? []).length > 0")
    assert await page.evaluate("window.__x ?? null") is None


async def test_words_of_strangers_are_text(tmp_path: Path) -> None:
    """Notes, names, marks and display names, in the history, the record, the floor and the pop."""
    async with gateway_world(tmp_path) as world:
        await haunted(world)
        async with (
            browser(tmp_path / "chen", tone_hertz=700) as page,
            SipPhone("citizen", world.sip) as phone,
        ):
            await page.add_init_script(WATCH)
            await page.goto(f"{world.url}/console")
            await page.get_by_test_id("login-name").fill("chen")
            await page.get_by_test_id("login-password").fill(PASSWORD)
            await page.get_by_test_id("login-submit").click()
            await page.get_by_test_id("nav-history").click()
            rows = page.get_by_test_id("history-row")
            await expect(rows).to_have_count(len(NOTES), timeout=15_000)
            for place, payload in enumerate(NOTES):
                await page.locator(f'[data-contact="haunted-{place}"]').click()
                drawer = page.get_by_test_id("contact-drawer")
                await expect(drawer).to_contain_text(payload)
                await page.keyboard.press("Escape")
                await expect(drawer).to_be_hidden()
            await untouched(page)
            await page.get_by_test_id("nav-callbacks").click()
            await page.get_by_test_id("nav-watch").click()
            await expect(page.get_by_text(PAYLOADS[0]).first).to_be_visible()
            await untouched(page)

            await page.get_by_test_id("nav-desk").click()
            await page.get_by_test_id("signin-go").click()
            await page.get_by_test_id("btn-ready").click(timeout=15_000)
            name = f"<img src=name onerror={X}>"
            header = f'"{name}" <sip:{number_of(0)}@x>'
            await phone.call("12345", from_header=header)
            await expect(page.get_by_test_id("pop-card")).to_be_visible(timeout=20_000)
            await expect(page.get_by_test_id("flags")).to_contain_text(NOTES[0])
            await expect(page.get_by_test_id("pop-card")).not_to_contain_text(name)
            await expect(page.get_by_test_id("pop-claim")).to_contain_text("未经核实")
            await untouched(page)
            await the_policy_stops_what_gets_through(page)
