"""Offers that nobody takes, seats that fall silent: looked at again when their turn has come."""

import asyncio

from gateway.core.chat import ChatState
from gateway.core.facts import FactKind
from gateway.core.seat import SeatState
from tests.gateway.intake.chat_world import ChatWorld


async def kinds(chats: ChatWorld, contact_id: str) -> list[FactKind]:
    """What happened in a conversation."""
    return [fact.kind for fact in await chats.floor.store.facts(contact_id=contact_id)]


async def test_what_is_accepted_in_the_last_moment_does_not_lapse(chats: ChatWorld) -> None:
    """The click is being written down when the offer's time is over: it counts."""
    await chats.sits("li", "8001")
    taken = await chats.writes()
    await chats.offered(taken.contact_id, "li")
    chats.floor_world.clock.turn(20)
    chats.floor.hub.attach(chats.operators["li"]).heard()
    await asyncio.gather(
        chats.messages.parts.talks.accept(chats.operators["li"], taken.contact_id),
        chats.messages.referee.tick(),
    )
    assert chats.chat(taken.contact_id).state is ChatState.OPEN
    assert chats.floor.seats["8001"].state is SeatState.READY


async def test_an_offer_to_a_seat_that_rings_is_nobodys_fault(chats: ChatWorld) -> None:
    """A call was faster: what was offered is taken back, and the seat stays with its call."""
    await chats.sits("li", "8001")
    taken = await chats.writes()
    await chats.offered(taken.contact_id, "li")
    await chats.floor_world.rings(await chats.floor_world.arrives(), "8001")
    chats.floor_world.clock.turn(20)
    chats.floor.hub.attach(chats.operators["li"]).heard()
    await chats.messages.referee.tick()
    assert chats.chat(taken.contact_id).state is ChatState.WAITING
    assert chats.floor.seats["8001"].state is SeatState.OFFERED
    happened = await kinds(chats, taken.contact_id)
    assert FactKind.CHAT_WITHDRAWN in happened
    assert FactKind.CHAT_LAPSED not in happened


async def test_offers_of_a_gateway_before_us_are_taken_back(chats: ChatWorld) -> None:
    """Nobody saw them end; what was accepted stays where it is."""
    await chats.sits("li", "8001")
    had = await chats.writes()
    await chats.accepted(had.contact_id, "li")
    taken = await chats.writes(who="wu")
    before = await chats.offered(taken.contact_id, "li")
    await chats.messages.referee._lapses.begin()
    chat = chats.chat(taken.contact_id)
    assert (chat.state, chat.waiting_since) == (ChatState.WAITING, before.waiting_since)
    assert chats.chat(had.contact_id).state is ChatState.OPEN
    assert chats.floor.seats["8001"].state is SeatState.READY


async def test_an_offer_that_lapses_waits_where_it_stood(chats: ChatWorld) -> None:
    """The seat is taken out with its reason, as for a call; the next seat gets it first."""
    await chats.sits("li", "8001")
    taken = await chats.writes()
    before = await chats.offered(taken.contact_id, "li")
    chats.floor_world.clock.turn(1)
    later = await chats.writes(who="wu")
    chats.floor_world.clock.turn(20)
    chats.floor.hub.attach(chats.operators["li"]).heard()
    await chats.messages.referee.tick()
    seat = chats.floor.seats["8001"]
    assert (seat.state, seat.reason) == (SeatState.NOT_READY, "no_answer")
    assert chats.floor_world.phones.paused("8001") is True
    chat = chats.chat(taken.contact_id)
    assert (chat.waiting_since, chat.due_at) == (before.waiting_since, before.due_at)
    await chats.messages.referee.tick()
    assert await chats.line.ahead_of(taken.contact_id) == 0
    assert await chats.line.ahead_of(later.contact_id) in (1, None)
    assert FactKind.CHAT_LAPSED in await kinds(chats, taken.contact_id)
    await chats.sits("wang", "8002")
    await chats.offered(taken.contact_id, "wang")


async def test_a_silent_seats_conversations_wait_for_it_first(chats: ChatWorld) -> None:
    """With their old rank, for the same operator for a while, then for anybody."""
    await chats.sits("li", "8001")
    taken = await chats.writes()
    await chats.accepted(taken.contact_id, "li")
    await chats.sits("wang", "8002")
    wang = chats.floor.hub.attach(chats.operators["wang"])
    since = chats.chat(taken.contact_id).waiting_since
    chats.floor_world.clock.turn(21)
    wang.heard()
    await chats.messages.referee.tick()
    chat = chats.chat(taken.contact_id)
    assert (chat.state, chat.wanted_operator) == (ChatState.WAITING, "id-li")
    assert chat.waiting_since == since
    await chats.messages.referee.tick()
    assert chats.chat(taken.contact_id).state is ChatState.WAITING
    chats.floor_world.clock.turn(121)
    wang.heard()
    await chats.messages.referee.tick()
    await chats.offered(taken.contact_id, "wang")


async def test_who_comes_back_gets_their_conversation_again(chats: ChatWorld) -> None:
    """The wanted operator is asked first, whatever their queues."""
    await chats.sits("li", "8001")
    await chats.sits("wang", "8002")
    li = chats.floor.hub.attach(chats.operators["li"])
    wang = chats.floor.hub.attach(chats.operators["wang"])
    taken = await chats.writes()
    await chats.messages.referee.tick()
    had = chats.chat(taken.contact_id).operator_id
    login = had.removeprefix("id-")
    await chats.messages.parts.talks.accept(chats.operators[login], taken.contact_id)
    chats.floor_world.clock.turn(21)
    (wang if login == "li" else li).heard()
    await chats.messages.referee.tick()
    assert chats.chat(taken.contact_id).state is ChatState.WAITING
    (li if login == "li" else wang).heard()
    await chats.offered(taken.contact_id, login)
