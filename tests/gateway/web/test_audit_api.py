"""The audit over HTTP."""

from typing import Any

import pytest

from gateway.core.facts import FactKind
from gateway.intake.audit import AUDIT
from tests.gateway.web.test_contacts_api import talked
from tests.gateway.web.web_world import Browser, WebWorld

PATH = "/api/v1/audit"


async def items(browser: Browser, query: str = "") -> list[dict[str, Any]]:
    """One page."""
    answer = await browser.ask("GET", f"{PATH}?{query}")
    assert answer.status == 200
    assert answer.headers["Cache-Control"] == "no-store"
    return list(answer.json["items"])


async def test_an_auditor_reads_who_did_what_to_which_contact(world: WebWorld) -> None:
    """Name, kind, reason and the contact's id; the caller's number nowhere."""
    contact = await talked(world, "li", "8001", "13800001234")
    async with world.browser("li") as li, world.browser("shen") as shen:
        reason = {"reason": "回拨 138-0000-1234 核实"}
        await li.ask("POST", f"/api/v1/contacts/{contact}/reveal", reason)
        (revealed,) = await items(shen, "kind=number_revealed")
        assert revealed["operator_name"] == "李明"
        assert revealed["operator_id"] == "id-li"
        assert revealed["contact_id"] == contact
        assert revealed["data"] == {"reason": "回拨 * 核实"}
        everything = await shen.ask("GET", f"{PATH}?limit=200")
        for number in (b"13800001234", b"138-0000-1234", b"138****1234"):
            assert number not in everything.raw


async def test_pages_follow_each_other_and_each_reading_is_one_fact(world: WebWorld) -> None:
    """By cursor, newest first; the last page has none."""
    async with world.browser("shen") as shen:
        for _ in range(5):
            await items(shen, "kind=link_lost")
        seen: list[int] = []
        query = "kind=audit_read&limit=2"
        while True:
            page = (await shen.ask("GET", f"{PATH}?{query}")).json
            seen += [one["seq"] for one in page["items"]]
            if page["next_cursor"] is None:
                break
            query = f"kind=audit_read&limit=2&before={page['next_cursor']}"
    assert seen == sorted(seen, reverse=True)
    assert len(seen) == 6
    noted = [f for f in await world.floor.store.facts() if f.kind is FactKind.AUDIT_READ]
    assert len(noted) == 5 + 4


async def test_it_is_searched_by_kind_person_and_time(world: WebWorld) -> None:
    """Each filter alone and together."""
    async with world.browser("li"), world.browser("shen") as shen:
        for query, found in (
            ("kind=logged_in&operator_id=id-li", 1),
            ("kind=logged_in&operator_id=id-wang", 0),
            ("kind=logged_in&since=2026-03-02T00:00:00Z&until=2027-03-03T00:00:00Z", 2),
            ("kind=logged_in&until=2020-01-01T00:00:00Z", 0),
        ):
            assert len(await items(shen, query)) == found, query


@pytest.mark.parametrize(
    "query",
    [
        "kind=call_arrived",
        "kind=x",
        "limit=0",
        "limit=201",
        "before=x",
        "before=-1",
        "before=99999999999999999",
        "since=today",
        "x=1",
    ],
)
async def test_what_does_not_fit_is_refused(world: WebWorld, query: str) -> None:
    """Also a kind of fact that is not audit."""
    async with world.browser("shen") as shen:
        assert (await shen.ask("GET", f"{PATH}?{query}")).status == 422


async def test_every_kind_of_the_audit_can_be_asked_for(world: WebWorld) -> None:
    """One by one."""
    async with world.browser("shen") as shen:
        for kind in AUDIT:
            await items(shen, f"kind={kind.value}&before=9007199254740991")
