"""Sub-centres' systems: what they tell us, what they read; each request is signed.

Of a POST the body is signed, of a GET the query as it is sent: ``after=17&limit=100``.
"""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, fields, replace
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, TypedDict

from aiohttp import web

from gateway.core.centre import (
    MOST_ITEMS,
    CentreContact,
    CentreOutcome,
    FeedNotUnderstood,
    PooledContact,
)
from gateway.core.errors import Invalid, NotAllowed, Problem
from gateway.core.tags import MOST_CHARACTERS
from gateway.intake.centres import Centres
from gateway.intake.views import moment
from gateway.web import shape
from gateway.web.body import parse, raw_body
from gateway.web.limits import Limits
from gateway.web.operation import PUBLIC, Ask, Operation
from gateway.web.shape import Document, Text, Whole

HOOK = "/hooks/centre/{centre:[a-z0-9][a-z0-9-]{0,31}}"
MOST_BYTES = 256 * 1024
MOST_PROBLEMS = 20
TAG = re.compile(r"[a-z0-9][a-z0-9-]*")
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
AHEAD = timedelta(days=1)
"""How far their clock may be before ours."""
SIGNED = ("webhook-id", "webhook-timestamp", "webhook-signature")


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """What a sub-centre posts."""

    items: Annotated[object, Document("CentreItems")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One contact of its own, as it is now; a greater ``version`` replaces a smaller one."""

    id: Annotated[str, Text(1, 64)]
    channel: Annotated[str, Text(1, 32)]
    opened_at: datetime
    outcome: CentreOutcome
    closed_at: datetime | None = None
    tag: Annotated[str, Text(0, MOST_CHARACTERS)] = ""
    category: Annotated[str, Text(0, 64)] = ""
    summary: Annotated[str, Text(0, 4000, lines=True)] = ""
    version: Annotated[int, Whole(0, 2**53)] = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What changed after ``after``, the cursor of the page before; from the beginning without."""

    after: Annotated[int, Whole(0, 2**53)] = 0
    limit: Annotated[int, Whole(1, MOST_ITEMS)] = 100


class Taken(TypedDict):
    """How many are kept, repeats included."""

    accepted: int


class Pooled(TypedDict):
    """A contact of ours; no number, no name, no word."""

    id: str
    channel: str
    opened_at: str
    answered_at: str | None
    closed_at: str | None
    outcome: str
    disposition: str
    tag: str
    queue: str


class PooledContacts(TypedDict):
    """``next`` is the ``after`` of the next page; ``more``: ask for it at once."""

    items: list[Pooled]
    next: int
    more: bool


class CentresApi:
    """/hooks/centre/<id>."""

    def __init__(self, centres: Centres, limits: Limits) -> None:
        self._centres = centres
        self._limits = limits

    def operations(self) -> tuple[Operation, ...]:
        """What can be asked here."""
        return (
            Operation(
                method="POST",
                path=HOOK,
                policy=PUBLIC,
                handler=self.take,
                summary="A sub-centre's system tells of its own contacts (signed)",
                summary_zh="分中心系统推送其自有接触（须签名）",
                tag="centres",
                raw="application/json",
                headers=SIGNED,
                answer=Taken,
                problems=(400, 403, 408, 413, 415, 503),
                from_servers=True,
            ),
            Operation(
                method="GET",
                path=f"{HOOK}/contacts",
                policy=PUBLIC,
                handler=self.give,
                summary="A sub-centre's system reads our contacts of its origin (query signed)",
                summary_zh="分中心系统读取来源为该分中心的接触（须对查询串签名）",
                tag="centres",
                query=Page,
                headers=SIGNED,
                answer=PooledContacts,
                problems=(400, 403, 503),
                from_servers=True,
            ),
        )

    async def take(self, ask: Ask) -> web.StreamResponse:
        """推送. Raises NotAllowed for what nobody signed, FeedNotUnderstood, StoreUnavailable."""
        body = await raw_body(ask.request, MOST_BYTES, self._limits.body_seconds)
        centre = self._signed(ask, body)
        contacts = contacts_in(body, centre, self._centres.clock.now())
        await self._centres.take(contacts)
        return web.json_response({"accepted": len(contacts)})

    async def give(self, ask: Ask) -> web.StreamResponse:
        """读取. Raises NotAllowed for what nobody signed, FeedNotUnderstood, StoreUnavailable."""
        centre = self._signed(ask, ask.request.rel_url.raw_query_string.encode())
        asked = ask.sent(Page)
        page = await self._centres.contacts(centre, asked.after, asked.limit)
        items = [_view(one) for one in page.contacts]
        return web.json_response({"items": items, "next": page.after, "more": page.more})

    def _signed(self, ask: Ask, what: bytes) -> str:
        """The sub-centre that asks."""
        centre = ask.part("centre")
        headers = {name.lower(): value for name, value in ask.request.headers.items()}
        if not self._centres.genuine(centre, headers, what):
            raise NotAllowed("hook")
        return centre


def _view(one: PooledContact) -> dict[str, Any]:
    times = {name: moment(getattr(one, name)) for name in ("opened_at", "answered_at", "closed_at")}
    return {name: value for name, value in (asdict(one) | times).items() if name != "seq"}


def contacts_in(body: bytes, centre: str, now: datetime) -> list[CentreContact]:
    """The contacts of a delivery. Raises FeedNotUnderstood that says which and why."""
    try:
        items = parse(body, Feed).items
    except Invalid as wrong:
        raise FeedNotUnderstood(*wrong.problems) from None
    if not isinstance(items, list) or not 0 < len(items) <= MOST_ITEMS:
        zh = f"应为 1 至 {MOST_ITEMS} 项的列表，多的请分批发送。"
        en = f"A list of 1 to {MOST_ITEMS}; send more in several deliveries."
        raise FeedNotUnderstood(Problem("/items", "not-a-list", zh, en))
    found: list[CentreContact] = []
    problems: list[Problem] = []
    for index, sent in enumerate(items):
        try:
            found.append(_contact(sent, centre, now))
        except Invalid as wrong:
            at = f"/items/{index}"
            problems += [replace(one, pointer=at + one.pointer) for one in wrong.problems]
    if problems:
        raise FeedNotUnderstood(*problems[:MOST_PROBLEMS])
    return found


def _contact(sent: object, centre: str, now: datetime) -> CentreContact:
    """One of them. Raises Invalid."""
    if not isinstance(sent, dict):
        raise Invalid(Problem("", "not-an-object", "应为一个对象。", "This must be an object."))
    tag = sent.get("tag")
    if tag and not (isinstance(tag, str) and TAG.fullmatch(tag)):
        zh, en = "只写小写字母、数字、-。", "Lower-case letters, digits and - only."
        raise Invalid(Problem("/tag", "characters", zh, en))
    given = {name: value for name, value in sent.items() if value is not None}
    item = shape.read(Item, given)
    if not EARLIEST <= item.opened_at <= now + AHEAD:
        zh, en = "时间不在合理范围，请检查时钟。", "No likely time: check the clock."
        raise Invalid(Problem("/opened_at", "not-in-range", zh, en))
    ended = item.closed_at
    if ended is not None and not item.opened_at <= ended <= now + AHEAD:
        zh, en = "应不早于 opened_at，且不在将来。", "Not before opened_at, and not in the future."
        raise Invalid(Problem("/closed_at", "not-in-range", zh, en))
    if ended is not None and item.outcome is CentreOutcome.OPEN:
        zh, en = "已结束的接触不能是 open。", "What has ended cannot be open."
        raise Invalid(Problem("/outcome", "not-a-choice", zh, en))
    return CentreContact(
        centre=centre, **{one.name: getattr(item, one.name) for one in fields(Item)}
    )
