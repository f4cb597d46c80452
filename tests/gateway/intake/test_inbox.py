"""Everything that citizens send is recorded once, before it is acknowledged."""

import asyncio
from dataclasses import replace

import pytest

from channels.message import Grant, Kind, MediaRef, Received, Sender
from gateway.core.chat import ChatForm, ChatState
from gateway.core.errors import StoreUnavailable
from gateway.core.facts import FactKind
from gateway.core.hours import Opening
from gateway.core.message import Direction, FileState, MessageKind
from gateway.core.outbound import OutRoute, OutState
from gateway.core.queue import Queue
from gateway.intake.arriving import Accepted
from tests.gateway.intake.chat_world import ChatWorld
from tests.gateway.intake.test_floor import StoreBehindASwitch


async def test_three_deliveries_at_once_are_one_message(chats: ChatWorld) -> None:
    """A platform that retries while we still write gets the same answer three times."""
    one = chats.inbound()
    took = await asyncio.gather(
        *(chats.messages.inbox.accept("web:main", Received(messages=(one,))) for _ in range(3))
    )
    taken = [accepted for (accepted,) in took]
    assert sorted(one.new for one in taken) == [False, False, True]
    assert len({(one.contact_id, one.message_id, one.seq) for one in taken}) == 1
    kept = await chats.floor.store.messages(taken[0].contact_id)
    assert [one.direction for one in kept] == [Direction.IN, Direction.OUT]
    facts = await chats.floor.store.facts(contact_id=taken[0].contact_id)
    assert [fact.kind for fact in facts].count(FactKind.MESSAGE_RECEIVED) == 1


async def test_a_delivery_is_known_after_a_restart(chats: ChatWorld) -> None:
    """What was recorded before is found in the store, not only in memory."""
    first = await chats.writes(key="same")
    chats.messages.inbox._known.clear()
    again = await chats.writes(key="same")
    assert not again.new
    assert (again.contact_id, again.message_id, again.seq) == (
        first.contact_id,
        first.message_id,
        first.seq,
    )


async def test_what_begins_no_conversation_is_known_too(chats: ChatWorld) -> None:
    """A follow that is delivered again is the same follow, also after a restart."""
    follow = {"kind": Kind.EVENT, "event": "subscribe", "text": "", "key": "same"}
    assert (await chats.writes(**follow)).new
    assert not (await chats.writes(**follow)).new
    chats.messages.inbox._known.clear()
    again = await chats.writes(**follow)
    assert (again.contact_id, again.new) == ("", False)
    facts = await chats.floor.store.facts(limit=50)
    assert [fact.kind for fact in facts].count(FactKind.MESSAGE_RECEIVED) == 1


async def test_who_comes_back_with_two_messages_at_once_begins_one_conversation(
    chats: ChatWorld,
) -> None:
    """Their identity is known, their conversation is not there yet."""
    before = await chats.writes()
    await chats.messages.citizen_desk.leave(before.contact_id)
    taken = await asyncio.gather(*(chats.writes(f"第{n}句") for n in range(3)))
    assert len({one.contact_id for one in taken}) == 1
    assert len(chats.floor.chats.open) == 1


async def test_a_message_that_waited_while_its_conversation_closed_begins_another(
    chats: ChatWorld,
) -> None:
    """Nothing is written into what is over."""
    first = await chats.writes()
    _, second = await asyncio.gather(
        chats.messages.citizen_desk.leave(first.contact_id), chats.writes("还有一件事")
    )
    assert second.contact_id != first.contact_id
    assert chats.chat(second.contact_id).state is ChatState.WAITING


async def test_what_one_citizen_writes_is_one_conversation_in_order(chats: ChatWorld) -> None:
    """Twenty messages at once have numbers without a gap; another citizen has their own."""
    await asyncio.gather(*(chats.writes(f"第{n}句") for n in range(20)))
    other = await chats.writes(who="li", sender=Sender(scheme="openid", value="li"))
    (mine,) = {one for one in chats.floor.chats.open if one != other.contact_id}
    kept = await chats.floor.store.messages(mine)
    assert [one.seq for one in kept] == list(range(1, 22))
    assert chats.chat(mine).last_seq == 21


async def test_a_first_message_gets_the_notice_once(chats: ChatWorld) -> None:
    """Receipt and truthful-use notice with its id, once for each contact, in their language."""
    first = await chats.writes("有人在家吗")
    await chats.writes("还在等")
    kept = await chats.floor.store.messages(first.contact_id)
    ours = [one for one in kept if one.direction is Direction.OUT]
    assert len(ours) == 1
    assert "如实" in ours[0].text
    facts = await chats.floor.store.facts(contact_id=first.contact_id)
    told = [fact for fact in facts if fact.kind is FactKind.NOTICE_TOLD]
    assert [fact.data["notice_id"] for fact in told] == ["use-1"]
    english = await chats.writes("Hello", sender=Sender(scheme="openid", value="smith"))
    kept = await chats.floor.store.messages(english.contact_id)
    assert kept[1].text.startswith("We have received")


async def test_the_notice_leaves_by_the_right_that_the_message_opened(chats: ChatWorld) -> None:
    """A page has it at once; what must be sent waits for the outbox."""
    page = await chats.writes()
    (entry,) = await chats.outs(page.contact_id)
    assert (entry.route, entry.state) == (OutRoute.NONE, OutState.SENT)
    sent = await chats.writes(account="wechat:main")
    (entry,) = await chats.outs(sent.contact_id)
    assert (entry.route, entry.state) == (OutRoute.REPLY, OutState.QUEUED)
    await chats.sends_all()
    assert len(chats.wechat.sent) == 1
    view = chats.floor.chat_view(chats.chat(sent.contact_id))
    assert view["grant"]["left"] == 4


async def test_an_event_rings_nobody(chats: ChatWorld) -> None:
    """A follow opens no conversation, but its right to reply is kept; in one it is shown."""
    follow = {"kind": Kind.EVENT, "event": "subscribe", "text": ""}
    alone = await chats.writes(**follow, grant=Grant(quota=3, seconds=60))
    assert alone.contact_id == ""
    assert not chats.floor.chats.open
    first = await chats.writes()
    assert chats.floor.chat_view(chats.chat(first.contact_id))["grant"]["left"] == 3
    waiting = chats.chat(first.contact_id).waiting_since
    chats.floor_world.clock.turn(5)
    shown = await chats.writes(**follow)
    assert shown.contact_id == first.contact_id
    assert chats.chat(first.contact_id).waiting_since == waiting
    after = await chats.writes()
    assert after.seq == shown.seq + 1


async def test_a_word_of_danger_makes_it_an_emergency(chats: ChatWorld) -> None:
    """Whenever it comes; and it stays one."""
    first = await chats.writes("你好")
    assert not chats.chat(first.contact_id).emergency
    await chats.writes("楼里着火了")
    await chats.writes("快来")
    assert chats.chat(first.contact_id).emergency
    facts = await chats.floor.store.facts(contact_id=first.contact_id)
    assert [f.kind for f in facts].count(FactKind.CHAT_BECAME_EMERGENCY) == 1


async def test_files_wait_to_be_fetched(chats: ChatWorld) -> None:
    """The hook does not wait for them."""
    media = (MediaRef(ref="m-1", kind=Kind.IMAGE, name="照片.jpg"),)
    first = await chats.writes("", kind=Kind.IMAGE, media=media)
    (one,) = await chats.floor.store.attachments(first.contact_id)
    assert (one.state, one.ref, one.kind) == (FileState.PENDING, "m-1", MessageKind.IMAGE)
    assert await chats.floor.store.attachments_due(chats.floor.clock.now()) == (one,)


async def test_a_form_is_always_a_contact_of_its_own(chats: ChatWorld) -> None:
    """It never joins an open conversation, and has the target of a letter box."""
    chat = await chats.writes()
    form = await chats.messages.inbox.accept_one(
        "web:main", chats.inbound(), form=ChatForm.FORM, query_code_hash="h"
    )
    assert form.contact_id != chat.contact_id
    left = chats.chat(form.contact_id)
    assert left.due_at
    assert (left.due_at - left.opened_at).total_seconds() > 3600
    more = await chats.writes()
    assert more.contact_id == chat.contact_id


async def test_a_queue_that_is_closed_now_sends_messages_where_it_sends_calls(
    chats: ChatWorld,
) -> None:
    """Hours are the same for both."""
    chats.floor.queues["night"] = Queue(name="night", title_zh="夜班", title_en="Night")
    chats.floor.queues["civil"] = replace(
        chats.floor.queues["civil"],
        hours=(Opening(days=(6,), opens="03:00", closes="03:01"),),
        closed_queue="night",
    )
    taken = await chats.writes()
    assert chats.chat(taken.contact_id).queue == "night"


async def test_without_the_store_nothing_is_taken(chats: ChatWorld) -> None:
    """The platform is told to come again, nothing is half done, and then it is one message."""
    switch = StoreBehindASwitch(chats.floor.store)
    chats.floor.store = switch
    switch.away = True
    one = chats.inbound()
    with pytest.raises(StoreUnavailable):
        await chats.messages.inbox.accept("web:main", Received(messages=(one,)))
    assert not chats.floor.chats.open
    switch.away = False
    (taken,) = await chats.messages.inbox.accept("web:main", Received(messages=(one,)))
    assert taken.new
    assert chats.chat(taken.contact_id).state is ChatState.WAITING


async def test_a_letter_begins_a_contact_or_goes_on_from_its_own(chats: ChatWorld) -> None:
    """By the id of an earlier letter or of our answer; a stranger who knows the id begins another.

    A letter has the time that a mailbox has (GB/T 33358: a day), and closes only by a person.
    """
    chats.web.caps = replace(chats.web.caps, live=False)

    async def letter(key: str, who: str = "a@x.cn", *thread: str) -> Accepted:
        inbound = chats.inbound(key=key, sender=Sender(scheme="email", value=who), thread=thread)
        (taken,) = await chats.messages.inbox.accept("web:main", Received(messages=(inbound,)))
        return taken

    first = await letter("k1")
    assert chats.chat(first.contact_id).form is ChatForm.FORM
    assert (await letter("k2", "a@x.cn", "<unknown>", "k1")).contact_id == first.contact_id
    assert (await letter("k3")).contact_id != first.contact_id
    assert (await letter("k4", "b@x.cn", "k1")).contact_id != first.contact_id
    await chats.messages.citizen_desk.leave(first.contact_id)
    assert (await letter("k5", "a@x.cn", "k1")).contact_id != first.contact_id
