"""What we say leaves at least once, in order, by the best way there is."""

import asyncio
from datetime import timedelta
from pathlib import Path

from channels.errors import RecipientGone, SendFailed, TryLater, Unreachable, WindowClosed
from channels.message import Outbound, Receipt, ReceiptState, Sender, Sent
from gateway.core.outbound import OutRoute, OutState
from tests.gateway.intake.chat_world import ChatWorld, chat_world


async def talking(chats: ChatWorld) -> str:
    """A conversation by WeChat that li has; its notice is sent."""
    await chats.sits("li", "8001")
    taken = await chats.writes(account="wechat:main")
    await chats.accepted(taken.contact_id, "li")
    await chats.sends_all()
    chats.wechat.sent.clear()
    return taken.contact_id


def refuses_once(chats: ChatWorld, fault: SendFailed) -> None:
    """The platform refuses the next message and takes those after it."""
    real = chats.wechat.send
    left = [fault]

    async def send(outbound: Outbound) -> Sent:
        if left:
            raise left.pop()
        return await real(outbound)

    chats.wechat.send = send  # type: ignore[method-assign]  # once


async def test_what_is_said_leaves_in_its_order(chats: ChatWorld) -> None:
    """Five answers, one after the other, each once, each spending a right."""
    contact_id = await talking(chats)
    for n in range(4):
        await chats.says("li", contact_id, f"第{n}句")
    await chats.sends_all()
    assert [one.text for one in chats.wechat.sent] == [f"第{n}句" for n in range(4)]
    assert {one.state for one in await chats.outs(contact_id)} == {OutState.SENT}
    assert chats.floor.chat_view(chats.chat(contact_id))["grant"]["left"] == 0


async def test_what_is_on_its_way_is_begun_once_and_no_account_is_flooded(
    chats: ChatWorld,
) -> None:
    """One at a time for each conversation, eight for each account; nothing new at the end."""
    outbox = chats.messages.outbox
    await chats.writes(account="wechat:main")
    (first,) = await outbox.due()
    assert await outbox.due() == []
    await outbox._attend(first)
    for n in range(10):
        await chats.writes(account="wechat:main", sender=Sender(scheme="openid", value=f"o{n}"))
    begun = await outbox.due()
    assert len({one.contact_id for one in begun}) == len(begun) == 8
    assert await outbox.due() == []
    for entry in begun:
        await outbox._attend(entry)
    await outbox.finish()
    assert await outbox.due() == []


async def test_a_window_that_the_platform_closed_is_believed(chats: ChatWorld) -> None:
    """It knows better than our count; the message takes the next way at once."""
    contact_id = await talking(chats)
    refuses_once(chats, WindowClosed("45015"))
    await chats.says("li", contact_id)
    await chats.sends_all()
    last = (await chats.outs(contact_id))[-1]
    assert (last.state, last.route) == (OutState.SENT, OutRoute.NOTICE)
    assert chats.floor.chat_view(chats.chat(contact_id))["grant"]["left"] == 0


async def test_what_must_wait_holds_back_what_was_said_after_it(chats: ChatWorld) -> None:
    """The first is refused for a while; the second never overtakes it."""
    contact_id = await talking(chats)
    refuses_once(chats, Unreachable("timeout"))
    await chats.says("li", contact_id, "第一")
    await chats.sends_all()
    await chats.says("li", contact_id, "第二")
    await chats.sends_all()
    assert chats.wechat.sent == []
    for _ in range(4):
        chats.floor_world.clock.turn(5)
        await chats.sends_all()
    assert [one.text for one in chats.wechat.sent] == ["第一", "第二"]
    first = (await chats.outs(contact_id))[-2]
    assert first.tries == 2
    assert chats.floor.chat_view(chats.chat(contact_id))["grant"]["left"] == 2


async def test_too_many_requests_stop_the_whole_account(chats: ChatWorld) -> None:
    """For as long as the platform says, for every conversation of that account."""
    contact_id = await talking(chats)
    refuses_once(chats, TryLater("429", 30.0))
    await chats.says("li", contact_id)
    await chats.sends_all()
    li = Sender(scheme="openid", value="li")
    other = await chats.writes(account="wechat:main", sender=li)
    chats.floor_world.clock.turn(20)
    await chats.sends_all()
    assert chats.wechat.sent == []
    chats.floor_world.clock.turn(20)
    await chats.sends_all()
    assert len(chats.wechat.sent) == 2
    assert (await chats.outs(other.contact_id))[0].state is OutState.SENT


async def test_a_refusal_for_good_is_not_tried_again(chats: ChatWorld) -> None:
    """And a citizen who left is not written to by the same platform's other way."""
    contact_id = await talking(chats)
    refuses_once(chats, SendFailed("40008"))
    await chats.says("li", contact_id)
    await chats.sends_all()
    assert (await chats.outs(contact_id))[-1].code == "40008"
    refuses_once(chats, RecipientGone("43004"))
    await chats.says("li", contact_id)
    await chats.sends_all()
    assert (await chats.outs(contact_id))[-1].state is OutState.FAILED
    assert chats.wechat.sent == []


async def test_a_fault_of_a_channels_own_is_tried_again(chats: ChatWorld) -> None:
    """It ends neither the message nor the others'."""
    contact_id = await talking(chats)
    real = chats.wechat.send

    async def send(outbound: Outbound) -> Sent:
        chats.wechat.send = real  # type: ignore[method-assign]  # once
        raise KeyError(outbound.key)

    chats.wechat.send = send  # type: ignore[method-assign]  # stumbles
    await chats.says("li", contact_id)
    await chats.sends_all()
    last = (await chats.outs(contact_id))[-1]
    assert (last.state, last.code) == (OutState.QUEUED, "internal")
    chats.floor_world.clock.turn(5)
    await chats.sends_all()
    assert (await chats.outs(contact_id))[-1].state is OutState.SENT


async def test_what_nobody_can_send_any_more_expires(chats: ChatWorld) -> None:
    """An answer of the day before yesterday says nothing."""
    contact_id = await talking(chats)
    chats.wechat.refuses = Unreachable("down")
    await chats.says("li", contact_id)
    await chats.sends_all()
    chats.floor_world.clock.turn(49 * 3600)
    await chats.sends_all()
    assert (await chats.outs(contact_id))[-1].state is OutState.EXPIRED


async def test_a_pause_that_a_refusal_began_outlives_a_restart(chats: ChatWorld) -> None:
    """Only what was cut off is tried again at once."""
    contact_id = await talking(chats)
    refuses_once(chats, TryLater("429", 30.0))
    await chats.says("li", contact_id)
    await chats.sends_all()
    before = (await chats.outs(contact_id))[-1]
    assert before.next_at == chats.floor.clock.now() + timedelta(seconds=30)
    await chats.messages.outbox._recover()
    assert (await chats.outs(contact_id))[-1] == before


async def test_receipts_go_forward_only(chats: ChatWorld) -> None:
    """Read, then a late "delivered", then "failed": it was read."""
    contact_id = await talking(chats)
    await chats.says("li", contact_id)
    await chats.sends_all()
    (id_,) = (await chats.outs(contact_id))[-1].provider_ids
    for state in (ReceiptState.READ, ReceiptState.DELIVERED, ReceiptState.FAILED):
        await _told(chats, id_, state)
    assert (await chats.outs(contact_id))[-1].state is OutState.READ


async def test_a_receipt_that_comes_before_its_id_is_kept(chats: ChatWorld) -> None:
    """The platform may speak of a message before it has answered our request."""
    contact_id = await talking(chats)
    await _told(chats, "p1", ReceiptState.DELIVERED)
    await chats.says("li", contact_id)
    await chats.sends_all()
    assert (await chats.outs(contact_id))[-1].state is OutState.DELIVERED


async def test_a_try_that_was_cut_off_is_made_again(tmp_path: Path) -> None:
    """A gateway dies while it sends: the next one sends under the same key, and spends once."""
    async with chat_world(tmp_path) as chats:
        contact_id = await talking(chats)
        hangs = asyncio.Event()
        keys: list[str] = []
        real = chats.wechat.send

        async def send(outbound: Outbound) -> Sent:
            keys.append(outbound.key)
            if len(keys) == 1:
                hangs.set()
                await asyncio.Event().wait()
            return await real(outbound)

        chats.wechat.send = send  # type: ignore[method-assign]  # hangs once
        await chats.says("li", contact_id)
        async with asyncio.TaskGroup() as tasks:
            outbox = tasks.create_task(chats.messages.outbox.run())
            await hangs.wait()
            outbox.cancel()
        (entry,) = await chats.floor.store.out_due(chats.floor.clock.now() + timedelta(days=1), 10)
        assert entry.tries == 1
        await chats.messages.outbox._recover()
        chats.messages.outbox._busy.clear()
        await chats.sends_all()
        assert len(set(keys)) == 1
        assert len(keys) == 2
        assert chats.floor.chat_view(chats.chat(contact_id))["grant"]["left"] == 3


async def _told(chats: ChatWorld, id_: str, state: ReceiptState) -> None:
    at = chats.floor.clock.now()
    receipt = Receipt(provider_id=id_, state=state, at=at)
    await chats.messages.inbox._receipts.take("wechat:main", receipt)
