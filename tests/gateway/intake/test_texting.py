"""A short message to who called: by the contact, by the outbox, by who has or had the call."""

from pathlib import Path

import pytest

from channels.channel import Billed
from channels.errors import TryLater
from channels.message import Receipt, ReceiptState, Received, Sender
from gateway.core.call import Call
from gateway.core.chat import ChatState
from gateway.core.errors import Invalid, Throttled, Unknown
from gateway.core.facts import FactKind
from gateway.core.outbound import OutState
from gateway.intake.texting import Texting
from tests.gateway.intake.chat_world import ChatWorld, chat_world
from tests.gateway.intake.test_short_messages import NUMBER, with_account
from tests.peers.channel_peer import ChannelPeer

WORDS = "请于明日上午到城东社区服务中心办理"


def an_sms(chats: ChatWorld) -> ChannelPeer:
    """An account that carriers bill."""
    sms = ChannelPeer()
    sms.caps = type(sms.caps)(text_most=489, billed=Billed(before="【热线】", mils=45))
    with_account(chats, sms)
    return sms


def texting(chats: ChatWorld) -> Texting:
    """The use case."""
    return chats.messages.parts.texting


async def talks(chats: ChatWorld, number: str = NUMBER, seat: str = "8001") -> Call:
    """Li talks to this caller."""
    world = chats.floor_world
    if world.desk.seat_of("id-li") is None:
        await chats.sits("li", seat)
    call = await world.arrives(number)
    await world.rings(call, seat)
    await world.answers(call, seat)
    return call


async def sends(chats: ChatWorld, call: Call, text: str = WORDS, key: str = "k1") -> None:
    """Li writes."""
    await texting(chats).send(chats.operators["li"], call.id, key, text)


async def refused(chats: ChatWorld, call_id: str, login: str = "li", text: str = WORDS) -> str:
    """Why not; both languages say so."""
    with pytest.raises(Invalid) as found:
        await texting(chats).send(chats.operators[login], call_id, "k", text)
    (problem,) = found.value.problems
    assert problem.zh
    assert problem.en
    return problem.code


def on_the_disk(folder: Path) -> bytes:
    """Every byte of the database."""
    return b"".join(one.read_bytes() for one in folder.glob("*.db*"))


async def test_it_leaves_by_the_outbox_and_its_receipt_stands_at_the_call(
    chats: ChatWorld, tmp_path: Path
) -> None:
    """Recorded with a fact before it is sent, tried again, received; no word of it in the file."""
    sms = an_sms(chats)
    call = await talks(chats)
    sms.refuses = TryLater("busy")
    await sends(chats, call)
    await chats.sends_all()
    assert sms.sent == []
    (entry,) = await chats.outs(call.id)
    assert entry.state is OutState.QUEUED
    sms.refuses = None
    chats.floor_world.clock.turn(600)
    await chats.sends_all()
    (left,) = sms.sent
    assert (left.text, left.to, left.scheme) == (WORDS, NUMBER, "phone")
    (entry,) = await chats.outs(call.id)
    told = Receipt(
        provider_id=entry.provider_ids[0],
        part=1,
        state=ReceiptState.DELIVERED,
        code="",
        at=chats.floor.clock.now(),
    )
    await chats.messages.inbox.accept("sms:main", Received(receipts=(told,)))
    look = await texting(chats).look(chats.operators["li"], call.id)
    assert [(one["text"], one["out"]["state"]) for one in look["items"]] == [(WORDS, "delivered")]
    facts = await chats.floor.store.facts(contact_id=call.id)
    (fact,) = [one for one in facts if one.kind is FactKind.CONTACT_TEXTED]
    assert fact.operator_id == "id-li"
    assert fact.data == {"account": "sms:main", "parts": 1}
    assert WORDS.encode() not in on_the_disk(tmp_path)


async def test_what_is_written_twice_is_sent_once_also_after_a_restart(tmp_path: Path) -> None:
    """A gateway that dies after it wrote it down: the next one sends it, and knows its key."""
    async with chat_world(tmp_path) as chats:
        an_sms(chats)
        call = await talks(chats)
        await sends(chats, call)
        await sends(chats, call)
    async with chat_world(tmp_path) as chats:
        sms = an_sms(chats)
        await chats.floor.open()
        await sends(chats, call)
        await chats.sends_all()
        assert [one.text for one in sms.sent] == [WORDS]


async def test_the_answer_is_the_same_citizens_and_goes_first_to_who_wrote(
    chats: ChatWorld,
) -> None:
    """Their number is one identity; the call's page shows what they wrote back."""
    an_sms(chats)
    call = await talks(chats)
    await sends(chats, call)
    await chats.floor_world.hangs_up(call)
    chats.floor_world.clock.turn(60)
    them = Sender(scheme="msisdn", value=f"+86{NUMBER}")
    taken = await chats.writes("好的，谢谢", account="sms:main", sender=them)
    chat = chats.chat(taken.contact_id)
    identity = await chats.floor.store.identity("", "phone", NUMBER)
    assert identity is not None
    assert chats.floor.chat_view(chat)["label_masked"] == "138****8000"
    assert (chat.identity_id, chat.wanted_operator) == (identity.id, "id-li")
    look = await texting(chats).look(chats.operators["li"], call.id)
    (answer,) = look["answers"]
    assert (answer["contact_id"], answer["text"]) == (chat.id, "好的，谢谢")
    assert answer["state"] == ChatState.WAITING.value
    other = Sender(scheme="msisdn", value="13900139000")
    stranger = await chats.writes("您好", account="sms:main", sender=other)
    assert chats.chat(stranger.contact_id).wanted_operator == ""


async def test_only_who_has_the_call_or_had_it_lately_may_write(chats: ChatWorld) -> None:
    """Another operator does not even see it; a supervisor sees it and may not; time ends it."""
    an_sms(chats)
    call = await talks(chats)
    with pytest.raises(Unknown):
        await texting(chats).send(chats.operators["wang"], call.id, "k", WORDS)
    assert await refused(chats, call.id, "chen") == "not-yours"
    await chats.floor_world.hangs_up(call)
    await chats.floor_world.desk.finish_wrap_up("id-li")
    chats.floor_world.clock.turn(7_200)
    await sends(chats, call)
    chats.floor_world.clock.turn(1)
    assert await refused(chats, call.id) == "too-long-ago"
    look = await texting(chats).look(chats.operators["li"], call.id)
    assert look["problem"]["code"] == "too-long-ago"


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("", "number-withheld"),
        ("anonymous", "number-withheld"),
        ("01062345678", "number-is-landline"),
        ("88886666", "number-is-landline"),
        ("4008001234", "number-is-landline"),
        ("12345", "number-not-mobile"),
        ("+85291234567", "number-not-mobile"),
        ("12800138000", "number-not-mobile"),
    ],
)
async def test_a_number_that_takes_none_is_refused_with_the_reason(
    chats: ChatWorld, number: str, code: str
) -> None:
    """Before anything is written down; the console knows it beforehand."""
    sms = an_sms(chats)
    call = await talks(chats, number)
    assert await refused(chats, call.id) == code
    look = await texting(chats).look(chats.operators["li"], call.id)
    assert look["problem"]["code"] == code
    await chats.sends_all()
    assert sms.sent == []


async def test_without_an_account_or_with_a_foreign_signature_none_is_written(
    chats: ChatWorld,
) -> None:
    """Nor to who wrote by messages: they are answered there."""
    call = await talks(chats)
    assert await refused(chats, call.id) == "no-sms-account"
    an_sms(chats)
    assert await refused(chats, call.id, text="【某银行】请转账") == "own-signature"
    assert await refused(chats, call.id, text="字" * 490) == "too-long"
    assert await refused(chats, call.id, text="  ") == "empty"
    taken = await chats.writes()
    assert await refused(chats, taken.contact_id, "chen") == "by-messages"


async def test_one_call_and_one_operator_have_a_most(chats: ChatWorld) -> None:
    """Five in a contact; five at once by one operator, then one in two minutes."""
    an_sms(chats)
    call = await talks(chats)
    for number in range(5):
        await sends(chats, call, key=f"k{number}")
    assert await refused(chats, call.id) == "too-many-in-contact"
    await chats.floor_world.hangs_up(call)
    await chats.floor_world.desk.finish_wrap_up("id-li")
    second = await talks(chats, "13900139001")
    with pytest.raises(Throttled) as found:
        await sends(chats, second)
    assert found.value.retry_after_seconds == pytest.approx(120)
    chats.floor_world.clock.turn(120)
    await sends(chats, second)
