"""Complaints about staff, begun as citizens and operators begin them."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest_asyncio

from channels.message import Kind, Sender
from gateway.core.callback import Callback, CallbackReason
from gateway.core.chat import ChatForm
from gateway.core.staff_complaint import StaffComplaint
from gateway.intake.records import Records
from gateway.intake.staff_complaints import StaffComplaints
from gateway.intake.standings import Standings
from tests.gateway.intake.chat_world import ChatWorld, chat_world
from tests.gateway.intake.test_incidents import SoundsPeer
from tests.law.test_r53_no_retaliation import RULES, SHANGHAI

NUMBER = "13800001234"


@pytest_asyncio.fixture
async def chats(tmp_path: Path) -> AsyncIterator[ChatWorld]:
    """Messages and calls over a real store."""
    async with chat_world(tmp_path) as world:
        yield world


def desk(chats: ChatWorld) -> StaffComplaints:
    """What operators and supervisors do with complaints."""
    floor = chats.floor
    records = Records(floor.store, floor.clock, Path("recordings"), floor.barred)
    return StaffComplaints(floor, records, Standings(floor, SoundsPeer(), RULES, SHANGHAI))


async def served_by(chats: ChatWorld, login: str, seat: str = "8001") -> str:
    """A call from NUMBER that this operator answered and closed; its contact's id."""
    world = chats.floor_world
    await chats.sits(login, seat)
    call = await world.arrives(NUMBER)
    await world.rings(call, seat)
    await world.answers(call, seat)
    await world.hangs_up(call)
    await world.desk.finish_wrap_up(world.operators[login].id)
    return call.id


async def complains(chats: ChatWorld, **fields: str) -> StaffComplaint:
    """A citizen hands in a form that says so."""
    said = chats.inbound(
        "他挂断我的电话",
        kind=Kind.FORM,
        sender=Sender(scheme="form", value=f"n{len(chats.floor.complaints)}", name="张三"),
        fields={"staff": "yes", "phone": NUMBER, **fields},
    )
    taken = await chats.messages.inbox.accept_one("web:main", said, form=ChatForm.FORM)
    found = await chats.floor.store.staff_complaint_of(taken.contact_id)
    assert found
    return found


async def owed(chats: ChatWorld, contact_id: str, **more: Any) -> Callback:
    """Somebody who left that contact is to be called back, and keeps their place."""
    now = chats.floor.clock.now()
    made: dict[str, Any] = {"reason": CallbackReason.KEPT_PLACE, "queue": "civil", "since": now}
    one = Callback(id="b" * 32, contact_id=contact_id, number=NUMBER, **made | more)
    async with chats.floor.turn:
        await chats.floor.commit(one, must=True)
    return one
