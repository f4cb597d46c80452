"""Row 16 (S0§6, §9, §30; S1§14; S2§20; S3§32; S4§39): what citizens say reaches nobody unrelated.

Whoever has no right sees nothing and learns nothing; whoever reads is on record.
"""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from gateway.core.facts import Fact, FactKind
from tests.gateway.web.test_contacts_api import talked
from tests.gateway.web.web_world import Browser, WebWorld, web_world
from tests.heard_rows import a_corrected_segment

WORDS = "举报人金丝雀"
LOOK = "/transcript"
DEEDS = {
    "/transcript/s1/correction": {"text": "改正"},
    "/transcript/s1/original": {"reason": "核对"},
    "/confidential": {"confidential": False, "reason": "核对"},
}
HEARD = (FactKind.TRANSCRIPT_VIEWED, FactKind.ORIGINAL_REVEALED, FactKind.SEGMENT_CORRECTED)


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[WebWorld]:
    """Wang talked with a citizen; nobody deals with this citizen now."""
    async with web_world(tmp_path) as world:
        yield world


async def told(world: WebWorld) -> str:
    """The contact in which it was said."""
    contact = await talked(world, "wang", "8002", "13800001234")
    said = {"text": WORDS, "original": WORDS, "raw": WORDS, "corrected": WORDS, "message_id": ""}
    await world.floor.store.record(a_corrected_segment("s1", contact, 1, **said))
    return contact


async def noted(world: WebWorld, contact: str) -> list[Fact]:
    """What was noted of looks and deeds."""
    found = await world.floor.store.facts(contact_id=contact)
    return [one for one in found if one.kind in (*HEARD, FactKind.CONTACT_CONFIDENTIAL)]


async def answers(browser: Browser, contact: str) -> list[tuple[int, str]]:
    """Status and code of a look and of every deed; none holds a word of the citizen."""
    path = f"/api/v1/contacts/{contact}"
    got = [await browser.ask("GET", path + LOOK)]
    got += [await browser.ask("POST", path + deed, body) for deed, body in DEEDS.items()]
    assert not [one for one in got if WORDS.encode() in one.raw]
    return [(one.status, one.json["code"]) for one in got]


async def test_r16_for_another_operator_it_was_never_said(world: WebWorld) -> None:
    """Whatever they try is answered as for a contact that never was, and changes nothing."""
    contact = await told(world)
    before = await world.floor.store.segments(contact)
    async with world.browser("li") as browser:
        refused = await answers(browser, contact)
        assert {status for status, _ in refused} == {404}
        assert refused == await answers(browser, "none")
    assert await noted(world, contact) == []
    assert await world.floor.store.segments(contact) == before


@pytest.mark.parametrize(("login", "status"), [("", 401), ("guo", 403), ("shen", 403)])
async def test_r16_who_has_no_right_reads_nothing(world: WebWorld, login: str, status: int) -> None:
    """Nobody at all, an admin, an auditor."""
    contact = await told(world)
    async with world.browser(login) as browser:
        assert {got for got, _ in await answers(browser, contact)} == {status}
    assert await noted(world, contact) == []


async def test_r16_whoever_reads_is_on_record_before_it_is_given(world: WebWorld) -> None:
    """A supervisor and the operator themselves; a fact holds no word of it."""
    contact = await told(world)
    for login in ("wang", "chen"):
        async with world.browser(login) as browser:
            got = await browser.ask("GET", f"/api/v1/contacts/{contact}{LOOK}")
            assert WORDS.encode() in got.raw or WORDS in str(got.json)
    found = await noted(world, contact)
    assert [(one.kind, one.operator_id) for one in found] == [
        (FactKind.TRANSCRIPT_VIEWED, "id-wang"),
        (FactKind.TRANSCRIPT_VIEWED, "id-chen"),
    ]
    assert WORDS not in str(found)
