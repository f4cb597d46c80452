"""What a citizen's own page reads: their words and ours, the place in line, nothing else."""

import asyncio

from channels.message import Sender
from gateway.core.chat import ChatForm, ChatOutcome
from gateway.core.outbound import OutState
from gateway.core.query_code import code_hash
from tests.eventually import others_run
from tests.gateway.intake.chat_world import ChatWorld

ZHANG = ("web:main", "openid", "zhang")


async def test_a_page_finds_its_conversation_and_the_last_one(chats: ChatWorld) -> None:
    """The open one, else the last; a stranger has none."""
    desk = chats.messages.citizen_desk
    assert await desk.latest_chat_of(*ZHANG) == ""
    taken = await chats.writes()
    assert await desk.latest_chat_of(*ZHANG) == taken.contact_id
    await desk.leave(taken.contact_id)
    await desk.leave(taken.contact_id)
    assert await desk.latest_chat_of(*ZHANG) == taken.contact_id
    assert await desk.latest_chat_of("web:main", "openid", "wang") == ""
    stored = await chats.floor.store.chat(taken.contact_id)
    assert stored
    assert stored.outcome is ChatOutcome.ABANDONED


async def test_the_place_in_line_and_the_wait(chats: ChatWorld) -> None:
    """A position from 1; a guess of the wait only from answers that there were."""
    desk = chats.messages.citizen_desk
    first = await chats.writes()
    chats.floor_world.clock.turn(1)
    second = await chats.writes(sender=Sender(scheme="openid", value="li"))
    await chats.messages.referee.tick()
    assert (await desk.status(first.contact_id))["position"] == 1
    waiting = await desk.status(second.contact_id)
    assert (waiting["state"], waiting["position"]) == ("waiting", 2)
    assert waiting["expected_wait_seconds"] is None
    await chats.sits("li", "8001")
    await chats.accepted(first.contact_id, "li")
    status = await desk.status(first.contact_id)
    assert (status["state"], status["operator_name"]) == ("open", "李明")
    assert (await desk.status("nothing"))["state"] == "none"


async def test_a_page_that_waits_is_woken_by_the_answer(chats: ChatWorld) -> None:
    """And at once when something newer is there already."""
    desk = chats.messages.citizen_desk
    await chats.sits("li", "8001")
    taken = await chats.writes()
    await chats.accepted(taken.contact_id, "li")
    seq = chats.chat(taken.contact_id).last_seq
    async with asyncio.timeout(10), asyncio.TaskGroup() as tasks:
        waiting = tasks.create_task(desk.wait(taken.contact_id, seq, 60))
        await others_run()
        assert not waiting.done()
        await chats.says("li", taken.contact_id, "在的")
    (answer,) = await desk.messages(taken.contact_id, seq, 10)
    assert (answer["text"], answer["who"]) == ("在的", "operator")
    async with asyncio.timeout(10):
        await desk.wait(taken.contact_id, seq, 60)
    assert not chats.floor.chats._ears


async def test_what_the_page_has_shown_is_read(chats: ChatWorld) -> None:
    """Up to there and no further."""
    desk = chats.messages.citizen_desk
    await chats.sits("li", "8001")
    taken = await chats.writes()
    await chats.accepted(taken.contact_id, "li")
    await chats.says("li", taken.contact_id, "一")
    seq = chats.chat(taken.contact_id).last_seq
    await chats.says("li", taken.contact_id, "二")
    await desk.seen(taken.contact_id, seq)
    states = [one.state for one in await chats.outs(taken.contact_id)]
    assert states == [OutState.READ, OutState.READ, OutState.SENT]


async def test_a_code_opens_its_form(chats: ChatWorld) -> None:
    """As it is typed, and nothing but that form."""
    code = "12345678901234567890"
    form = await chats.messages.inbox.accept_one(
        "web:main", chats.inbound(), form=ChatForm.FORM, query_code_hash=code_hash(code)
    )
    desk = chats.messages.citizen_desk
    assert await desk.form_by_code("1234 5678 9012 3456 7890") == form.contact_id
    assert await desk.form_by_code("0" * 20) == ""
    assert await desk.form_by_code("abc") == ""
    assert await desk.account_of(form.contact_id) == "web:main"
