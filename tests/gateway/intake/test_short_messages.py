"""Short messages beside everything else: one citizen, the last way out, and what became of it."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

from channels.channel import Billed, Channel
from channels.errors import WindowClosed
from channels.message import Sender
from gateway.core.message import Attachment, FileState, MessageKind
from gateway.core.outbound import OutRoute, OutState
from gateway.intake.channel_account import ChannelAccount
from gateway.intake.feeds import Feeds
from tests.channels.smpp_world import account
from tests.eventually import eventually
from tests.gateway.intake.chat_world import ChatWorld
from tests.gateway.intake.test_outbox import talking
from tests.peers.channel_peer import ChannelPeer
from tests.peers.smsc_smpp_peer import OwnSmsc, own_smsc

NUMBER = "13800138000"


def with_account(chats: ChatWorld, channel: Channel) -> None:
    """An account for short messages beside the others."""
    chats.floor.accounts = {
        **chats.floor.accounts,
        "sms:main": ChannelAccount(
            id="sms:main", title_zh="短信", title_en="SMS", queue="civil", channel=channel
        ),
    }


async def without_a_window(chats: ChatWorld) -> str:
    """A conversation whose right to reply is gone, and whose number a person has confirmed."""
    contact_id = await talking(chats)
    await chats.writes(f"我的号码{NUMBER}", account="wechat:main")
    (link,) = await chats.floor.store.links(chats.chat(contact_id).identity_id)
    await chats.messages.parts.citizens.confirm(chats.operators["li"], link.id, "")
    chats.wechat.caps = type(chats.wechat.caps)(text_most=600, windowed=True)
    chats.wechat.refuses = WindowClosed("45015")
    return contact_id


async def keep(part: Callable[[], Awaitable[None]]) -> None:
    """One part, as a task."""
    await part()


def receipt(id_: str, state: str = "DELIVRD") -> bytes:
    """Appendix B of SMPP 3.4."""
    return f"id:{id_} sub:001 dlvrd:001 stat:{state} err:000 text:".encode()


async def told(smsc: OwnSmsc, id_: str) -> None:
    """What became of it."""
    assert await smsc.deliver(receipt(id_), esm_class=4, data_coding=0) == 0


async def test_after_the_window_it_leaves_by_sms_and_its_receipt_finds_it(
    chats: ChatWorld, tmp_path: Path
) -> None:
    """The whole way: WeChat refuses, an SMSC takes two parts, both arrive, the console sees it.

    The first receipt comes before we have recorded its id.
    """
    async with own_smsc() as smsc:
        smpp = account(tmp_path, smsc.port)
        with_account(chats, smpp)
        contact_id = await without_a_window(chats)
        feeds = Feeds(
            chats.floor.store, chats.floor.clock, chats.messages.inbox, {"sms:main": smpp}
        )
        async with asyncio.TaskGroup() as tasks:
            feeding = tasks.create_task(keep(feeds.use_cases()["feed sms:main"]))
            await eventually(lambda: smpp._links is not None and smpp._links.open)
            await told(smsc, "m1")
            await chats.says("li", contact_id, "好" * 100)
            await chats.sends_all()
            sent = (await chats.outs(contact_id))[-1]
            assert (sent.state, sent.route) == (OutState.SENT, OutRoute.SMS)
            assert sent.provider_ids == ("sms:main/m1", "sms:main/m2")
            assert smsc.submitted.get_nowait().to == f"86{NUMBER}"
            await told(smsc, "m2")
            assert (await chats.outs(contact_id))[-1].state is OutState.DELIVERED
            feeding.cancel()


async def test_a_phone_writes_and_calls_as_one_citizen(chats: ChatWorld) -> None:
    """With or without 86: the identity of its calls, whatever account it writes to."""
    with_account(chats, ChannelPeer())
    for number in (NUMBER, f"+86{NUMBER}"):
        await chats.writes(
            "路灯坏了", account="sms:main", sender=Sender(scheme="msisdn", value=number)
        )
    (chat,) = chats.floor.chats.open.values()
    phone = await chats.floor.store.identity("", "phone", NUMBER)
    assert phone is not None
    assert phone.id == chat.identity_id
    said = await chats.floor.store.messages(chat.id)
    assert [one.text for one in said if one.text == "路灯坏了"] == ["路灯坏了"] * 2
    call = await chats.floor_world.arrives(number=f"0086{NUMBER}")
    await chats.floor.callers.learn(call)
    assert [record.id for record in chats.floor.callers.earlier[call.id]] == [chat.id]


async def test_a_message_with_a_file_does_not_leave_without_it(chats: ChatWorld) -> None:
    """A short message has no files: it fails and says so."""
    sms = ChannelPeer()
    with_account(chats, sms)
    contact_id = await without_a_window(chats)
    await chats.says("li", contact_id, "请看图")
    picture = Attachment(
        id="01a",
        message_id=(await chats.outs(contact_id))[-1].message_id,
        contact_id=contact_id,
        kind=MessageKind.IMAGE,
        file="01a.jpg",
        state=FileState.READY,
    )
    await chats.floor.store.record(picture)
    await chats.sends_all()
    assert (await chats.outs(contact_id))[-1].state is OutState.FAILED
    assert sms.sent == []


async def test_an_account_that_only_receives_is_no_way_out(chats: ChatWorld) -> None:
    """And one that sends, wherever it stands, is."""
    mute, sms = ChannelPeer(), ChannelPeer()
    mute.caps = type(mute.caps)(text_most=100, routes=frozenset())
    with_account(chats, mute)
    contact_id = await without_a_window(chats)
    await chats.says("li", contact_id, "一")
    await chats.sends_all()
    assert (await chats.outs(contact_id))[-1].state is OutState.FAILED
    chats.floor.accounts = {
        **chats.floor.accounts,
        "sms:other": ChannelAccount(
            id="sms:other", title_zh="短信", title_en="SMS", queue="civil", channel=sms
        ),
    }
    await chats.says("li", contact_id, "二")
    await chats.sends_all()
    assert [one.text for one in sms.sent] == ["二"]


async def test_the_console_knows_the_way_and_its_price_beforehand(chats: ChatWorld) -> None:
    """What is billed stands in the conversation; without a right to reply there is SMS."""
    sms = ChannelPeer()
    sms.caps = type(sms.caps)(text_most=489, billed=Billed(before="【热线】", mils=45))
    contact_id = await talking(chats)
    caps = chats.floor.chat_view(chats.chat(contact_id))["caps"]
    assert (caps["free"], caps["sms"], caps["billed"]) == (False, False, None)
    with_account(chats, sms)
    caps = chats.floor.chat_view(chats.chat(contact_id))["caps"]
    assert (caps["free"], caps["sms"]) == (False, True)
    assert caps["billed"] == {"before": "【热线】", "behind": "", "mils": 45}
    await chats.writes("您好", account="sms:main", sender=Sender(scheme="msisdn", value=NUMBER))
    (own,) = (one for one in chats.floor.chats.open.values() if one.channel == "sms")
    caps = chats.floor.chat_view(own)["caps"]
    assert (caps["free"], caps["sms"], caps["billed"]["mils"]) == (True, False, 45)
