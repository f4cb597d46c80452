"""Row 5 (S3§2, S4§7, S1§10): sub-centres of departments pool their data with 12345 in real time."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from gateway.core.centre import CentreContact, CentreFigures, CentreOutcome
from gateway.core.errors import StoreUnavailable
from gateway.core.number import Number
from gateway.intake.tag_figures import counted
from tests.centre_rows import KEY, a_centre_contact, centre_asks
from tests.gateway.intake.test_tagging import dials, numbers
from tests.gateway.web.web_world import WebWorld, web_world
from tests.store_world import NOON, StorePlace

CENTRE = "12315"
CITY = Number(did="12345", queue="civil")
THEIRS = Number(did=CENTRE, queue="civil", origin=CENTRE)
OTHERS = Number(did="12320", queue="civil", origin="12320")


class Away:
    """A database that does not answer."""

    async def write(self, _unit: object) -> None:
        """Nothing is written."""
        raise StoreUnavailable("away")


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[WebWorld]:
    """A hotline with two sub-centres, each with a key of its own."""
    async with web_world(tmp_path, centres={CENTRE: KEY, "12320": b"d" * 32}) as made:
        await numbers(made.floor, CITY, THEIRS, OTHERS)
        yield made


def hook(world: WebWorld, centre: str = CENTRE) -> str:
    """Where this sub-centre's system speaks to us."""
    return f"{world.server.url}/hooks/centre/{centre}"


def an_item(world: WebWorld, id_: str, **more: Any) -> dict[str, Any]:
    """One contact of its own, as it says it."""
    at = world.floor.clock.now().isoformat()
    return {"id": id_, "channel": "phone", "opened_at": at, "outcome": "answered", **more}


async def figures(world: WebWorld) -> CentreFigures | None:
    """What the figures say of the sub-centre's own contacts."""
    now, day = world.floor.clock.now(), timedelta(days=1)
    report = await counted(world.floor.store, now - day, now + day)
    return report.centres.get(CENTRE)


async def pages(
    world: WebWorld, after: int = 0, limit: int = 100
) -> tuple[list[dict[str, Any]], int]:
    """All that the sub-centre reads from there, page by page, and where it stands then."""
    found: list[dict[str, Any]] = []
    while True:
        query = f"after={after}&limit={limit}"
        at = world.floor.clock.now()
        status, page = await centre_asks(f"{hook(world)}/contacts", at, query=query)
        assert status == 200
        assert len(page["items"]) <= limit
        found += page["items"]
        after = page["next"]
        if not page["more"]:
            return found, after


async def test_r05_what_a_sub_centre_tells_is_in_the_figures_at_once(world: WebWorld) -> None:
    """With the answer, not a second later; told again it counts once; it is in no other figure."""
    at = world.floor.clock.now()
    items = [
        an_item(world, "a"),
        an_item(world, "b", outcome="unanswered"),
        an_item(world, "c", outcome="open"),
        an_item(world, "d", channel="wechat", summary="反映商家不退款"),
    ]
    for _ in range(3):
        assert await centre_asks(hook(world), at, {"items": items}) == (200, {"accepted": 4})
        assert await figures(world) == CentreFigures(
            arrived=3, answered=1, abandoned=1, open=1, messages=1, messages_answered=1
        )
    assert world.floor.clock.now() == at
    async with world.browser("chen") as browser:
        since, until = at - timedelta(hours=1), at + timedelta(hours=1)
        span = {"since": since.isoformat(), "until": until.isoformat()}
        query = "&".join(f"{name}={value.replace('+', '%2B')}" for name, value in span.items())
        told = (await browser.ask("GET", f"/api/v1/statistics/tags?{query}")).json
        assert [(one["name"], one["arrived"]) for one in told["centres"]] == [(CENTRE, 3)]
        assert (told["whole"]["arrived"], told["origins"]) == (0, [])
        sheet = (await browser.ask("GET", f"/api/v1/statistics/tags.csv?{query}")).raw.decode()
        assert "分中心自有 sub-centre,12315,3,1,1" in sheet


async def test_r05_a_sub_centre_reads_every_contact_of_its_origin_and_no_other(
    world: WebWorld,
) -> None:
    """In pages of any size: each of its own once, none of another's, no number, no word."""
    for n in range(7):
        for number in (CITY, THEIRS, OTHERS):
            await dials(world.floor, number.did, f"1380000{n:04}")
    calls = [one for one in world.floor.floor.calls.values() if one.tags.origin == CENTRE]
    for limit in (1, 3, 7, 200):
        found, _ = await pages(world, limit=limit)
        assert sorted(one["id"] for one in found) == sorted(one.id for one in calls)
    assert "1380000" not in str(found)
    assert set(found[0]) == {
        *("id", "channel", "opened_at", "answered_at", "closed_at"),
        *("outcome", "disposition", "tag", "queue"),
    }


async def test_r05_what_changes_comes_again_and_nothing_else(world: WebWorld) -> None:
    """Arrived, answered, ended: each change is read after the cursor, in the order of changes."""
    await world.floor.seated("li", "8001")
    first = await dials(world.floor, CENTRE, "13800000001")
    second = await dials(world.floor, CENTRE, "13800000002")
    found, cursor = await pages(world)
    assert [one["id"] for one in found] == [first.id, second.id]
    nothing, cursor = await pages(world, cursor)
    assert nothing == []
    await world.floor.rings(first, "8001")
    await world.floor.answers(first, "8001")
    (one,), cursor = await pages(world, cursor)
    assert (one["id"], one["answered_at"] is not None, one["closed_at"]) == (first.id, True, None)
    await world.floor.hangs_up(second)
    await world.floor.hangs_up(first)
    found, cursor = await pages(world, cursor, limit=1)
    assert [one["id"] for one in found] == [second.id, first.id]
    assert all(one["closed_at"] for one in found)
    assert [one["outcome"] for one in found] == ["abandoned", "answered"]
    li = world.floor.operators["li"]
    await world.floor.desk.close(li, first.id, "consult", "反映商家不退款", "王女士")
    (one,), cursor = await pages(world, cursor)
    assert (one["id"], one["disposition"]) == (first.id, "consult")
    assert "不退款" not in str(one)
    assert "王女士" not in str(one)


async def test_r05_a_stranger_reads_and_writes_nothing(world: WebWorld) -> None:
    """Unsigned, another's key, stale, another query, another sub-centre: refused, nothing kept."""
    await dials(world.floor, CENTRE)
    at, url = world.floor.clock.now(), hook(world)
    body = {"items": [an_item(world, "a")]}
    stale = at - timedelta(seconds=301)
    for asked in (
        centre_asks(url, at, body, key=b"x" * 32),
        centre_asks(url, stale, body),
        centre_asks(hook(world, "12320"), at, body),
        centre_asks(hook(world, "12333"), at, body),
        centre_asks(f"{url}/contacts", at, key=b"x" * 32),
        centre_asks(f"{url}/contacts", stale),
        centre_asks(f"{hook(world, '12320')}/contacts", at),
    ):
        status, answer = await asked
        assert status == 403
        assert "items" not in answer
    async with world.browser("") as browser:
        assert (await browser.ask("GET", f"/hooks/centre/{CENTRE}/contacts")).status == 403
    assert await figures(world) is None


async def test_r05_when_the_store_is_away_nothing_is_acknowledged(world: WebWorld) -> None:
    """503, so that it is sent again; then it is there, once."""
    at, body = world.floor.clock.now(), {"items": [an_item(world, "a")]}
    store = world.floor.store
    writer, store._writer = store._writer, Away()  # type: ignore[assignment]  # a writer that fails
    assert (await centre_asks(hook(world), at, body))[0] == 503
    store._writer = writer
    assert await figures(world) is None
    for _ in range(2):
        assert (await centre_asks(hook(world), at, body))[0] == 200
    assert await figures(world) == CentreFigures(arrived=1, answered=1)


async def test_r05_what_cannot_be_read_is_refused_whole_and_says_why(world: WebWorld) -> None:
    """One bad contact among good ones: none is kept; what, why and how to mend it is told."""
    at, url = world.floor.clock.now(), hook(world)
    good = an_item(world, "good")
    later = (at + timedelta(days=2)).isoformat()
    for body, pointer in (
        ({"items": [good, an_item(world, "b", outcome="lost")]}, "/items/1/outcome"),
        ({"items": [good, an_item(world, "b", opened_at=later)]}, "/items/1/opened_at"),
        (
            {"items": [good, an_item(world, "b", closed_at="2001-01-01T00:00:00Z")]},
            "/items/1/closed_at",
        ),
        (
            {"items": [an_item(world, "b", outcome="open", closed_at=at.isoformat())]},
            "/items/0/outcome",
        ),
        ({"items": [good, an_item(world, "b", tag="=1+1")]}, "/items/1/tag"),
        ({"items": [good, an_item(world, "b", number="13800001234")]}, "/items/1/number"),
        ({"items": [good, an_item(world, "x" * 65)]}, "/items/1/id"),
        ({"items": [good, "b"]}, "/items/1"),
        ({"items": [good] * 201}, "/items"),
        ({"items": []}, "/items"),
        ({"items": good}, "/items"),
        (b"not json", ""),
    ):
        status, answer = await centre_asks(url, at, body)
        assert (status, answer["errors"][0]["pointer"]) == (400, pointer)
        assert answer["errors"][0]["zh"]
        assert answer["errors"][0]["en"]
    assert (await centre_asks(url, at, b" " * 262_145))[0] == 413
    status, answer = await centre_asks(f"{url}/contacts", at, query="after=999999")
    assert (status, answer["errors"][0]["code"]) == (400, "unknown-cursor")
    assert await figures(world) is None


def states() -> list[CentreContact]:
    """Five contacts in all the states that they were in, those of equal versions included."""
    found = []
    for n in range(5):
        one = a_centre_contact(f"c{n}", outcome=CentreOutcome.OPEN)
        ended = replace(one, outcome=CentreOutcome.ANSWERED, closed_at=NOON + timedelta(minutes=n))
        found += [one, ended, replace(ended, closed_at=NOON + timedelta(minutes=n + 1))]
        found += [replace(ended, version=n, category=text, summary=text) for text in "甲乙"]
    return found


async def test_r05_in_any_order_and_however_often_the_same_state_stands(
    place: StorePlace,
) -> None:
    """Shuffled, repeated, in deliveries of any size, over restarts: nothing twice, nothing lost."""
    seen: set[tuple[CentreContact | None, ...]] = set()
    chance = random.Random(5)
    names = [f"c{n}" for n in range(5)]
    for trial in range(12):
        centre = f"centre-{trial}"
        sent = [replace(one, centre=centre) for one in states()] * 2
        chance.shuffle(sent)
        cut = chance.randrange(1, len(sent))
        for part in (sent[:cut], sent[cut:]):
            async with place.open() as store:
                size = chance.randrange(1, 9)
                for at in range(0, len(part), size):
                    await store.record(*part[at : at + size])
        async with place.open() as store:
            kept = [await store.centre_contact(centre, name) for name in names]
            counts = await store.centres_counted(NOON, NOON + timedelta(seconds=1))
        assert sum(one.contacts for one in counts if one.centre == centre) == len(names)
        assert all(kept)
        assert all(one and one.closed_at for one in kept)
        assert [one.version if one else -1 for one in kept] == list(range(5))
        seen.add(tuple(one and replace(one, centre="") for one in kept))
        assert all(one is None or one.category == one.summary for one in kept)
    assert len(seen) == 1
