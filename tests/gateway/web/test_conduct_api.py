"""Laws of due process over HTTP: who may do what, what each is shown, what a refusal says."""

import hashlib
from typing import Any

from gateway.core.call import Call
from gateway.core.facts import FactKind
from tests.gateway.web.web_world import WebWorld

NOTE: dict[str, Any] = {"kind": "insulting", "note": "一直骂人"}


async def talking(world: WebWorld) -> Call:
    """Li talks with somebody."""
    await world.floor.seated("li", "8001")
    call = await world.floor.arrives()
    await world.floor.rings(call, "8001")
    await world.floor.answers(call, "8001")
    return call


async def test_an_operator_notes_and_reminds_two_supervisors_decide(world: WebWorld) -> None:
    """The page says what each may do, and why nothing can be proposed yet; looking is noted."""
    call = await talking(world)
    where = f"/api/v1/contacts/{call.id}/conduct"
    async with world.browser("li") as li, world.browser("chen") as chen:
        told = {"told": "请文明用语，否则可能被限制使用热线"}
        early = await li.ask("POST", f"{where}/remind", told)
        assert (early.status, early.json["errors"][0]["code"]) == (422, "no-evidence")
        assert (await li.ask("POST", where, NOTE)).status == 204
        assert (await li.ask("POST", f"{where}/remind", told)).status == 204
        assert (await li.ask("POST", where, NOTE)).status == 204
        seen = (await li.ask("GET", where)).json
        assert (seen["standing"]["state"], seen["standing"]["moves"]) == ("grace", [])
        assert [one["evidence"] for one in seen["records"]] == ["一直骂人"] * 2
        (one,) = (await chen.ask("GET", "/api/v1/standings")).json["items"]
        assert (one["who"], one["why"], one["moves"]) == ("138****1234", "grace-runs", [])
        world.floor.clock.turn(300)
        assert (await li.ask("POST", where, NOTE)).status == 204
        its = f"/api/v1/standings/{one['id']}"
        asked = await chen.ask("POST", f"{its}/propose", {"days": 3, "reason": "提醒后仍不停止"})
        assert asked.status == 204
        (one,) = (await chen.ask("GET", "/api/v1/standings")).json["items"]
        assert (one["moves"], one["proposal"]["reason"]) == (["reject"], "提醒后仍不停止")
        own = await chen.ask("POST", f"{its}/approve")
        assert (own.status, own.json["errors"][0]["code"]) == (422, "same-person")
        whole = (await chen.ask("GET", its)).json
        assert len(whole["records"]) == 3
        assert whole["heard_zh"] == ""
    viewed = [one for one in await world.floor.store.facts() if one.kind is FactKind.CONTACT_VIEWED]
    assert [one.contact_id for one in viewed] == [call.id]


async def test_what_does_not_fit_is_refused(world: WebWorld) -> None:
    """An unknown kind, no words, a passage that is none, somebody else's contact."""
    call = await talking(world)
    where = f"/api/v1/contacts/{call.id}/conduct"
    async with world.browser("li") as li, world.browser("wang") as wang:
        for wrong in ({"kind": "rude", "note": "x"}, {"kind": "insulting"}):
            assert (await li.ask("POST", where, wrong)).status == 422
        passage = {"kind": "insulting", "source": "segment", "source_id": "none"}
        assert (await li.ask("POST", where, passage)).status == 404
        assert (await wang.ask("POST", where, NOTE)).status == 404
        assert (await wang.ask("GET", where)).status == 404


async def test_the_evidence_is_a_file_for_a_reason(world: WebWorld) -> None:
    """A ZIP that is not cached; without a reason it is refused, and an operator never gets it."""
    call = await talking(world)
    where = f"/api/v1/contacts/{call.id}/conduct"
    async with world.browser("li") as li, world.browser("chen") as chen:
        assert (await li.ask("POST", where, NOTE)).status == 204
        assert (await li.ask("POST", f"{where}/remind", {"told": "请文明用语"})).status == 204
        (one,) = (await chen.ask("GET", "/api/v1/standings")).json["items"]
        its = f"/api/v1/standings/{one['id']}/evidence"
        assert (await chen.ask("GET", its)).status == 422
        assert (await li.ask("GET", f"{its}?reason=abc")).status == 403
        answer = await chen.ask("GET", f"{its}?reason=abc")
    assert answer.status == 200
    assert answer.headers["Content-Type"] == "application/zip"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert hashlib.sha256(answer.raw).hexdigest() == answer.headers["X-Content-Sha256"]
    facts = await world.floor.store.audit(kinds=(FactKind.EVIDENCE_PACKED,))
    assert [fact.data["standing_id"] for fact in facts] == [one["id"]]
