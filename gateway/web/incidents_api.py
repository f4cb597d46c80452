"""突发事件: announced to callers, listed, ended."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from typing import Annotated, Any, TypedDict

from aiohttp import web

from gateway.core.errors import Invalid, Problem
from gateway.core.incident import HIGHEST_RANK, LONGEST, MOST_CHARACTERS
from gateway.core.incident import Incident as Announced
from gateway.core.operator import Right
from gateway.intake.incidents import Incidents
from gateway.intake.views import moment
from gateway.web.operation import Ask, Empty, Operation
from gateway.web.shape import Text, Texts, Whole

INCIDENT = "{incident_id:[A-Za-z0-9_-]{1,64}}"
MOST_WAV = 1_300_000
"""Characters of base64: a minute of sound."""
VOICE_SECONDS = 60.0
MOST_NUMBERS = 200


class Incident(TypedDict):
    """One announcement; ``recorded``: by a person, not by a voice."""

    id: str
    text_zh: str
    text_en: str
    dids: list[str]
    queue: str
    key: str
    rank: int
    begun_at: str
    until: str
    begun_by: str
    recorded: bool
    on: bool
    ended_at: str | None
    ended_by: str


class IncidentNumber(TypedDict):
    """A number that citizens dial."""

    did: str
    title_zh: str
    title_en: str


class IncidentQueue(TypedDict):
    """A queue that callers can be led to."""

    name: str
    title_zh: str
    title_en: str


class IncidentList(TypedDict):
    """The newest first, and what can be chosen for another."""

    items: list[Incident]
    numbers: list[IncidentNumber]
    queues: list[IncidentQueue]


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentSent:
    """An announcement as it shall be; ``wav`` is base64 of a recording, empty: a voice reads it."""

    text_zh: Annotated[str, Text(1, MOST_CHARACTERS)]
    dids: Annotated[tuple[str, ...], Texts(MOST_NUMBERS, Text(1, 20))]
    queue: Annotated[str, Text(1, 32)]
    minutes: Annotated[int, Whole(1, int(LONGEST.total_seconds()) // 60)]
    text_en: Annotated[str, Text(0, 2 * MOST_CHARACTERS)] = ""
    key: Annotated[str, Text(0, 1)] = ""
    rank: Annotated[int, Whole(0, HIGHEST_RANK)] = 20
    wav: Annotated[str, Text(0, MOST_WAV)] = ""


class IncidentsApi:
    """/api/v1/incidents."""

    def __init__(self, incidents: Incidents) -> None:
        self._incidents = incidents

    def operations(self) -> tuple[Operation, ...]:
        """What can be asked here."""
        return (
            Operation(
                method="GET",
                path="/api/v1/incidents",
                policy=Right.WATCH,
                handler=self.last,
                summary="Announcements, the newest first; numbers and queues to choose from",
                summary_zh="突发事件通知（新的在前）及可选号码、队列",
                tag="incidents",
                answer=IncidentList,
                problems=(503,),
            ),
            Operation(
                method="POST",
                path="/api/v1/incidents",
                policy=Right.WATCH,
                handler=self.begin,
                summary="Announce an incident to all callers of these numbers, at once",
                summary_zh="发布突发事件通知，立即对来电生效",
                tag="incidents",
                body=IncidentSent,
                body_bytes=MOST_WAV + 64 * 1024,
                answer_seconds=VOICE_SECONDS,
                answer=Incident,
                status=201,
                problems=(409, 503),
            ),
            Operation(
                method="POST",
                path=f"/api/v1/incidents/{INCIDENT}/end",
                policy=Right.WATCH,
                handler=self.end,
                summary="End an announcement",
                summary_zh="结束通知",
                tag="incidents",
                body=Empty,
                status=204,
                problems=(404, 503),
            ),
        )

    async def last(self, _ask: Ask) -> web.StreamResponse:
        """通知列表."""
        floor = self._incidents.floor
        titled: list[dict[str, Any]] = [
            {"did": one.did, "title_zh": one.title_zh, "title_en": one.title_en}
            for one in floor.numbers.values()
        ]
        queues = [
            {"name": one.name, "title_zh": one.title_zh, "title_en": one.title_en}
            for one in floor.queues.values()
        ]
        items = [self._view(one) for one in await self._incidents.last()]
        return web.json_response({"items": items, "numbers": titled, "queues": queues})

    async def begin(self, ask: Ask) -> web.StreamResponse:
        """发布."""
        sent = ask.sent(IncidentSent)
        made = await self._incidents.begin(
            ask.operator,
            texts=(sent.text_zh, sent.text_en),
            dids=sent.dids,
            queue=sent.queue,
            key=sent.key,
            rank=sent.rank,
            minutes=sent.minutes,
            wav=_decoded(sent.wav),
        )
        return web.json_response(self._view(made), status=201)

    async def end(self, ask: Ask) -> web.StreamResponse:
        """结束."""
        await self._incidents.end(ask.operator, ask.part("incident_id"))
        return web.Response(status=204)

    def _view(self, one: Announced) -> dict[str, Any]:
        names = self._incidents.floor.names
        return {
            "id": one.id,
            "text_zh": one.text_zh,
            "text_en": one.text_en,
            "dids": list(one.dids),
            "queue": one.queue,
            "key": one.key,
            "rank": one.rank,
            "begun_at": moment(one.begun_at),
            "until": moment(one.until),
            "begun_by": names.get(one.begun_by, ""),
            "recorded": one.recorded,
            "on": self._incidents.is_on(one),
            "ended_at": moment(one.ended_at),
            "ended_by": names.get(one.ended_by, ""),
        }


def _decoded(wav: str) -> bytes:
    try:
        return base64.b64decode(wav, validate=True)
    except (binascii.Error, ValueError):
        zh, en = "录音应为 base64。", "The recording must be base64."
        raise Invalid(Problem("/wav", "not-base64", zh, en)) from None
