"""What was said in a contact, for whoever may see the contact: read, corrected, kept confidential.

Every view is noted before it is shown, once a session; the original behind what is masked is opened
for a reason, and noted each time. Facts hold no word of it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from gateway.core.contact import ChatRecord, ContactRecord
from gateway.core.errors import Invalid, NotAllowed, Problem, Unknown
from gateway.core.facts import Fact, FactKind, Scalar
from gateway.core.masking import masked
from gateway.core.operator import Operator, Right, may
from gateway.core.transcript import Privacy, Segment
from gateway.intake.floor import Floor
from gateway.intake.records import Records, checked_reason

PAGE_SEGMENTS = 500
"""In one answer; whoever wants more asks with the last ``seq`` of it."""
MOST_CHARACTERS = 500
"""Of a corrected sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Transcript:
    """A page of it. ``last_seq`` is that of the contact's newest segment.

    ``waiting``: how many sounds are still to be transcribed.
    """

    segments: tuple[Segment, ...]
    last_seq: int
    waiting: int
    confidential: bool


class TranscriptDesk:
    """Use cases of an operator or a supervisor.

    ``last_seq`` knows that of a contact's newest segment; ``privacy_is`` tells the screens.
    """

    def __init__(
        self,
        floor: Floor,
        records: Records,
        *,
        last_seq: Callable[[str], Awaitable[int]],
        privacy_is: Callable[[Privacy], None],
    ) -> None:
        self._floor = floor
        self._records = records
        self._last_seq = last_seq
        self._privacy_is = privacy_is

    async def read(
        self, operator: Operator, contact_id: str, after: int, session: str
    ) -> Transcript:
        """The segments after this ``seq``, in the order of storing.

        Raises Unknown, also for a contact that ``operator`` may not see.
        """
        await self._records.visible(operator, contact_id)
        store = self._floor.store
        segments = await store.segments(contact_id, after_seq=after, limit=PAGE_SEGMENTS)
        privacy = await store.privacy(contact_id)
        waiting = await store.jobs_waiting_of(contact_id)
        newest = await self._last_seq(contact_id)
        kind = FactKind.TRANSCRIPT_VIEWED
        await self._records.note_once(kind, operator, contact_id, session)
        return Transcript(
            segments=segments,
            last_seq=max(newest, segments[-1].seq if segments else 0),
            waiting=len(waiting),
            confidential=bool(privacy and privacy.confidential),
        )

    async def correct(
        self, operator: Operator, contact_id: str, segment_id: str, text: str
    ) -> Segment:
        """A better text of one sentence, masked as any other; what was heard stays beside it.

        Raises Invalid, NotAllowed, Unknown.
        """
        text = " ".join(text.split())
        if not 1 <= len(text) <= MOST_CHARACTERS:
            zh = f"请填写 1 至 {MOST_CHARACTERS} 字"
            en = f"Give 1 to {MOST_CHARACTERS} characters"
            raise Invalid(Problem("/text", "length", zh, en))
        self._must_be_theirs(operator, await self._records.visible(operator, contact_id))
        segment = await self._segment(contact_id, segment_id)
        now = self._floor.clock.now()
        better = replace(
            segment, corrected=masked(text), corrected_by=operator.id, corrected_at=now
        )
        fact = self._fact(FactKind.SEGMENT_CORRECTED, operator, contact_id, segment_id=segment_id)
        await self._floor.commit_heard(better, fact)
        return better

    async def original(
        self, operator: Operator, contact_id: str, segment_id: str, reason: str
    ) -> Segment:
        """The whole of one sentence, for a reason. Raises Invalid, NotAllowed, Unknown."""
        if not may(operator.role, Right.REVEAL_NUMBER):
            raise NotAllowed(Right.REVEAL_NUMBER.value)
        reason = checked_reason(reason)
        await self._records.visible(operator, contact_id)
        segment = await self._segment(contact_id, segment_id)
        fact = self._fact(
            FactKind.ORIGINAL_REVEALED,
            operator,
            contact_id,
            segment_id=segment_id,
            reason=reason,
        )
        await self._floor.commit_heard(fact)
        return segment

    async def keep_confidential(
        self, operator: Operator, contact_id: str, reason: str, *, confidential: bool
    ) -> Privacy:
        """保密: keep the words of a contact out of the search, or let them in again.

        Raises Invalid, NotAllowed, Unknown.
        """
        reason = checked_reason(reason)
        self._must_be_theirs(operator, await self._records.visible(operator, contact_id))
        privacy = Privacy(
            contact_id=contact_id,
            confidential=confidential,
            by=operator.id,
            at=self._floor.clock.now(),
        )
        fact = self._fact(
            FactKind.CONTACT_CONFIDENTIAL,
            operator,
            contact_id,
            confidential=confidential,
            reason=reason,
        )
        await self._floor.commit_heard(privacy, fact)
        self._privacy_is(privacy)
        return privacy

    def _must_be_theirs(self, operator: Operator, record: ContactRecord | ChatRecord) -> None:
        """Whoever may only look, because they deal with the citizen now, changes nothing."""
        if record.operator_id != operator.id and not may(operator.role, Right.SEE_ALL_CONTACTS):
            raise NotAllowed(Right.SEE_ALL_CONTACTS.value)

    async def _segment(self, contact_id: str, segment_id: str) -> Segment:
        segment = await self._floor.store.segment(segment_id)
        if segment is None or segment.contact_id != contact_id:
            raise Unknown("segment", segment_id)
        return segment

    def _fact(self, kind: FactKind, operator: Operator, contact_id: str, **data: Scalar) -> Fact:
        return Fact(
            kind=kind,
            at=self._floor.clock.now(),
            contact_id=contact_id,
            operator_id=operator.id,
            data=data,
        )
