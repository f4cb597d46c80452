"""Who gets what: pause → confirm → offer, old ranks, silent seats, and the line as a hint."""

from typing import Any

from channels.message import Sender
from gateway.core.chat import ChatState
from gateway.core.errors import LineUnavailable
from gateway.core.facts import FactKind
from gateway.core.revision import Removal
from gateway.core.seat import SeatState
from gateway.intake.seating import FULL
from tests.gateway.intake.chat_world import ChatWorld
from tests.gateway.intake.test_floor import StoreBehindASwitch


async def kinds(chats: ChatWorld, contact_id: str) -> list[FactKind]:
    """What happened in a conversation."""
    return [fact.kind for fact in await chats.floor.store.facts(contact_id=contact_id)]


async def test_what_waits_is_offered_to_a_ready_seat(chats: ChatWorld) -> None:
    """With a deadline, pushed to its screen; nobody else sees it as theirs."""
    await chats.sits("li", "8001")
    taken = await chats.writes()
    chat = await chats.offered(taken.contact_id, "li")
    assert chat.state is ChatState.OFFERED
    assert chat.offer_until
    assert (chat.offer_until - chats.floor.clock.now()).total_seconds() == 20
    picture = chats.floor.picture(chats.operators["li"])
    assert [one["contact_id"] for one in picture["chats"]] == [taken.contact_id]
    assert chats.floor.picture(chats.operators["wang"])["chats"] == []


async def test_the_seat_is_paused_before_the_offer_that_fills_it(chats: ChatWorld) -> None:
    """Pause, the telephone's word, then the offer: in this order; resumed when one is closed."""
    chats.floor.chats.per_seat = 2
    await chats.sits("li", "8001")
    first, second = await chats.writes(), await _another(chats)
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
    """It began to ring while the pause was on its way: no offer, and the message goes elsewhere."""
    chats.floor.chats.per_seat = 1
    await chats.sits("li", "8001")
    taken = await chats.writes()
    call = await chats.floor_world.arrives()
    told = chats.floor_world.phones.pause

    async def pause(seat: str, phone: Any, reason: str) -> None:
        await told(seat, phone, reason)
        await chats.floor_world.rings(call, seat)

    # the call is younger and due earlier, so that nothing is offered before it: make it rung
    chats.floor_world.phones.pause = pause  # type: ignore[method-assign]  # rings meanwhile
    chats.floor_world.clock.turn(200)
    chats.floor.hub.attach(chats.operators["li"]).heard()
    await chats.messages.referee.tick()
    assert chats.chat(taken.contact_id).state is ChatState.WAITING
    await chats.messages.referee.tick()
    assert await chats.line.ahead_of(taken.contact_id) == 0


async def test_the_last_room_is_kept_for_a_caller_who_came_before(chats: ChatWorld) -> None:
    """Nobody else could take the call: the seat stays free for it."""
    chats.floor.chats.per_seat = 1
    await chats.sits("li", "8001")
    await chats.floor_world.arrives()
    taken = await chats.writes()
    await chats.messages.referee.tick()
    assert chats.chat(taken.contact_id).state is ChatState.WAITING
    await chats.sits("wang", "8002")
    await chats.messages.referee.tick()
    assert chats.chat(taken.contact_id).state is ChatState.OFFERED


async def test_an_offer_that_lapses_waits_where_it_stood(chats: ChatWorld) -> None:
    """The seat is taken out with its reason, as for a call; the next seat gets it first."""
    await chats.sits("li", "8001")
    taken = await chats.writes()
    before = await chats.offered(taken.contact_id, "li")
    later = await _another(chats)
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


async def test_a_seat_that_talks_gets_no_message(chats: ChatWorld) -> None:
    """Nor one that wraps up; its open conversations stay."""
    world = chats.floor_world
    await chats.sits("li", "8001")
    call = await world.arrives()
    await world.rings(call, "8001")
    await world.answers(call, "8001")
    taken = await chats.writes()
    await chats.messages.referee.tick()
    assert chats.chat(taken.contact_id).state is ChatState.WAITING
    await world.hangs_up(call)
    await chats.messages.referee.tick()
    assert chats.chat(taken.contact_id).state is ChatState.WAITING
    await world.desk.finish_wrap_up("id-li")
    await chats.offered(taken.contact_id, "li")


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


async def test_an_emergency_overtakes_what_waits(chats: ChatWorld) -> None:
    """Also one that becomes an emergency while it waits."""
    first = await chats.writes()
    second = await _another(chats)
    await chats.messages.referee.tick()
    await chats.writes("有人落水", who="li", sender=_sender("li"))
    await chats.messages.referee.tick()
    assert await chats.line.ahead_of(second.contact_id) == 0
    assert await chats.line.ahead_of(first.contact_id) == 1
    await chats.sits("wang", "8001")
    chats.floor.chats.per_seat = 1
    await chats.offered(second.contact_id, "wang")


async def test_a_line_that_was_away_is_built_again(chats: ChatWorld) -> None:
    """Nothing that waits is lost, nothing that is over comes back."""
    first = await chats.writes()
    second = await _another(chats)
    await chats.messages.referee.tick()
    line = AwayLine(chats.line)
    chats.messages.referee.line = line
    line.away = True
    third = await _another(chats, "zhao")
    await chats.messages.citizen_desk.leave(second.contact_id)
    await chats.messages.referee.tick()
    line.away = False
    await chats.messages.referee.tick()
    assert await chats.line.ahead_of(first.contact_id) == 0
    assert await chats.line.ahead_of(third.contact_id) == 1
    assert await chats.line.ahead_of(second.contact_id) is None


async def test_a_line_that_was_emptied_is_noticed(chats: ChatWorld) -> None:
    """Somebody flushed it: within seconds it is what it was."""
    first = await chats.writes()
    await chats.messages.referee.tick()
    chats.messages.referee.line = line = AwayLine(chats.line)
    await chats.line.rebuild(())
    line.emptied = True
    chats.floor_world.clock.turn(6)
    await chats.messages.referee.tick()
    assert await chats.line.ahead_of(first.contact_id) == 0


async def test_without_the_store_nothing_is_offered(chats: ChatWorld) -> None:
    """The offer is not shown before it is recorded, and made when the store is back."""
    await chats.sits("li", "8001")
    taken = await chats.writes()
    switch = StoreBehindASwitch(chats.floor.store)
    chats.floor.store = switch
    switch.away = True
    await chats.messages.referee.tick()
    assert chats.chat(taken.contact_id).state is ChatState.WAITING
    assert chats.floor.picture(chats.operators["li"])["chats"] == []
    switch.away = False
    await chats.messages.referee.tick()
    await chats.offered(taken.contact_id, "li")


async def test_whoever_sits_down_next_sees_nothing_of_the_last(chats: ChatWorld) -> None:
    """Not for a moment; the one who left gets it again at another seat."""
    await chats.sits("li", "8001")
    taken = await chats.writes()
    await chats.accepted(taken.contact_id, "li")
    await chats.floor_world.desk.sign_out("id-li")
    await chats.sits("wang", "8001")
    assert chats.floor.picture(chats.operators["wang"])["chats"] == []
    await chats.sits("li", "8002")
    await chats.messages.referee.tick()
    await chats.offered(taken.contact_id, "li")
    assert chats.floor.picture(chats.operators["wang"])["chats"] == []


async def test_a_hand_that_was_faster_is_no_fault(chats: ChatWorld) -> None:
    """The seat was filled while the referee asked the telephone."""
    chats.floor.chats.per_seat = 1
    await chats.sits("li", "8001")
    taken = await chats.writes()
    other = await _another(chats)
    told = chats.floor_world.phones.pause

    async def pause(seat: str, phone: Any, reason: str) -> None:
        await chats.messages.citizen_desk.leave(taken.contact_id)
        await told(seat, phone, reason)

    chats.floor_world.phones.pause = pause  # type: ignore[method-assign]  # the citizen leaves
    await chats.messages.referee.tick()
    await chats.messages.referee.tick()
    assert taken.contact_id not in chats.floor.chats.open
    await chats.offered(other.contact_id, "li")


async def test_what_waits_in_a_queue_that_is_removed_waits_for_everybody(
    chats: ChatWorld,
) -> None:
    """It is not forgotten with its queue."""
    taken = await chats.writes()
    await chats.messages.referee.tick()
    removed = Removal(kind="queue", name="civil")
    await chats.floor.store.record(removed)
    await chats.floor.reload_plan()
    await chats.sits("li", "8001")
    await chats.offered(taken.contact_id, "li")


async def test_snapshot_and_events_are_a_fresh_snapshot(chats: ChatWorld) -> None:
    """Whatever happens to conversations: parts replaced one by one are the whole."""
    await chats.sits("li", "8001")
    async with chats.floor.hub.attach(chats.operators["li"]) as console:
        state = (await anext(console))["data"]
        taken = await chats.writes(account="wechat:main")
        await chats.accepted(taken.contact_id, "li")
        await chats.says("li", taken.contact_id)
        await chats.sends_all()
        await chats.writes("楼塌方了", account="wechat:main")
        await _another(chats)
        await chats.messages.referee.tick()
        await chats.messages.parts.talks.close(
            chats.operators["li"], taken.contact_id, "consult", ""
        )
        await chats.messages.referee.tick()
        await chats.floor_world.dispatch.tick()
        told = console._messages
        while not told.empty():
            message = await anext(console)
            state[message["type"]] = message["data"]
        assert state == chats.floor.picture(chats.operators["li"])


class AwayLine:
    """The real line, which the test can take away or empty."""

    def __init__(self, line: Any) -> None:
        self._line = line
        self.away = False
        self.emptied = False

    def __getattr__(self, name: str) -> Any:
        if self.away:
            raise LineUnavailable("away")
        return getattr(self._line, name)

    async def whole(self) -> bool:
        """False once after it was emptied."""
        if self.away:
            raise LineUnavailable("away")
        emptied, self.emptied = self.emptied, False
        return not emptied


def _sender(who: str) -> Any:
    return Sender(scheme="openid", value=who)


async def _another(chats: ChatWorld, who: str = "li") -> Any:
    """A second citizen writes, a moment later."""
    chats.floor_world.clock.turn(1)
    for operator in chats.operators.values():
        if chats.floor.seat_of(operator.id):
            chats.floor.hub.attach(operator).heard()
    return await chats.writes(sender=_sender(who))
