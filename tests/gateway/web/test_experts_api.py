"""Laws of departments, experts and promises over HTTP."""

from tests.gateway.web.web_world import WebWorld

DEPARTMENT = {"title_zh": "人社局", "title_en": "Social security"}
EXPERT = {
    "department_id": "shebao",
    "name": "赵专家",
    "number": "13700000001",
    "trunk": "out",
    "skills": ["养老"],
    "duties": ["工作日 09:00-17:30", "67 22:00-06:00 2026-03-01..2026-12-31 #2"],
}
CSV = "id,department,name,number,days\nqian,shebao,钱专家,13700000002,daily\n"


async def test_an_admin_keeps_the_roster(world: WebWorld) -> None:
    """Added, read back, changed, removed; the rota is read in either language."""
    async with world.browser("guo") as guo:
        assert (await guo.ask("PUT", "/api/v1/departments/shebao", DEPARTMENT)).status == 204
        assert (await guo.ask("PUT", "/api/v1/experts/zhao", EXPERT)).status == 204
        found = (await guo.ask("GET", "/api/v1/experts")).json
        assert found["trunks"] == ["out"]
        assert found["items"][0]["duties"] == [
            "workdays 09:00-17:30 #1",
            "67 22:00-06:00 2026-03-01..2026-12-31 #2",
        ]
        assert (await guo.ask("DELETE", "/api/v1/departments/shebao")).status == 409
        departments = (await guo.ask("GET", "/api/v1/departments")).json["items"]
        assert [(one["id"], one["experts"]) for one in departments] == [("shebao", 1)]
        assert (await guo.ask("DELETE", "/api/v1/experts/zhao")).status == 204
        assert (await guo.ask("DELETE", "/api/v1/experts/zhao")).status == 404
        assert (await guo.ask("DELETE", "/api/v1/departments/shebao")).status == 204


async def test_what_is_wrong_is_pointed_at(world: WebWorld) -> None:
    """Each line of the rota that is none, and a way to call that is not there."""
    async with world.browser("guo") as guo:
        await guo.ask("PUT", "/api/v1/departments/shebao", DEPARTMENT)
        bad = await guo.ask("PUT", "/api/v1/experts/zhao", EXPERT | {"duties": ["whenever"]})
        assert bad.status == 422
        assert [one["pointer"] for one in bad.json["errors"]] == ["/duties/0"]
        bad = await guo.ask("PUT", "/api/v1/experts/zhao", EXPERT | {"trunk": "nowhere"})
        assert [one["pointer"] for one in bad.json["errors"]] == ["/number"]


async def test_a_file_is_looked_at_before_it_is_taken(world: WebWorld) -> None:
    """A dry run and a faulty line write nothing; a good file is there at once."""
    async with world.browser("guo") as guo:
        await guo.ask("PUT", "/api/v1/departments/shebao", DEPARTMENT)
        looked = await guo.ask("POST", "/api/v1/experts/import", {"csv": CSV, "dry_run": True})
        assert (looked.json["experts"], looked.json["written"]) == (1, False)
        bad = await guo.ask("POST", "/api/v1/experts/import", {"csv": CSV + "x,,,,\n"})
        assert [one["line"] for one in bad.json["bad"]] == [3]
        assert (await guo.ask("GET", "/api/v1/experts")).json["items"] == []
        taken = await guo.ask("POST", "/api/v1/experts/import", {"csv": CSV})
        assert taken.json["written"] is True
        assert [one["id"] for one in (await guo.ask("GET", "/api/v1/experts")).json["items"]] == [
            "qian"
        ]


async def test_the_week_of_a_department_shows_its_gaps(world: WebWorld) -> None:
    """National Day 2026 is off, the Saturday after it is worked; stretches have no hole."""
    async with world.browser("guo") as guo:
        await guo.ask("PUT", "/api/v1/departments/shebao", DEPARTMENT)
        duties = {"duties": ["workdays 09:00-17:30"]}
        await guo.ask("PUT", "/api/v1/experts/zhao", EXPERT | duties)
        path = "/api/v1/experts/rota?department=shebao&at=2026-10-08T00:00:00Z"
        week = (await guo.ask("GET", path)).json
    assert week["monday"] == "2026-10-05"
    assert week["days_off"] == ["2026-10-05", "2026-10-06", "2026-10-07", "2026-10-11"]
    worked = [slot["begin"] for slot in week["slots"] if slot["experts"]]
    assert worked == ["2026-10-08T09:00", "2026-10-09T09:00", "2026-10-10T09:00"]


async def test_operators_see_no_roster_and_admins_no_promises(world: WebWorld) -> None:
    """Numbers are the admin's to keep, citizens the operators' to answer."""
    async with world.browser("li") as li:
        for method, path in (
            ("GET", "experts"),
            ("POST", "experts/import"),
            ("GET", "departments"),
        ):
            body = {"csv": CSV} if method == "POST" else None
            assert (await li.ask(method, f"/api/v1/{path}", body)).status == 403
    async with world.browser("guo") as guo:
        assert (await guo.ask("GET", "/api/v1/promises")).status == 403


async def test_a_promise_is_made_shown_and_kept(world: WebWorld) -> None:
    """By the supervisor for a waiting call; no number in it; kept once."""
    async with world.browser("guo") as guo:
        await guo.ask("PUT", "/api/v1/departments/shebao", DEPARTMENT)
    call = await world.floor.arrives()
    async with world.browser("chen") as chen:
        made = await chen.ask(
            "POST", "/api/v1/promises", {"contact_id": call.id, "target": "shebao"}
        )
        assert made.status == 201
        assert "13800001234" not in str(made.json)
        found = (await chen.ask("GET", "/api/v1/promises")).json["items"]
        assert [(one["id"], one["department_zh"]) for one in found] == [(made.json["id"], "人社局")]
        done = f"/api/v1/promises/{made.json['id']}/done"
        assert (await chen.ask("POST", done, {"note": "已回电"})).json["state"] == "kept"
        assert (await chen.ask("POST", done, {})).status == 409
        assert (await chen.ask("GET", "/api/v1/promises")).json["items"] == []
