"""Pause → confirm → offer: a seat's last room goes to one conversation, and no call rings."""

import asyncio
from typing import Any

from gateway.core.chat import Chat, ChatState
from gateway.core.errors import Invalid
from gateway.core.seat import SeatState
from gateway.intake.seating import FULL
from tests.gateway.intake.chat_world import ChatWorld


async def test_the_last_room_is_filled_by_one_of_two(chats: ChatWorld) -> None:
    """Two clicks of one operator at once: the second is told that the seat is full."""
    chats.floor.chats.per_seat = 1
    waiting = [await chats.writes(who=who) for who in ("zhang", "wu")]
    await chats.sits("li", "8001")
    take = chats.messages.parts.talks.take
    found = await asyncio.gather(
        *(take(chats.operators["li"], one.contact_id) for one in waiting), return_exceptions=True
    )
    assert [type(one) for one in found] == [Chat, Invalid]
    assert len(chats.floor.chats.at_seat["8001"]) == 1


async def test_a_seat_that_is_being_filled_is_not_rung(chats: ChatWorld) -> None:
    """From before its telephone is asked to pause, so that nothing resumes it meanwhile."""
    chats.floor.chats.per_seat = 1
    await chats.sits("li", "8001")
    await chats.writes()
    told = chats.floor_world.phones.pause
    rung: list[bool] = []

    async def pause(seat: str, phone: Any, reason: str) -> None:
        rung.append(chats.floor_world.desk.seating.is_rung(chats.floor.seats[seat]))
        await told(seat, phone, reason)

    chats.floor_world.phones.pause = pause  # type: ignore[method-assign]  # looks meanwhile
    await chats.messages.referee.tick()
    assert rung == [False]


async def test_the_seat_is_paused_before_the_offer_that_fills_it(chats: ChatWorld) -> None:
    """Pause, the telephone's word, then the offer: in this order; resumed when one is closed."""
    chats.floor.chats.per_seat = 2
    await chats.sits("li", "8001")
    first = await chats.writes()
    second = await chats.writes(who="wu")
    order: list[str] = []
    told = chats.floor_world.phones.pause

    async def pause(seat: str, phone: Any, reason: str) -> None:
        offered = sum(c.state is ChatState.OFFERED for c in chats.floor.chats.open.values())
        order.append(f"pause with {offered} offered")
        await told(seat, phone, reason)

    chats.floor_world.phones.pause = pause  # type: ignore[method-assign]  # told before it happens
    await chats.messages.referee.tick()
    assert order == ["pause with 1 offered"]
    assert chats.floor_world.phones.paused("8001") is True
    reasons = {one.reason for one in chats.floor_world.phones.members.values()}
    assert reasons == {FULL}
    for one in (first, second):
        await chats.messages.parts.talks.accept(chats.operators["li"], one.contact_id)
    await chats.messages.parts.talks.close(chats.operators["li"], first.contact_id, "consult", "")
    await chats.messages.referee.tick()
    assert chats.floor_world.phones.paused("8001") is False


async def test_without_the_telephones_word_there_is_no_offer(chats: ChatWorld) -> None:
    """The last conversation of a seat waits until its phone is known to be paused."""
    chats.floor.chats.per_seat = 1
    await chats.sits("li", "8001")
    taken = await chats.writes()
    chats.floor_world.phones.away = True
    await chats.messages.referee.tick()
    assert chats.chat(taken.contact_id).state is ChatState.WAITING
    chats.floor_world.phones.away = False
    await chats.offered(taken.contact_id, "li")


async def test_a_call_that_was_faster_keeps_the_seat(chats: ChatWorld) -> None:
    """It came and rang while the pause was on its way: no offer, and the message goes elsewhere."""
    chats.floor.chats.per_seat = 1
    await chats.sits("li", "8001")
    taken = await chats.writes()
    told = chats.floor_world.phones.pause
    asked: list[str] = []

    async def pause(seat: str, phone: Any, reason: str) -> None:
        await told(seat, phone, reason)
        asked.append(seat)
        await chats.floor_world.rings(await chats.floor_world.arrives(), seat)

    chats.floor_world.phones.pause = pause  # type: ignore[method-assign]  # rings meanwhile
    await chats.messages.referee.tick()
    assert asked == ["8001"]
    assert chats.floor.seats["8001"].state is SeatState.OFFERED
    assert chats.chat(taken.contact_id).state is ChatState.WAITING
    await chats.messages.referee.tick()
    assert await chats.line.ahead_of(taken.contact_id) == 0
