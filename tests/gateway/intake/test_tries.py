"""By which way the next try goes, what of the right to reply it spends, and when there is none."""

from dataclasses import replace

from channels.errors import SendFailed, Unreachable, WindowClosed
from channels.message import Outbound, Route, Sent
from gateway.core.facts import FactKind
from gateway.core.outbound import OutRoute, OutState
from gateway.intake.channel_account import ChannelAccount
from tests.gateway.intake.chat_world import ChatWorld
from tests.gateway.intake.test_outbox import talking
from tests.peers.channel_peer import ChannelPeer


def with_sms(chats: ChatWorld) -> ChannelPeer:
    """A channel for short messages."""
    sms = ChannelPeer()
    chats.floor.accounts = {
        **chats.floor.accounts,
        "sms:main": ChannelAccount(
            id="sms:main", title_zh="短信", title_en="SMS", queue="civil", channel=sms
        ),
    }
    return sms


async def test_the_sixth_reply_takes_another_way(chats: ChatWorld) -> None:
    """Five within the right, then a notification; the console sees by which way each left."""
    contact_id = await talking(chats)
    for n in range(5):
        await chats.says("li", contact_id, f"第{n}句")
    await chats.sends_all()
    routes = [one.route for one in await chats.outs(contact_id)]
    assert routes == [OutRoute.REPLY] * 5 + [OutRoute.NOTICE]
    assert chats.wechat.sent[-1].route is Route.NOTICE


async def test_without_any_way_it_fails_and_says_why(chats: ChatWorld) -> None:
    """No right, no notification, no short message: the operator is told."""
    contact_id = await talking(chats)
    caps = chats.wechat.caps
    chats.wechat.caps = type(caps)(text_most=600, windowed=True)
    for n in range(5):
        await chats.says("li", contact_id, f"第{n}句")
    await chats.sends_all()
    last = (await chats.outs(contact_id))[-1]
    assert (last.state, last.code) == (OutState.FAILED, "window-closed")
    facts = await chats.floor.store.facts(contact_id=contact_id)
    assert FactKind.MESSAGE_FAILED in [fact.kind for fact in facts]


async def test_the_last_way_is_a_short_message_to_the_number_that_a_person_confirmed(
    chats: ChatWorld,
) -> None:
    """A number that the citizen only wrote is proposed, and nothing is sent to it."""
    sms = with_sms(chats)
    caps = chats.wechat.caps
    chats.wechat.caps = type(caps)(text_most=600, windowed=True)
    contact_id = await talking(chats)
    await chats.writes("我的号码13800001234", account="wechat:main", grant=None)
    chats.wechat.refuses = WindowClosed("45015")
    await chats.says("li", contact_id, "一")
    await chats.sends_all()
    assert (await chats.outs(contact_id))[-1].state is OutState.FAILED
    (link,) = await chats.floor.store.links(chats.chat(contact_id).identity_id)
    await chats.messages.parts.citizens.confirm(chats.operators["li"], link.id, "")
    await chats.says("li", contact_id, "二")
    await chats.sends_all()
    last = (await chats.outs(contact_id))[-1]
    assert (last.state, last.route) == (OutState.SENT, OutRoute.SMS)
    assert [(one.to, one.text) for one in sms.sent] == [("13800001234", "二")]


async def test_a_notice_that_is_refused_leaves_by_short_message(chats: ChatWorld) -> None:
    """One way after the other; only a reply that is refused for good ends it."""
    sms = with_sms(chats)
    contact_id = await talking(chats)
    await chats.writes("我的号码13800001234", account="wechat:main")
    (link,) = await chats.floor.store.links(chats.chat(contact_id).identity_id)
    await chats.messages.parts.citizens.confirm(chats.operators["li"], link.id, "")

    async def send(outbound: Outbound) -> Sent:
        refused = WindowClosed if outbound.route is Route.REPLY else SendFailed
        raise refused("43101")

    chats.wechat.send = send  # type: ignore[method-assign]  # neither way
    await chats.says("li", contact_id)
    await chats.sends_all()
    last = (await chats.outs(contact_id))[-1]
    assert (last.state, last.route) == (OutState.SENT, OutRoute.SMS)
    assert len(sms.sent) == 1


async def test_our_own_farewell_takes_no_other_way(chats: ChatWorld) -> None:
    """A notification or a short message is for what a person said."""
    contact_id = await talking(chats)
    for n in range(4):
        await chats.says("li", contact_id, f"第{n}句")
    await chats.sends_all()
    chats.floor_world.clock.turn(1800)
    await chats.messages.idle.look()
    await chats.sends_all()
    last = (await chats.outs(contact_id))[-1]
    assert (last.state, last.code) == (OutState.FAILED, "window-closed")
    assert len(chats.wechat.sent) == 4


async def test_a_long_reply_needs_as_many_rights_as_it_has_parts(chats: ChatWorld) -> None:
    """Of four left a message of three parts spends three; the next of three takes another way."""
    contact_id = await talking(chats)
    chats.wechat.caps = replace(chats.wechat.caps, counts=lambda _: 3)
    await chats.says("li", contact_id, "很长")
    await chats.sends_all()
    assert chats.floor.chat_view(chats.chat(contact_id))["grant"]["left"] == 1
    await chats.says("li", contact_id, "也很长")
    await chats.sends_all()
    routes = [one.route for one in await chats.outs(contact_id)]
    assert routes[-2:] == [OutRoute.REPLY, OutRoute.NOTICE]
    assert chats.floor.chat_view(chats.chat(contact_id))["grant"]["left"] == 1


async def test_a_reply_of_more_parts_than_we_counted_spends_them_all(chats: ChatWorld) -> None:
    """The platform says how many it made of it."""
    contact_id = await talking(chats)

    async def send(outbound: Outbound) -> Sent:
        return Sent(parts=tuple(f"{outbound.key}/{n}" for n in range(3)))

    chats.wechat.send = send  # type: ignore[method-assign]  # three of one
    await chats.says("li", contact_id)
    await chats.sends_all()
    assert chats.floor.chat_view(chats.chat(contact_id))["grant"]["left"] == 1


async def test_what_failed_too_often_fails_for_ever(chats: ChatWorld) -> None:
    """The platform is away for hours: forty tries, then the operator is told."""
    contact_id = await talking(chats)
    chats.wechat.refuses = Unreachable("down")
    await chats.says("li", contact_id)
    for _ in range(50):
        await chats.sends_all()
        chats.floor_world.clock.turn(300)
    last = (await chats.outs(contact_id))[-1]
    assert (last.state, last.code, last.tries) == (OutState.FAILED, "too-often", 40)
