"""Letters that go on from earlier ones belong to the same contact while it is open."""

from __future__ import annotations

from channels.message import Inbound
from gateway.core.chat import Chat
from gateway.intake.floor import Floor

MOST_LOOKED_AT = 20


async def contact_of_thread(floor: Floor, account: str, inbound: Inbound, identity: str) -> str:
    """The open contact of this sender that the letter goes on from; empty: it begins one.

    Who only knows the id of somebody else's letter does not get into their contact.
    Raises StoreUnavailable.
    """
    for name in inbound.thread[:MOST_LOOKED_AT]:
        event = await floor.store.event(account, name)
        entry = None if event else await floor.store.out_by_provider(account, name)
        found = event.contact_id if event else entry.contact_id if entry else ""
        chat: Chat | None = floor.chats.open.get(found)
        if chat is not None and chat.identity_id == identity:
            return chat.id
    return ""
