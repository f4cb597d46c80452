"""Row 17 (S0§10-11; S2§7; S4§14): whoever asks is told to state facts truly, once a contact."""

from pathlib import Path

import pytest

from channels.message import Sender
from config.settings import Intake
from gateway.core.chat import ChatForm
from gateway.core.facts import Fact, FactKind
from tests.gateway.intake.chat_world import ChatWorld, chat_world


async def told_in(chats: ChatWorld, contact_id: str) -> list[Fact]:
    """When it was told in this contact."""
    found = await chats.floor.store.facts(contact_id=contact_id)
    return [fact for fact in found if fact.kind is FactKind.NOTICE_TOLD]


@pytest.mark.parametrize("account", ["web:main", "wechat:main"])
async def test_r17_the_notice_is_on_record_with_its_id_and_time(
    tmp_path: Path, account: str
) -> None:
    """Told with the first message of every contact, in words that were said; never twice in one."""
    async with chat_world(tmp_path) as chats:
        for who in ("zhang", "li"):
            sender = Sender(scheme="openid", value=who)
            first = await chats.writes("路灯坏了", account=account, sender=sender)
            at = chats.floor.clock.now()
            chats.floor_world.clock.turn(30)
            await chats.writes("还有井盖", account=account, sender=sender)
            (told,) = await told_in(chats, first.contact_id)
            assert (told.at, told.data["notice_id"]) == (at, Intake().notice_id)
            kept = await chats.floor.store.messages(first.contact_id)
            assert [one.text for one in kept].count(Intake().notice_zh) == 1


async def test_r17_a_form_is_told_too(tmp_path: Path) -> None:
    """Whoever leaves something in writing is answered with it in the contact that the form is."""
    async with chat_world(tmp_path) as chats:
        taken = await chats.messages.inbox.accept_one(
            "web:main", chats.inbound("井盖没了"), form=ChatForm.FORM, query_code_hash="h"
        )
        (told,) = await told_in(chats, taken.contact_id)
        assert told.data["form"] is True
