"""证据包: all that a procedure rests on, in one file, for the police or whoever hears an appeal.

Only contacts of the very person are in it, and of them what they and the seat said and the files
that they sent, as these were received; who else was
asked in, notes among colleagues, and who looked at what, are not. That it was made, by whom, why,
and the hash of the whole are on record before it leaves. The same state makes the same bytes.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import partial
from typing import IO, Any

from gateway.core.contact import ChatRecord, ContactRecord
from gateway.core.detection import finding_in
from gateway.core.errors import NotAllowed, Unknown
from gateway.core.facts import Fact, FactKind
from gateway.core.message import Direction
from gateway.core.misconduct import Misconduct
from gateway.core.operator import Operator, Right, may
from gateway.core.standing import Standing
from gateway.core.transcript import Party
from gateway.intake.evidence_files import Bulk, EvidenceFiles
from gateway.intake.evidence_zip import as_json, packed
from gateway.intake.records import checked_reason
from gateway.intake.standing_views import misconduct_view, standing_view
from gateway.intake.standings import Standings

MOST_CONTACTS, MOST_MESSAGES, MOST_SEGMENTS, MOST_FACTS = 50, 500, 2_000, 500
"""Contacts: the newest; the others of each contact."""
MOST_OVER, PAGE, MOST_PAGES = 200, 200, 25
NOT_TOLD = frozenset(
    {
        FactKind.CONTACT_VIEWED,
        FactKind.CHAT_VIEWED,
        FactKind.TRANSCRIPT_VIEWED,
        FactKind.TRANSCRIPT_WATCHED,
        FactKind.ORIGINAL_REVEALED,
        FactKind.ATTACHMENT_VIEWED,
        FactKind.NUMBER_REVEALED,
        FactKind.RECORDING_PLAYED,
        FactKind.POP_SHOWN,
    }
)
"""Who looked is in the audit, and is nothing that the citizen did."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """The file at its beginning (whoever asked closes it), and its hash."""

    file: IO[bytes]
    sha256: str


class EvidenceDesk:
    """For supervisors."""

    def __init__(
        self, standings: Standings, files: EvidenceFiles, *, most_messages: int = MOST_MESSAGES
    ) -> None:
        self._standings, self._files = standings, files
        self._most_messages = most_messages
        self.floor = standings.floor
        self._one_at_a_time = asyncio.Lock()

    async def pack(self, by: Operator, standing_id: str, reason: str, session: str) -> Pack:
        """Everything of one procedure. Raises Unknown, NotAllowed, Invalid, StoreUnavailable."""
        for right in (Right.SUPERVISE, Right.REVEAL_NUMBER, Right.PLAY_RECORDING):
            if not may(by.role, right):
                raise NotAllowed(right.value)
        reason = checked_reason(reason)
        async with self._one_at_a_time:
            standing = await self._standing(standing_id)
            made = await self._made(by, standing, session)
            try:
                fact = Fact(
                    kind=FactKind.EVIDENCE_PACKED,
                    at=self.floor.clock.now(),
                    operator_id=by.id,
                    data={"standing_id": standing_id, "reason": reason, "sha256": made.sha256},
                )
                await self.floor.store.record(fact)
            except BaseException:
                made.file.close()
                raise
            return made

    async def _standing(self, id_: str) -> Standing:
        """One that goes on, or that ended lately."""
        try:
            return self._standings.one(id_)
        except Unknown:
            for one in await self.floor.store.standings_over(MOST_OVER):
                if one.id == id_:
                    return one
            raise

    async def _made(self, by: Operator, standing: Standing, session: str) -> Pack:
        store = self.floor.store
        who = next(iter(await store.identities((standing.identity_id,))), None)
        barred = self.floor.bars.bars
        records = await store.misconducts_of(standing.identity_id)
        records = tuple(one for one in records if not barred(by.id, one.contact_id))
        view = standing_view(standing, who, self.floor.names)
        if barred(by.id, standing.appeal.contact_id):
            view["appeal"]["contact_id"] = ""
        view["who"] = who.value if who else ""
        moves = [o for o in await self._moves(standing) if not barred(by.id, o.contact_id)]
        files = {
            "standing.json": as_json(view),
            "records.json": as_json(
                [misconduct_view(one, self.floor.names, partial(barred, by.id)) for one in records]
            ),
            "steps.json": as_json([_fact_view(one) for one in moves]),
        }
        bulk = Bulk(by=by, session=session)
        latest = [standing.opened_at, *(one.at for one in records), *(one.at for one in moves)]
        named = [id_ for id_ in _named(records) if not barred(by.id, id_)]
        bulk.left_out |= dict.fromkeys(named[MOST_CONTACTS:], "too-many")
        for id_ in named[:MOST_CONTACTS]:
            record = await store.contact(id_)
            if record is None or await self._standings.identity_of(record) != standing.identity_id:
                bulk.left_out[id_] = "another-person"
                continue
            facts = await store.facts(contact_id=id_, limit=MOST_FACTS)
            told = [one for one in facts if one.kind not in NOT_TOLD]
            latest += [one.at for one in told]
            files[f"contacts/{id_}/facts.json"] = as_json([_fact_view(one) for one in told])
            files[f"contacts/{id_}/contact.json"] = as_json(_contact_view(record))
            if isinstance(record, ChatRecord):
                files |= await self._written(bulk, record)
            else:
                files |= await self._heard(record)
                await self._files.sounds(bulk, record, told)
        manifest = {
            "what": "12345 evidence of one procedure",
            "standing_id": standing.id,
            "as_of": max(latest).isoformat(),
            "left_out": bulk.left_out,
        }
        file, sha256 = await asyncio.to_thread(packed, manifest, files, bulk.paths.items())
        return Pack(file=file, sha256=sha256)

    async def _moves(self, standing: Standing) -> list[Fact]:
        """The steps of this procedure, the newest first."""
        found: list[Fact] = []
        before = 0
        for _ in range(MOST_PAGES):
            kinds = (FactKind.STANDING_MOVED,)
            page = await self.floor.store.audit(
                kinds=kinds, since=standing.opened_at, before_seq=before, limit=PAGE
            )
            found += [one for one in page if one.data.get("standing_id") == standing.id]
            if len(page) < PAGE:
                break
            before = page[-1].seq
        return found

    async def _written(self, bulk: Bulk, record: ChatRecord) -> dict[str, bytes]:
        store, here = self.floor.store, f"contacts/{record.id}"
        messages = await store.messages(record.id, limit=self._most_messages)
        if record.chat.last_seq > self._most_messages:
            bulk.left_out[f"{record.id}/messages.json"] = "the-first-only"
        said = [
            {
                "seq": one.seq,
                "at": one.at.isoformat(),
                "direction": one.direction.value,
                "kind": one.kind.value,
                "text": one.text,
                "fields": dict(one.fields),
            }
            for one in messages
            if one.direction is not Direction.NOTE
        ]
        sent = await store.attachments(record.id)
        listed = await self._files.received(bulk, record, messages, sent)
        more = {f"{here}/files.json": as_json(listed)} if listed else {}
        return {f"{here}/messages.json": as_json(said)} | more

    async def _heard(self, record: ContactRecord) -> dict[str, bytes]:
        segments = await self.floor.store.segments(record.id, limit=MOST_SEGMENTS)
        heard = [
            {
                "seq": one.seq,
                "party": one.party.value,
                "begin_seconds": one.begin_seconds,
                "end_seconds": one.end_seconds,
                "text": one.shown,
            }
            for one in segments
            if one.party in (Party.CITIZEN, Party.SEAT)
        ]
        return {f"contacts/{record.id}/transcript.json": as_json(heard)}


def _named(records: Iterable[Misconduct]) -> list[str]:
    """The contacts that the records name, those of the newest record first."""
    named: dict[str, None] = {}
    for one in records:
        named[one.contact_id] = None
        finding = finding_in(one.evidence) if one.source == "detector" else None
        named |= dict.fromkeys(finding.contact_ids if finding else ())
    return list(named)


def _fact_view(fact: Fact) -> dict[str, Any]:
    return {
        "seq": fact.seq,
        "kind": fact.kind.value,
        "at": fact.at.isoformat(),
        "operator_id": fact.operator_id,
        "data": dict(fact.data),
    }


def _contact_view(record: ContactRecord | ChatRecord) -> dict[str, Any]:
    """When and how; what an operator wrote of it for colleagues is not in it."""
    if isinstance(record, ChatRecord):
        chat = record.chat
        times = {"opened_at": chat.opened_at, "closed_at": chat.closed_at}
        told: dict[str, Any] = {"channel": chat.channel, "outcome": chat.outcome.value}
    else:
        call = record.call
        names = ("arrived_at", "answered_at", "ended_at")
        times = {name: asdict(call)[name] for name in names}
        told = {"channel": "telephone", "outcome": call.outcome.value}
    code = record.disposition.code if record.disposition else ""
    return told | {"id": record.id, "code": code} | {k: _said_at(v) for k, v in times.items()}


def _said_at(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
