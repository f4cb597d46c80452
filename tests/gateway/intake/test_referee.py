"""Who gets what, by rank and by who was faster, and the line as a hint."""

from typing import Any

from channels.message import Sender
from gateway.core.chat import ChatState
from gateway.core.errors import LineUnavailable, PhonesUnavailable
from gateway.core.facts import FactKind
from gateway.core.revision import Removal
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


async def test_a_seat_whose_telephone_does_not_answer_is_asked_once_a_tick(
    chats: ChatWorld,
) -> None:
    """However many wait: the others' turn comes, and the next tick."""
    chats.floor.chats.per_seat = 1
    await chats.sits("li", "8001")
    await chats.writes()
    await _another(chats)
    asked: list[str] = []

    async def pause(seat: str, phone: Any, reason: str) -> None:
        asked.append(seat)
        raise PhonesUnavailable(f"{phone} {reason}")

    chats.floor_world.phones.pause = pause  # type: ignore[method-assign]  # no answer
    await chats.messages.referee.tick()
    assert asked == ["8001"]


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


async def test_what_the_line_lost_is_put_there_again(chats: ChatWorld) -> None:
    """Somebody took it out between the look and the grip: the conversations are the truth."""
    await chats.sits("li", "8001")
    taken = await chats.writes()
    chats.messages.referee.line = line = AwayLine(chats.line)

    async def take(item_id: str, *_: Any) -> None:
        del line.take
        await chats.line.remove(item_id)

    line.take = take
    await chats.messages.referee.tick()
    assert chats.chat(taken.contact_id).state is ChatState.WAITING
    await chats.offered(taken.contact_id, "li")


async def test_what_changes_while_the_line_is_built_is_in_it(chats: ChatWorld) -> None:
    """It became an emergency after its place was read and before the line had it."""
    first, second = await chats.writes(), await _another(chats)
    chats.messages.referee.line = line = AwayLine(chats.line)

    async def rebuild(items: Any) -> None:
        kept = tuple(items)
        await chats.writes("有人落水", sender=_sender("li"))
        await chats.line.rebuild(kept)

    line.rebuild = rebuild
    await chats.messages.referee.tick()
    assert chats.chat(second.contact_id).emergency
    assert await chats.line.ahead_of(second.contact_id) == 0
    assert await chats.line.ahead_of(first.contact_id) == 1


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
    """The real line, which the test can take away or empty, or whose words it can change."""

    rebuild: Any
    take: Any

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
