"""Which files of a person belong to a pack of evidence, as they were received.

Each is asked for at the same door as on a screen (``FileDesk``, ``Records``), which notes it; what
is not in the pack is named with the reason.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gateway.core.contact import ChatRecord, ContactRecord
from gateway.core.errors import Gone, Unknown
from gateway.core.facts import Fact, FactKind
from gateway.core.message import Attachment, Direction, FileState, Message
from gateway.core.operator import Operator
from gateway.intake.file_desk import FileDesk, Part
from gateway.intake.records import Records

MOST_FILES = 200
MOST_BYTES = 200 * 1024 * 1024
"""Of all files and sounds of one pack together."""


@dataclass(slots=True, kw_only=True)
class Bulk:
    """What goes in beside the words: ``paths`` by their names in the pack; why others do not.

    ``by`` asks for it in this ``session``.
    """

    by: Operator
    session: str
    paths: dict[str, Path] = field(default_factory=dict)
    left_out: dict[str, str] = field(default_factory=dict)
    files: int = 0
    room: int = MOST_BYTES

    def put(self, id_: str, name: str, path: Path) -> None:
        """One more of this contact, where there is room for it."""
        size = path.stat().st_size
        if size > self.room:
            self.left_out[f"{id_}/{name}"] = "too-large"
            return
        self.room -= size
        self.paths[f"contacts/{id_}/{name}"] = path


class EvidenceFiles:
    """Adds the sounds and files of one contact to what is packed."""

    def __init__(self, records: Records, desk: FileDesk, *, most_files: int = MOST_FILES) -> None:
        self._records, self._desk = records, desk
        self._most = most_files

    async def sounds(self, bulk: Bulk, record: ContactRecord, told: Iterable[Fact]) -> None:
        """The recording, and the message that was left, of a call."""
        id_, kinds = record.id, {one.kind for one in told}
        if record.recording is not None:
            try:
                _, path = await self._records.recording(bulk.by, id_, bulk.session)
                bulk.put(id_, "recording.wav", path)
            except (Unknown, Gone) as away:
                bulk.left_out[f"{id_}/recording.wav"] = away.code
        if FactKind.VOICEMAIL_LEFT in kinds:
            try:
                path = await self._records.voicemail(bulk.by, record.call, bulk.session)
                bulk.put(id_, "voicemail.wav", path)
            except (Unknown, Gone) as away:
                bulk.left_out[f"{id_}/voicemail.wav"] = away.code

    async def received(
        self,
        bulk: Bulk,
        record: ChatRecord,
        said: Sequence[Message],
        all_of: Sequence[Attachment],
    ) -> list[dict[str, Any]]:
        """What the citizen sent, listed; what we sent is none of theirs."""
        seqs = {one.id: one.seq for one in said if one.direction is Direction.IN}
        ours = {one.id for one in said if one.direction is not Direction.IN}
        listed = []
        for one in all_of:
            if one.message_id in ours or not one.message_id:
                continue
            seq = seqs.get(one.message_id, 0)
            name = f"files/{seq:04}-{one.id}"
            listed.append(_listed(one, seq))
            if seq:
                await self._one(bulk, record.id, one, name)
            else:
                bulk.left_out[f"{record.id}/{name}"] = "the-first-only"
        return listed

    async def _one(self, bulk: Bulk, id_: str, one: Attachment, name: str) -> None:
        why = _why_not(one) or ("too-many" if bulk.files >= self._most else "")
        if not why:
            try:
                shown = await self._desk.shown(bulk.by, one.id, Part.ORIGINAL, bulk.session)
            except (Unknown, Gone) as away:
                why = away.code
            else:
                name += Path(shown.name).suffix
                if await asyncio.to_thread(_sha256, shown.path) == one.sha256:
                    bulk.files += 1
                    bulk.put(id_, name, shown.path)
                    return
                why = "not-as-received"
        bulk.left_out[f"{id_}/{name}"] = why


def _why_not(one: Attachment) -> str:
    if one.state in (FileState.STORED, FileState.READY):
        return ""
    return f"{one.state.value}:{one.reason}" if one.reason else one.state.value


def _listed(one: Attachment, seq: int) -> dict[str, Any]:
    """As it came: what the sender called it, and what it was found to be."""
    return {
        "id": one.id,
        "message_seq": seq,
        "kind": one.kind.value,
        "name": one.name,
        "declared_type": one.declared_type,
        "found_type": one.found_type,
        "bytes": one.size_bytes,
        "sha256": one.sha256,
        "state": one.state.value,
    }


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
