"""Marks over HTTP."""

import pytest

from tests.gateway.web.web_world import WebWorld

NOTE = "听力不便"


async def at_seat(world: WebWorld, number: str = "13800001234") -> str:
    """Li talks with this number at 8001; the contact's id."""
    await world.floor.seated("li", "8001")
    call = await world.floor.arrives(number)
    await world.floor.rings(call, "8001")
    await world.floor.answers(call, "8001")
    return call.id


async def test_a_mark_is_set_seen_and_taken_back(world: WebWorld) -> None:
    """The answer is what the number has then; the detail shows it, without the number."""
    path = f"/api/v1/contacts/{await at_seat(world)}"
    async with world.browser("li") as browser:
        elder = {"kind": "elder", "note": NOTE, "until": None}
        set_ = await browser.ask("POST", f"{path}/flags", {"kind": "elder", "note": NOTE})
        assert (set_.status, set_.json) == (200, [elder])
        assert set_.headers["Cache-Control"] == "no-store"
        care = await browser.ask("POST", f"{path}/flags", {"kind": "care", "days": 30})
        assert [flag["kind"] for flag in care.json] == ["care", "elder"]
        assert care.json[0]["until"].endswith("Z")
        detail = (await browser.ask("GET", path)).json
        assert detail["flags"] == care.json
        facts = [fact for fact in detail["facts"] if fact["kind"] == "number_flagged"]
        assert [fact["data"] for fact in facts] == [{"kind": "elder"}, {"kind": "care"}]
        left = await browser.ask("DELETE", f"{path}/flags/care")
        assert (left.status, left.json) == (200, [elder])
        assert (await browser.ask("DELETE", f"{path}/flags/care")).status == 404
        assert (await browser.ask("DELETE", f"{path}/flags/vip")).status == 404


async def test_anothers_contact_and_none_at_all_look_alike(world: WebWorld) -> None:
    """Same status, same body but for the request's id (IDOR); and nothing is marked."""
    contact = await at_seat(world)
    async with world.browser("wang") as browser:
        bodies = []
        for one in (contact, "0123456789abcdef0123456789abcdef"):
            path = f"/api/v1/contacts/{one}/flags"
            for answer in (
                await browser.ask("POST", path, {"kind": "elder"}),
                await browser.ask("DELETE", f"{path}/elder"),
            ):
                assert answer.status == 404
                bodies.append(answer.json | {"instance": ""})
        assert all(body == bodies[0] for body in bodies)
    assert await world.parts.marks.of("13800001234") == ()


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/kind"),
        ({"kind": "vip"}, "/kind"),
        ({"kind": "care", "note": "长" * 201}, "/note"),
        ({"kind": "care", "days": 3651}, "/days"),
        ({"kind": "care", "days": -1}, "/days"),
        ({"kind": "care", "number": "13800001234"}, "/number"),
    ],
)
async def test_what_does_not_fit_is_named(
    world: WebWorld, body: dict[str, object], pointer: str
) -> None:
    """422 with a pointer to the field; a number cannot be sent along."""
    path = f"/api/v1/contacts/{await at_seat(world)}/flags"
    async with world.browser("li") as browser:
        answer = await browser.ask("POST", path, body)
        assert answer.status == 422
        assert [one["pointer"] for one in answer.json["errors"]] == [pointer]


async def test_a_withheld_number_is_refused_in_words(world: WebWorld) -> None:
    """422 in both languages, for setting and for taking back."""
    path = f"/api/v1/contacts/{await at_seat(world, '')}/flags"
    async with world.browser("li") as browser:
        for answer in (
            await browser.ask("POST", path, {"kind": "elder"}),
            await browser.ask("DELETE", f"{path}/elder"),
        ):
            assert answer.status == 422
            assert [one["code"] for one in answer.json["errors"]] == ["number-withheld"]


async def test_a_page_of_another_site_marks_nobody(world: WebWorld) -> None:
    """CSRF: DELETE without a body is an unsafe request like any other."""
    path = f"/api/v1/contacts/{await at_seat(world)}/flags"
    async with world.browser("li") as browser:
        await browser.ask("POST", path, {"kind": "elder"})
        foreign = {"Sec-Fetch-Site": "cross-site"}
        assert (await browser.ask("DELETE", f"{path}/elder", headers=foreign)).status == 403
        assert len(await world.parts.marks.of("13800001234")) == 1
