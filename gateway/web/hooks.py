"""Where platforms deliver: verified by the channel, recorded by the inbox, answered after that.

Nothing slow is here: the channel computes, the inbox commits. Whoever is not believed is told what
the channel says and is counted; what they sent is in no log.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import structlog
from aiohttp import web

from channels.channel import Channel
from channels.errors import HookRefused
from channels.message import HookAnswer, WebhookRequest
from gateway.core.errors import Unknown
from gateway.intake.throttling import From, Source
from gateway.web.body import raw_body
from gateway.web.limits import Limits
from gateway.web.operation import PUBLIC, Ask, Operation
from gateway.web.problems import REQUEST_ID
from gateway.web.uses import WebParts

HOOK = "/hooks/{kind:[a-z][a-z0-9_-]{0,31}}/{account:[a-z][a-z0-9_-]{0,31}}"
MOST_QUERY = 32
"""Parameters in the query of a hook; platforms send half a dozen."""

log = structlog.get_logger()


class HooksApi:
    """/hooks/<kind>/<name>; ``refused`` counts what was not believed, by account and code."""

    def __init__(self, parts: WebParts, limits: Limits) -> None:
        self._parts = parts
        self._limits = limits
        self._channels: Mapping[str, Channel] = {
            name: channel for name, channel in parts.channels.items() if channel.caps.hooked
        }
        self.refused: Counter[tuple[str, str]] = Counter()

    def operations(self) -> tuple[Operation, ...]:
        """What can be asked here."""
        return tuple(
            Operation(
                method=method,
                path=HOOK,
                policy=PUBLIC,
                handler=self.deliver,
                summary=summary,
                summary_zh=summary_zh,
                tag="hooks",
                media="*/*",
                problems=(400, 403, 404, 408, 413, 415, 503),
                from_servers=True,
            )
            for method, summary, summary_zh in (
                ("GET", "A platform asks whether this hook is ours", "平台校验回调地址"),
                ("POST", "A platform delivers messages and receipts", "平台推送消息和回执"),
            )
        )

    async def deliver(self, ask: Ask) -> web.StreamResponse:
        """Verify, record, answer. Raises Unknown; StoreUnavailable when nothing was recorded."""
        account = f"{ask.part('kind')}:{ask.part('account')}"
        channel, inbox = self._channels.get(account), self._parts.inbox
        if channel is None or inbox is None:
            raise Unknown("hook", "")
        request = ask.request
        body = await raw_body(request, channel.caps.hook_bytes, self._limits.body_seconds)
        try:
            received = channel.receive(
                WebhookRequest(
                    method=request.method,
                    query=_query(request),
                    headers=_headers(request),
                    body=body,
                    address=ask.address,
                    received_at=self._parts.clock.now(),
                )
            )
        except HookRefused as refused:
            self._count(account, refused, request)
            return _answer(refused.answer)
        if received.messages or received.receipts:
            origin = From(address=ask.address, source=Source.PLATFORM)
            await inbox.accept(account, received, body, origin)
        return _answer(received.answer)

    def _count(self, account: str, refused: HookRefused, request: web.Request) -> None:
        """Every refusal is counted; the first, second, fourth, eighth... is also logged."""
        self.refused[account, refused.code] += 1
        count = self.refused[account, refused.code]
        if count & (count - 1) == 0:
            log.warning(
                "hook_refused",
                part=account,
                code=refused.code,
                status=refused.answer.status,
                count=count,
                request_id=request.get(REQUEST_ID, ""),
            )


def _query(request: web.Request) -> Mapping[str, str]:
    """The query, where nothing may be said twice. Raises HTTPBadRequest."""
    query = request.query
    if len(query) > MOST_QUERY or len(set(query)) != len(query):
        raise web.HTTPBadRequest
    return dict(query)


def _headers(request: web.Request) -> Mapping[str, str]:
    """Lower-case names; what stands there several times is one value, by commas (RFC 9110 5.3)."""
    headers: dict[str, str] = {}
    for name, value in request.headers.items():
        key = name.lower()
        headers[key] = f"{headers[key]}, {value}" if key in headers else value
    return headers


def _answer(told: HookAnswer) -> web.Response:
    return web.Response(body=told.body, status=told.status, content_type=told.content_type)
