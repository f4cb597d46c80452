"""Showing a file of a conversation to an operator: who may, and that it is noted."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from gateway.core.contact import ChatRecord
from gateway.core.errors import NotAllowed, Unknown
from gateway.core.facts import Fact, FactKind
from gateway.core.file_type import SAFE_NAME, extension_of
from gateway.core.message import Attachment, FileState
from gateway.core.operator import Operator, Right, may
from gateway.intake.at_hand import at_hand
from gateway.ports import Clock, Store
from gateway.ports.files import FileKeep

MOST_REMEMBERED = 4096


class Part(StrEnum):
    """What was made for a screen, or the file as it came."""

    VIEW = "view"
    ORIGINAL = "original"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A file to be sent. ``name`` is what to save it as; ``inline``: a browser may open it."""

    path: Path
    content_type: str
    name: str
    inline: bool


class FileDesk:
    """Files, for those who may see the conversation that they are in."""

    def __init__(self, store: Store, clock: Clock, keep: FileKeep) -> None:
        self._store = store
        self._clock = clock
        self._keep = keep
        self._noted: OrderedDict[tuple[str, ...], None] = OrderedDict()

    async def shown(self, operator: Operator, id: str, part: Part, session: str = "") -> Shown:
        """The file, noted once a session before it is shown (a player asks many times).

        Raises Unknown, also for one that ``operator`` may not see or that was refused.
        """
        one = await self._store.attachment(id)
        if one is None or not await self._may_see(operator, one.contact_id):
            raise Unknown("attachment", "")
        shown = self._of(one, part)
        if not await asyncio.to_thread(shown.path.is_file):
            raise Unknown("attachment", "")
        await self._note(operator, one, part, session)
        return shown

    def _of(self, one: Attachment, part: Part) -> Shown:
        if one.state not in (FileState.STORED, FileState.READY):
            raise Unknown("attachment", "")
        if part is Part.VIEW:
            if not one.view_file:
                raise Unknown("attachment", "")
            path, mime = self._keep.path(one.view_file), one.view_type
            return Shown(path=path, content_type=mime, name="", inline=True)
        extension = extension_of(one.found_type)
        stem = SAFE_NAME.sub("_", one.name.rpartition(".")[0] or one.name)[:80].strip("._ ")
        return Shown(
            path=self._keep.path(one.file),
            content_type="application/octet-stream",
            name=(stem or one.kind.value) + extension,
            inline=False,
        )

    async def _may_see(self, operator: Operator, contact_id: str) -> bool:
        if may(operator.role, Right.SEE_ALL_CONTACTS):
            return True
        if not may(operator.role, Right.SEE_OWN_CONTACTS):
            raise NotAllowed(Right.SEE_OWN_CONTACTS.value)
        chat = await self._store.chat(contact_id)
        if chat is None:
            return False
        if chat.operator_id == operator.id:
            return True
        return (await at_hand(self._store, operator)).has(ChatRecord(chat=chat))

    async def _note(self, operator: Operator, one: Attachment, part: Part, session: str) -> None:
        key = (operator.id, one.id, part.value, session)
        if key in self._noted:
            return
        fact = Fact(
            kind=FactKind.ATTACHMENT_VIEWED,
            at=self._clock.now(),
            contact_id=one.contact_id,
            operator_id=operator.id,
            data={"attachment": one.id, "part": part.value},
        )
        await self._store.record(fact)
        self._noted[key] = None
        while len(self._noted) > MOST_REMEMBERED:
            self._noted.popitem(last=False)
