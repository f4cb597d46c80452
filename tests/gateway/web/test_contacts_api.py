"""Looking back over HTTP."""

from typing import Any

import pytest

from gateway.core import line
from gateway.core.chat import ChatOutcome
from gateway.core.contact import Recording, receipt_number
from tests.gateway.web.web_world import WebWorld
from tests.message_rows import a_closed_chat, a_message, an_identity


async def talked(world: WebWorld, login: str, seat: str, number: str) -> str:
    """A finished call; its contact's id."""
    floor = world.floor
    if floor.desk.seat_of(f"id-{login}") is None:
        await floor.seated(login, seat)
    call = await floor.arrives(number)
    await floor.rings(call, seat)
    await floor.answers(call, seat)
    floor.clock.turn(30)
    await floor.hangs_up(call)
    await floor.desk.finish_wrap_up(f"id-{login}")
    return call.id


async def test_numbers_are_masked_until_revealed_with_a_reason(world: WebWorld) -> None:
    """The list and the detail hide it, the reveal gives it and says so in the facts."""
    contact = await talked(world, "li", "8001", "13800001234")
    async with world.browser("li") as browser:
        page = await browser.ask("POST", "/api/v1/contacts/search", {})
        assert page.headers["Cache-Control"] == "no-store"
        assert [one["number_masked"] for one in page.json["items"]] == ["138****1234"]
        assert b"13800001234" not in page.raw
        refused = await browser.ask("POST", f"/api/v1/contacts/{contact}/reveal", {"reason": ""})
        assert refused.status == 422
        shown = await browser.ask(
            "POST", f"/api/v1/contacts/{contact}/reveal", {"reason": "电话断线回拨"}
        )
        assert shown.json == {"number": "13800001234"}
        detail = (await browser.ask("GET", f"/api/v1/contacts/{contact}")).json
        assert detail["contact"]["talk_seconds"] == 30
        last = detail["facts"][-1]
        assert (last["kind"], last["operator_name"]) == ("number_revealed", "李明")
        assert last["data"]["reason"] == "电话断线回拨"


async def test_a_page_has_a_next_one(world: WebWorld) -> None:
    """By cursor, newest first, without gap or repetition."""
    made = [await talked(world, "li", "8001", f"1380000000{n}") for n in range(5)]
    async with world.browser("li") as browser:
        seen, cursor = [], ""
        while True:
            query = {"limit": 2} | ({"before": cursor} if cursor else {})
            page = (await browser.ask("POST", "/api/v1/contacts/search", query)).json
            seen += [one["id"] for one in page["items"]]
            cursor = page["next_cursor"]
            if not cursor:
                break
        assert seen == made[::-1]


async def test_who_was_turned_away_is_found_by_that(world: WebWorld) -> None:
    """线路占满 is an outcome of its own: in the list, in the detail and as a filter."""
    at: dict[str, Any] = {"hotline_id": "Hfull", "at": world.floor.clock.now()}
    arrived = line.CallArrived(
        **at, channel="PJSIP/x", number="13800001234", did="12345", origin=line.Origin.TRUNK
    )
    told = line.CallOverflowed(**at, told=line.Told.CALLBACK)
    gone = line.CallGone(**at, cause=17, by_citizen=False)
    await world.floor.hear(arrived, told, gone)
    async with world.browser("chen") as browser:
        page = await browser.ask("POST", "/api/v1/contacts/search", {"outcome": "overflowed"})
        (one,) = page.json["items"]
        assert one["outcome"] == "overflowed"
        detail = (await browser.ask("GET", f"/api/v1/contacts/{one['id']}")).json
        kinds = [fact["kind"] for fact in detail["facts"]]
        assert kinds.count("call_overflowed") == kinds.count("callback_opened") == 1
        for outcome in ("answered", "abandoned", "lost"):
            page = await browser.ask("POST", "/api/v1/contacts/search", {"outcome": outcome})
            assert page.json["items"] == []


async def test_a_search_is_by_whole_number_queue_outcome_and_time(world: WebWorld) -> None:
    """What is no number finds nothing, and never everything."""
    contact = await talked(world, "li", "8001", "13800001234")
    path = "/api/v1/contacts/search"
    receipt = receipt_number(contact)
    async with world.browser("chen") as browser:
        for query, found in (
            ({"number": receipt, "queue": "enterprise"}, True),
            ({"number": f"{receipt[:-1]}{(int(receipt[-1], 16) + 1) % 16:X}"}, False),
            ({"number": "+86 138-0000-1234"}, True),
            ({"number": "1380000123"}, False),
            ({"number": "anonymous"}, False),
            ({"queue": "civil", "outcome": "answered"}, True),
            ({"queue": "enterprise"}, False),
            ({"outcome": "abandoned"}, False),
            ({"since": "2026-03-02T00:00:00Z", "until": "2026-03-03T00:00:00Z"}, True),
            ({"since": "2026-03-03T00:00:00+08:00"}, False),
            ({}, True),
        ):
            page = (await browser.ask("POST", path, query)).json
            assert [one["id"] for one in page["items"]] == [contact] * found, query
        wrong: tuple[dict[str, object], ...] = (
            {"limit": 0},
            {"limit": 201},
            {"limit": "x"},
            {"since": "today"},
            {"outcome": "x"},
            {"x": 1},
        )
        for each in wrong:
            assert (await browser.ask("POST", path, each)).status == 422


async def test_anothers_contact_and_none_at_all_look_alike(world: WebWorld) -> None:
    """Same status, same body but for the request's id (IDOR)."""
    contact = await talked(world, "wang", "8002", "13900005678")
    async with world.browser("li") as browser:
        bodies = []
        for one in (contact, "0123456789abcdef0123456789abcdef"):
            for method, tail, body in (
                ("GET", "", None),
                ("POST", "/reveal", {"reason": "想看看"}),
            ):
                answer = await browser.ask(method, f"/api/v1/contacts/{one}{tail}", body)
                assert answer.status == 404
                bodies.append(answer.json | {"instance": ""})
        assert all(body == bodies[0] for body in bodies)


@pytest.fixture
async def recorded(world: WebWorld) -> str:
    """A contact with a recording of 1,000 bytes."""
    contact = await talked(world, "li", "8001", "13800001234")
    (world.recordings_dir / "Ht-1.wav").write_bytes(bytes(range(250)) * 4)
    recording = Recording(
        contact_id=contact,
        file="Ht-1.wav",
        sha256="0" * 64,
        size_bytes=1000,
        seconds=1.0,
        stored_at=world.floor.clock.now(),
    )
    await world.floor.store.record(recording)
    return contact


async def test_a_recording_is_played_in_ranges(world: WebWorld, recorded: str) -> None:
    """As an <audio> element asks; noted once, whatever the number of ranges."""
    path = f"/api/v1/contacts/{recorded}/recording"
    async with world.browser("chen") as browser:
        whole = await browser.ask("GET", path)
        assert (whole.status, len(whole.raw)) == (200, 1000)
        assert whole.headers["Content-Type"] == "audio/wav"
        assert whole.headers["Cache-Control"] == "no-store"
        assert whole.headers["Accept-Ranges"] == "bytes"
        part = await browser.ask("GET", path, headers={"Range": "bytes=10-19"})
        assert (part.status, part.raw) == (206, bytes(range(10, 20)))
        assert part.headers["Content-Range"] == "bytes 10-19/1000"
        beyond = await browser.ask("GET", path, headers={"Range": "bytes=5000-"})
        assert beyond.status == 416
    facts = await world.floor.store.facts(contact_id=recorded)
    assert [fact.kind.value for fact in facts].count("recording_played") == 1


async def test_a_recording_is_for_whoever_took_the_call_and_not_for_others(
    world: WebWorld, recorded: str
) -> None:
    """Another operator gets 404 and a stranger 401; a contact without one is 404."""
    path = f"/api/v1/contacts/{recorded}/recording"
    async with (
        world.browser("li") as li,
        world.browser("wang") as wang,
        world.browser() as stranger,
    ):
        assert (await li.ask("GET", path)).status == 200
        assert (await wang.ask("GET", path)).status == 404
        assert (await stranger.ask("GET", path)).status == 401
    silent = await talked(world, "li", "8001", "13800001234")
    async with world.browser("chen") as chen:
        assert (await chen.ask("GET", f"/api/v1/contacts/{silent}/recording")).status == 404


async def test_a_query_that_says_a_thing_twice_is_refused(world: WebWorld) -> None:
    """Which of the two would count? Neither does."""
    async with world.browser() as browser:
        twice = await browser.ask(
            "GET", "/sip/call?ticket=a&ticket=b", headers={"Origin": world.url}
        )
        assert twice.status == 422
        assert twice.json["errors"][0]["code"] == "twice"


async def test_conversations_stand_among_the_calls(world: WebWorld) -> None:
    """In the list with channel and newest words, by channel and outcome, and by themselves."""
    call = await talked(world, "li", "8001", "13800001234")
    mine: dict[str, Any] = {"operator_id": "id-li", "opened_at": world.floor.clock.now()}
    await world.floor.store.record(
        an_identity("i1", name="金丝雀昵称"),
        a_closed_chat("k1", "i1", **mine, outcome=ChatOutcome.UNANSWERED, first_reply_at=None),
        a_closed_chat("k2", "i1", operator_id="id-wang"),
        a_message("m1", "k1", 1, text="路灯坏了"),
    )
    async with world.browser("li") as browser:

        async def found(**query: str) -> list[str]:
            page = await browser.ask("POST", "/api/v1/contacts/search", query)
            return [one["id"] for one in page.json["items"]]

        page = await browser.ask("POST", "/api/v1/contacts/search", {})
        assert {one["id"] for one in page.json["items"]} == {call, "k1"}
        assert "金丝雀昵称".encode() not in page.raw
        assert b"o-i1" not in page.raw
        (one,) = (one for one in page.json["items"] if one["id"] == "k1")
        assert (one["channel"], one["excerpt"], one["number_masked"]) == ("wechat", "路灯坏了", "")
        assert (one["answered_at"], one["recording"]) == (None, None)
        assert await found(channel="wechat") == await found(outcome="unanswered") == ["k1"]
        assert await found(channel="phone") == [call]
        detail = await browser.ask("GET", "/api/v1/contacts/k1")
        nothing: dict[str, list[object]] = {"flags": [], "facts": [], "consultations": []}
        assert detail.json == {"contact": one, **nothing}
        for path, sent in (("reveal", {"reason": "电话断线回拨"}), ("recording", None)):
            method = "POST" if sent else "GET"
            refused = await browser.ask(method, f"/api/v1/contacts/k1/{path}", sent)
            assert refused.status == 404
        other = await browser.ask("GET", "/api/v1/contacts/k2")
        assert other.status == 404
