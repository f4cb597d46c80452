"""Who writes too much: everything is kept, others go first, they are told once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from channels.message import Inbound, Kind, Sender
from config.city_settings import EmergencyLine
from config.throttle_settings import ThrottleSettings
from gateway.core.chat import ChatForm, ChatState
from gateway.core.facts import FactKind
from gateway.core.message import Direction, Message
from gateway.intake.arriving import Accepted
from gateway.intake.inbox import REST_SECONDS
from gateway.intake.throttling import Caller, From, Source, Throttling
from gateway.ports import Row
from gateway.store.errors import RowRefused
from tests.eventually import others_run
from tests.gateway.intake.chat_world import ChatWorld, chat_world
from tests.gateway.intake.test_floor import StoreBehindASwitch

LIMITS = ThrottleSettings(
    identity_burst=3,
    ip_burst=6,
    hook_burst=8,
    account_per_minute=60,
    account_burst=100,
    messages_per_minute=60,
    messages_burst=100,
    number_burst=4,
    trunk_burst=8,
    calls_burst=12,
)


@pytest.fixture
async def chats(tmp_path: Path) -> AsyncIterator[ChatWorld]:
    """Three messages at once are within the limit, a fourth is not."""
    accident = EmergencyLine(code="122", title_zh="交通", title_en="Traffic", words=("车祸",))
    async with chat_world(tmp_path, throttle=LIMITS, emergency_line=(accident,)) as world:
        yield world


def throttling_of(chats: ChatWorld) -> Throttling:
    """What the inbox asks."""
    return chats.messages.inbox._throttling


async def flooded(chats: ChatWorld, *many: Inbound) -> list[Accepted | BaseException]:
    """All at once from one citizen, who rests as often as they are made to."""
    each = (chats.messages.inbox.accept_one("web:main", one) for one in many)
    whole = asyncio.gather(*each, return_exceptions=True)
    clock = chats.floor_world.clock
    while not whole.done():
        if clock.sleepers:
            clock.turn(REST_SECONDS)
        await others_run()
    return await whole


async def test_every_message_of_a_flood_is_in_the_store(chats: ChatWorld) -> None:
    """Three hundred at once from one citizen: as many are kept, in one conversation, one answer."""
    taken = await flooded(chats, *(chats.inbound(f"第{n}条") for n in range(300)))
    assert all(isinstance(one, Accepted) and one.new and one.message_id for one in taken)
    (chat,) = chats.floor.chats.open.values()
    kept: list[Message] = []
    after = 0
    while more := await chats.floor.store.messages(chat.id, after_seq=after):
        kept += more
        after = more[-1].seq
    said = [one.text for one in kept if one.direction is Direction.IN]
    assert sorted(said) == sorted(f"第{n}条" for n in range(300))
    assert sum(one.direction is Direction.OUT for one in kept) == 2
    assert chat.throttled == "identity"


def counted(chats: ChatWorld) -> list[int]:
    """The units that the store is given from now on: how many rows each has."""
    units: list[int] = []

    class Counting(StoreBehindASwitch):
        async def record(self, *rows: Row) -> None:
            units.append(len(rows))
            await super().record(*rows)

    chats.floor.store = Counting(chats.floor.store)
    return units


async def test_a_flood_is_few_units_of_the_store_and_the_order_is_kept(chats: ChatWorld) -> None:
    """Four hundred messages are recorded in three units; an event among them is in its place."""
    units = counted(chats)
    many = [chats.inbound(f"第{n}条") for n in range(400)]
    many[200] = chats.inbound("", kind=Kind.EVENT, event="subscribe")
    taken = [one for one in await flooded(chats, *many) if isinstance(one, Accepted)]
    assert len(units) == 3
    seqs = [one.seq for one in taken]
    assert len(taken) == len({*seqs}) == 400
    assert seqs == sorted(seqs)
    kept = await chats.floor.store.messages(taken[0].contact_id, after_seq=taken[198].seq, limit=3)
    assert [one.text or one.event for one in kept] == ["第199条", "subscribe", "第201条"]


async def test_repeats_in_a_flood_are_each_one_message(chats: ChatWorld) -> None:
    """In the same unit, of one before, and after a restart that has forgotten them."""
    many = [chats.inbound(f"第{n}条") for n in range(20)]
    first = await flooded(chats, *many, *many)
    assert [one.new for one in first if isinstance(one, Accepted)] == [True] * 20 + [False] * 20
    chats.messages.inbox._known.clear()
    new = chats.inbound("还有")
    again = await flooded(chats, *many[:10], new, *many[10:])
    was, now = ([one for one in them if isinstance(one, Accepted)] for them in (first, again))
    assert [one.message_id for one in now[:10] + now[11:]] == [one.message_id for one in was[:20]]
    assert [at for at, one in enumerate(now) if one.new] == [10]


async def test_one_that_cannot_be_kept_spoils_no_other(chats: ChatWorld) -> None:
    """Its sender is told so; those that came with it are recorded."""
    many = [chats.inbound(f"第{n}条") for n in range(10)]
    many[5] = chats.inbound("\ud800")
    taken = await flooded(chats, *many)
    assert [isinstance(one, Accepted) for one in taken] == [True] * 5 + [False] + [True] * 4
    assert isinstance(taken[5], RowRefused)


async def test_a_number_that_is_written_twice_in_a_flood_is_proposed_once(chats: ChatWorld) -> None:
    """As when one message follows the other, and no unit is written twice for it."""
    units = counted(chats)
    await chats.writes()
    many = [chats.inbound("打我电话13800138000") for _ in range(10)]
    taken = await flooded(chats, chats.inbound(), *many)
    assert all(isinstance(one, Accepted) and one.new for one in taken)
    facts = await chats.floor.store.facts(limit=100)
    assert [fact.kind for fact in facts].count(FactKind.LINK_PROPOSED) == 1
    assert len(units) == 3


async def test_a_word_of_danger_in_the_midst_of_a_flood_is_heard(chats: ChatWorld) -> None:
    """It is an emergency at once, and what follows does not set it back."""
    many = [chats.inbound(f"第{n}条") for n in range(30)]
    many[20] = chats.inbound("救命")
    (taken, *_) = await flooded(chats, *many)
    assert isinstance(taken, Accepted)
    chat = chats.chat(taken.contact_id)
    assert chat.emergency
    assert chat.due_at is not None
    assert chat.waiting_since is not None
    assert (chat.due_at - chat.waiting_since).total_seconds() == 180


async def test_each_message_of_a_flood_is_counted(chats: ChatWorld) -> None:
    """Asked once for many, told to supervisors one by one."""
    await flooded(chats, *(chats.inbound() for _ in range(50)))
    (own,) = [one for one in throttling_of(chats).view()["limits"] if one["name"] == "identity"]
    assert (own["asked"], own["over"]) == (50, 47)


async def test_others_go_first_and_the_flooder_is_told_once(chats: ChatWorld) -> None:
    """The conversation is marked with the limit; whoever writes afterwards is served before it."""
    flood = [await chats.writes(who="flooder") for _ in range(6)]
    chats.floor_world.clock.turn(60)
    calm = await chats.writes(who="wang")
    await chats.sits("wang", "8001")
    assert (await chats.offered(calm.contact_id, "wang")).throttled == ""
    slow = chats.chat(flood[0].contact_id)
    assert slow.throttled == "identity"
    assert slow.due_at is not None
    assert slow.waiting_since is not None
    assert (slow.due_at - slow.waiting_since).total_seconds() == 180 + LIMITS.slow_seconds
    facts = await chats.floor.store.facts(contact_id=slow.id)
    assert [f.data for f in facts if f.kind is FactKind.CHAT_THROTTLED] == [{"limit": "identity"}]
    marked = [f.data.get("throttled") for f in facts if f.kind is FactKind.MESSAGE_RECEIVED]
    assert marked == [None] * 3 + ["identity"] * 3
    kept = await chats.floor.store.messages(slow.id)
    assert [one.text for one in kept].count(LIMITS.told_zh) == 1


async def test_a_seat_is_kept_from_who_writes_too_much_until_their_time_is_over(
    chats: ChatWorld,
) -> None:
    """Of two seats one stays free for whoever comes, who is served at once; nobody starves."""
    chats.floor.chats.per_seat = 1
    for login, seat in (("wang", "8001"), ("li", "8002")):
        await chats.sits(login, seat)
    first = await chats.writes(who="first")
    await chats.messages.referee.tick()
    has_it = chats.floor.operators[chats.chat(first.contact_id).operator_id]
    await chats.messages.parts.talks.accept(has_it, first.contact_id)
    for _ in range(5):
        slow = await chats.writes(who="flooder")
    await chats.messages.referee.tick()
    assert chats.chat(slow.contact_id).state is ChatState.WAITING
    calm = await chats.writes(who="second")
    await chats.messages.referee.tick()
    assert chats.chat(calm.contact_id).state is ChatState.OFFERED
    await chats.messages.citizen_desk.leave(calm.contact_id)
    await chats.messages.referee.tick()
    assert chats.chat(slow.contact_id).state is ChatState.WAITING
    chats.floor_world.clock.turn(LIMITS.kept_seconds)
    for login in ("wang", "li"):
        chats.floor.hub.attach(chats.operators[login])
    await chats.messages.referee.tick()
    assert chats.chat(slow.contact_id).state is ChatState.OFFERED


async def test_with_seats_to_spare_who_writes_too_much_is_served(chats: ChatWorld) -> None:
    """Both are free: one is theirs, in their turn; the screens show them waiting till then."""
    for _ in range(5):
        slow = await chats.writes(who="flooder")
    (item,) = [item for item, _ in chats.messages.parts.line.items()]
    assert (item.id, item.wanted_operator) == (slow.contact_id, "")
    for login, seat in (("wang", "8001"), ("li", "8002")):
        await chats.sits(login, seat)
    await chats.messages.referee.tick()
    assert chats.chat(slow.contact_id).state is ChatState.OFFERED


async def test_the_mark_is_the_same_after_a_restart(chats: ChatWorld) -> None:
    """Rank and mark are in the store."""
    taken = [await chats.writes() for _ in range(4)]
    assert await chats.floor.store.chat(taken[0].contact_id) == chats.chat(taken[0].contact_id)


async def test_they_are_told_in_the_language_that_they_write(chats: ChatWorld) -> None:
    """English for who writes English."""
    taken = [await chats.writes("Noise again", who="smith") for _ in range(4)]
    kept = await chats.floor.store.messages(taken[0].contact_id)
    assert LIMITS.told_en in [one.text for one in kept]


@pytest.mark.parametrize("text", ["家里着火了", "这里发生车祸", "井盖丢失"])
async def test_an_emergency_passes_at_once(chats: ChatWorld, text: str) -> None:
    """A word of danger, of an emergency line or of a special task: neither counted nor set back."""
    for _ in range(5):
        taken = await chats.writes()
    await chats.writes(text)
    await chats.writes()
    facts = await chats.floor.store.facts(contact_id=taken.contact_id)
    received = [f.data for f in facts if f.kind is FactKind.MESSAGE_RECEIVED]
    assert ["throttled" in data for data in received] == [False] * 3 + [True] * 2 + [False, True]
    chat = chats.chat(taken.contact_id)
    assert chat.due_at is not None
    assert chat.waiting_since is not None
    assert (chat.due_at - chat.waiting_since).total_seconds() == 180


async def test_a_throttled_conversation_that_becomes_an_emergency_is_first(
    chats: ChatWorld,
) -> None:
    """Being slow is over with the first word that means danger, and no flood brings it back."""
    for _ in range(5):
        slow = await chats.writes(who="flooder")
    await chats.writes(who="wang")
    await chats.writes("救命", who="flooder")
    for _ in range(5):
        await chats.writes(who="flooder")
    await chats.sits("wang", "8001")
    assert (await chats.offered(slow.contact_id, "wang")).emergency


async def test_one_address_with_many_names_is_over_its_own_limit(chats: ChatWorld) -> None:
    """A citizen of another address feels nothing of it."""
    inbox = chats.messages.inbox
    here, there = From(address="10.0.0.1"), From(address="10.0.0.2")
    for number in range(8):
        one = chats.inbound(sender=Sender(scheme="openid", value=f"made up {number}"))
        await inbox.accept_one("web:main", one, origin=here)
    other = await inbox.accept_one("web:main", chats.inbound(who="wang"), origin=there)
    marks = [chat.throttled for chat in chats.floor.chats.open.values()]
    assert marks == [""] * 6 + ["ip"] * 2 + [""]
    assert chats.chat(other.contact_id).throttled == ""


async def test_a_platforms_address_is_held_to_the_limit_of_platforms(chats: ChatWorld) -> None:
    """It brings the messages of many; half of its burst is for who comes for the first time."""
    throttling, origin = throttling_of(chats), From(address="10.0.0.9", source=Source.PLATFORM)
    said = [await throttling.message(f"i{n}", "wechat:main", origin) for n in range(10)]
    assert said == [""] * 8 + ["hook"] * 2


async def test_a_form_over_a_limit_is_kept_and_due_later(chats: ChatWorld) -> None:
    """Each form begins a contact of its own; those over the limit stand behind the others."""
    inbox = chats.messages.inbox
    taken = [
        await inbox.accept_one(
            "web:main", chats.inbound(kind=Kind.FORM), form=ChatForm.FORM, query_code_hash=f"h{n}"
        )
        for n in range(5)
    ]
    marks = [chats.chat(one.contact_id).throttled for one in taken]
    assert marks == [""] * 3 + ["identity"] * 2


async def test_what_begins_nothing_is_not_counted(chats: ChatWorld) -> None:
    """A platform's own events are no messages of the citizen."""
    for _ in range(10):
        await chats.writes("", kind=Kind.EVENT, event="subscribe")
    assert chats.chat((await chats.writes()).contact_id).throttled == ""


async def test_a_number_is_counted_by_its_trunk_and_by_who_vouches_for_it(
    chats: ChatWorld,
) -> None:
    """A thousand spoofed calls cost the number itself nothing where the trunk vouches for it."""
    throttling = throttling_of(chats)
    spoofed = Caller(number="13800000001", trunk="carrier")
    assert [await throttling.call(spoofed) for _ in range(5)] == [""] * 4 + ["number"]
    assert await throttling.call(Caller(number="13800000001", trunk="carrier", asserted=True)) == ""
    assert await throttling.call(Caller(number="13800000001", trunk="other")) == ""


async def test_nobodys_number_is_in_a_key(chats: ChatWorld) -> None:
    """What counts learns hashes under a key of ours."""
    throttling = throttling_of(chats)
    await throttling.call(Caller(number="13800000001", trunk="carrier"))
    keys = list(throttling._throttle._table._due)  # type: ignore[attr-defined]
    assert keys
    assert not any("13800000001" in key or "carrier" in key for key in keys)
