"""A voice message becomes a job in the transaction in which its file is ready to be played."""

from __future__ import annotations

from gateway.core.message import Attachment, Direction, FileState, MessageKind
from gateway.core.transcript import HearingJob, Party, Source
from gateway.intake.floor import Floor
from gateway.intake.ids import new_id


class VoiceMessages:
    """``commit`` what ``Files`` settles."""

    def __init__(self, floor: Floor) -> None:
        self.floor = floor

    async def commit(self, one: Attachment) -> None:
        """Record it, with a job when it is a voice. Raises StoreUnavailable."""
        if one.kind is not MessageKind.VOICE or one.state is not FileState.READY:
            await self.floor.commit_chat(one)
            return
        message = await self.floor.store.message(one.message_id)
        ours = message is not None and message.direction is not Direction.IN
        now = self.floor.clock.now()
        job = HearingJob(
            id=new_id(now),
            contact_id=one.contact_id,
            party=Party.SEAT if ours else Party.CITIZEN,
            source=Source.MESSAGE,
            file=one.file,
            since=now,
            operator_id=message.operator_id if message else "",
            message_id=one.message_id,
        )
        await self.floor.commit_chat(one, job)
