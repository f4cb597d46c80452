"""Row 16 (S0§6, §9, §30; S1§14; S2§20; S3§32; S4§39): what citizens write reaches nobody unrelated.

Whoever has no right sees nothing and learns nothing; whoever looks at another's work is on record.
"""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from gateway.core.facts import Fact, FactKind
from tests.gateway.web.web_world import Browser, WebWorld, web_world
from tests.message_rows import a_closed_chat, a_link, a_message, a_viewable_file, an_identity

WORDS = "举报人金丝雀"
PICTURE = "ab/" + "0" * 30
CHAT = "/api/v1/chats/k1"
LOOKS = {
    "the conversation": CHAT,
    "its messages": f"{CHAT}/messages",
    "who is behind it": f"{CHAT}/citizen",
    "the contact": "/api/v1/contacts/k1",
    "a file as shown": "/api/v1/attachments/f1/view",
    "a file as it came": "/api/v1/attachments/f1/original",
}
DEEDS = {
    f"{CHAT}/accept": {},
    f"{CHAT}/decline": {},
    f"{CHAT}/release": {},
    f"{CHAT}/shown": {"seq": 1},
    f"{CHAT}/messages": {"client_key": "c1", "text": "您好"},
    f"{CHAT}/transfer": {"queue": "civil"},
    f"{CHAT}/close": {"code": "consult"},
    "/api/v1/line/k1/take": {},
    "/api/v1/links": {"chat_id": "k1", "other_contact_id": "k2", "note": "同一人"},
    "/api/v1/links/l1/confirm": {"note": ""},
    "/api/v1/links/l1/revoke": {"note": ""},
}


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[WebWorld]:
    """Wang answered a citizen; nobody deals with this citizen now."""
    async with web_world(tmp_path) as world:
        picture = tmp_path / "media" / PICTURE
        picture.parent.mkdir(parents=True, exist_ok=True)
        picture.write_bytes(WORDS.encode())
        await world.floor.store.record(
            an_identity("i1", name=WORDS),
            an_identity("i2"),
            a_link("l1", "i1", "i2", note=WORDS),
            a_closed_chat("k1", "i1", operator_id="id-wang"),
            a_closed_chat("k2", "i2", operator_id="id-wang"),
            a_message("m1", "k1", 1, text=WORDS),
            a_viewable_file("f1", "m1", "k1", view_file=PICTURE, name=WORDS),
        )
        yield world


async def facts(world: WebWorld) -> list[Fact]:
    """What was noted of this conversation."""
    found = await world.floor.store.facts(contact_id="k1")
    return [one for one in found if one.operator_id]


async def refusals(browser: Browser) -> set[int]:
    """How every look and every deed is answered; none holds a word of the citizen."""
    answers = [await browser.ask("GET", path) for path in LOOKS.values()]
    answers += [await browser.ask("POST", path, body) for path, body in DEEDS.items()]
    assert not [one for one in answers if WORDS.encode() in one.raw]
    return {one.status for one in answers}


async def test_r16_for_another_operator_it_is_not_there(world: WebWorld) -> None:
    """Whatever they try is answered as for a conversation that never was, and changes nothing."""
    before = await world.floor.store.contact("k1")
    async with world.browser("li") as browser:
        for path in LOOKS.values():
            assert await same_as_none(browser, "GET", path)
        for path, body in DEEDS.items():
            assert await same_as_none(browser, "POST", path, body)
    assert await facts(world) == []
    assert await world.floor.store.contact("k1") == before


async def same_as_none(browser: Browser, method: str, path: str, body: object = None) -> bool:
    """Whether this is refused, in the same words as for an id that nobody has."""
    told = []
    for one in (path, re.sub(r"/[kfl]1(?=/|$)", "/none", path)):
        answer = await browser.ask(method, one, body)
        told.append((answer.status, answer.json | {"instance": ""}))
    return told[0] == told[1] and told[0][0] in (404, 409)


@pytest.mark.parametrize(("login", "status"), [("", 401), ("guo", 403), ("shen", 403)])
async def test_r16_who_has_no_right_sees_and_does_nothing(
    world: WebWorld, login: str, status: int
) -> None:
    """Nobody at all, an admin, an auditor."""
    async with world.browser(login) as browser:
        assert await refusals(browser) == {status}
        found = await browser.ask("POST", "/api/v1/contacts/search", {})
        assert WORDS.encode() not in found.raw
    assert await facts(world) == []


@pytest.mark.parametrize("what", ["the conversation", "its messages", "the contact"])
async def test_r16_a_look_at_anothers_work_is_on_record_before_it_is_given(
    world: WebWorld, what: str
) -> None:
    """A supervisor may look; once a session it is noted who looked at what."""
    async with world.browser("chen") as browser:
        for _ in range(2):
            assert (await browser.ask("GET", LOOKS[what])).status == 200
    (noted,) = await facts(world)
    assert noted.operator_id == "id-chen"
    assert noted.kind in (FactKind.CHAT_VIEWED, FactKind.CONTACT_VIEWED)
    assert WORDS not in str(noted)


async def test_r16_whoever_looks_behind_or_opens_a_file_is_on_record(world: WebWorld) -> None:
    """Also one's own: a file is noted whoever opens it."""
    async with world.browser("chen") as browser:
        behind = await browser.ask("GET", LOOKS["who is behind it"])
        assert behind.status == 200
        assert b"o-i1" not in behind.raw
    assert [one.kind for one in await facts(world)] == [FactKind.CHAT_VIEWED]
    async with world.browser("wang") as browser:
        assert (await browser.ask("GET", LOOKS["a file as shown"])).status == 200
        assert (await browser.ask("GET", LOOKS["its messages"])).status == 200
    last = (await facts(world))[-1]
    assert (last.kind, last.operator_id) == (FactKind.ATTACHMENT_VIEWED, "id-wang")
