"""The search for words that were said or written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from aiohttp import web

from gateway.core.operator import Right
from gateway.core.transcript import WordsQuery
from gateway.web import shapes_heard as shapes
from gateway.web.heard_views import found_view
from gateway.web.operation import Ask, Operation
from gateway.web.shape import Text, Whole
from gateway.web.uses import WebParts

PAGE = 30
MOST_PAGE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class WordsWanted:
    """What to look for: 2 to 40 characters, spaces and punctuation apart.

    ``before`` is ``next_before`` of the page before. ``channel`` is phone, web_call, or a channel's
    kind.
    """

    text: Annotated[str, Text(1, 200)]
    channel: Annotated[str, Text(0, 32)] = ""
    since: datetime | None = None
    until: datetime | None = None
    before: Annotated[str, Text(0, 64)] = ""
    limit: Annotated[int, Whole(1, MOST_PAGE)] = PAGE


class WordsApi:
    """/api/v1/words."""

    def __init__(self, parts: WebParts) -> None:
        self._words = parts.heard.words
        self._accounts = parts.accounts

    def operations(self) -> tuple[Operation, ...]:
        """What can be asked here."""
        return (
            Operation(
                method="POST",  # words have no place in a URL, where every proxy logs them
                path="/api/v1/words/search",
                policy=Right.SEE_OWN_CONTACTS,
                handler=self.search,
                summary="Where words stand in transcripts and messages, newest first; noted",
                summary_zh="查找说过的话（话务员只找本人的；记入审计）",
                tag="transcripts",
                body=WordsWanted,
                answer=shapes.FoundWordsPage,
                problems=(503,),
            ),
        )

    async def search(self, ask: Ask) -> web.StreamResponse:
        """找原话."""
        sent = ask.sent(WordsWanted)
        query = WordsQuery(
            text=sent.text,
            channel=sent.channel,
            since=sent.since,
            until=sent.until,
            before=sent.before,
            limit=sent.limit,
        )
        found = await self._words.find(ask.operator, query)
        names = await self._accounts.names()
        return web.json_response(found_view(found, sent.text, sent.limit, names))
