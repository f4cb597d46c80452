"""Idempotency-Key: a request sent twice is done once (IETF draft of the httpapi group)."""

from __future__ import annotations

import re

from aiohttp import web

from gateway.core.errors import Invalid, Problem
from gateway.web.citizen_uses import Accepted
from gateway.web.operation import Ask

HEADER = "Idempotency-Key"
FORM = re.compile(r'"?([A-Za-z0-9_-]{8,64})"?')


def key_of(ask: Ask) -> str:
    """The request's key. Raises Invalid without a good one."""
    found = FORM.fullmatch(ask.request.headers.get(HEADER, ""))
    if found is None:
        zh = "请求头 Idempotency-Key 应为 8 至 64 个字母、数字、- 或 _。"
        en = "The header Idempotency-Key must hold 8 to 64 letters, digits, - or _."
        raise Invalid(Problem("", "idempotency-key", zh, en))
    return found[1]


def taken_answer(taken: Accepted) -> web.Response:
    """``gateway.web.chat_shapes.ChatTaken``: 201 the first time, 200 when it was here before."""
    said = {"conv": taken.contact_id, "id": taken.message_id, "seq": taken.seq, "new": taken.new}
    return web.json_response(said, status=201 if taken.new else 200)
