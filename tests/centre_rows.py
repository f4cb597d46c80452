"""Contacts of a sub-centre's own, and its system's requests."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import aiohttp

from gateway.core.centre import CentreContact, CentreOutcome
from gateway.core.webhook import signed
from tests.store_world import NOON

KEY = b"c" * 32


def a_centre_contact(id_: str, **more: Any) -> CentreContact:
    """One that was answered by telephone."""
    defaults: dict[str, Any] = {
        "centre": "12315",
        "channel": "phone",
        "opened_at": NOON,
        "outcome": CentreOutcome.ANSWERED,
    }
    return CentreContact(id=id_, **defaults | more)


async def centre_asks(
    url: str, at: datetime, body: object = None, *, key: bytes = KEY, query: str = ""
) -> tuple[int, Any]:
    """A request of its system, a POST with a body; the status and the answer."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    what = query.encode() if body is None else raw
    headers = {**signed(key, "c-1", at, what), "Content-Type": "application/json"}
    method, sent = ("GET", None) if body is None else ("POST", raw)
    whole = f"{url}?{query}" if query else url
    async with (
        aiohttp.ClientSession() as http,
        http.request(method, whole, data=sent, headers=headers) as answer,
    ):
        return answer.status, await answer.json(content_type=None)
