"""Rows that only a running hotline can keep: a real gateway, a real Asterisk, one long morning."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from gateway.core.operator import Role
from gateway.core.transcript import side_file
from gateway.intake.archive import SIDES, measure
from tests.eventually import eventually
from tests.gateway_world import GatewayWorld, gateway_world
from tests.walks.people import citizen, connected, operator

pytestmark = [pytest.mark.asterisk, pytest.mark.asyncio(loop_scope="module")]

NUMBER, NAME, NOTE = "13987650001", "欧阳金丝雀", "金丝雀巷路灯不亮"
MERGED = "12315"
"""A hotline that was merged into 12345 and keeps its number."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[GatewayWorld]:
    """12345 and a merged number, whose calls go to the enterprise queue."""
    numbers = [{"did": "12345"}, {"did": MERGED, "title_zh": "消费维权", "queue": "enterprise"}]
    async with gateway_world(tmp_path_factory.mktemp("law"), numbers=numbers) as world:
        await world.add("chen", Role.SUPERVISOR)
        await world.add("shen", Role.AUDITOR)
        await world.add("guan", Role.ADMIN)
        yield world


async def test_r05_a_merged_number_reaches_the_same_people_and_is_on_record(
    world: GatewayWorld,
) -> None:
    """Row 5 (S3§2, S4§7, S1§10): several numbers reach one house, each call with its origin."""
    async with operator(world, "li", "8001") as li, citizen(world, NUMBER, MERGED) as call:
        await connected(call, li)
        assert li.console.call
        assert (li.console.call["did"], li.console.call["queue"]) == (MERGED, "enterprise")
        await call.hang_up()


async def test_r08_sound_and_words_are_linked_to_the_contact(world: GatewayWorld) -> None:
    """Row 8 (S0§12, S2§8, S4§12): recorded fully, each voice also by itself; all of the contact.

    Row 41 (S1§14): the whole process is kept; correcting a disposition leaves both facts.
    """
    async with operator(world, "li", "8001") as li, citizen(world, NUMBER) as call:
        await connected(call, li)
        assert li.console.call
        path = f"/api/v1/contacts/{li.console.call['contact_id']}"
        await call.hang_up()
        await li.console.seat_becomes("wrapping_up")
        for code in ("consult", "complaint"):
            body = {"code": code, "note": NOTE, "caller_name": NAME}
            await li.console.put(f"{path}/disposition", body)

        async def recorded() -> bool:
            return bool((await li.console.get(path))["contact"]["recording"])

        await eventually(recorded, 20)
        talks = (
            one for one in world.data_dir.glob("recordings/H*.wav") if one.stem.count("-") == 1
        )
        talk = max(talks, key=lambda one: one.name)  # names grow with the time of the call
        lengths = [
            measure(talk.with_name(name))[2]
            for name in (talk.name, *(side_file(talk.name, party) for party in SIDES))
        ]
        assert min(lengths) > 0.5
        assert max(lengths) - min(lengths) < 0.5
        detail = await li.console.get(path)
        kinds = [fact["kind"] for fact in detail["facts"]]
        assert kinds.count("disposition_recorded") == 2
        assert detail["contact"]["disposition"]["code"] == "complaint"
        assert [fact["seq"] for fact in detail["facts"]] == sorted(
            fact["seq"] for fact in detail["facts"]
        )


async def test_r16_contacts_are_for_those_who_deal_with_them_and_every_view_is_noted(
    world: GatewayWorld,
) -> None:
    """Row 16 (S0§6, S1§14, S2§20, S3§32, S4§39): access and query control.

    The auditor reads who looked at what and why, and sees no contact; that reading is noted too.
    """
    async with world.console("chen") as chen:
        found = await chen.search(NUMBER)
        path = f"/api/v1/contacts/{found['items'][0]['id']}"
        shown = await chen.post(f"{path}/reveal", {"reason": "回访核实"})
        assert shown["number"] == NUMBER
        await chen.get(path)
        kinds = [fact["kind"] for fact in (await chen.get(path))["facts"]]
        assert {"number_revealed", "contact_viewed"} <= set(kinds)
    async with world.console("shen") as shen:
        page = await shen.get("/api/v1/audit?kind=number_revealed")
        (revealed,) = [one for one in page["items"] if one["contact_id"] in path]
        assert (revealed["operator_name"], revealed["data"]["reason"]) == ("话务员chen", "回访核实")
        noted = await shen.get("/api/v1/audit?kind=audit_read")
        assert [one["operator_name"] for one in noted["items"]] == ["话务员shen"] * 2
        assert NUMBER not in str(page) + str(noted)
    await world.add("zhou")
    for login in ("zhou", "shen", "guan"):
        async with world.console(login) as other, other.http.get(world.url + path) as answer:
            assert answer.status in (403, 404), login


async def test_r15_no_personal_data_stands_in_the_clear_anywhere_on_disk(
    world: GatewayWorld,
) -> None:
    """Row 15 (S0§10, S1§14, S4§14): planted number, name and words; every file is searched.

    The telephone system's logs and file names too. Runs last: it stops the hotline.
    """
    await world.stop()
    searched = 0
    for path in world.folder.rglob("*"):
        assert NUMBER not in str(path)
        if not path.is_file() or path.is_symlink():
            continue
        data = path.read_bytes()
        searched += 1
        for canary in (NUMBER, NAME, NOTE):
            for coded in (
                canary.encode(),
                canary.encode("utf-16-le"),
                ascii(canary)[1:-1].encode(),
            ):
                assert coded not in data, f"{canary} in {path.relative_to(world.folder)}"
    assert searched > 20
