"""What was said, over HTTP: read, corrected, opened for a reason, kept confidential, followed."""

from typing import Any

import pytest

from gateway.core.facts import Fact, FactKind
from gateway.core.transcript import Privacy
from tests.gateway.web.test_contacts_api import talked
from tests.gateway.web.web_world import Browser, WebWorld
from tests.heard_rows import a_corrected_segment, a_job, a_segment

NUMBER = "13800001234"


async def heard(world: WebWorld, count: int = 1, **more: Any) -> str:
    """A finished call of Li with so many sentences s1, s2 …; its contact's id."""
    contact = await talked(world, "li", "8001", NUMBER)
    rows = [a_segment(f"s{seq}", contact, seq, **more) for seq in range(1, count + 1)]
    await world.floor.store.record(*rows)
    return contact


async def facts(world: WebWorld, contact: str, kind: FactKind) -> list[Fact]:
    """What of this kind was noted of a contact."""
    return [one for one in await world.floor.store.facts(contact_id=contact) if one.kind is kind]


async def read(browser: Browser, contact: str, after: int | None = None) -> Any:
    """The transcript."""
    query = "" if after is None else f"?after={after}"
    got = await browser.ask("GET", f"/api/v1/contacts/{contact}/transcript{query}")
    assert got.status == 200
    assert got.headers["Cache-Control"] == "no-store"
    return got.json


async def test_a_transcript_is_read_from_where_one_was(world: WebWorld) -> None:
    """By seq; it says what is the newest, and what is still to come."""
    contact = await heard(world, 3, operator_id="id-li", model="demo-8k")
    await world.floor.store.record(a_job("j1", contact))
    async with world.browser("li") as browser:
        page = await read(browser, contact)
        assert [one["seq"] for one in page["items"]] == [1, 2, 3]
        assert (page["last_seq"], page["waiting"], page["confidential"]) == (3, 1, False)
        first = page["items"][0]
        assert first["text"] == "楼下第1次夜间施工"
        assert (first["party"], first["source"], first["model"]) == ("citizen", "live", "demo-8k")
        assert (first["operator_name"], first["corrected_by_name"]) == ("李明", None)
        rest = await read(browser, contact, after=2)
        assert [one["id"] for one in rest["items"]] == ["s3"]
        assert (await read(browser, contact, after=3))["items"] == []


async def test_a_view_is_noted_before_it_is_shown_once_a_session(world: WebWorld) -> None:
    """One's own, too; never with a word of it."""
    contact = await heard(world)
    for login in ("li", "chen"):
        async with world.browser(login) as browser:
            for _ in range(3):
                await read(browser, contact)
    viewed = await facts(world, contact, FactKind.TRANSCRIPT_VIEWED)
    assert [one.operator_id for one in viewed] == ["id-li", "id-chen"]
    assert "施工" not in str(viewed)


async def test_a_sentence_is_corrected_and_what_was_heard_stays(world: WebWorld) -> None:
    """Numbers in the better text are masked as any; it says who did it."""
    contact = await talked(world, "li", "8001", NUMBER)
    row = a_corrected_segment(
        "s1", contact, 1, corrected="", corrected_by="", corrected_at=None, message_id=""
    )
    await world.floor.store.record(row)
    path = f"/api/v1/contacts/{contact}/transcript/s1/correction"
    async with world.browser("li") as browser:
        text = f"您的 手机号是{NUMBER}"
        better = (await browser.ask("POST", path, {"text": text})).json
        assert better["corrected"] == "您的 手机号是138****1234"
        assert better["corrected_by_name"] == "李明"
        assert better["text"] == row.text
        assert better["masked"] is True
        [again] = (await read(browser, contact))["items"]
        assert again == better
        for wrong in ("", " ", "长" * 501, "两\n行"):
            assert (await browser.ask("POST", path, {"text": wrong})).status == 422
    stored = await world.floor.store.segment("s1")
    assert stored
    assert (stored.text, stored.original, stored.raw) == (row.text, row.original, row.raw)
    [noted] = await facts(world, contact, FactKind.SEGMENT_CORRECTED)
    assert noted.data == {"segment_id": "s1"}


async def test_the_original_is_opened_for_a_reason_and_noted_each_time(world: WebWorld) -> None:
    """No page holds it otherwise."""
    contact = await talked(world, "li", "8001", NUMBER)
    await world.floor.store.record(a_corrected_segment("s1", contact, 1, message_id=""))
    path = f"/api/v1/contacts/{contact}/transcript/s1/original"
    async with world.browser("li") as browser:
        assert NUMBER not in str(await read(browser, contact))
        assert (await browser.ask("POST", path, {"reason": ""})).status == 422
        for _ in range(2):
            shown = await browser.ask("POST", path, {"reason": f"核对{NUMBER}"})
            assert shown.json == {"text": f"您的电话是{NUMBER}", "raw": "您的 电话 是 幺 三 八"}
    noted = await facts(world, contact, FactKind.ORIGINAL_REVEALED)
    assert len(noted) == 2
    assert NUMBER not in str(noted)
    assert str(noted[0].data["reason"]).startswith("核对")


async def test_a_sentence_belongs_to_its_contact(world: WebWorld) -> None:
    """Who may see one contact opens no sentence of another with its id."""
    mine = await heard(world)
    other = await talked(world, "wang", "8002", "13900005678")
    await world.floor.store.record(a_segment("s9", other, 1))
    async with world.browser("li") as browser:
        for segment, body in (("s9", {"text": "好"}), ("s8", {"text": "好"})):
            path = f"/api/v1/contacts/{mine}/transcript/{segment}/correction"
            assert (await browser.ask("POST", path, body)).status == 404
        path = f"/api/v1/contacts/{mine}/transcript/s9/original"
        assert (await browser.ask("POST", path, {"reason": "核对"})).status == 404


async def test_whoever_only_deals_with_the_citizen_reads_and_changes_nothing(
    world: WebWorld,
) -> None:
    """The same citizen calls again: Wang reads what they told Li."""
    contact = await heard(world)
    floor = world.floor
    await floor.seated("wang", "8002")
    await floor.hear()
    call = await floor.arrives(NUMBER)
    await floor.rings(call, "8002")
    await floor.answers(call, "8002")
    async with world.browser("wang") as browser:
        assert len((await read(browser, contact))["items"]) == 1
        for path, body in (
            ("transcript/s1/correction", {"text": "好"}),
            ("confidential", {"confidential": True, "reason": "本人要求"}),
        ):
            got = await browser.ask("POST", f"/api/v1/contacts/{contact}/{path}", body)
            assert got.status == 403
    assert await floor.store.privacy(contact) is None


async def test_a_contact_is_kept_confidential_and_let_in_again(world: WebWorld) -> None:
    """With a reason; it is on record who asked for it."""
    contact = await heard(world)
    path = f"/api/v1/contacts/{contact}/confidential"
    async with world.browser("li") as browser:
        for confidential in (True, False):
            sent = {"confidential": confidential, "reason": "市民要求"}
            assert (await browser.ask("POST", path, sent)).status == 204
            assert (await read(browser, contact))["confidential"] is confidential
        assert (await browser.ask("POST", path, {"confidential": True})).status == 422
    noted = await facts(world, contact, FactKind.CONTACT_CONFIDENTIAL)
    assert [one.data["confidential"] for one in noted] == [True, False]
    wish = await world.floor.store.privacy(contact)
    assert isinstance(wish, Privacy)
    assert wish.by == "id-li"


async def test_an_alarm_is_seen_by_whoever_it_concerns(world: WebWorld) -> None:
    """The operator of the call, or a supervisor; then it is on nobody's screen."""
    await world.floor.seated("li", "8001")
    call = await world.floor.arrives()
    await world.floor.rings(call, "8001")
    await world.floor.answers(call, "8001")
    alarms, people = world.parts.heard.alarms, world.floor.operators
    assert alarms.look(call.id, "这里着火了")
    [alarm] = alarms.concerning(people["chen"])
    path = f"/api/v1/alarms/{alarm.id}/seen"
    async with world.browser("wang") as browser:
        assert (await browser.ask("POST", path)).status == 404
    assert alarms.concerning(people["li"]) == [alarm]
    async with world.browser("li") as browser:
        assert (await browser.ask("POST", path)).status == 204
    assert alarms.concerning(people["chen"]) == []


async def test_a_supervisor_follows_a_live_call(world: WebWorld) -> None:
    """Each time on record; a call that is over, or never was, cannot be followed."""
    call = await world.floor.arrives()
    over = await talked(world, "li", "8001", NUMBER)
    async with world.browser("chen") as browser:
        assert (await browser.ask("POST", f"/api/v1/watch/{call.id}")).status == 204
        assert (await browser.ask("DELETE", f"/api/v1/watch/{call.id}")).status == 204
        for none in (over, "none"):
            assert (await browser.ask("POST", f"/api/v1/watch/{none}")).status == 404
    [noted] = await facts(world, call.id, FactKind.TRANSCRIPT_WATCHED)
    assert noted.operator_id == "id-chen"


@pytest.mark.parametrize("login", ["li", "guo"])
async def test_nobody_else_follows_a_call(world: WebWorld, login: str) -> None:
    """No operator; and no admin, who sees no words at all."""
    call = await world.floor.arrives()
    async with world.browser(login) as browser:
        assert (await browser.ask("POST", f"/api/v1/watch/{call.id}")).status == 403
    assert await facts(world, call.id, FactKind.TRANSCRIPT_WATCHED) == []
