"""What operators do with conversations: recorded before it is so, and only with their own."""

import asyncio

import pytest

from channels.message import Sender
from gateway.core.chat import ChatOutcome, ChatState
from gateway.core.errors import AlreadyTaken, IllegalMove, Invalid, StoreUnavailable, Unknown
from gateway.core.facts import FactKind
from gateway.core.message import Direction
from gateway.core.seat import SeatState
from gateway.intake.talks import NOT_BACK_SECONDS
from tests.gateway.intake.chat_world import ChatWorld
from tests.gateway.intake.test_floor import StoreBehindASwitch

LI = Sender(scheme="openid", value="li")


async def had(chats: ChatWorld, login: str = "li", seat: str = "8001") -> str:
    """A conversation that this operator has."""
    await chats.sits(login, seat)
    taken = await chats.writes()
    await chats.accepted(taken.contact_id, login)
    return taken.contact_id


async def test_an_answer_ends_the_wait(chats: ChatWorld) -> None:
    """By a person, not by the receipt; the next word of the citizen begins another."""
    contact_id = await had(chats)
    since = chats.chat(contact_id).waiting_since
    assert since
    chats.floor_world.clock.turn(7)
    await chats.says("li", contact_id)
    chat = chats.chat(contact_id)
    assert (chat.waiting_since, chat.due_at) == (None, None)
    assert chat.answered_seconds == 7
    assert chat.first_reply_at
    chats.floor_world.clock.turn(60)
    await chats.writes("还有")
    again = chats.chat(contact_id)
    assert again.waiting_since == chats.floor.clock.now()
    assert again.state is ChatState.OPEN
    facts = await chats.floor.store.facts(contact_id=contact_id)
    answers = [fact for fact in facts if fact.kind is FactKind.CHAT_ANSWERED]
    assert [fact.data["waited_seconds"] for fact in answers] == [7.0]


async def test_said_twice_under_one_key_is_said_once(chats: ChatWorld) -> None:
    """A console that did not hear the answer sends again."""
    contact_id = await had(chats)
    words, li = chats.messages.parts.words, chats.operators["li"]
    both = await asyncio.gather(*(words.say(li, contact_id, "k", "您好") for _ in range(2)))
    assert sorted(new for _, new in both) == [False, True]
    assert len({message.id for message, _ in both}) == 1


async def test_another_operator_may_not_touch_it(chats: ChatWorld) -> None:
    """It answers them like one that does not exist."""
    contact_id = await had(chats)
    talks, words = chats.messages.parts.talks, chats.messages.parts.words
    wang = chats.operators["wang"]
    await chats.sits("wang", "8002")
    for attempt in (
        talks.accept(wang, contact_id),
        talks.decline(wang, contact_id),
        talks.release(wang, contact_id),
        talks.close(wang, contact_id, "consult"),
        words.say(wang, contact_id, "k", "hi"),
        words.note(wang, contact_id, "k", "hi"),
        words.shown(wang, contact_id, 1),
    ):
        with pytest.raises(Unknown):
            await attempt
    with pytest.raises(AlreadyTaken):
        await talks.take(wang, contact_id)


async def test_a_note_is_for_colleagues_and_answers_nobody(chats: ChatWorld) -> None:
    """The citizen still waits, and their page never shows it."""
    contact_id = await had(chats)
    note, _ = await chats.messages.parts.words.note(
        chats.operators["li"], contact_id, "n", "脾气大"
    )
    assert note.direction is Direction.NOTE
    assert chats.chat(contact_id).waiting_since
    shown = await chats.messages.citizen_desk.messages(contact_id, 0, 100)
    assert all("脾气" not in one["text"] for one in shown)
    assert chats.floor.chats.texts[contact_id] != "脾气大"


async def test_taking_by_hand_needs_room(chats: ChatWorld) -> None:
    """Out of turn, also by a seat that takes a break; a full seat cannot."""
    chats.floor.chats.per_seat = 1
    talks, li = chats.messages.parts.talks, chats.operators["li"]
    await chats.floor_world.seated("li", "8001")
    await chats.floor_world.desk.take_break("id-li", "rest")
    first, second = await chats.writes(), await chats.writes(sender=LI)
    await talks.take(li, second.contact_id)
    assert chats.chat(second.contact_id).operator_id == "id-li"
    with pytest.raises(Invalid):
        await talks.take(li, first.contact_id)
    assert (await talks.take(li, second.contact_id)).state is ChatState.OPEN


async def test_two_who_take_the_same_one_get_it_once(chats: ChatWorld) -> None:
    """The second is told who has it."""
    talks = chats.messages.parts.talks
    for login, seat in (("li", "8001"), ("wang", "8002")):
        await chats.floor_world.seated(login, seat)
        await chats.floor_world.desk.take_break(f"id-{login}", "rest")
    taken = await chats.writes()
    both = await asyncio.gather(
        *(talks.take(chats.operators[login], taken.contact_id) for login in ("li", "wang")),
        return_exceptions=True,
    )
    assert sum(isinstance(one, AlreadyTaken) for one in both) == 1


async def test_refusing_an_offer_takes_the_seat_out(chats: ChatWorld) -> None:
    """As for a call; otherwise it would be offered the same again at once."""
    await chats.sits("li", "8001")
    taken = await chats.writes()
    await chats.offered(taken.contact_id, "li")
    await chats.messages.parts.talks.decline(chats.operators["li"], taken.contact_id)
    seat = chats.floor.seats["8001"]
    assert (seat.state, seat.reason) == (SeatState.NOT_READY, "rejected")
    assert chats.chat(taken.contact_id).state is ChatState.WAITING


async def test_a_conversation_is_handed_to_a_colleague_with_a_note(chats: ChatWorld) -> None:
    """They are offered it, with its old rank, and the note is in it."""
    contact_id = await had(chats)
    talks, li = chats.messages.parts.talks, chats.operators["li"]
    with pytest.raises(Invalid):
        await talks.transfer(li, contact_id, operator_id="id-wang")
    with pytest.raises(Invalid):
        await talks.transfer(li, contact_id)
    await chats.sits("wang", "8002")
    since = chats.chat(contact_id).waiting_since
    await talks.transfer(li, contact_id, operator_id="id-wang", note="问社保")
    await chats.offered(contact_id, "wang")
    assert chats.chat(contact_id).waiting_since == since
    said = await chats.floor.store.messages(contact_id)
    assert [one.text for one in said if one.direction is Direction.NOTE] == ["问社保"]


async def test_what_is_given_to_a_queue_does_not_come_straight_back(chats: ChatWorld) -> None:
    """Others have a minute for it; then it is for whoever is there. Its place stays what it was."""
    contact_id = await had(chats)
    talks, li = chats.messages.parts.talks, chats.operators["li"]
    since = chats.chat(contact_id).waiting_since
    await talks.transfer(li, contact_id, queue="civil")
    await chats.messages.referee.tick()
    assert chats.chat(contact_id).state is ChatState.WAITING
    chats.floor_world.clock.turn(NOT_BACK_SECONDS + 1)
    chats.floor.hub.attach(li).heard()
    await chats.offered(contact_id, "li")
    assert chats.chat(contact_id).waiting_since == since


async def test_closing_writes_down_how_and_may_be_corrected(chats: ChatWorld) -> None:
    """By whoever had it; a word afterwards begins a new conversation."""
    contact_id = await had(chats)
    talks, li = chats.messages.parts.talks, chats.operators["li"]
    await chats.says("li", contact_id)
    with pytest.raises(Invalid):
        await talks.close(li, contact_id, "nonsense")
    await talks.close(li, contact_id, "consult", "已答复")
    stored = await chats.floor.store.chat(contact_id)
    assert stored
    assert (stored.state, stored.outcome) == (ChatState.CLOSED, ChatOutcome.ANSWERED)
    assert contact_id not in chats.floor.chats.open
    await talks.close(li, contact_id, "consult", "改正")
    with pytest.raises(IllegalMove):
        await talks.transfer(li, await _offered_only(chats), queue="civil")
    again = await chats.writes()
    assert again.contact_id != contact_id


async def test_too_long_for_the_channel_is_refused_with_the_limit(chats: ChatWorld) -> None:
    """And nothing to say is nothing to send."""
    await chats.sits("li", "8001")
    taken = await chats.writes(account="wechat:main")
    await chats.accepted(taken.contact_id, "li")
    words, li = chats.messages.parts.words, chats.operators["li"]
    for text in ("长" * 601, " "):
        with pytest.raises(Invalid):
            await words.say(li, taken.contact_id, "k", text)


async def test_a_command_that_cannot_be_recorded_does_not_happen(chats: ChatWorld) -> None:
    """The operator is told; the screen shows what was."""
    contact_id = await had(chats)
    switch = StoreBehindASwitch(chats.floor.store)
    chats.floor.store = switch
    before = chats.floor.picture(chats.operators["li"])
    switch.away = True
    with pytest.raises(StoreUnavailable):
        await chats.messages.parts.talks.close(chats.operators["li"], contact_id, "consult")
    switch.away = False
    assert chats.floor.picture(chats.operators["li"]) == before


async def test_an_idle_conversation_is_closed_politely(chats: ChatWorld) -> None:
    """With a last word; one in which the citizen waits is not."""
    contact_id = await had(chats)
    chats.floor_world.clock.turn(3600)
    await chats.messages.idle.look()
    assert contact_id in chats.floor.chats.open
    await chats.says("li", contact_id)
    chats.floor_world.clock.turn(1799)
    await chats.messages.idle.look()
    assert contact_id in chats.floor.chats.open
    chats.floor_world.clock.turn(1)
    await chats.messages.idle.look()
    assert contact_id not in chats.floor.chats.open
    last = (await chats.floor.store.messages(contact_id))[-1]
    assert (last.direction, last.operator_id) == (Direction.OUT, "")


async def _offered_only(chats: ChatWorld) -> str:
    taken = await chats.writes(sender=LI)
    chats.floor.hub.attach(chats.operators["li"]).heard()
    await chats.offered(taken.contact_id, "li")
    return taken.contact_id
