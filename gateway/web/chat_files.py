"""Files of a conversation, as its citizen may see them."""

from __future__ import annotations

from aiohttp import web

from gateway.core.errors import Unknown
from gateway.web.chat_api import ACCOUNT, PATH, SCHEME
from gateway.web.citizen_door import CitizenDoor
from gateway.web.citizen_uses import CitizenDesk
from gateway.web.operation import PUBLIC, Ask, Operation

MOST_ID = 64
SHOWN = frozenset({"image/jpeg", "image/png", "audio/ogg", "video/webm"})
"""Types that are made by ourselves and shown in the page; the rest is downloaded."""


class ChatFiles:
    """/api/v1/chat/attachments/{id}."""

    def __init__(self, door: CitizenDoor) -> None:
        self._door = door

    def operations(self) -> tuple[Operation, ...]:
        """What can be asked here."""
        return (
            Operation(
                method="GET",
                path=f"{PATH}/attachments/{{id}}",
                policy=PUBLIC,
                handler=self.show,
                summary="What a page may show of a file of one's own conversation",
                summary_zh="会话附件",
                tag="chat",
                media="*/*",
                problems=(401, 404, 503),
                from_apps=True,
                guard=self._door.visitors.guard,
            ),
        )

    async def show(self, ask: Ask) -> web.StreamResponse:
        """The file. Raises NoVisit; Unknown also for one of another conversation."""
        visit = self._door.visitors.who(ask)
        conv = await self._door.talks.of(ACCOUNT, SCHEME, visit.id)
        if not conv:
            raise Unknown("attachment", "")
        return await shown_file(self._door.parts.desk, conv, ask.part("id"))


async def shown_file(desk: CitizenDesk, conv: str, id: str) -> web.StreamResponse:
    """A file of this conversation. Raises Unknown."""
    found = await desk.file_of(conv, id) if len(id) <= MOST_ID else None
    if found is None or not found[0].is_file():
        raise Unknown("attachment", "")
    path, kind = found
    shown = kind in SHOWN
    headers = {
        "Content-Type": kind if shown else "application/octet-stream",
        "Content-Disposition": "inline" if shown else "attachment",
    }
    return web.FileResponse(path, headers=headers)
