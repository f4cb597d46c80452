"""Showing a file of a conversation to an operator: who may, and that it is noted."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from gateway.core.errors import Gone, Unknown
from gateway.core.facts import FactKind
from gateway.core.file_type import SAFE_NAME, extension_of
from gateway.core.message import Attachment, FileState
from gateway.core.operator import Operator
from gateway.core.retention import SHREDDED
from gateway.intake.records import Records
from gateway.ports import Store
from gateway.ports.files import FileKeep


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

    def __init__(self, store: Store, records: Records, keep: FileKeep) -> None:
        self._store = store
        self._records = records
        self._keep = keep

    async def shown(self, operator: Operator, id: str, part: Part, session: str = "") -> Shown:
        """The file, noted once a session before it is shown.

        Raises Unknown, also for one that ``operator`` may not see or that was refused; Gone for one
        that was shredded.
        """
        one = await self._store.attachment(id)
        if one is None:
            raise Unknown("attachment", "")
        try:
            await self._records.visible(operator, one.contact_id)
        except Unknown:
            raise Unknown("attachment", "") from None
        shown = self._of(one, part)
        if not await asyncio.to_thread(shown.path.is_file):
            raise Unknown("attachment", "")
        await self._records.note_once(
            FactKind.ATTACHMENT_VIEWED,
            operator,
            one.contact_id,
            session,
            attachment=one.id,
            part=part.value,
        )
        return shown

    def _of(self, one: Attachment, part: Part) -> Shown:
        if one.reason == SHREDDED:
            raise Gone("attachment", "")
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
