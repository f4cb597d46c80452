"""Conversations as they are now: the same after a restart, and small."""

from pathlib import Path

from channels.message import Sender
from gateway.core.chat import ChatState
from gateway.intake.floor import Floor
from tests.gateway.intake.chat_world import ChatWorld, chat_world


async def test_everything_open_is_there_again_after_a_restart(tmp_path: Path) -> None:
    """At its seat or in line, with its words, its right to reply, its place; offers taken back."""
    async with chat_world(tmp_path) as chats:
        await chats.sits("li", "8001")
        mine = await chats.writes("第一", account="wechat:main")
        await chats.accepted(mine.contact_id, "li")
        await chats.sends_all()
        offered = await chats.writes("第二", sender=Sender(scheme="openid", value="b"))
        await chats.offered(offered.contact_id, "li")
        before = dict(chats.floor.chats.open)
        view = chats.floor.chat_view(chats.chat(mine.contact_id))
        floor = Floor(chats.floor.store, chats.floor.clock)
        floor.accounts = chats.floor.accounts
        await floor.open()
        assert floor.chats.open == before
        again = floor.chat_view(floor.chats.open[mine.contact_id])
        assert again["changed"] != view["changed"]
        assert again | {"changed": 0} == view | {"changed": 0}
        chats.messages.referee._lapses.floor = floor
        await chats.messages.referee._lapses.begin()
        chat = floor.chats.open[offered.contact_id]
        assert (chat.state, chat.waiting_since) == (
            ChatState.WAITING,
            before[offered.contact_id].waiting_since,
        )
        assert floor.chats.open[mine.contact_id].state is ChatState.OPEN


async def test_what_is_over_takes_no_memory(chats: ChatWorld) -> None:
    """A thousand conversations come and go; nothing of them stays."""
    for n in range(30):
        taken = await chats.writes(
            f"第{n}个", account="wechat:main", sender=Sender(scheme="openid", value=f"s{n}")
        )
        await chats.messages.citizen_desk.leave(taken.contact_id)
    floor = chats.floor.chats
    await chats.messages.referee.tick()
    for table in (
        floor.open,
        floor.by_identity,
        floor.at_seat,
        floor.waiting,
        floor.waiting_in,
        floor.identities,
        floor.grants,
        floor.texts,
        floor.changes,
        floor.dirty,
        floor._uses,
        floor._ears,
        chats.messages.referee._placed,
        chats.messages.referee._claims,
    ):
        assert not table
    assert not len(floor._turns)
