"""The admin's API: problems all at once, conflicts, what may be sent, what is answered."""

import io
import json
from typing import Any

from gateway.core.number import Number
from tests.gateway.web.web_world import Browser, WebWorld

PLAN = "/api/v1/admin/plan"


async def ask(browser: Browser, path: str, body: dict[str, Any]) -> Any:
    """A POST from our own page."""
    return await browser.ask("POST", path, body, {"Origin": browser.world.url})


async def test_an_admin_checks_publishes_and_undoes(world: WebWorld) -> None:
    """Each answer as the document promises; the shapes that the page draws."""
    await world.floor.store.record(Number(did="12345", queue="civil"))
    async with world.browser("guo") as guo:
        now = (await guo.ask("GET", PLAN)).json
        assert {one["name"] for one in now["choices"]["greetings"]} >= {"greeting"}
        assert "0" not in now["choices"]["keys"]
        queue = {"name": "tax", "title_zh": "税", "title_en": "Tax"}
        plan = {**now["plan"], "queues": [*now["plan"]["queues"], queue]}
        body = {"base_revision": now["revision"], "plan": plan}
        checked = await ask(guo, f"{PLAN}/check", body)
        assert (checked.status, checked.json["problems"]) == (200, [])
        assert [one["path"] for one in checked.json["warnings"]] == ["queues[1]"]
        done = await ask(guo, f"{PLAN}/publish", body | {"comment": "税务"})
        assert (done.status, done.json["read_back"]["in_step"]) == (200, True)
        assert [one["action"] for one in done.json["changes"]] == ["add"]
        late = await ask(guo, f"{PLAN}/publish", body)
        assert (late.status, late.json["code"]) == (409, "published-meanwhile")
        listed = (await guo.ask("GET", "/api/v1/admin/revisions?limit=1")).json["items"]
        assert (listed[0]["by"], listed[0]["comment"]) == ("郭管理", "税务")
        path = f"/api/v1/admin/revisions/{done.json['revision']}/undo"
        assert (await ask(guo, path, {"comment": ""})).status == 200
        again = await ask(guo, path, {"comment": ""})
        assert (again.status, again.json["errors"][0]["pointer"]) == (409, "queue.tax")
        assert (await guo.ask("GET", "/api/v1/admin/drift")).json["in_step"]


async def test_every_problem_comes_at_once(world: WebWorld) -> None:
    """Of the shape first, then of what the values mean; in both languages, with their paths."""
    async with world.browser("guo") as guo:
        now = (await guo.ask("GET", PLAN)).json
        base = {"base_revision": now["revision"]}
        wrong = {**now["plan"], "numbers": [{"did": 1}], "seats": [{}]}
        answer = await ask(guo, f"{PLAN}/publish", base | {"plan": wrong})
        assert answer.status == 422
        found = {one["pointer"] for one in answer.json["errors"]}
        assert found == {"numbers[0].did", "numbers[0].queue", "seats[0].number"}
        wrong = {**now["plan"], "numbers": [{"did": "x", "queue": "nowhere"}], "operators": []}
        answer = await ask(guo, f"{PLAN}/publish", base | {"plan": wrong})
        assert answer.status == 422
        found = {one["pointer"] for one in answer.json["errors"]}
        assert found == {"numbers[0].did", "numbers[0].queue", "operators"}
        assert all(one["zh"] and one["en"] for one in answer.json["errors"])


async def test_a_large_plan_comes_in_and_a_larger_one_does_not(world: WebWorld) -> None:
    """A thousand seats are more than other requests may send; there is an end all the same."""
    async with world.browser("guo") as guo:
        now = (await guo.ask("GET", PLAN)).json
        seats = [{"number": str(20000 + n), "title": "坐席" * 20} for n in range(1000)]
        body = {"base_revision": now["revision"], "plan": {**now["plan"], "seats": seats}}
        assert (await ask(guo, f"{PLAN}/check", body)).status == 200
        huge = io.BytesIO(json.dumps(body | {"plan": "x" * 3_000_000}).encode())
        headers = {"Origin": world.url, "Content-Type": "application/json"}
        url = f"{world.url}{PLAN}/check"
        async with guo.http.post(url, data=huge, headers=headers) as answer:
            assert answer.status == 413
