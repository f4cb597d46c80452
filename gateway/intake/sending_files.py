"""Files that operators attach: kept and looked at at once, part of a message when it is said.

Until then they are here and nowhere else: what nobody says within an hour is forgotten, and so is
everything when the gateway restarts.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

from gateway.core.chat import Chat
from gateway.core.errors import Invalid, Problem, Throttled, Unknown
from gateway.core.message import Attachment, FileState, MessageKind
from gateway.core.operator import Operator
from gateway.intake.floor import Floor
from gateway.intake.ids import new_id
from gateway.intake.words import held_open
from gateway.ports.files import FileKeep, FileLook, FileRefused

MOST_BYTES = 10 * 1024 * 1024
MOST_OF_ONE = 20
KEPT_SECONDS = 3600.0
NAME_CHARACTERS = 120


@dataclass(frozen=True, slots=True)
class _Held:
    attachment: Attachment
    operator_id: str
    since: float


class SendingFiles:
    """``take`` one from an operator; ``give`` those that a message names."""

    def __init__(self, floor: Floor, keep: FileKeep, look: FileLook) -> None:
        self.floor = floor
        self._keep = keep
        self._look = look
        self._held: dict[str, _Held] = {}

    async def take(
        self, operator: Operator, contact_id: str, name: str, pieces: AsyncIterator[bytes]
    ) -> Attachment:
        """Keep it and see what it is. Raises Unknown, IllegalMove, Invalid, Throttled."""
        held_open(self.floor, operator, contact_id)
        await self._forget()
        mine = [one for one in self._held.values() if one.operator_id == operator.id]
        if len(mine) >= MOST_OF_ONE:
            raise Throttled(KEPT_SECONDS / MOST_OF_ONE)
        kind = kind_of(name)
        try:
            kept = await self._keep.keep(pieces, MOST_BYTES)
            try:
                looked = await self._look.look(kept.file, kind)
            except BaseException:
                await self._keep.drop(kept.file)
                raise
        except FileRefused as refused:
            raise Invalid(
                Problem(
                    "",
                    refused.reason,
                    "不能发送这个文件：太大、是空的，或内容与类型不符。",
                    "This file cannot be sent: too large, empty, or not what it says it is.",
                )
            ) from None
        made = Attachment(
            id=new_id(self.floor.clock.now()),
            message_id="",
            contact_id=contact_id,
            kind=kind,
            name=name[:NAME_CHARACTERS],
            found_type=looked.found_type,
            size_bytes=kept.size_bytes,
            sha256=kept.sha256,
            file=kept.file,
            view_file=looked.view_file,
            view_type=looked.view_type,
            seconds=looked.seconds,
            width=looked.width,
            height=looked.height,
            state=FileState.READY,
        )
        self._held[made.id] = _Held(made, operator.id, self.floor.clock.monotonic())
        return made

    def given(self, operator: Operator, chat: Chat, id_: str) -> Attachment:
        """One that this operator attached to this conversation. Raises Unknown."""
        held = self._held.get(id_)
        if held is None or held.operator_id != operator.id or held.attachment.contact_id != chat.id:
            raise Unknown("attachment", id_)
        return held.attachment

    def said(self, *ids: str) -> None:
        """These are part of a message now."""
        for id_ in ids:
            self._held.pop(id_, None)

    async def _forget(self) -> None:
        now = self.floor.clock.monotonic()
        for id_, held in tuple(self._held.items()):
            if now - held.since > KEPT_SECONDS:
                del self._held[id_]
                await self._keep.drop(held.attachment.file, held.attachment.view_file)


IMAGES = ("jpg", "jpeg", "png", "gif", "webp")
VOICES = ("amr", "mp3", "ogg", "opus", "wav", "m4a")
VIDEOS = ("mp4", "mov", "webm")


def kind_of(name: str) -> MessageKind:
    """What a file is sent as, by the end of its name; what it is by content must fit."""
    end = name.rpartition(".")[2].lower()
    if end in IMAGES:
        return MessageKind.IMAGE
    if end in VOICES:
        return MessageKind.VOICE
    return MessageKind.VIDEO if end in VIDEOS else MessageKind.FILE
