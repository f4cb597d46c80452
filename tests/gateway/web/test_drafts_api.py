"""What is typed of a wrap-up outlives the page it was typed in."""

from tests.gateway.web.web_world import WebWorld

TYPED = {"code": "consult", "note": "路灯不亮\n第二行", "caller_name": "王先生"}


async def test_what_was_typed_is_there_for_the_next_page(world: WebWorld) -> None:
    """Another browser of the same operator reads it; emptied, it is gone."""
    floor = world.floor
    await floor.seated("li", "8001")
    call = await floor.arrives()
    await floor.rings(call, "8001")
    await floor.answers(call, "8001")
    path = f"/api/v1/contacts/{call.id}/draft"
    async with world.browser("li") as page, world.browser("li") as again:
        empty = {"code": "", "note": "", "caller_name": ""}
        assert (await again.ask("GET", path)).json == empty
        assert (await page.ask("PUT", path, TYPED)).status == 204
        assert (await again.ask("GET", path)).json == TYPED
        assert (await page.ask("PUT", path, empty)).status == 204
        assert (await again.ask("GET", path)).json == empty
        assert len(world.parts.drafts) == 0


async def test_only_whoever_has_the_call_sees_and_writes_it(world: WebWorld) -> None:
    """Not another seat, not one without a seat, not after the call left the seat."""
    floor = world.floor
    await floor.seated("li", "8001")
    call = await floor.arrives()
    await floor.rings(call, "8001")
    await floor.answers(call, "8001")
    path = f"/api/v1/contacts/{call.id}/draft"
    async with world.browser("li") as li, world.browser("wang") as wang:
        assert (await li.ask("PUT", path, TYPED)).status == 204
        for _ in range(2):
            assert (await wang.ask("GET", path)).status == 404
            assert (await wang.ask("PUT", path, TYPED)).status == 404
            await floor.seated("wang", "8002")
            await wang.ask("POST", "/api/v1/seat/sign-out")
        await floor.hangs_up(call)
        assert (await li.ask("GET", path)).json == TYPED
        await floor.desk.finish_wrap_up("id-li")
        assert (await li.ask("GET", path)).status == 404
        other = await floor.arrives()
        await floor.rings(other, "8001")
        assert (await li.ask("PUT", f"/api/v1/contacts/{other.id}/draft", TYPED)).status == 204
        assert len(world.parts.drafts) == 1


async def test_a_draft_has_a_size(world: WebWorld) -> None:
    """As a wrap-up has."""
    await world.floor.seated("li", "8001")
    async with world.browser("li") as li:
        answer = await li.ask("PUT", "/api/v1/contacts/x/draft", {"note": "长" * 4001})
        assert answer.status == 422
